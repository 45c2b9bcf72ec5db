"""A trial says of each convention what the take-over then says, wherever their batches end."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from access.imports import running
from access.imports.scan_files import in_folder
from access.imports.source import SourceRow
from access.models import Habilitation, ImportRun
from access.services import import_deposits
from contracts.models import Caisse, Convention, Partner, PublishedRulebook, User
from contracts.models.evidence import evidence_storage
from tests.access.imports.portfolios import GOOD, csv
from tests.access.imports.telling import CNIL, SIGNED, begun, rows, told

pytestmark = pytest.mark.django_db

TOWN = {"partner_name": "Commune d’Essai", "partner_kind": "Commune", "siren": "214202798"}
CLUB = {"partner_name": "Association Une", "partner_kind": "Association"}
OTHER = {"partner_name": "Société Autre", "partner_kind": "Société", "siren": "732829320"}

CONFLICTS: list[tuple[dict[str, str], list[dict[str, str]]]] = [
    (TOWN | {"partner_number": "T-1"}, []),
    (CLUB | {"partner_number": "T-2"}, [{"last_name": "Une", "email": "une@essai.example"}]),
    # The number of the first, for somebody else, and another number for the first.
    (OTHER | {"partner_number": "T-1"}, []),
    (TOWN | {"partner_number": "T-9"}, []),
    # Partners of the file, under other words.
    (TOWN | {"partner_name": "Ville d’Essai"}, []),
    (CLUB | {"partner_name": "Association Deux", "partner_number": "T-2"}, []),
    # Refused, so that the next one is the first to name its partner.
    (OTHER | {"partner_name": "Société Refusée", "cnil_on": "31/02/2019"}, []),
    (OTHER, []),
    # The user of the second convention by the address, then by the name: the same person.
    (
        CLUB,
        [
            {"last_name": "Mariée", "email": "une@essai.example"},
            {"last_name": "Une"},
        ],
    ),
    # Somebody who left, and came back.
    (CLUB, [{"last_name": "Retour", "left_on": "03/04/2020"}, {"last_name": "Retour"}]),
]

SAID: dict[str, tuple[str, list[str]]] = {
    "A-00": ("accepted", []),
    "A-01": ("doubtful", ["no_siren"]),
    "A-02": ("refused", ["number_of_another"]),
    "A-03": ("refused", ["another_number"]),
    "A-04": ("doubtful", ["partner_differs"]),
    "A-05": ("doubtful", ["no_siren", "partner_differs"]),
    "A-06": ("refused", ["unreadable_day"]),
    "A-07": ("accepted", []),
    "A-08": ("refused", ["no_siren", "user_without_email", "user_twice"]),
    "A-09": ("doubtful", ["no_siren", "user_without_email", "user_without_email"]),
}


def conflicting(code: str) -> Iterator[SourceRow]:
    """Conventions that contradict each other through their partners and their users."""
    for place, (own, users) in enumerate(CONFLICTS):
        number = {"number": f"A-{place:02d}"}
        convention = SIGNED | CNIL | own | number | {"rulebook": code}
        yield SourceRow(place + 2, "conventions", convention)
        for user in users:
            yield SourceRow(place + 2, "users", {"granted_on": "15/01/2019"} | user | number)


@pytest.fixture(autouse=True)
def now(today: Callable[[str], None]) -> None:
    today("2026-11-22")


class Cut(Exception):
    """The process ends here."""


def carried_out(run: ImportRun, given: list[SourceRow], *, cut: bool) -> ImportRun:
    """Carry a run out, in one go or killed after each batch."""

    def stop(done: int, total: int) -> None:
        if cut:
            raise Cut

    while run.state != "done":
        try:
            running.carry_out(run, given, progress=stop)
        except Cut:
            continue
    return run


def lines(run: ImportRun) -> list[Any]:
    columns = ("rank", "sheet", "line", "number", "outcome", "problems", "digest")
    return list(run.rows.order_by("rank").values_list(*columns))


@pytest.mark.parametrize("trial_cut", [False, True])
@pytest.mark.parametrize("run_cut", [False, True])
def test_rows_of_several_batches_that_contradict_each_other_are_told_by_the_trial(
    caisse: Caisse,
    agent: User,
    yearly: PublishedRulebook,
    monkeypatch: pytest.MonkeyPatch,
    trial_cut: bool,
    run_cut: bool,
) -> None:
    monkeypatch.setattr(running, "AT_ONCE", 2)
    given = list(conflicting(yearly.code))
    trial = carried_out(begun(caisse, agent, dry=True), given, cut=trial_cut)
    assert told(trial) == SAID
    assert not Partner.objects.exists()
    run = carried_out(begun(caisse, agent), given, cut=run_cut)
    assert lines(run) == lines(trial)
    assert Convention.objects.count() == 6
    returned = Habilitation.objects.filter(person__last_name="Retour")
    assert sorted(returned.values_list("state", flat=True)) == ["closed", "granted"]
    assert returned.values("person").distinct().count() == 1


def test_a_deposit_is_read_once_and_again_where_its_worker_was_lost(
    caisse: Caisse,
    agent: User,
    yearly: PublishedRulebook,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    monkeypatch.setattr(running, "AT_ONCE", 2)
    good = GOOD | {"rulebook": yearly.code, "partner_number": "T-1"}
    file = csv(
        *(good | {"number": f"A-{number}"} for number in range(5)),
        good | {"number": "A-5", "partner_number": "T-9"},
    )
    deposit = import_deposits.deposit(uuid4(), caisse, [file], None, agent)
    key = {"run": deposit.trial_id}
    with django_capture_on_commit_callbacks() as first:
        import_deposits.go_on(key, None)  # type: ignore[arg-type]
    # Another worker does the second batch before the first hears of its commit, and goes on.
    import_deposits.go_on(key, None)  # type: ignore[arg-type]
    for committed in first:
        committed()
    assert told(deposit.trial)["A-5"] == ("refused", ["another_number"])

    run = import_deposits.confirm(deposit, agent)
    import_deposits.go_on({"run": run.pk}, None)  # type: ignore[arg-type]
    name = deposit.files.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        import_deposits.go_on({"run": run.pk}, None)  # type: ignore[arg-type]
        evidence_storage().delete(name)
    # The last batch was done without the file.
    assert lines(run) == lines(deposit.trial)


def test_a_file_named_twice_in_other_letters_is_kept_once(
    caisse: Caisse, agent: User, yearly: PublishedRulebook, tmp_path: Path
) -> None:
    (tmp_path / "A-1.txt").write_text("Convention signée")
    row = TOWN | SIGNED | CNIL | {"number": "A-1", "rulebook": yearly.code}
    given = rows("conventions", row | {"files": "A-1.txt | a-1.TXT"})
    scans = in_folder(tmp_path, agent)
    trial = running.carry_out(begun(caisse, agent, dry=True), given, scans=scans)
    run = running.carry_out(begun(caisse, agent), given, scans=scans)
    assert told(run) == told(trial) == {"A-1": ("accepted", [])}
    signed = Convention.objects.get().acts.filter(kind="signature")
    assert [act.evidence.count() for act in signed] == [1, 1]
