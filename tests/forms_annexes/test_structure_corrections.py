"""A structure closed by mistake is open again, and its users are what their acts say."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import F
from django.test import Client

from access.models import Habilitation
from access.services.habilitations import grant, record
from access.services.user_life import report_departure
from contracts.models import Caisse, Convention, Partner, Person, Site, User
from forms_annexes.models import ClosingCorrection, StructureChange
from forms_annexes.services import structure_changes
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.structure_corrections import correct_closing, departures_of
from tests.documents import plain
from tests.forms_annexes.manager import SIX, convention_of_six
from workflows import clock
from workflows.acts import Annulment

Browsing = Callable[[User], Client]

REASON = "Le partenaire s’est trompé de structure."


@pytest.fixture
def convention(
    caisse: Caisse, partner: Partner, clerk: User, today: Callable[[str], None]
) -> Convention:
    """A convention of six structures, with one user in each of the first two."""
    today("2024-02-01")
    opened = convention_of_six(partner, caisse=caisse)
    service = opened.rules.services[0].code
    for name in SIX[:2]:
        person = Person.objects.create(first_name="Camille", last_name=f"Essai {name[-1]}")
        grant(opened, person, service, clerk, clock.today(), site=site(name))
    return opened


def site(name: str = SIX[0]) -> Site:
    return Site.objects.get(name=name)


def right(name: str = SIX[0]) -> Habilitation:
    return Habilitation.objects.get(site__name=name)


def close(convention: Convention, author: User, on: date | None = None) -> StructureChange:
    day = on or clock.today()
    return structure_changes.close(convention, site(), author, on=day, identifier=uuid4())


def read(page: Any) -> str:
    return plain(page.content.decode())


def test_an_agent_annuls_a_closing_and_its_users_have_their_access_again(
    convention: Convention,
    director: User,
    clerk: User,
    browsing: Browsing,
    today: Callable[[str], None],
) -> None:
    state, other = right().state, right(SIX[1]).revision
    closing = close(convention, director)
    assert right().state == "closed"
    today("2024-02-05")
    desk, path = browsing(clerk), f"/demandes/structures/{closing.pk}/fermeture/"
    assert path in desk.get("/demandes/structures/").content.decode()
    assert f"Camille Essai {SIX[0][-1]}" in read(desk.get(path))
    told = read(desk.post(path, {"reason": REASON}, follow=True))
    assert "Fermeture annulée" in told
    assert REASON in told
    assert site().closed_on is None
    assert (right().state, right().closes_on) == (state, None)
    assert right(SIX[1]).revision == other
    # What was declared stays on record, and so does what annulled it.
    kinds = list(right().acts.order_by("pk").values_list("kind", flat=True))
    assert kinds[-2:] == ["departure", "annulment"]
    page = read(browsing(director).get(f"/espace/conventions/{convention.pk}/structures/"))
    assert "annulée par la caisse le 5 février 2024" in page
    assert REASON in page
    assert "Fermée depuis le" not in page


def test_whoever_had_left_before_the_closing_gets_nothing_back(
    convention: Convention, director: User, clerk: User
) -> None:
    report_departure(right(), clock.today(), clerk)
    closing = close(convention, director)
    correct_closing(closing, clerk, REASON)
    assert (right().state, right().close_cause) == ("closed", "departure")
    assert not right().acts.filter(kind="annulment").exists()


def test_a_closing_to_come_is_annulled_before_its_day(
    convention: Convention, director: User, clerk: User
) -> None:
    closing = close(convention, director, clock.today() + timedelta(days=60))
    assert right().closes_on is not None
    correct_closing(closing, clerk, REASON)
    assert (right().closes_on, site().closed_on) == (None, None)


def test_a_correction_wants_a_reason_that_names_nobody_by_number(
    convention: Convention, director: User, clerk: User, browsing: Browsing
) -> None:
    closing = close(convention, director)
    path = f"/demandes/structures/{closing.pk}/fermeture/"
    for reason in ("", "   ", "Pour 2 95 10 99 126 111 93"):
        assert browsing(clerk).post(path, {"reason": reason}).status_code == 422
        with pytest.raises(ValidationError):
            correct_closing(closing, clerk, reason)
    assert site().closed_on == clock.today()
    assert right().state == "closed"
    assert not ClosingCorrection.objects.exists()


def test_of_two_agents_one_corrects_and_the_other_is_told(
    convention: Convention, director: User, clerk: User, browsing: Browsing
) -> None:
    closing = close(convention, director)
    correct_closing(closing, clerk, REASON)
    with pytest.raises(StaleRequest, match="déjà annulée"):
        correct_closing(closing, clerk, REASON)
    path = f"/demandes/structures/{closing.pk}/fermeture/"
    assert browsing(clerk).post(path, {"reason": REASON}).status_code == 409
    assert right().acts.filter(kind="annulment").count() == 1


def test_a_structure_corrected_may_close_again_once(
    convention: Convention, director: User, clerk: User
) -> None:
    first = close(convention, director)
    correction = correct_closing(first, clerk, REASON)
    again = close(convention, director)
    assert again.follows == correction
    assert right().state == "closed"
    with pytest.raises(RequestRefused, match="déjà enregistrée"):
        close(convention, director)
    correct_closing(again, clerk, REASON)
    assert right().state != "closed"


def test_what_was_corrected_is_never_rewritten(
    convention: Convention, director: User, clerk: User
) -> None:
    closing = close(convention, director)
    correct_closing(closing, clerk, REASON)
    for rows in (StructureChange.objects.all(), ClosingCorrection.objects.all()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(id=F("id") + 1)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows._raw_delete("default")


def test_only_the_agents_of_the_caisse_correct(
    convention: Convention, director: User, browsing: Browsing
) -> None:
    closing = close(convention, director)
    path = f"/demandes/structures/{closing.pk}/fermeture/"
    for stranger in (director, User.objects.create_user("autre@caisse.example")):
        browser = browsing(stranger)
        assert browser.get(path).status_code in (403, 404)
        assert browser.post(path, {"reason": REASON}).status_code in (403, 404)
    assert (
        browsing(director).get("/demandes/structures/99999999999999999999/fermeture/").status_code
        == 404
    )
    assert site().closed_on is not None


def test_the_departures_of_a_closing_are_told_in_two_queries(
    convention: Convention, director: User, clerk: User, django_assert_num_queries: Any
) -> None:
    service = convention.rules.services[0].code
    for name in ("Agathe", "Basile", "Colette"):
        person = Person.objects.create(first_name=name, last_name="Essai")
        grant(convention, person, service, clerk, clock.today(), site=site())
    closing = close(convention, director)
    with django_assert_num_queries(2):
        assert len(departures_of(closing)) == 4


def test_a_departure_that_somebody_has_annulled_is_not_told_again(
    convention: Convention, director: User, clerk: User
) -> None:
    closing = close(convention, director)
    (departure,) = departures_of(closing)
    annulment = Annulment(
        id=str(uuid4()),
        on=clock.today(),
        recorded_at=clock.now(),
        of=departure.identifier,
        reason="La personne reste.",
    )
    record(right(), annulment, clerk)
    assert departures_of(closing) == []
