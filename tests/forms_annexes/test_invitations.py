"""How a director comes in for the first time."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from contracts.models import Convention, Partner, PartnerMembership, User
from forms_annexes import links
from forms_annexes.models import AccessRequest, Invitation
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


def test_somebody_else_signs_out_and_comes_back(
    address: str, clerk: User, browsing: Browsing
) -> None:
    browser = browsing(clerk)
    assert f'name="next" value="{address}"' in browser.get(address).content.decode()
    assert browser.post("/deconnexion/", {"next": address}).url == address
    assert "Se connecter par un code" in browser.get(address).content.decode()


@pytest.mark.parametrize(
    "away", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:1"]
)
def test_who_signs_out_is_led_to_no_other_site(
    away: str, address: str, clerk: User, browsing: Browsing
) -> None:
    assert browsing(clerk).post("/deconnexion/", {"next": away}).url == "/connexion/"


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


# The annex opened with it, and the number by which the caisse knows the partner.

SIRET = "21420279800010"


@pytest.fixture
def with_siret(convention: Convention) -> Convention:
    Partner.objects.filter(pk=convention.partner_id).update(siret=SIRET)
    return convention


def test_whoever_claims_gives_the_siret_that_the_caisse_knows(
    with_siret: Convention, address: str, browsing: Browsing
) -> None:
    mine = browsing(invited())
    assert "SIRET" in mine.get(address).content.decode()
    for wrong in ("", "1234", "35600000000048"):
        page = mine.post(address, {"siret": wrong})
        assert page.status_code == 422
        assert SIRET not in page.content.decode()
        assert 'id="id_siret_error"' in page.content.decode()
    assert not PartnerMembership.objects.exists()
    assert mine.post(address, {"siret": "214 202 798 00010"}).url == "/espace/"
    assert PartnerMembership.objects.count() == 1


def test_numbers_are_not_tried_one_after_the_other(
    with_siret: Convention, address: str, browsing: Browsing
) -> None:
    mine = browsing(invited())
    for _ in range(5):
        assert mine.post(address, {"siret": "35600000000048"}).status_code == 422
    too_many = mine.post(address, {"siret": SIRET})
    assert too_many.status_code == 429
    assert not PartnerMembership.objects.exists()


def test_the_service_refuses_a_wrong_siret_too(with_siret: Convention, address: str) -> None:
    with pytest.raises(invitations.WrongSiret):
        invitations.claim(Invitation.objects.get(), invited())
    assert not PartnerMembership.objects.exists()


def test_each_useless_link_says_what_to_do(
    address: str, convention: Convention, clerk: User, client: Client, browsing: Browsing
) -> None:
    browsing(invited()).post(address)
    used = client.get(address)
    assert "déjà servi" in used.content.decode()
    assert "/connexion/?next=%2Fespace%2F" in used.content.decode()
    for _ in range(2):
        invitations.invite(convention, "autre@creche.example", clerk)
    replaced, standing = Invitation.objects.filter(user__email="autre@creche.example").order_by(
        "pk"
    )
    for row, words in ((replaced, "a pris sa place"), (standing, "a expiré")):
        path = f"/invitation/{links.token(invitations.PURPOSE, row.pk, row.nonce)}/"
        with clock.set_to(noon("2024-02-15")):
            page = client.get(path)
        assert page.status_code == 404
        assert words in page.content.decode()


def test_the_invitation_opens_the_compulsory_annex_and_leads_to_it(
    convention: Convention, clerk: User, browsing: Browsing, mail_to: Mail
) -> None:
    desk = browsing(clerk)
    path = f"/conventions/{convention.pk}/invitation/"
    page = desk.get(path).content.decode()
    ticked = re.search(r'name="sheet" value="([^"]+)"[^>]*checked', page)
    assert ticked is not None
    assert desk.post(path, {"email": EMAIL, "sheet": ticked[1]}).status_code == 302
    request = AccessRequest.objects.get()
    assert request.status == "draft"
    assert Invitation.objects.get().request == request
    assert list(request.answers.values()).count("Commune d’Essai") >= 1
    # Sent again, the same draft waits.
    desk.post(path, {"email": EMAIL, "sheet": ticked[1]})
    assert AccessRequest.objects.count() == 1
    found = re.search(r"/invitation/[^/\s\"<]+/", mail_to(EMAIL)[-1].body)
    assert found is not None
    landed = browsing(invited()).post(found[0])
    assert landed.url == f"/espace/demandes/{request.pk}/etape/1/"
    assert browsing(invited()).get(landed.url).status_code == 200


def test_an_invitation_without_an_annex_leads_to_the_space(
    convention: Convention, clerk: User, browsing: Browsing
) -> None:
    path = f"/conventions/{convention.pk}/invitation/"
    assert browsing(clerk).post(path, {"email": EMAIL, "sheet": ""}).status_code == 302
    assert not AccessRequest.objects.exists()


def test_a_sheet_that_is_not_there_is_refused_beside_its_field(
    convention: Convention, clerk: User, browsing: Browsing
) -> None:
    path = f"/conventions/{convention.pk}/invitation/"
    page = browsing(clerk).post(path, {"email": EMAIL, "sheet": "autre:9"})
    assert page.status_code == 422
    assert "id_sheet" in page.content.decode()
    assert not Invitation.objects.exists()
