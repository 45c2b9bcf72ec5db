"""Opening a convention: the partner is looked up, entered once, and drafted with once."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from contracts.models import (
    Caisse,
    Convention,
    Partner,
    PartnerMembership,
    PublishedRulebook,
    SignatoryPower,
    Site,
    User,
    UserScope,
)
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.desk.pages import words

Open = Callable[..., Convention]
Move = Callable[[str], None]

pytestmark = pytest.mark.django_db

NEW = "/conventions/nouvelle/"
PARTNER = "/conventions/nouvelle/partenaire/"
SIREN = "214202798"
SIRET = "21420279800002"
NIR = "2 55 08 14 168 025 38"
"""The specimen of the public documentation, with a right key."""


@pytest.fixture(autouse=True)
def _on_the_first_of_february(today: Move) -> None:
    today("2024-02-01")


@pytest.fixture
def clerk(client: Client, agent: User, caisse: Caisse) -> Client:
    scope(agent, caisse)
    client.force_login(agent)
    return client


def scope(user: User, caisse: Caisse, **fields: Any) -> UserScope:
    wanted = {"role": "back_office_agent", "first_day": date(2024, 1, 1)} | fields
    return UserScope.objects.create(user=user, caisse=caisse, **wanted)


def a_partner(**changes: str) -> dict[str, str]:
    return {
        "form_token": str(uuid4()),
        "name": "Crèche des Prés",
        "kind": "association",
        "number": "",
        "address": "",
        "email": "",
        "sites-TOTAL_FORMS": "1",
        "sites-INITIAL_FORMS": "0",
        "sites-0-name": "",
        "sites-0-siret": "",
        "sites-0-address": "",
    } | changes


def a_draft(caisse: Caisse, yearly: PublishedRulebook, **changes: Any) -> dict[str, Any]:
    return {
        "form_token": str(uuid4()),
        "caisse": str(caisse.pk),
        "rulebook": yearly.code,
        "confirm": "oui",
    } | changes


# Who may.


@pytest.mark.parametrize("role", ["dpo", "auditor", "administrator"])
def test_who_drafts_no_convention_is_refused(
    client: Client, agent: User, caisse: Caisse, partner: Partner, role: str
) -> None:
    scope(agent, caisse, role=role)
    client.force_login(agent)
    for path in (NEW, PARTNER, f"{PARTNER}{partner.pk}/"):
        assert client.get(path).status_code == 403


def test_a_partner_is_refused(client: Client, agent: User, partner: Partner) -> None:
    PartnerMembership.objects.create(
        user=agent, partner=partner, role="director", first_day=date(2024, 1, 1)
    )
    client.force_login(agent)
    assert client.get(NEW).status_code == 403
    assert client.post(PARTNER, a_partner()).status_code == 403
    assert not Partner.objects.exclude(pk=partner.pk).exists()


# Looking a partner up.


@pytest.mark.parametrize(
    "typed", [SIREN, "214 202 798", "214.202.798", "214-202-798 ", "commune d’essai", "ESSAI"]
)
def test_a_partner_is_found_however_it_is_typed(
    clerk: Client, partner: Partner, yearly: PublishedRulebook, typed: str
) -> None:
    page = clerk.get(NEW, {"q": typed})
    assert "1 partenaire connu Commune d’Essai Commune · SIREN 214202798" in words(page)
    assert f'href="{PARTNER}{partner.pk}/"' in page.content.decode()


def test_a_structure_is_found_by_its_siret_and_stays_chosen(
    clerk: Client, partner: Partner, yearly: PublishedRulebook
) -> None:
    Site.objects.create(partner=partner, name="Relais")
    site = Site.objects.create(partner=partner, name="Crèche", siret=SIRET)
    page = clerk.get(NEW, {"q": "214 202 798 00002"})
    assert "Crèche ( 21420279800002 )" in words(page)
    assert f"{PARTNER}{partner.pk}/?structure={site.pk}" in page.content.decode()
    form = clerk.get(f"{PARTNER}{partner.pk}/?structure={site.pk}").content.decode()
    assert re.findall(r'name="sites" value="(\d+)"[^>]*checked', form) == [str(site.pk)]


def test_an_unknown_structure_of_a_known_partner_is_offered_to_be_added(
    clerk: Client, partner: Partner, yearly: PublishedRulebook
) -> None:
    page = clerk.get(NEW, {"q": SIRET})
    assert "n’est celui d’aucune de ses structures connues" in words(page)
    form = clerk.get(f"{PARTNER}{partner.pk}/?siret={SIRET}").content.decode()
    assert f'name="site_siret" value="{SIRET}"' in form


def test_what_the_partner_already_signed_is_shown_and_nothing_of_other_caisses(
    clerk: Client, draft: Open
) -> None:
    here = draft()
    there = draft(caisse=Caisse.objects.create(code="AUTRE", name="Une autre caisse"))
    page = words(clerk.get(NEW, {"q": SIREN}))
    assert "Ce partenaire a déjà 1 convention." in page
    assert here.number in page
    assert there.number not in page


def test_an_unknown_number_leads_to_the_form_of_a_new_partner(clerk: Client) -> None:
    page = clerk.get(NEW, {"q": "552 100 554"})
    assert "Aucun partenaire connu" in words(page)
    assert f"{PARTNER}?numero=552100554" in page.content.decode()
    assert 'value="552100554"' in clerk.get(f"{PARTNER}?numero=552100554").content.decode()


@pytest.mark.parametrize("typed", ["214202799", "12345678901234", "123", "552 100"])
def test_a_number_that_can_be_nobody_s_is_said_so(
    clerk: Client, partner: Partner, typed: str
) -> None:
    page = words(clerk.get(NEW, {"q": typed}), status=422)
    assert "n’est ni un SIRET (14 chiffres) ni un SIREN (9 chiffres) juste" in page
    assert "Aucun partenaire connu" not in page


@pytest.mark.parametrize("typed", [NIR, NIR.replace(" ", "")])
def test_a_social_security_number_looks_nobody_up(clerk: Client, typed: str) -> None:
    page = words(clerk.get(NEW, {"q": typed}), status=422)
    assert "SIRET (14 chiffres)" in page


@pytest.mark.parametrize("typed", ["", "  ", "x" * 300, "%", "<b>", "\x00"])
def test_words_that_mean_nothing_are_no_failure(clerk: Client, typed: str) -> None:
    assert clerk.get(NEW, {"q": typed}).status_code in (200, 422)


# A new partner.


def test_a_partner_is_entered_with_its_structures(clerk: Client) -> None:
    sent = a_partner(
        name="Commune de Saint-Exemple",
        kind="commune",
        number="214 202 798 00002",
        email="mairie@commune.example",
        **{
            "sites-TOTAL_FORMS": "2",
            "sites-0-name": "Crèche",
            "sites-0-siret": "",
            "sites-1-name": "Relais",
            "sites-1-siret": "",
            "sites-1-address": "2 place du Test",
        },
    )
    response = clerk.post(PARTNER, sent)
    partner = Partner.objects.get()
    assert response["Location"] == f"{PARTNER}{partner.pk}/"
    assert (partner.siren, partner.siret) == (SIREN, SIRET)
    assert [(site.name, site.address) for site in partner.sites.order_by("pk")] == [
        ("Crèche", ""),
        ("Relais", "2 place du Test"),
    ]


def test_a_partner_form_sent_twice_makes_one_partner(clerk: Client) -> None:
    sent = a_partner(**{"sites-0-name": "Crèche"})
    first, second = (clerk.post(PARTNER, sent)["Location"] for _ in range(2))
    assert first == second
    assert (Partner.objects.count(), Site.objects.count()) == (1, 1)


def test_a_partner_already_known_is_not_entered_again(clerk: Client, partner: Partner) -> None:
    page = clerk.post(PARTNER, a_partner(number=SIREN))
    assert "C’est celui de Commune d’Essai" in words(page, status=422)
    assert f'href="{PARTNER}{partner.pk}/"' in page.content.decode()
    assert Partner.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Répondez à « Nom »"),
        ({"kind": ""}, "Répondez à « Nature »"),
        ({"kind": "pirate"}, "pirate"),
        ({"number": "12345678901234"}, "ni un SIREN (9 chiffres) juste"),
        ({"email": "mairie"}, "adresse électronique complète"),
        ({"name": f"Crèche {NIR}"}, "numéro de sécurité sociale"),
        ({"sites-0-name": f"Crèche {NIR}"}, "numéro de sécurité sociale"),
        ({"sites-0-name": "Crèche", "sites-0-siret": "123"}, "n’est pas un numéro SIRET"),
        ({"sites-0-siret": SIRET}, "Donnez le nom de la structure"),
        (
            {"number": "552100554", "sites-0-name": "Crèche", "sites-0-siret": SIRET},
            "commence par le SIREN de son partenaire",
        ),
    ],
)
def test_a_wrong_answer_is_said_beside_its_field_and_nothing_is_written(
    clerk: Client, changes: dict[str, str], said: str
) -> None:
    page = words(clerk.post(PARTNER, a_partner(**changes)), status=422)
    # In the summary and beside the field.
    assert page.count(said) >= 2
    assert not Partner.objects.exists()
    assert not Site.objects.exists()


def test_there_is_room_for_another_structure_and_answers_stay(clerk: Client) -> None:
    sent = a_partner(more="oui", **{"sites-0-name": "Crèche"})
    page = clerk.post(PARTNER, sent).content.decode()
    assert 'name="sites-1-name"' in page
    assert 'value="Crèche"' in page
    assert 'value="Crèche des Prés"' in page
    assert not Partner.objects.exists()


# The draft.


def test_a_draft_is_opened_once_it_was_shown(
    clerk: Client, agent: User, caisse: Caisse, partner: Partner, yearly: PublishedRulebook
) -> None:
    path = f"{PARTNER}{partner.pk}/"
    site = Site.objects.create(partner=partner, name="Crèche")
    sent = a_draft(
        caisse,
        yearly,
        sites=[site.pk],
        first_name="Dominique",
        last_name="Essai",
        quality="maire",
    )
    shown = words(clerk.post(path, {k: v for k, v in sent.items() if k != "confirm"}))
    assert "Ouvrir ce brouillon ?" in shown
    assert "Dominique Essai, maire" in shown
    assert not Convention.objects.exists()
    response = clerk.post(path, sent)
    opened = Convention.objects.get()
    assert response["Location"] == f"/conventions/{opened.pk}/"
    assert (opened.state, opened.created_by, list(opened.sites.all())) == ("draft", agent, [site])
    power = SignatoryPower.objects.get()
    assert power.first_day == date(2024, 2, 1)
    assert power.signatory.person.get_full_name() == "Dominique Essai"


def test_a_draft_form_sent_twice_opens_one_convention(
    clerk: Client, caisse: Caisse, partner: Partner, yearly: PublishedRulebook
) -> None:
    sent = a_draft(caisse, yearly, last_name="Essai", quality="maire", site_name="Crèche")
    first, second = (clerk.post(f"{PARTNER}{partner.pk}/", sent) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert (Convention.objects.count(), Site.objects.count()) == (1, 1)
    assert SignatoryPower.objects.count() == 1


def test_another_convention_of_the_same_type_asks_for_an_explicit_word(
    clerk: Client, caisse: Caisse, partner: Partner, yearly: PublishedRulebook, draft: Open
) -> None:
    known = draft()
    path = f"{PARTNER}{partner.pk}/"
    page = clerk.post(path, a_draft(caisse, yearly))
    assert "Une convention de ce type existe déjà" in words(page, status=422)
    assert f'href="/conventions/{known.pk}/"' in page.content.decode()
    assert Convention.objects.count() == 1
    clerk.post(path, a_draft(caisse, yearly, again="on"))
    assert Convention.objects.count() == 2


def test_only_types_open_to_that_kind_of_partner_are_offered(
    clerk: Client, caisse: Caisse, partner: Partner, yearly: PublishedRulebook
) -> None:
    closed = publish(rulebook("rsacg-msa-provence-azur"))[0]
    page = clerk.get(f"{PARTNER}{partner.pk}/").content.decode()
    assert closed.rulebook.title not in unescape(page)
    refused = clerk.post(f"{PARTNER}{partner.pk}/", a_draft(caisse, yearly, rulebook=closed.code))
    assert refused.status_code == 422
    assert not Convention.objects.exists()


def test_a_caisse_where_one_does_not_draft_is_no_choice(
    clerk: Client, agent: User, partner: Partner, yearly: PublishedRulebook
) -> None:
    other = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    scope(agent, other, role="auditor")
    path = f"{PARTNER}{partner.pk}/"
    assert "Une autre caisse" not in words(clerk.get(path))
    assert clerk.post(path, a_draft(other, yearly)).status_code == 422
    assert not Convention.objects.exists()


def test_a_role_limited_to_a_service_opens_its_conventions_only(
    client: Client, agent: User, caisse: Caisse, partner: Partner, yearly: PublishedRulebook
) -> None:
    limited = scope(agent, caisse, services=["autre"])
    client.force_login(agent)
    page = words(client.post(f"{PARTNER}{partner.pk}/", a_draft(caisse, yearly)), status=422)
    assert "parmi ceux de vos services" in page
    assert not Convention.objects.exists()
    limited.services = [yearly.rulebook.services[0].code]
    limited.save()
    client.post(f"{PARTNER}{partner.pk}/", a_draft(caisse, yearly))
    assert Convention.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last_name": "Essai"}, "Donnez la qualité du signataire"),
        ({"quality": "maire"}, "Donnez le nom du signataire"),
        ({"last_name": NIR, "quality": "maire"}, "numéro de sécurité sociale"),
        ({"site_name": "Crèche", "site_siret": "12"}, "n’est pas un numéro SIRET"),
        ({"site_siret": SIRET}, "Donnez le nom de la structure"),
        ({"form_token": "rien"}, "UUID"),
        ({"rulebook": "inconnu"}, "inconnu"),
    ],
)
def test_a_wrong_draft_opens_nothing(
    clerk: Client,
    caisse: Caisse,
    partner: Partner,
    yearly: PublishedRulebook,
    changes: dict[str, str],
    said: str,
) -> None:
    page = words(clerk.post(f"{PARTNER}{partner.pk}/", a_draft(caisse, yearly, **changes)), 422)
    assert said in page
    assert not Convention.objects.exists()
    assert not SignatoryPower.objects.exists()


def test_the_structure_of_another_partner_cannot_be_covered(
    clerk: Client, caisse: Caisse, partner: Partner, yearly: PublishedRulebook
) -> None:
    other = Partner.objects.create(name="Autre", kind="association")
    site = Site.objects.create(partner=other, name="Crèche")
    Site.objects.create(partner=partner, name="Relais")
    sent = a_draft(caisse, yearly, sites=[site.pk])
    assert clerk.post(f"{PARTNER}{partner.pk}/", sent).status_code == 422
    assert not Convention.objects.exists()


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_an_unknown_partner_is_a_missing_page(clerk: Client, number: str) -> None:
    assert clerk.get(f"{PARTNER}{number}/").status_code == 404
