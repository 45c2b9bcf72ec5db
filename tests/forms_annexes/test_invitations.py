"""How a director comes in for the first time."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from contracts.models import Convention, PartnerMembership, User
from forms_annexes import links
from forms_annexes.models import Invitation
from forms_annexes.services import invitations
from tests.portfolio import noon
from workflows import clock

EMAIL = "direction@creche.example"

Mail = Callable[[str], list[Any]]
Browsing = Callable[[User], Client]


@pytest.fixture
def address(convention: Convention, clerk: User, mail_to: Mail) -> str:
    invitations.invite(convention, EMAIL, clerk, first_name="Dominique", last_name="Essai")
    found = re.search(r"/invitation/[^/\s\"<]+/", mail_to(EMAIL)[-1].body)
    assert found is not None
    return found[0]


def invited() -> User:
    return User.objects.get(email=EMAIL)


def test_the_link_leads_in_once_signed_in(address: str, client: Client, browsing: Browsing) -> None:
    page = client.get(address)
    assert page.status_code == 200
    assert "Se connecter" in page.content.decode()
    assert client.post(address).status_code == 200
    assert not PartnerMembership.objects.exists()
    mine = browsing(invited())
    assert mine.post(address).url == "/espace/"
    membership = PartnerMembership.objects.get()
    assert (membership.user, membership.role) == (invited(), "director")
    assert mine.get("/espace/").status_code == 200
    # The same person goes home; nobody else learns anything.
    assert mine.get(address).url == "/espace/"
    assert client.get(address).status_code == 404


def test_nobody_else_claims_it(
    address: str, convention: Convention, clerk: User, browsing: Browsing
) -> None:
    page = browsing(clerk).post(address)
    assert "une autre adresse" in page.content.decode()
    assert not PartnerMembership.objects.exists()
    with pytest.raises(invitations.InvitationUseless):
        invitations.claim(Invitation.objects.get(), clerk)


def test_an_old_link_opens_a_calm_page(address: str, client: Client, browsing: Browsing) -> None:
    with clock.set_to(noon("2024-02-15")):
        page = browsing(invited()).post(address)
    assert page.status_code == 404
    assert "nouvelle" in page.content.decode()
    assert not PartnerMembership.objects.exists()


@pytest.mark.parametrize("change", [lambda a: a[:-3] + "A/", lambda a: "/invitation/1/"])
def test_a_guessed_link_opens_a_calm_page(
    address: str, client: Client, change: Callable[[str], str]
) -> None:
    page = client.get(change(address))
    assert page.status_code == 404
    assert "Cette invitation n’ouvre rien" in page.content.decode()


def test_a_link_made_for_another_purpose_opens_nothing(address: str) -> None:
    row = Invitation.objects.get()
    assert invitations.standing(links.token("signature", row.pk, row.nonce)) is None


def test_a_new_invitation_takes_the_place_of_the_one_before(
    address: str, convention: Convention, clerk: User, client: Client
) -> None:
    invitations.invite(convention, EMAIL.upper(), clerk)
    assert client.get(address).status_code == 404
    assert Invitation.objects.filter(revoked_at__isnull=True).count() == 1


def test_claimed_twice_is_claimed_once(address: str) -> None:
    row = Invitation.objects.get()
    for _ in range(2):
        invitations.claim(row, invited())
    assert PartnerMembership.objects.count() == 1


def test_an_agent_is_not_invited(convention: Convention, clerk: User) -> None:
    with pytest.raises(ValidationError, match="agent"):
        invitations.invite(convention, clerk.email, clerk)
