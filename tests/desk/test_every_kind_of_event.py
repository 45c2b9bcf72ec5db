"""Every kind of event finds its page, with what it asks, what it changes, and why not."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from contracts.models import Caisse, Convention, Proposal, User
from contracts.services.rulebooks import publish
from desk import events
from desk.users import recordable as user_events
from templates_conventions.catalogue import rulebook
from tests.desk.test_events import confirm, fill, lawyer, living, tell
from tests.desk.test_pages import Move, Open, give, text_of
from tests.portfolio import record
from workflows import clock
from workflows.acts import KINDS, UserAct

__all__ = ["lawyer", "living"]

pytestmark = pytest.mark.django_db

QUOTIENT = "qf-msa-ardeche-drome-loire"
"""It has clauses of force majeure, dispute, replacement and attestation."""

Living = Callable[[str, Mapping[str, Any]], Convention]


@pytest.fixture
def live_by(draft: Open, today: Move) -> Living:
    """A convention in force since 15 January 2025 by some rules, looked at on 20 October."""

    def begin(code: str, changes: Mapping[str, Any]) -> Convention:
        publish(rulebook(code).amended(changes))
        today("2025-01-15")
        begun = draft(rulebook_code=code)
        for party in begun.rules.roles:
            record(begun, "signature", "2025-01-15", party=party)
        record(begun, "cnil", "2025-01-15", basis="transmission", reference="T-1")
        today("2025-10-20")
        return begun

    return begin


@pytest.fixture
def quotient(live_by: Living) -> Convention:
    """A convention with clauses of force majeure and dispute."""
    return live_by(QUOTIENT, {})


def listed(client: Client, convention: Convention) -> tuple[str, str]:
    """What the page of choices offers, and what it says is not possible."""
    page = text_of(client.get(f"/conventions/{convention.pk}/evenements/"))
    possible, _, impossible = page.partition("Pas possible aujourd’hui")
    return possible, impossible


def test_each_kind_is_offered_or_says_from_where_it_comes() -> None:
    of_users = {kind for kind, act in KINDS.items() if issubclass(act, UserAct)} | {"annulment"}
    of_conventions = {kind for kind, act in KINDS.items() if not issubclass(act, UserAct)}
    for kinds, offered, elsewhere in (
        (of_conventions, set(events.BY_KIND), set(events.RECORDED_ELSEWHERE)),
        (
            of_users,
            {event.kind for event in user_events.events_for(rulebook(QUOTIENT))},
            set(user_events.RECORDED_ELSEWHERE),
        ),
    ):
        assert offered | elsewhere == kinds
        assert not offered & elsewhere


def test_force_majeure_gives_a_faculty_that_two_people_use(
    lawyer: Client, quotient: Convention, today: Move
) -> None:
    answers = fill(lawyer, quotient, "force_majeure", by="partner", on="2025-10-20")
    answers |= {"began_on": "2025-10-12"}
    shown = text_of(tell(lawyer, quotient, "force_majeure", answers))
    assert "Faculté de résilier pour force majeure" in shown
    assert "20 novembre 2025" in shown
    confirm(lawyer, quotient, "force_majeure", answers)
    possible, impossible = listed(lawyer, quotient)
    assert "Un cas est déjà notifié, le 20 octobre 2025." in impossible
    assert "la faculté de résilier s’ouvre le 20 novembre 2025." in impossible
    assert "La force majeure a cessé" in possible

    today("2025-11-20")
    end = fill(lawyer, quotient, "force_majeure_termination", by="partner", on="2025-11-20")
    confirm(lawyer, quotient, "force_majeure_termination", end)
    quotient.refresh_from_db()
    assert quotient.state == "active"
    assert Proposal.objects.get().convention == quotient


def test_an_event_that_would_begin_after_its_notice_is_refused(
    lawyer: Client, quotient: Convention
) -> None:
    answers = fill(lawyer, quotient, "force_majeure", by="partner", on="2025-10-10")
    page = text_of(tell(lawyer, quotient, "force_majeure", answers | {"began_on": "2025-10-15"}))

    assert "Le début de l’événement est postérieur à sa notification" in page


def test_a_dispute_gives_the_day_on_which_a_court_may_be_asked_until_it_is_settled(
    lawyer: Client, quotient: Convention
) -> None:
    answers = fill(lawyer, quotient, "dispute", by="partner", on="2025-10-01")
    # Sixty days from 1 October, that day excluded: the last is 30 November.
    assert "1er décembre 2025" in text_of(tell(lawyer, quotient, "dispute", answers))
    assert "Aucun différend n’est en cours." in listed(lawyer, quotient)[1]
    confirm(lawyer, quotient, "dispute", answers)

    confirm(
        lawyer,
        quotient,
        "dispute_settled",
        fill(lawyer, quotient, "dispute_settled", on="2025-10-20"),
    )
    life = quotient.timeline(clock.today())
    assert [until.isoformat() for _, until in life.data.disputes if until] == ["2025-10-20"]
    assert "court_possible" not in {one.kind for one in life.deadlines}


def test_an_express_renewal_opens_the_next_term(lawyer: Client, live_by: Living) -> None:
    convention = live_by(QUOTIENT, {"term.renewal.kind": "express"})
    ends_on = convention.timeline(clock.today()).current_term.last_day
    answers = fill(lawyer, convention, "renewal_agreed", on="2025-10-20")

    confirm(lawyer, convention, "renewal_agreed", answers)

    life = convention.timeline(clock.today())
    assert ends_on in {step.on - timedelta(days=1) for step in life.steps if step.name == "renew"}
    assert "déjà convenu pour la période suivante" in listed(lawyer, convention)[1]


def test_a_renewal_is_agreed_only_where_it_is_express(lawyer: Client, quotient: Convention) -> None:
    assert "conviennent de renouveler" not in "".join(listed(lawyer, quotient))


def test_of_two_late_notices_one_says_which_is_maintained(
    lawyer: Client, living: Convention, today: Move
) -> None:
    for name, by, on in (("A", "partner", "2025-12-01"), ("B", "caisse", "2025-12-02")):
        today(on)
        record(living, "notice", on, by=by, form="registered_letter", letter=name)
        record(living, "letter_posted", on, letter=name)
    today("2025-12-10")
    form = fill(lawyer, living, "notice_confirmed", on="2025-12-10")
    refused = text_of(tell(lawyer, living, "notice_confirmed", form))
    assert "Rien n’est enregistré" in refused
    of_partner = living.acts.get(kind="notice", on="2025-12-01").identifier

    shown = text_of(tell(lawyer, living, "notice_confirmed", form | {"notice": of_partner}))
    confirm(lawyer, living, "notice_confirmed", form | {"notice": of_partner})

    assert "Celle du 1er décembre 2025, par" in shown
    assert living.acts.get(kind="notice_confirmed").payload["notice"] == of_partner
    assert "14 janvier 2027" in shown


def test_a_party_leaves_where_the_text_lets_it_and_the_others_stay(
    lawyer: Client, live_by: Living
) -> None:
    stays = rulebook(QUOTIENT).parties
    third = stays[1].model_copy(update={"role": "third", "designation": "l’Agence", "kinds": ()})
    convention = live_by(
        QUOTIENT,
        {
            "parties": [
                *(one.model_dump() for one in stays),
                third.model_dump() | {"may_leave": True},
            ]
        },
    )
    answers = fill(lawyer, convention, "party_left", party="third", on="2025-10-31")

    other = tell(lawyer, convention, "party_left", answers | {"party": "partner"})
    confirm(lawyer, convention, "party_left", answers)

    assert "Rien n’est enregistré" in text_of(other)
    assert convention.timeline(clock.today()).data.left == ["third"]
    assert "Aucune partie ne peut plus se retirer." in listed(lawyer, convention)[1]


def test_a_duty_that_is_done_lets_the_file_be_closed(
    lawyer: Client, quotient: Convention, today: Move
) -> None:
    assert "La convention n’est pas arrivée à son terme." in listed(lawyer, quotient)[1]
    record(
        quotient,
        "mutual_termination",
        "2025-10-20",
        last_day="2025-10-31",
        agreed_by=["caisse", "partner"],
    )
    today("2025-11-10")
    closing = fill(lawyer, quotient, "closing", on="2025-11-10")
    assert "pas encore reçue" in text_of(tell(lawyer, quotient, "closing", closing))

    answers = fill(lawyer, quotient, "duty_done", duty="attestation", on="2025-11-08")
    confirm(lawyer, quotient, "duty_done", answers)
    confirm(lawyer, quotient, "closing", fill(lawyer, quotient, "closing", on="2025-11-10"))

    quotient.refresh_from_db()
    assert quotient.state == "closed"


def test_a_convention_is_replaced_by_one_that_exists(
    lawyer: Client, quotient: Convention, draft: Open
) -> None:
    answers = fill(lawyer, quotient, "replaced", on="2025-12-31") | {"convention": "RIEN-1"}
    refused = text_of(tell(lawyer, quotient, "replaced", answers))
    assert "Aucune convention ne porte ce numéro." in refused

    later = draft(rulebook_code=QUOTIENT)
    confirm(lawyer, quotient, "replaced", answers | {"convention": later.number})

    assert quotient.acts.get(kind="replaced").payload["convention"] == later.number
    assert quotient.timeline(clock.today()).last_day_in_force.isoformat() == "2025-12-31"


def test_without_a_clause_access_is_suspended_under_a_lawyers_visa(
    lawyer: Client, live_by: Living
) -> None:
    convention = live_by(QUOTIENT, {"suspension": None})
    answers = fill(lawyer, convention, "suspension", on="2025-10-20", reason="Essai")
    assert "Rien n’est enregistré" in text_of(tell(lawyer, convention, "suspension", answers))

    confirm(lawyer, convention, "suspension", answers | {"visa": "Décision J-12"})

    payload = convention.acts.get(kind="suspension").payload
    assert (payload["visa"], payload["nature"]) == ("Décision J-12", "temporary")


def test_a_clerk_records_no_end_and_no_dispute(
    client: Client, agent: User, caisse: Caisse, quotient: Convention
) -> None:

    give(agent, caisse)
    client.force_login(agent)
    for kind in ("force_majeure", "dispute", "replaced", "party_left"):
        assert client.get(f"/conventions/{quotient.pk}/evenements/{kind}/").status_code == 403
