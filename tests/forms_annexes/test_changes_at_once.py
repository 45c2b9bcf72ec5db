"""Two agents decide the same change at the same time, or a partner and an agent act together."""

from collections.abc import Callable

import pytest

from access.models import Habilitation
from forms_annexes.models import AccessRequest
from forms_annexes.services import changing_users, filling, instructing
from forms_annexes.services.moving import StaleRequest
from tests.forms_annexes.test_at_once import at_once
from tests.forms_annexes.using import RSACG, Browsing, Cast, cast, fresh, text_of

__all__ = ["cast"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_agent_accepts_and_the_other_is_told(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(RSACG)
    right, director = house.named(profile="1"), house.member()
    request = changing_users.ask_modification(right, director, profile="2")
    filling.send(request, director)
    agents = [house.clerk(f"agent{number}@caisse.example") for number in (1, 2)]
    seen = fresh(request)

    answers = at_once(*(lambda agent=agent: instructing.accept(request, agent) for agent in agents))

    assert [type(answer) for answer in answers].count(StaleRequest) == 1
    assert right.acts.filter(kind="profile_changed").count() == 1
    assert AccessRequest.objects.get().transitions.filter(name="accept").count() == 1
    late = browsing(agents[1]).post(f"/demandes/{request.pk}/acceptation/", seen)
    assert late.status_code == 409
    assert "n’est plus à jour" in text_of(late)


def test_two_clicks_open_one_request_for_a_successor(cast: Callable[[str], Cast]) -> None:
    house = cast(RSACG)
    right, director = house.named(profile="1"), house.member()
    day = right.granted_on
    assert day is not None
    opened = at_once(
        *[lambda: changing_users.ask_replacement(Habilitation.objects.get(), day, director)] * 3
    )
    assert len({request.pk for request in opened}) == 1
    assert right.acts.filter(kind="departure").count() == 1
