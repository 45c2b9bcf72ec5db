"""A portfolio deposited, tried, confirmed and carried out in the background, batch by batch."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook

from access.imports import running
from access.imports.headers import REASON
from access.models import ImportDeposit, ImportFile, ImportRow, ImportRun
from access.services import import_deposits, import_refusals
from access.services.import_deposits import CannotConfirm, CannotDeposit, confirm, forget_files
from contracts.models import Caisse, Convention, ConventionActEvidence, PublishedRulebook, User
from contracts.models.evidence import evidence_storage
from tests.access.imports.portfolios import GOOD, csv, workbook
from tests.forms_annexes.files import a_pdf
from workflows import clock
from workflows.effect_worker import drain
from workflows.models import Effect

pytestmark = pytest.mark.django_db

Row = dict[str, str]

ANY = GOOD | {"rulebook": "un-modele"}


@pytest.fixture
def good(yearly: PublishedRulebook, today: Callable[[str], None]) -> Row:
    today("2026-11-22")
    return GOOD | {"rulebook": yearly.code}


@pytest.fixture
def deposit(caisse: Caisse, agent: User) -> Callable[..., ImportDeposit]:
    def give(*tables: ContentFile, scans: ContentFile | None = None) -> ImportDeposit:
        return import_deposits.deposit(uuid4(), caisse, tables, scans, agent)

    return give


def outcomes(run: ImportRun | None) -> list[tuple[str, str]]:
    assert run is not None
    run.refresh_from_db()
    assert run.state == "done", run.failure
    return list(run.rows.values_list("number", "outcome"))


def test_the_trial_changes_nothing_and_the_confirmation_takes_over_what_it_told(
    deposit: Callable[..., ImportDeposit], good: Row, agent: User
) -> None:
    found = deposit(csv(good, good | {"number": "A-2", "caisse_signed_on": "31/02/2019"}))
    with pytest.raises(CannotConfirm, match="pas terminée"):
        confirm(found, agent)
    drain()
    assert outcomes(found.trial) == [("A-1", "accepted"), ("A-2", "refused")]
    assert not Convention.objects.exists()
    run = confirm(found, agent)
    assert confirm(found, agent) == run
    drain()
    assert outcomes(run) == [("A-1", "accepted"), ("A-2", "refused")]
    one = Convention.objects.get()
    assert (one.number, one.state, one.created_by) == ("A-1", "active", agent)


def test_a_worker_that_is_killed_between_two_batches_does_nothing_twice(
    deposit: Callable[..., ImportDeposit],
    good: Row,
    agent: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "AT_ONCE", 2)
    found = deposit(csv(*(good | {"number": f"A-{number}"} for number in range(1, 6))))
    drain()
    run = confirm(found, agent)
    key = {"run": run.pk}
    import_deposits.go_on(key, None)  # type: ignore[arg-type]
    run.refresh_from_db()
    assert (run.rows.count(), run.state, run.total) == (2, "running", 5)
    drain()
    assert [number for number, _ in outcomes(run)] == ["A-1", "A-2", "A-3", "A-4", "A-5"]
    assert Convention.objects.count() == 5
    assert not Effect.objects.exclude(handler=import_deposits.RUNNING).exists()


def test_scans_are_joined_to_what_they_prove_and_those_that_nobody_names_are_told(
    deposit: Callable[..., ImportDeposit], good: Row, agent: User
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("scans/A-1.pdf", a_pdf())
        archive.writestr("A-2.pdf", b"MZ")
        archive.writestr("perdue.pdf", a_pdf())
    found = deposit(
        csv(
            good | {"files": "a-1.pdf"},
            good | {"number": "A-2", "files": "A-2.pdf"},
            good | {"number": "A-3", "files": "A-3.pdf"},
        ),
        scans=ContentFile(out.getvalue(), "pieces.zip"),
    )
    drain()
    found.refresh_from_db()
    assert [one["kind"] for one in found.remarks] == ["scan_not_named"]
    assert "perdue.pdf" in found.remarks[0]["message"]
    run = confirm(found, agent)
    drain()
    assert outcomes(run) == [("A-1", "accepted"), ("A-2", "refused"), ("A-3", "refused")]
    kinds = [row.problems[0]["kind"] for row in run.rows.filter(outcome="refused")]
    assert kinds == ["bad_scan", "scan_missing"]
    joined = ConventionActEvidence.objects.values_list("act__kind", "file__original_name")
    assert set(joined) == {("signature", "a-1.pdf")}


def test_refused_rows_come_back_with_their_reason_and_are_taken_once_corrected(
    deposit: Callable[..., ImportDeposit], good: Row, agent: User
) -> None:
    bad = good | {"number": "A-2", "caisse_signed_on": "31/02/2019"}
    user = {
        "number": "A-2",
        "last_name": "Modèle",
        "email": "modele@essai.example",
        "granted_on": "15/01/2019",
    }
    found = deposit(workbook(conventions=[good, bad], users=[user]))
    drain()
    book = load_workbook(io.BytesIO(import_refusals.workbook(found, found.trial)))
    sheet = book["Conventions"]
    titles = [cell.value for cell in sheet[1]]
    assert [row[0] for row in sheet.values] == ["Numéro de convention", "A-2"]
    assert titles[-1] == REASON
    place = titles.index("Signée par la caisse le") + 1
    assert "Signée par la caisse le" in str(sheet.cell(2, len(titles)).value)
    assert book["Utilisateurs"]["A2"].value == "A-2", "its user comes along"
    sheet.cell(2, place, "14/01/2019")
    out = io.BytesIO()
    book.save(out)
    again = deposit(ContentFile(out.getvalue(), "corrigees.xlsx"))
    drain()
    assert again.remarks == []
    assert outcomes(again.trial) == [("A-2", "accepted")], again.trial.rows.get().problems


def test_the_same_form_deposits_once(caisse: Caisse, agent: User, good: Row) -> None:
    identifier = uuid4()
    first, second = (
        import_deposits.deposit(identifier, caisse, [csv(good)], None, agent) for _ in range(2)
    )
    assert first == second
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize(
    ("tables", "field", "words"),
    [
        ([csv(ANY), csv(ANY)], "tables", "même tableau"),
        (
            [workbook(users=[{"number": "A-1", "last_name": "X", "granted_on": "15/01/2019"}])],
            "tables",
            "Il manque le tableau",
        ),
        ([csv(ANY, name="portefeuille.exe.csv")], "tables", "deux fins"),
    ],
)
def test_what_cannot_be_taken_over_is_refused_before_anything_is_kept(
    deposit: Callable[..., ImportDeposit], tables: list[ContentFile], field: str, words: str
) -> None:
    with pytest.raises(CannotDeposit) as refused:
        deposit(*tables)
    assert (refused.value.field, words in str(refused.value)) == (field, True)
    assert not ImportFile.objects.exists()


def test_the_files_are_forgotten_a_month_later_and_the_report_stays(
    deposit: Callable[..., ImportDeposit],
    good: Row,
    agent: User,
    today: Callable[[str], None],
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    found = deposit(csv(good))
    drain()
    confirm(found, agent)
    drain()
    [name] = found.files.values_list("file", flat=True)
    assert evidence_storage().exists(name)
    today("2026-12-21")
    assert forget_files(clock.today()) == 0
    today("2026-12-23")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        assert forget_files(clock.today()) == 1
    assert not evidence_storage().exists(name)
    assert ImportRow.objects.count() == 2
    found.refresh_from_db()
    assert found.forgotten_at - clock.now() < timedelta(1)
