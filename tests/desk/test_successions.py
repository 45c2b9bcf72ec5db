"""The pages by which a partner's successor is recorded, read and annulled."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import Caisse, Convention, Partner, PartnerSuccession, User
from tests.desk.pages import in_role, somebody, words
from tests.forms_annexes.files import a_pdf
from tests.portfolio import record

pytestmark = pytest.mark.django_db

BY = {
    "ground": "commune_merger",
    "reference": "Arrêté préfectoral du 3 octobre 2023",
    "first_day": "2024-02-01",
    "name": "Commune nouvelle d’Essai-les-Bois",
    "kind": "commune",
    "number": "000 000 901",
}


@pytest.fixture
def clerk(convention: Convention, agent: User, caisse: Caisse, client: Client) -> Client:
    return in_role(agent, caisse, "back_office_agent", client)


@pytest.fixture
def page(partner: Partner) -> str:
    return f"/partenaires/{partner.pk}/successions/nouvelle/"


def hidden(response: Any) -> dict[str, str]:
    """What the page carries to its next showing."""
    html = response.content.decode()
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def confirmed(client: Client, page: str, convention: Convention, **answers: Any) -> Any:
    """The page filled, its consequences read, and confirmed."""
    given = hidden(client.get(page)) | BY | {"conventions": [convention.pk]} | answers
    shown = client.post(page, given)
    assert shown.status_code == 200, words(shown, shown.status_code)
    assert not PartnerSuccession.objects.filter(reference=given["reference"]).exists()
    given.pop("proof", None)
    return client.post(page, given | hidden(shown) | {"confirm": "oui"}, follow=True)


def test_what_passes_is_shown_then_recorded_and_both_pages_tell_it(
    clerk: Client, page: str, partner: Partner, convention: Convention
) -> None:
    proof = SimpleUploadedFile("arrete.pdf", a_pdf(), "application/pdf")
    given = hidden(clerk.get(page)) | BY | {"conventions": [convention.pk], "proof": proof}
    shown = clerk.post(page, given)
    preview = words(shown)
    assert "Commune nouvelle d’Essai-les-Bois (nouveau partenaire) prend la place" in preview
    assert "rien ne bouge" in preview
    assert "CGCT, art. L. 2113-5" in preview
    assert not PartnerSuccession.objects.exists()
    given.pop("proof")
    told = words(clerk.post(page, given | hidden(shown) | {"confirm": "oui"}, follow=True))
    succession = PartnerSuccession.objects.get()
    assert "Passée au successeur" in told
    assert "arrete.pdf" in told
    assert convention.acts.get(kind="succession").evidence.count() == 1
    taker = words(clerk.get(f"/partenaires/{succession.successor_id}/"))
    assert f"1 convention reprise de {partner.name} , depuis le 1er février 2024" in taker
    assert convention.number in taker
    former = words(clerk.get(f"/partenaires/{partner.pk}/"))
    assert "1 convention passée à Commune nouvelle d’Essai-les-Bois" in former
    assert "214 202 798" in former
    seen = words(clerk.get(f"/conventions/{convention.pk}/"))
    assert f"Venant aux droits de {partner.name} depuis le 1er février 2024" in seen
    assert "Commune nouvelle d’Essai-les-Bois" in words(clerk.get("/partenaires/"))


def test_answers_changed_after_they_were_shown_are_shown_again(
    clerk: Client, page: str, convention: Convention
) -> None:
    given = hidden(clerk.get(page)) | BY | {"conventions": [convention.pk]}
    carried = hidden(clerk.post(page, given)) | {"confirm": "oui"}
    again = clerk.post(page, given | carried | {"first_day": "2024-01-20"})
    assert "20 janvier 2024" in words(again)
    assert not PartnerSuccession.objects.exists()


def test_a_form_sent_twice_leads_to_the_one_succession(
    clerk: Client, page: str, convention: Convention
) -> None:
    given = hidden(clerk.get(page)) | BY | {"conventions": [convention.pk]}
    sent = given | hidden(clerk.post(page, given)) | {"confirm": "oui"}
    first, second = (clerk.post(page, sent) for _ in range(2))
    assert first.url == second.url
    assert PartnerSuccession.objects.count() == 1


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"number": "123"}, "ni un SIREN"),
        ({"number": "", "name": ""}, "Dites qui est le successeur"),
        ({"kind": ""}, "Dites sa nature"),
        ({"number": "214 202 798"}, "C’est le partenaire lui-même"),
        ({"conventions": []}, "au moins une convention"),
        ({"conventions": ["x"]}, "n’est plus dans la liste"),
        ({"ground": "?"}, "valide"),
        ({"first_day": "31/02/2024"}, "Ce qui s’est passé"),
        ({"reference": "1 85 05 78 006 084 91"}, "sécurité sociale"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_written(
    clerk: Client, page: str, convention: Convention, answers: dict[str, Any], said: str
) -> None:
    given = hidden(clerk.get(page)) | BY | {"conventions": [convention.pk]} | answers
    assert said in words(clerk.post(page, given), 422)
    assert not PartnerSuccession.objects.exists()


def test_a_convention_that_does_not_pass_says_why(
    clerk: Client, page: str, convention: Convention
) -> None:
    given = hidden(clerk.get(page)) | BY | {"conventions": [convention.pk]}
    shown = words(clerk.post(page, given | {"first_day": "2024-01-15"}))
    assert "Ne passe pas" in shown
    assert "signée après cette succession, ou le même jour" in shown
    assert "Enregistrer la succession" not in shown


def test_a_doubt_waits_for_a_lawyer(
    clerk: Client, page: str, partner: Partner, convention: Convention
) -> None:
    told = words(confirmed(clerk, page, convention, ground="association_merger"))
    assert "À trancher" in told
    convention.refresh_from_db()
    assert convention.partner == partner


def test_two_conventions_of_one_type_are_named_on_every_page(
    clerk: Client,
    page: str,
    convention: Convention,
    draft: Callable[..., Convention],
) -> None:
    taker = Partner.objects.create(name=BY["name"], kind="commune", siren="000000901")
    twin = draft(partner=taker)
    record(twin, "cnil", "2024-01-12", basis="not_applicable")
    for party in ("partner", "caisse"):
        record(twin, "signature", "2024-01-15", party=party)
    given = hidden(clerk.get(page)) | BY | {"conventions": [convention.pk]}
    assert f"aurait aussi {twin.number}" in words(clerk.post(page, given))
    assert f"{convention.number} et {twin.number}" in words(confirmed(clerk, page, convention))
    assert f"Même type que {twin.number}" in words(clerk.get(f"/partenaires/{taker.pk}/"))


def test_a_lawyer_alone_annuls_it_and_it_stays_readable(
    clerk: Client, page: str, caisse: Caisse, partner: Partner, convention: Convention
) -> None:
    confirmed(clerk, page, convention)
    address = f"/partenaires/successions/{PartnerSuccession.objects.get().pk}/"
    assert clerk.post(address, {"reason": "Erreur."}).status_code == 403
    lawyer = somebody(caisse, "legal_officer")
    assert "Dites pourquoi" in words(lawyer.post(address, {"reason": " "}), 422)
    assert "est annulée" in words(lawyer.post(address, {"reason": "Erreur."}, follow=True))
    convention.refresh_from_db()
    assert convention.partner == partner
    elsewhere = Caisse.objects.create(code="AILLEURS", name="Une autre caisse")
    assert somebody(elsewhere, "director").get(address).status_code == 404


def test_a_day_is_read_with_the_partner_of_that_day_as_it_was_known(
    clerk: Client,
    page: str,
    partner: Partner,
    convention: Convention,
    today: Callable[[str], None],
) -> None:
    today("2024-02-10")
    confirmed(clerk, page, convention)
    taker = BY["name"]
    for asked, name in (
        ({"le": "2024-01-31"}, partner.name),
        ({"le": "2024-02-05"}, taker),
        ({"le": "2024-02-05", "connu": "2024-02-08T12:00"}, partner.name),
    ):
        listed = words(clerk.get("/conventions/au/", asked))
        assert f"{convention.number} {name} Caisse d’essai" in listed, asked
    one = words(clerk.get(f"/conventions/{convention.pk}/au/", {"le": "2024-01-31"}))
    assert f"Partenaire {partner.name} {taker}" in one
