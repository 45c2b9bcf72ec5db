"""Twenty partners at the same moment: all there, each once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from contracts.models import Caisse, Convention, Partner, User
from contracts.services.conventions import draft_convention
from forms_annexes.models import AccessRequest, PublicRequest
from forms_annexes.services import filling, public_filling
from forms_annexes.services.public_offer import Offer
from forms_annexes.services.public_preparing import prepare
from notifications.models import Message
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.public.conftest import fill
from tests.templates_conventions.matrix import CAF

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 20


def at_the_same_moment(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Do all the jobs in threads of their own, begun together; give what each answered."""
    together = Barrier(len(jobs))

    def done(job: Callable[[], Any]) -> Any:
        together.wait()
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(done, jobs))


def test_twenty_partners_send_at_once_and_none_is_lost(
    offer: Offer, open_caisse: Caisse, browsing: Callable[[User], Client]
) -> None:
    sendings = []
    for rank in range(MANY):
        partner = Partner.objects.create(name=f"Association d’Essai {rank}", kind="association")
        user = a_member(f"direction{rank}@association.example", partner)
        convention = draft_convention(caisse=open_caisse, partner=partner, rulebook_code=CAF)
        request = answered(filling.start(convention, user), user.email)
        browser, path = browsing(user), f"/espace/demandes/{request.pk}/recapitulatif/"
        sendings.append((browser, path, {"seen_revision": request.revision}))

    pages = at_the_same_moment(
        [lambda sending=sending: sending[0].post(sending[1], sending[2]) for sending in sendings]
    )

    assert [page.status_code for page in pages] == [302] * MANY
    arrived = AccessRequest.objects.filter(status="submitted")
    assert arrived.count() == MANY
    assert [request.transitions.filter(name="submit").count() for request in arrived] == [1] * MANY
    assert Message.objects.filter(kind="request_received").count() == MANY


def test_twenty_confirmations_at_once_have_each_a_number(offer: Offer, open_caisse: Caisse) -> None:
    sent = [
        public_filling.send(fill(offer, open_caisse, f"mairie{rank}@commune.example"))
        for rank in range(MANY)
    ]
    # Each is confirmed twice over: two clicks, or a mailbox that opens its links.
    at_the_same_moment([lambda one=one: public_filling.confirm(one) for one in [*sent, *sent]])
    numbers = PublicRequest.objects.filter(status="received").values_list("number", flat=True)
    assert sorted(numbers) == [f"CAISSE1-DA-2024-{rank:05d}" for rank in range(1, MANY + 1)]
    assert Message.objects.filter(kind="public_request_received").count() == MANY


def test_two_agents_who_prepare_at_once_make_one_convention(
    received: PublicRequest, agent: User
) -> None:
    made = at_the_same_moment([lambda: prepare(received, agent)] * 2)
    assert made[0] == made[1]
    assert Convention.objects.count() == 1


def answered(request: AccessRequest, email: str) -> AccessRequest:
    for block, answers in {
        "provider": {
            "provider.name": "Association d’Essai",
            "provider.address": "2 place de l’Essai",
            "provider.representative": "Camille Exemple",
            "provider.email": email,
        },
        "scope": {"scope.caisse": "Caisse d’essai", "scope.establishments": "Relais d’Essai"},
        "user": {
            "user.last_name": "Exemple",
            "user.first_name": "Claude",
            "user.email": f"claude.{email}",
        },
    }.items():
        request = filling.answer(request, block, answers)
    return request
