"""A former register taken over: the same lives as if they had been lived here, and no more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from access.imports import running
from access.imports.scan_files import in_folder
from access.imports.words import NATURES
from access.models import Account, AccountTakeOver, Habilitation, ImportRun
from access.services.following import follow
from contracts.models import Caisse, Convention, Partner, PublishedRulebook, User
from contracts.services.addresses import change_address
from contracts.services.drafting import admits
from contracts.services.rulebooks import publish
from notifications.models import Message
from templates_conventions.catalogue import rulebooks
from tests.access.imports.living import all_believed, lived
from tests.access.imports.telling import CNIL, PARTNER, SIGNED, rows, take_over, told
from tests.portfolio import an_act, noon, record
from workflows import cache, scheduler, subjects
from workflows.chains import broken_links
from workflows.models import Effect

pytestmark = pytest.mark.django_db

NOW = "2026-11-22"

RECOMMENDED = {"form": "Lettre recommandée", "posted_on": "02/03/2021", "received_on": "04/03/2021"}

LIVES: dict[str, tuple[dict[str, str], list[dict[str, str]]]] = {
    # In force since 2019, renewed ever since.
    "RENEWED": ({}, []),
    "DRAFT": ({"partner_signed_on": "", "caisse_signed_on": "", "document_date": ""}, []),
    "SENT": (
        {
            "sent_on": "02/01/2019",
            "partner_signed_on": "",
            "caisse_signed_on": "",
            "document_date": "",
        },
        [],
    ),
    "GIVEN UP": (
        {f"notice_{key}": value for key, value in RECOMMENDED.items()}
        | {"notice_by": "Partenaire"},
        [],
    ),
    "JUST GIVEN UP": (
        {
            "notice_by": "Partenaire",
            "notice_form": "Lettre recommandée",
            "notice_posted_on": "20/11/2026",
        },
        [],
    ),
    "AGREED": ({"agreed_on": "01/06/2022", "agreed_last_day": "30/06/2022"}, []),
    "SUSPENDED": (
        {},
        [
            {
                "event": "Suspension de l’accès",
                "on": "03/04/2023",
                "detail": "Temporaire",
                "reference": "V-1",
            },
            {"event": "Levée de la suspension", "on": "05/05/2023"},
            {
                "event": "Suspension de l’accès",
                "on": "2026-11-02",
                "detail": "temporaire",
                "reference": "V-2",
            },
        ],
    ),
    "LONGER": (
        {},
        [
            {
                "event": "Avenant",
                "on": "03/04/2020",
                "until": "01/05/2020",
                "rule": "term.length",
                "rule_value": "P3Y",
            }
        ],
    ),
    "BROKEN": (
        {
            "formal_notice_by": "Caisse",
            "formal_notice_form": "Lettre recommandée",
            "formal_notice_posted_on": "01/09/2022",
            "formal_notice_presented_on": "03/09/2022",
            "formal_notice_received_on": "05/09/2022",
        },
        [{"event": "Différend notifié", "on": "15/09/2022", "by": "Partenaire"}],
    ),
    "BREAKING": (
        {
            "formal_notice_by": "Caisse",
            "formal_notice_form": "Lettre recommandée",
            "formal_notice_posted_on": "12/11/2026",
            "formal_notice_received_on": "14/11/2026",
        },
        [],
    ),
}

ASKED_FOR = [
    {"event": "Pièce reçue", "on": "05/01/2019", "detail": "delegation"},
]


@pytest.fixture
def now(today: Callable[[str], None]) -> None:
    today(NOW)


@pytest.mark.usefixtures("now")
@pytest.mark.parametrize("code", sorted(rulebooks()))
def test_a_convention_taken_over_is_what_it_would_be_had_it_lived_here(
    caisse: Caisse, agent: User, code: str
) -> None:
    rules = publish(rulebooks()[code])[0]
    lives = {
        number: life
        for number, life in LIVES.items()
        if rules.rulebook.breach is not None or not number.startswith("BR")
    }
    kinds = [word for word, kind in NATURES.items() if admits(rules.rulebook, kind)]
    made = (
        PARTNER
        | SIGNED
        | {"partner_kind": kinds[0]}
        | {"document_date": "15/01/2019", "prior_request_on": "02/01/2019"}
    )
    if any(condition.kind == "cnil" for condition in rules.rulebook.effect.conditions):
        made |= CNIL
    run = take_over(
        caisse,
        agent,
        conventions=[
            {"number": number, "rulebook": code} | {k: v for k, v in (made | own).items() if v}
            for number, (own, _) in lives.items()
        ],
        events=[
            {"number": number} | event
            for number, (own, events) in lives.items()
            for event in [*ASKED_FOR * ("partner_signed_on" not in own), *events]
        ],
    )
    assert {
        number: outcome for number, (outcome, _) in told(run).items() if outcome == "refused"
    } == {}
    imported = {one.number: one for one in Convention.objects.all()}
    assert imported.keys() == lives.keys()
    for number, one in imported.items():
        with transaction.atomic():
            assert all_believed(lived(one, date.fromisoformat(NOW))) == all_believed(one), number
            # Two acts of one name are never proposed at once.
            transaction.set_rollback(True)
        assert cache.compared(one) == (), number
    assert {one.state for one in imported.values()} >= {"draft", "active", "expired"}
    assert not list(broken_links())


@pytest.fixture
def portfolio(
    caisse: Caisse, agent: User, yearly: PublishedRulebook, now: None
) -> Callable[..., ImportRun]:
    """Take over a convention in force since 2019 with its user, changed as asked."""

    def run(**changes: Any) -> ImportRun:
        row = PARTNER | SIGNED | CNIL | {"number": "A-1", "rulebook": yearly.code}
        row |= {"partner_address": "1 place de la Mairie, 00000 Essai"}
        user = {
            "number": "A-1",
            "last_name": "Modèle",
            "email": "modele@essai.example",
            "granted_on": "15/01/2019",
            "notified_on": "16/01/2019",
            "identifier": "ESSAI1",
        }
        users = changes.pop("users", [user])
        more = {key: changes.pop(key) for key in ("events", "dry", "scans") if key in changes}
        return take_over(caisse, agent, conventions=[row | changes], users=users, **more)

    return run


def test_a_file_read_twice_changes_nothing(portfolio: Callable[..., ImportRun]) -> None:
    assert told(portfolio()) == {"A-1": ("accepted", [])}
    before = [list(model.objects.order_by("pk").values()) for model in _TABLES]
    assert told(portfolio()) == {"A-1": ("unchanged", [])}
    assert [list(model.objects.order_by("pk").values()) for model in _TABLES] == before


def test_a_partner_known_under_other_words_is_told_of_once(
    portfolio: Callable[..., ImportRun], partner: Partner
) -> None:
    first = portfolio(partner_name="Ville d’Essai", partner_address="")
    assert told(first) == {"A-1": ("doubtful", ["partner_differs"])}
    assert Convention.objects.get().partner == partner
    again = portfolio(partner_name="Ville d’Essai", partner_address="")
    assert told(again) == {"A-1": ("unchanged", [])}


def test_a_trial_writes_nothing_and_says_the_same(portfolio: Callable[..., ImportRun]) -> None:
    tried = told(portfolio(dry=True, siren=""))
    assert [model.objects.count() for model in _TABLES] == [0] * len(_TABLES)
    assert tried == told(portfolio(siren="")) == {"A-1": ("doubtful", ["no_siren"])}


_TABLES: list[Any] = [Convention, Partner, Habilitation, Account, AccountTakeOver]


def test_what_a_person_corrected_is_left_as_it_is(
    portfolio: Callable[..., ImportRun], agent: User
) -> None:
    portfolio()
    convention = Convention.objects.get()
    record(convention, "annulment", NOW, of="cnil", reason="Saisi par erreur.")
    partner = convention.partner
    change_address(
        partner,
        "2 rue Neuve, 00000 Essai",
        on=date.fromisoformat(NOW),
        author=agent,
        identifier=uuid4(),
    )
    before = (convention.revision, convention.state)
    outcome, kinds = told(portfolio())["A-1"]
    assert outcome == "left"
    assert kinds == ["corrected_since", "corrected_since"]
    convention.refresh_from_db()
    assert (convention.revision, convention.state) == before
    assert partner.current_address == "2 rue Neuve, 00000 Essai"


def test_a_later_file_neither_adds_nor_changes_a_fact(portfolio: Callable[..., ImportRun]) -> None:
    portfolio()
    other = {"number": "A-1", "last_name": "Autre", "granted_on": "15/01/2020"}
    later = portfolio(caisse_signed_on="15/01/2019", deliberation_on="03/01/2019", users=[other])
    assert told(later)["A-1"] == (
        "left",
        ["fact_added_since", "fact_differs", "user_added_since"],
    )
    assert Convention.objects.get().acts.count() == 3
    assert Habilitation.objects.count() == 1


def test_a_number_given_here_is_not_taken_over(
    portfolio: Callable[..., ImportRun], draft: Callable[..., Convention]
) -> None:
    draft(number="A-1")
    assert told(portfolio()) == {"A-1": ("refused", ["opened_here"])}


def test_nothing_of_the_past_is_told_nor_asked_of_the_directory(
    portfolio: Callable[..., ImportRun], today: Callable[[str], None], embedded: Caisse
) -> None:
    portfolio()
    right = Habilitation.objects.get()
    assert (right.state, right.dormancy_warned_for) == ("credentials_sent", right.dormant_on)
    tomorrow = date.fromisoformat(NOW) + timedelta(days=1)
    today(tomorrow.isoformat())
    assert not Effect.objects.exists()
    scheduler.run_day(tomorrow)
    account = Account.objects.get()
    follow([("somebody looked", account.pk)])
    # What is of every day, whatever the conventions.
    asked = Effect.objects.exclude(key__startswith="journal_head").values_list("handler", flat=True)
    assert list(asked) == ["notifications.gathering"]
    assert not Message.objects.exists()
    assert (account.identifier, account.state) == ("", "absent")
    assert account.take_over.identifier == "ESSAI1"


def test_an_end_decided_elsewhere_is_never_taken_in_silence(
    portfolio: Callable[..., ImportRun],
) -> None:
    run = portfolio(agreed_on="01/06/2022", agreed_last_day="30/06/2022")
    assert told(run) == {"A-1": ("doubtful", ["decided_elsewhere"])}
    act = Convention.objects.get().acts.get(kind="mutual_termination")
    assert act.author == run.author
    assert act.recorded_at == Convention.objects.get().taken_over_at


def test_a_run_that_is_cut_goes_on_where_it_was(
    caisse: Caisse, agent: User, yearly: PublishedRulebook, now: None, monkeypatch: Any
) -> None:
    monkeypatch.setattr(running, "AT_ONCE", 2)
    given = [
        PARTNER | SIGNED | CNIL | {"number": f"A-{rank}", "rulebook": yearly.code}
        for rank in range(1, 6)
    ]

    def cut(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_over(caisse, agent, conventions=given, progress=cut)
    run = ImportRun.objects.get()
    assert (run.state, Convention.objects.count()) == ("running", 4)

    running.carry_out(run, rows("conventions", *given))
    assert running.counts(run)["accepted"] == 5
    assert list(run.rows.values_list("rank", flat=True)) == [1, 2, 3, 4, 5]


def test_the_database_refuses_one_convention_and_keeps_the_others(
    caisse: Caisse, agent: User, yearly: PublishedRulebook, now: None, monkeypatch: Any
) -> None:
    """A number that somebody takes meanwhile is refused by the constraint alone."""
    made = PARTNER | SIGNED | CNIL | {"rulebook": yearly.code}
    take_over(caisse, agent, conventions=[made | {"number": "A-1"}])
    # As if it had been written after this run looked.
    monkeypatch.setattr(running.Known, "conventions", lambda self, numbers: {})
    given = [made | {"number": number} for number in ("A-0", "A-1")]
    run = take_over(caisse, agent, conventions=given)
    assert told(run) == {"A-0": ("accepted", []), "A-1": ("refused", ["database"])}
    assert Convention.objects.count() == 2


def test_an_unused_right_is_told_of_again_once_used(portfolio: Callable[..., ImportRun]) -> None:
    portfolio()
    right = Habilitation.objects.get()
    login = an_act("last_login", NOW, user=right.user_key)
    subjects.record(right, replace(login, recorded_at=noon(NOW)), None)
    assert right.dormant_on is None or right.dormancy_warned_for != right.dormant_on


def test_a_missing_scan_is_told_where_it_is_named(
    portfolio: Callable[..., ImportRun], tmp_path: Path, agent: User
) -> None:
    (tmp_path / "lettre.jpg").write_bytes(b"x")
    letter = {"number": "A-1", "event": "Différend notifié", "on": "02/01/2020", "by": "Caisse"}
    run = portfolio(
        events=[letter | {"files": "lettre.jpeg"}], scans=in_folder(tmp_path, agent), dry=True
    )
    [problem] = [one for one in run.rows.get().problems if one["kind"] == "scan_missing"]
    assert (problem["sheet"], problem["row"]) == ("events", 2)
    assert "lettre.jpg" in problem["to_do"]


def test_the_scans_that_a_row_names_prove_its_signatures(
    portfolio: Callable[..., ImportRun], tmp_path: Path, agent: User
) -> None:
    (tmp_path / "A-1.txt").write_text("Convention signée")
    assert told(portfolio(files="A-1.txt", dry=True)) == {"A-1": ("doubtful", ["scans_not_sent"])}
    scans = in_folder(tmp_path, agent)
    missing = portfolio(files="A-1.txt | annexe.txt", scans=scans)
    assert told(missing) == {"A-1": ("refused", ["scan_missing"])}
    assert told(portfolio(files="A-1.txt", scans=scans)) == {"A-1": ("accepted", [])}
    proved = Convention.objects.get().acts.exclude(evidence=None)
    assert {act.kind for act in proved} == {"signature"}
    assert not list(broken_links())
