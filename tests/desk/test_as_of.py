"""A convention, and a list of them, on a day and as they were known at an instant."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from contracts.models import Caisse, Convention, User
from tests.desk.habilitated import clerk
from tests.desk.pages import in_role, words
from tests.portfolio import record

__all__ = ["clerk"]

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]


def on(convention: Convention, day: str, known_at: str = "") -> str:
    return f"/conventions/{convention.pk}/au/?le={day}&connu={known_at}"


@pytest.fixture
def learnt_late(convention: Convention, today: Move) -> Convention:
    """A notice of September 2024 that nobody recorded before 3 March 2025."""
    today("2025-03-03")
    record(convention, "notice", "2024-09-02", letter="1", by="partner", form="registered_letter")
    record(convention, "letter_posted", "2024-09-02", letter="1")
    return convention


def test_a_day_is_told_as_it_was_known_then_as_it_is_known_now_and_beside_today(
    clerk: Client, learnt_late: Convention
) -> None:
    page = words(clerk.get(on(learnt_late, "2025-02-01", "2025-02-01T12:00")))

    assert "État Différent En vigueur Arrivée à échéance Arrivée à échéance" in page
    assert "Accès ce jour-là Différent ouvert fermé fermé" in page
    since = page.split("Enregistré depuis")[1]
    assert "Dénonciation , 2 septembre 2024" in since
    assert "enregistré le 3 mars 2025" in since
    assert "Tacite reconduction, 2ᵉ période , on le croyait, à tort" in since
    assert "15 janvier 2025 : Fin à l’échéance , on ne le savait pas" in since


def test_what_was_known_is_not_changed_by_what_was_learnt_later(
    clerk: Client, convention: Convention, learnt_late: Convention
) -> None:
    page = words(clerk.get(on(learnt_late, "2024-03-01", "2024-03-01T12:00")))
    assert "Fin aucune en vue dernier jour" not in page.split("Quoi")[0]
    assert "État En vigueur Dénoncée" not in page
    assert "Fin Différent aucune en vue dernier jour : 14 janvier 2025 (dénonciation)" in page


def test_without_an_instant_a_day_is_told_by_all_that_is_known(
    clerk: Client, learnt_late: Convention
) -> None:
    page = words(clerk.get(on(learnt_late, "2025-02-01")))
    assert "État Arrivée à échéance Arrivée à échéance" in page
    assert "Enregistré depuis" not in page


@pytest.mark.parametrize(
    ("day", "known_at"),
    [
        ("", ""),
        ("hier", ""),
        ("0001-01-01", ""),
        ("9999-12-31", ""),
        ("2024-02-01", "9999-12-31T23:59"),
        ("2024-02-01", "\x00"),
    ],
)
def test_a_day_that_cannot_be_read_is_said_beside_its_field_and_in_a_summary(
    clerk: Client, convention: Convention, day: str, known_at: str
) -> None:
    for address in (on(convention, day, known_at), f"/conventions/au/?le={day}&connu={known_at}"):
        response = clerk.get(address)
        assert "À corriger avant de continuer" in words(response, 422)
        assert 'class="field-error"' in response.content.decode()


def test_the_list_tells_each_convention_of_the_day(
    clerk: Client, learnt_late: Convention, draft: Callable[..., Convention]
) -> None:
    younger = draft(number="PLUS-JEUNE")

    then = words(clerk.get("/conventions/au/?le=2025-02-01&connu=2025-02-01T12:00"))
    now = words(clerk.get("/conventions/au/?le=2025-02-01"))
    in_force = words(clerk.get("/conventions/au/?le=2025-02-01&etat=en-vigueur"))

    assert "En vigueur 2ᵉ période, jusqu’au 14 janvier 2026" in then.split("Période")[1]
    assert "Arrivée à échéance" in now.split("Période")[1]
    assert younger.number not in then + now
    assert "Aucune convention le samedi 1er février 2025" in in_force


def test_a_long_list_goes_on_after_its_last_row_at_the_same_cost(
    clerk: Client,
    draft: Callable[..., Convention],
    convention: Convention,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    drafts = [draft(number=f"N-{number:03}") for number in range(27)]
    with django_assert_max_num_queries(20):
        first = clerk.get("/conventions/au/?le=2024-02-01")
    after = first.context["page"].after
    second = words(clerk.get(f"/conventions/au/?le=2024-02-01&apres={after}"))
    assert drafts[-1].number in second
    assert convention.number not in second
    assert convention.number in words(clerk.get("/conventions/au/?le=2024-02-01&apres=%00"))


def test_another_caisse_sees_neither_the_day_nor_the_row(
    client: Client, convention: Convention
) -> None:
    elsewhere = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    stranger = in_role(
        User.objects.create_user("ailleurs@caisse.example"), elsewhere, "director", client
    )
    assert stranger.get(on(convention, "2024-02-01")).status_code == 404
    assert convention.number not in words(stranger.get("/conventions/au/?le=2024-02-01"))
