"""The partner of an ended convention is asked to attest, rung by rung, until it does."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from contracts.models import Caisse, Convention, PartnerMembership, User
from contracts.services.after_end import awaiting_attestation
from notifications.attestations import ask_partners, mails_asking, rung_due
from notifications.models import Message
from tests.ended import contact, ended, quotient
from tests.portfolio import record
from workflows import clock

__all__ = ["contact", "ended", "quotient"]

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
Delivered = Callable[[], list[Any]]


@pytest.mark.parametrize(
    ("today", "rung"),
    [
        ("2024-03-31", None),
        ("2024-04-01", 1),
        ("2024-04-16", 1),
        ("2024-04-17", None),
        ("2024-04-30", 30),
        ("2024-05-30", 60),
        ("2025-01-01", None),
    ],
)
def test_the_latest_rung_leaves_and_none_that_is_long_past(today: str, rung: int | None) -> None:
    assert rung_due(date(2024, 3, 31), (1, 30, 60), date.fromisoformat(today)) == rung


def test_the_contact_is_asked_once_a_rung_with_the_article_and_what_to_do(
    ended: Convention, today: Move, delivered: Delivered
) -> None:
    assert ask_partners(clock.today()) == 1
    ask_partners(clock.today())
    [sent] = delivered()
    assert sent.to == ["camille@partenaire.example"]
    body = sent.body.replace("\u00a0", " ")
    for said in ("31 mars 2024", "article 6-1", "dans les plus brefs délais", "reste ouvert"):
        assert said in body
    assert "Exemple-Durand" not in sent.subject
    assert mails_asking([ended.pk]) == {ended.pk: [date(2024, 4, 10)]}

    today("2024-05-01")
    ask_partners(clock.today())
    assert len(delivered()) == 2


def test_who_signs_in_for_the_partner_is_led_to_the_declaration(
    ended: Convention, delivered: Delivered
) -> None:
    member = User.objects.create_user("mairie@essai.example")
    PartnerMembership.objects.create(
        user=member, partner=ended.partner, role="director", first_day=date(2024, 1, 1)
    )
    ask_partners(clock.today())
    [sent] = delivered()
    assert sent.to == ["mairie@essai.example"]
    assert f"/espace/conventions/{ended.pk}/declarer/attestation-de-destruction/" in sent.body


def test_received_before_the_message_left_it_is_not_asked_for_and_annulled_it_is_again(
    ended: Convention, today: Move, delivered: Delivered
) -> None:
    ask_partners(clock.today())
    act = record(ended, "duty_done", "2024-04-09", duty="attestation")
    assert delivered() == []
    assert Message.objects.get().state == "cancelled"

    today("2024-05-01")
    assert ask_partners(clock.today()) == 0
    record(ended, "annulment", "2024-05-01", of=act.identifier, reason="Pièce d’une autre.")
    assert list(awaiting_attestation(Convention.objects.all())) == [ended]
    assert ask_partners(clock.today()) == 1


@pytest.mark.parametrize(
    ("setting", "asked"),
    [({"enabled": False}, 0), ({"days": [20]}, 0), ({"days": [5]}, 1), ({"days": [5, 5]}, 0)],
)
def test_a_caisse_asks_at_its_own_rungs_or_not_at_all(
    ended: Convention, setting: dict[str, Any], asked: int
) -> None:
    Caisse.objects.update(settings={"deadline_reminders": {"attestation": setting}})
    assert ask_partners(clock.today()) == asked
