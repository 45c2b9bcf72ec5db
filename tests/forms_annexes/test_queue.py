"""The queue of a caisse: what waits, since when, for whom."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import Caisse, Convention, User, UserScope
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest
from forms_annexes.services import assigning, filling, instructing, paper_entry, queue
from forms_annexes.services.queue import Filters
from templates_conventions.catalogue import rulebook
from tests.forms_annexes.test_instruction import paper
from tests.templates_conventions.matrix import CAF
from workflows import clock

pytestmark = pytest.mark.django_db

Browsing = Callable[[User], Client]


def entered(
    convention: Convention, scan: SimpleUploadedFile, name: str, days_ago: int
) -> AccessRequest:
    """A signed annex that came by post some days ago."""
    sheet = paper(
        scan,
        received_on=clock.today() - timedelta(days=days_ago),
        signed_on=clock.today() - timedelta(days=days_ago),
    )
    user = {
        "user.last_name": name,
        "user.first_name": "Camille",
        "user.email": f"{name.lower()}@creche.example",
    }
    return paper_entry.enter(
        convention, sheet._replace(answers=sheet.answers | {"user": user}), None
    )


@pytest.fixture
def three(convention: Convention, a_scan: SimpleUploadedFile) -> list[AccessRequest]:
    """Three requests, the oldest entered last."""
    days = {"Un": 1, "Deux": 3, "Trois": 5}
    return [entered(convention, a_scan, name, ago) for name, ago in days.items()]


def numbers(user: User, **wanted: str) -> list[str]:
    found = queue.queue(user, clock.today(), Filters(**wanted))
    return [request.number[-1] for request in found]


def test_the_oldest_waits_first_with_its_age(
    three: list[AccessRequest], clerk: User, browsing: Browsing
) -> None:
    assert numbers(clerk) == ["3", "2", "1"]
    page = browsing(clerk).get("/demandes/").content.decode()
    for age in ("hier", "il y a 3 jours", "il y a 5 jours"):
        assert age in page.replace("\xa0", " ")
    assert "3 demandes" in page


def test_the_queue_is_narrowed_by_who_has_the_request(
    three: list[AccessRequest], clerk: User, agent: User
) -> None:
    first, second, _ = three
    assigning.take(first, clerk)
    assigning.take(second, agent)
    assert numbers(clerk, agent=queue.MINE) == ["1"]
    assert numbers(clerk, agent=queue.NOBODY) == ["3"]
    assert numbers(clerk) == ["3", "2", "1"]


def test_the_queue_is_narrowed_by_state(three: list[AccessRequest], clerk: User) -> None:
    first, second, _ = three
    instructing.give_back(first, clerk, ["unreadable"])
    instructing.accept(second, clerk)
    assert numbers(clerk) == ["3"]
    assert numbers(clerk, state=queue.WAITS_FOR_PARTNER) == ["1"]
    assert numbers(clerk, state=queue.DECIDED) == ["2"]


def test_the_queue_is_narrowed_by_caisse_and_service(
    three: list[AccessRequest],
    clerk: User,
    draft: Callable[..., Convention],
    a_scan: SimpleUploadedFile,
) -> None:
    other = Caisse.objects.create(code="CAISSE2", name="Autre caisse d’essai")
    UserScope.objects.create(
        user=clerk, caisse=other, role="back_office_agent", first_day=clock.today()
    )
    publish(rulebook(CAF))
    elsewhere = draft(caisse=other)
    entered(elsewhere, a_scan, "Quatre", 2)
    assert len(numbers(clerk)) == 4
    assert len(numbers(clerk, caisse="CAISSE2")) == 1
    (service,) = (one.code for one in elsewhere.rules.services)
    assert len(numbers(clerk, service=service)) == 4
    (published,) = (one.code for one in rulebook(CAF).services)
    assert numbers(clerk, service=published) == []


def test_each_filter_in_use_is_a_word_to_take_off(
    three: list[AccessRequest], clerk: User, browsing: Browsing
) -> None:
    browser = browsing(clerk)
    page = browser.get("/demandes/?agent=moi&caisse=CAISSE1").content.decode()
    assert "En charge : À moi" in page.replace("\xa0", " ")
    assert 'href="?caisse=CAISSE1"' in page
    assert "Aucune demande ne répond à ces filtres" in page
    unreadable = browser.get("/demandes/?etat=inconnu&agent=tous&page=x&caisse=nulle")
    assert unreadable.status_code == 200
    assert "3 demandes" in unreadable.content.decode()


def test_a_stranger_s_queue_is_empty(three: list[AccessRequest], browsing: Browsing) -> None:
    stranger = User.objects.create_user("agent@ailleurs.example")
    assert numbers(stranger) == []
    assert "Aucune demande n’attend" in browsing(stranger).get("/demandes/").content.decode()


def test_the_queries_of_the_queue_do_not_grow_with_it(
    three: list[AccessRequest],
    clerk: User,
    convention: Convention,
    a_scan: SimpleUploadedFile,
    django_assert_num_queries: Any,
) -> None:
    def read() -> None:
        _, rows = queue.page_of(queue.queue(clerk, clock.today(), Filters()), None)
        assert all(row.request.convention.partner.name for row in rows)
        assert [row.agent for row in rows][-1] == clerk

    assigning.take(three[0], clerk)
    # Scopes, the count, the rows, the agents.
    with django_assert_num_queries(4):
        read()
    for name in ("Quatre", "Cinq"):
        entered(convention, a_scan, name, 4)
    with django_assert_num_queries(4):
        read()


def test_a_draft_waits_for_nobody_at_the_caisse(
    request_draft: AccessRequest, director: User, clerk: User
) -> None:
    assert numbers(clerk) == []
    filling.send(request_draft, director)
    assert numbers(clerk) == []
