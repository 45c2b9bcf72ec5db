"""Two people, or two clicks, at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from access.models import Habilitation
from contracts.models import Caisse, Convention, User, UserScope
from forms_annexes.models import AccessRequest
from forms_annexes.services import assigning, filling, instructing, signing
from forms_annexes.services.moving import StaleRequest
from workflows import clock

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Do all the jobs in threads of their own; give what each answered or raised."""

    def done(job: Callable[[], Any]) -> Any:
        try:
            return job()
        except StaleRequest as stale:
            return stale
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(done, jobs))


def test_a_request_accepted_and_given_back_at_once_is_one_or_the_other(
    in_force: Convention,
    request_draft: AccessRequest,
    director: User,
    clerk: User,
    a_scan: SimpleUploadedFile,
) -> None:
    filling.send(request_draft, director)
    signing.sign_by_hand(request_draft, a_scan, clock.today(), director)
    answers = at_once(
        lambda: instructing.accept(request_draft, clerk),
        lambda: instructing.give_back(request_draft, clerk, ["unreadable"]),
    )
    assert [type(answer) for answer in answers].count(StaleRequest) == 1
    request = AccessRequest.objects.get()
    assert request.transitions.count() == 3
    assert Habilitation.objects.count() == (request.status == "accepted")


def test_two_clicks_open_one_draft(convention: Convention, director: User) -> None:
    opened = at_once(*[lambda: filling.start(convention, director)] * 4)
    assert len({request.pk for request in opened}) == 1
    assert AccessRequest.objects.get().number.endswith("00001")


def test_two_agents_who_decide_at_once_are_one_decision_and_one_conflict(
    in_force: Convention,
    request_draft: AccessRequest,
    director: User,
    clerk: User,
    caisse: Caisse,
    a_scan: SimpleUploadedFile,
    browsing: Callable[[User], Client],
) -> None:
    filling.send(request_draft, director)
    signing.sign_by_hand(request_draft, a_scan, clock.today(), director)
    other = User.objects.create_user("autre@caisse.example", first_name="Claude", last_name="Essai")
    UserScope.objects.create(
        user=other, caisse=caisse, role="back_office_agent", first_day=clock.today()
    )
    seen = {"seen_revision": AccessRequest.objects.get().revision}
    start = f"/demandes/{request_draft.pk}/"
    accepting, refusing = browsing(clerk), browsing(other)
    pages = at_once(
        lambda: accepting.post(f"{start}acceptation/", seen),
        lambda: refusing.post(f"{start}refus/", seen | {"reason": "not_staff"}),
    )
    assert sorted(page.status_code for page in pages) == [302, 409]
    (lost,) = (page for page in pages if page.status_code == 409)
    request = AccessRequest.objects.get()
    winner = request.transitions.last().author.get_full_name()
    said = lost.content.decode().replace("\xa0", " ")
    assert f"par {winner}, le 1er février 2024" in said
    word = "Accepté" if request.status == "accepted" else "Refusé"
    assert f"{word} : Camille Essai." in said
    assert Habilitation.objects.count() == (request.status == "accepted")


def test_two_agents_who_take_a_request_at_once_do_not_both_have_it(
    in_force: Convention,
    request_draft: AccessRequest,
    director: User,
    clerk: User,
    a_scan: SimpleUploadedFile,
) -> None:
    filling.send(request_draft, director)
    signing.sign_by_hand(request_draft, a_scan, clock.today(), director)
    other = User.objects.create_user("autre@caisse.example")
    answers = at_once(
        lambda: assigning.take(request_draft, clerk),
        lambda: assigning.take(request_draft, other),
    )
    assert [type(answer) for answer in answers].count(StaleRequest) == 1
    assert request_draft.transitions.filter(name="take").count() == 1
