"""Two people, or two clicks, at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from access.models import Habilitation
from contracts.models import Convention, User
from forms_annexes.models import AccessRequest
from forms_annexes.services import filling, instructing, signing
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
