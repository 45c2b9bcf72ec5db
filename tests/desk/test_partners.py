"""The partners as the desk finds, reads and compares them."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from contracts.models import (
    AddressChange,
    Caisse,
    Contact,
    Convention,
    Partner,
    PartnerDistinction,
    PartnerKey,
    PartnerNumber,
    Person,
    Signatory,
    SignatoryPower,
    Site,
    User,
)
from desk.partners.remarks import Known, KnownPower, remarks
from tests.desk.pages import in_role, somebody, words
from workflows import clock

pytestmark = pytest.mark.django_db

TYPED = (
    "essai",
    "COMMUNE D’ESSAI",
    "mairie essai",
    "214 202 798",
    "214.202.798",
    "21420279800",
    "saint quentin",
    "St-Quentin",
    "saintquentin",
    "creche etoile",
    "02100",
    "T 4512",
)
"""The ways in which one partner is asked for."""

PAGE, PAIRS = "/partenaires/", "/partenaires/doublons/"


@pytest.fixture
def clerk(convention: Convention, agent: User, caisse: Caisse, client: Client) -> Client:
    """Somebody who processes the one convention, on 1 February 2024."""
    return in_role(agent, caisse, "back_office_agent", client)


@pytest.fixture
def twin(clerk: Client, draft: Callable[..., Convention]) -> Partner:
    """The same commune entered another way, with a draft of its own."""
    other = Partner.objects.create(name="MAIRIE D'ESSAI", kind="commune")
    draft(partner=other)
    return other


def test_a_partner_is_found_however_its_name_number_or_commune_is_typed(
    clerk: Client, partner: Partner, caisse: Caisse
) -> None:
    Site.objects.create(partner=partner, name="Crèche L’Étoile", siret="21420279800013")
    PartnerNumber.objects.create(partner=partner, caisse=caisse, number="T-4512")
    AddressChange.objects.create(
        partner=partner,
        address="Place de la Mairie, 02100 Saint-Quentin",
        first_day=date(2024, 1, 2),
        recorded_at=clock.now(),
    )
    for typed in TYPED:
        assert "1 partenaire, par nom" in words(clerk.get(PAGE, {"q": typed})), typed
    for typed in ("amiens", "214 202 799", "???", "x" * 200):
        assert partner.name not in words(clerk.get(PAGE, {"q": typed})), typed


def test_a_search_that_cannot_be_read_says_so_and_narrows_nothing(clerk: Client) -> None:
    shown = words(clerk.get(PAGE, {"q": "a\0b", "apres": "²", "nature": "?", "caisse": "\0"}))
    assert "Commune d’Essai" in shown
    assert "caractère nul" in shown.lower() or "null" in shown.lower()
    assert "1 partenaire, par nom" in words(clerk.get(PAGE, {"apres": "9" * 30}))


def test_the_list_goes_on_by_name_and_says_what_its_conventions_come_to(
    clerk: Client, draft: Callable[..., Convention]
) -> None:
    for number in range(26):
        draft(partner=Partner.objects.create(name=f"Association {number:02}", kind="association"))
    first = clerk.get(PAGE)
    assert "27 partenaires, par nom" in words(first)
    assert "Association 24" in words(first)
    assert "Commune d’Essai" not in words(first)
    rest = words(clerk.get(PAGE, {"apres": Partner.objects.get(name="Association 24").pk}))
    assert "Association 25" in rest
    assert "Commune d’Essai SIREN 214 202 798 Commune 1 convention dont 1 en vigueur" in rest


def test_the_page_tells_who_signs_who_answers_and_where(
    clerk: Client, partner: Partner, caisse: Caisse
) -> None:
    claude = Person.objects.create(first_name="Claude", last_name="Essai", email="claude@x.example")
    signatory = Signatory.objects.create(partner=partner, person=claude, quality="maire")
    SignatoryPower.objects.create(
        signatory=signatory, first_day=date(2020, 7, 1), last_day=date(2024, 3, 1)
    )
    Contact.objects.create(
        partner=partner, person=claude, quality="secrétariat", first_day=date(2021, 1, 1)
    )
    Site.objects.create(partner=partner, name="Relais Essai", closed_on=date(2024, 1, 1))
    PartnerNumber.objects.create(partner=partner, caisse=caisse, number="T-4512")
    AddressChange.objects.create(
        partner=partner, address="2 rue Neuve", first_day=date(2024, 1, 2), recorded_at=clock.now()
    )
    shown = words(clerk.get(f"{PAGE}{partner.pk}/"))
    assert "Le pouvoir de Claude Essai prend fin le 1er mars 2024 (dans 29 jours)" in shown
    assert "Claude Essai maire Peut signer depuis le 1er juillet 2020" in shown
    assert "Relais Essai — — Fermée depuis le 1er janvier 2024" in shown
    assert "claude@x.example" in shown
    assert "2 rue Neuve, à compter du 2 janvier 2024" in shown
    assert "N° tiers, Caisse d’essai T-4512" in shown
    assert "En vigueur" in shown


def test_what_is_missing_is_said_and_a_power_that_another_follows_is_not() -> None:
    today = date(2024, 2, 1)
    first = KnownPower("Claude Essai", date(2020, 7, 1), date(2024, 3, 1), False, False)
    second = KnownPower("Claude Essai", date(2024, 3, 2), None, True, False)
    known = Known("214202798", "2 rue Neuve", "claude@x.example", [first, second])
    assert remarks(known, today) == []
    assert remarks(known, date(2024, 4, 1)) == [
        "Claude Essai signe par délégation, et l’acte n’est pas joint."
    ]
    bare = remarks(Known("", "", "", [first]), date(2024, 4, 1))
    assert bare[0] == "Personne ne peut signer aujourd’hui pour ce partenaire."
    assert len(bare) == 4


def test_partners_of_another_caisse_do_not_exist(clerk: Client, partner: Partner) -> None:
    elsewhere = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    other = somebody(elsewhere, "director")
    assert partner.name not in words(other.get(PAGE))
    assert other.get(f"{PAGE}{partner.pk}/").status_code == 404
    assert other.get(f"{PAGE}{2**70}/").status_code == 404
    assert partner.name not in words(other.get("/utilisateurs/", {"partenaire": partner.pk}))
    nobody = Client()
    nobody.force_login(User.objects.create_user("direction@creche.example"))
    for address in (PAGE, PAIRS, f"{PAGE}{partner.pk}/"):
        assert nobody.get(address).status_code == 403


def test_partners_alike_are_flagged_until_somebody_says_they_are_two(
    clerk: Client, partner: Partner, twin: Partner, agent: User
) -> None:
    assert "presque le même nom, et l’un des deux sans adresse" in words(clerk.get(PAIRS))
    assert "Peut-être un doublon : MAIRIE D'ESSAI" in words(clerk.get(f"{PAGE}{partner.pk}/"))
    address = f"{PAGE}{twin.pk}/autre-que/{partner.pk}/"
    assert "Sont-ils les mêmes" in words(clerk.get(address))
    told = {"identifier": str(uuid4()), "reason": "Deux communes du même nom."}
    assert clerk.post(address, told)["Location"] == f"{PAGE}{twin.pk}/"
    assert clerk.post(address, told).status_code == 302
    row = PartnerDistinction.objects.get()
    assert (row.first, row.second, row.author) == (partner, twin, agent)
    assert "Aucune paire à regarder" in words(clerk.get(PAIRS))
    shown = words(clerk.get(f"{PAGE}{partner.pk}/"))
    assert "Peut-être un doublon" not in shown
    assert "Deux communes du même nom." in shown


def test_other_postcodes_are_two_partners_and_a_shared_siren_or_mailbox_is_one(
    clerk: Client, partner: Partner, twin: Partner
) -> None:
    Partner.objects.filter(pk=partner.pk).update(address="02000 Laon")
    for one, changes in (
        (partner, {"address": "1 rue Haute, 02000 Laon", "email": "Mairie@essai.example"}),
        (twin, {"address": "1 rue Basse, 80000 Amiens"}),
    ):
        for name, value in changes.items():
            setattr(one, name, value)
        one.save()
    assert "Aucune paire à regarder" in words(clerk.get(PAIRS))
    twin.email = "mairie@ESSAI.example"
    twin.save()
    assert "même adresse électronique" in words(clerk.get(PAIRS))
    Site.objects.create(partner=twin, name="Crèche", siret="21420279800013")
    shown = words(clerk.get(PAIRS))
    assert "même numéro SIREN" in shown
    assert "1 paire à regarder" in shown


def test_two_partners_are_not_told_apart_without_a_fit_reason(
    clerk: Client, partner: Partner, twin: Partner
) -> None:
    address = f"{PAGE}{twin.pk}/autre-que/{partner.pk}/"
    for reason in ("", "   ", "x" * 501, "NIR 1 85 05 78 006 084 91", "a\0b"):
        refused = clerk.post(address, {"identifier": str(uuid4()), "reason": reason})
        assert "À corriger avant de continuer" in words(refused, 422), reason
    refused = clerk.post(address, {"identifier": "x", "reason": "Deux communes."})
    assert refused.status_code == 422
    assert not PartnerDistinction.objects.exists()


def test_an_auditor_reads_and_tells_nothing_apart(
    clerk: Client, partner: Partner, twin: Partner, caisse: Caisse
) -> None:
    auditor = somebody(caisse, "auditor")
    assert "Peut-être un doublon" in words(auditor.get(f"{PAGE}{partner.pk}/"))
    assert auditor.get(f"{PAGE}{twin.pk}/autre-que/{partner.pk}/").status_code == 403
    assert clerk.get(f"{PAGE}{twin.pk}/autre-que/{twin.pk}/").status_code == 404


def test_what_was_told_apart_is_never_rewritten(
    clerk: Client, partner: Partner, twin: Partner, agent: User
) -> None:
    row = PartnerDistinction(
        first=partner, second=twin, reason="Deux.", author=agent, recorded_at=clock.now()
    )
    row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerDistinction.objects.update(reason="Un.")
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerDistinction.objects.create(
            first=twin, second=partner, reason="x", author=agent, recorded_at=clock.now()
        )


def test_a_load_in_bulk_is_found_once_its_words_are_rebuilt(clerk: Client) -> None:
    said = StringIO()
    call_command("partners", "verify", stdout=said)
    assert "Chaque partenaire se trouve" in said.getvalue()
    Partner.objects.bulk_create([Partner(name="Commune de Neuville", kind="commune")])
    PartnerKey.objects.update(words=" perdu")
    call_command("partners", "verify", "--rebuild", stdout=said)
    assert "2\N{NO-BREAK SPACE}clés réécrites" in said.getvalue()
    assert "1 partenaire, par nom" in words(clerk.get(PAGE, {"q": "essai"}))
