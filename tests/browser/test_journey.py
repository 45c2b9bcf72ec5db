"""One convention from its draft to its end, as its people meet it: `docs/guide/` tells it.

Played twice from an empty database: with scripts, a signature by code and the embedded directory;
without scripts, a signature on paper and a directory kept by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from access.models import Account, Habilitation
from access.services.clients import create_client
from contracts.models import Agent, Caisse, Convention, Person, Power, User, UserScope
from contracts.services.rulebooks import publish
from notifications.models import Message
from templates_conventions.catalogue import rulebook
from tests.browser.journey import PASSWORD, PHONE, Journey, confirm
from tests.forms_annexes.files import a_pdf
from workflows import clock
from workflows.scheduler import run_day

CLERK = "camille@caisse.example"
LAWYER = "maxence@caisse.example"
OFFICER = "morgan@caisse.example"
DIRECTOR = "dominique@creche.example"
SIGNATORY = "alix@creche.example"
USER = "claude@creche.example"

pytestmark = pytest.mark.journey

SIRET = "000 000 901 00009"

CHOSEN = "une phrase de sept mots bien choisis"


@pytest.fixture
def caisse(live_server: LiveServer, settings: Any) -> Iterator[Caisse]:
    """The caisse with its staff, and the one type of convention: nothing else exists."""
    settings.TACITE_SITE_URL = live_server.url
    original = clock.install(clock.system_time)
    publish(rulebook("psu-msa-picardie"))
    caisse = Caisse.objects.create(code="EXEMPLE", name="Caisse d’Exemple")
    for email, name, role in (
        (CLERK, "Camille", "back_office_agent"),
        (LAWYER, "Maxence", "legal_officer"),
        (OFFICER, "Morgan", "dpo"),
    ):
        user = User.objects.create_user(email, PASSWORD, first_name=name, last_name="Exemple")
        UserScope.objects.create(user=user, caisse=caisse, role=role, first_day="2026-01-01")
        person = Person.objects.create(first_name=name, last_name="Exemple", email=email)
        agent = Agent.objects.create(caisse=caisse, person=person, user=user, title="agent")
        if email == CLERK:
            Power.objects.create(
                agent=agent,
                kind=Power.Kind.REGISTER_ACCOUNTS,
                delegation_reference="Décision du 2 janvier 2026",
                first_day="2026-01-02",
            )
    yield caisse
    clock.install(original)


@pytest.fixture(params=[True, False], ids=["with-scripts", "without-scripts"])
def journey(
    request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer
) -> Iterator[Journey]:
    told = Journey(browser, live_server.url, scripts=request.param)
    yield told
    told.end()


def test_a_convention_from_its_draft_to_its_end(
    caisse: Caisse, journey: Journey, tmp_path: Path
) -> None:
    caisse.settings = {"directory": "embedded" if journey.scripts else "manual"}
    caisse.save()
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(a_pdf())

    journey.at("2026-01-05")
    convention = the_clerk_drafts_and_invites(journey)
    journey.at("2026-01-06")
    the_director_asks(journey, scan)
    journey.at("2026-01-07")
    the_clerk_accepts(journey)
    journey.at("2026-01-14")
    both_parties_have_signed(journey, convention, scan)
    assert state_of(convention) == "signed"
    the_dpo_records_the_declaration(journey, convention)
    assert state_of(convention) == "active"
    identifier = the_account_opens(journey)
    the_door_opens_until_the_last_day(journey, convention, identifier, scan)


def the_clerk_drafts_and_invites(journey: Journey) -> Convention:
    page = journey.staff(CLERK)
    page.goto("/conventions/nouvelle/")
    page.get_by_label("SIRET, SIREN ou nom").fill(SIRET)
    page.get_by_role("button", name="Chercher").click()
    journey.look(page, "chercher-une-structure")
    page.get_by_role("link", name="Enregistrer un nouveau partenaire").click()
    page.get_by_label("Nom", exact=True).fill("Crèche Les Exemples")
    page.get_by_label("Nature").select_option("association")
    journey.look(page)
    page.get_by_role("button", name="Enregistrer ce partenaire").click()
    page.get_by_label(re.compile("^Nom du signataire")).fill("Essai")
    page.get_by_label("Prénom du signataire").fill("Alix")
    page.get_by_label("Qualité du signataire").fill("présidente")
    journey.look(page)
    page.get_by_role("button", name="Continuer").click()
    journey.look(page, "ouvrir-le-brouillon")
    page.get_by_role("button", name="Ouvrir le brouillon").click()
    expect(page.get_by_text("Brouillon").first).to_be_visible()
    convention = Convention.objects.get()
    page.goto("/conventions/nouvelle/")
    page.get_by_label("SIRET, SIREN ou nom").fill(SIRET)
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_text("Ce partenaire a déjà 1 convention")).to_be_visible()
    journey.look(page, "structure-deja-connue")
    the_clerk_downloads_the_documents(journey, page, convention)
    page.goto(f"/conventions/{convention.pk}/invitation/")
    page.get_by_label(re.compile("Adresse")).fill(DIRECTOR)
    page.get_by_label("Prénom").fill("Dominique")
    page.get_by_label("Nom", exact=True).fill("Essai")
    journey.look(page, "inviter-le-directeur")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text("invitation").first).to_be_visible()
    return convention


def the_clerk_downloads_the_documents(journey: Journey, page: Page, convention: Convention) -> None:
    page.goto(f"/conventions/{convention.pk}/documents/")
    journey.look(page, "documents")
    read = []
    for row in page.locator(".choices > li").all():
        for file_format in ("DOCX", "PDF"):
            with page.expect_download() as coming:
                row.get_by_role("button", name=f"Émettre en {file_format}").click()
            file = coming.value.path()
            read.append(words_of_docx(file) if file_format == "DOCX" else words_of_pdf(file))
    # The convention, annex 1 and annex 2; the contractual annex names nobody.
    assert len(read) == 6
    assert all(convention.number in text for text in read)
    assert sum("Crèche Les Exemples" in text for text in read) == 4
    assert convention.documents.count() == 6


def words_of_docx(file: Path) -> str:
    document = docx.Document(str(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    sections = [part.text for section in document.sections for part in section.footer.paragraphs]
    heads = [part.text for section in document.sections for part in section.header.paragraphs]
    return "\n".join([*(part.text for part in document.paragraphs), *cells, *sections, *heads])


def words_of_pdf(file: Path) -> str:
    reader = pypdf.PdfReader(file)
    fields = [str(field.get("/V", "")) for field in (reader.get_fields() or {}).values()]
    return " ".join([*(page.extract_text() for page in reader.pages), *fields])


def the_director_asks(journey: Journey, scan: Path) -> None:
    page = journey.sits_down(PHONE)
    page.goto(journey.link_for(DIRECTOR, "invitation"))
    journey.look(page, "invitation")
    page.get_by_role("link", name="Se connecter par un code").click()
    journey.signs_in_by_code(page, DIRECTOR)
    page.get_by_label("SIRET").fill(SIRET)
    journey.look(page)
    page.get_by_role("button", name="Accepter l’invitation").click()
    # The annex opened with the invitation, already filled with what is known.
    expect(page.get_by_text("Étape 1 sur")).to_be_visible()
    page.goto("/espace/")
    journey.look(page, "espace-partenaire")
    page.get_by_role("button", name="Demander un accès").click()
    journey.look(page)
    go_on = page.get_by_role("button", name="Enregistrer et continuer")
    go_on.click()
    page.get_by_label("Nom :", exact=True).fill("Essai")
    page.get_by_label("Prénom :").fill("Claude")
    page.get_by_label("Adresse email :").fill(USER)
    journey.look(page, "personne-autorisee")
    go_on.click()
    page.get_by_label("Nom du représentant").fill("Alix Essai")
    page.get_by_label("Directeur de la structure d’AJE", exact=True).check()
    journey.look(page)
    go_on.click()
    journey.look(page, "recapitulatif")
    page.get_by_role("button", name="Passer à la signature").click()
    journey.look(page, "qui-signe")
    if journey.scripts:
        somebody_else_signs_by_code(journey, page)
    else:
        signed_on_paper(journey, page, scan)
    page.goto("/espace/")
    expect(page.get_by_text("Quand la convention prendra effet")).to_be_visible()
    journey.look(page, "ou-en-est-la-demande")
    assert journey.mails_to(DIRECTOR)[-1].subject.startswith("Nous avons reçu")


def somebody_else_signs_by_code(journey: Journey, page: Page) -> None:
    page.get_by_role("link", name="Envoyer au signataire").click()
    page.get_by_label("Nom du signataire", exact=True).fill("Essai")
    page.get_by_label("Prénom du signataire").fill("Alix")
    page.get_by_label("Adresse électronique du signataire").fill(SIGNATORY)
    page.get_by_role("button", name="Envoyer le lien").click()
    signing = journey.sits_down(PHONE)
    signing.goto(journey.link_for(SIGNATORY, "signature"))
    journey.look(signing, "signer-par-un-lien")
    signing.get_by_role("button", name="Recevoir un code").click()
    signing.get_by_label("Code reçu par courriel").fill(journey.code_for(SIGNATORY))
    journey.look(signing)
    signing.get_by_role("button", name="Signer et envoyer").click()
    journey.look(signing)


def signed_on_paper(journey: Journey, page: Page, scan: Path) -> None:
    page.get_by_role("link", name="Signer sur papier").click()
    page.get_by_label("Date de la signature").fill("06/01/2026")
    page.get_by_label("Feuille signée").set_input_files(scan)
    page.get_by_role("button", name="Déposer et envoyer").click()
    expect(page.get_by_text("est envoyée")).to_be_visible()


def the_clerk_accepts(journey: Journey) -> None:
    page = journey.staff(CLERK)
    page.goto("/demandes/")
    journey.look(page, "demandes-a-instruire")
    page.get_by_role("rowheader").get_by_role("link").click()
    journey.look(page, "instruire-une-demande")
    page.get_by_role("button", name="Accepter la demande").click()
    expect(page.get_by_text("est acceptée")).to_be_visible()
    assert "est acceptée" in journey.mails_to(DIRECTOR)[-1].subject
    assert not Habilitation.objects.exists(), "the right waits for the convention"


def both_parties_have_signed(journey: Journey, convention: Convention, scan: Path) -> None:
    page = journey.staff(CLERK)
    for party, day in ((1, "2026-01-10"), (0, "2026-01-13")):
        page.goto(f"/conventions/{convention.pk}/evenements/")
        page.get_by_role("link", name="Une partie a signé").click()
        page.get_by_label(re.compile("Qui a signé")).select_option(index=party)
        page.get_by_label("Date").fill(day)
        page.get_by_label("Pièce qui le prouve").set_input_files(scan)
        page.get_by_role("button", name="Voir ce que cela change").click()
        journey.look(page, "enregistrer-une-signature")
        page.get_by_role("button", name=re.compile("^Confirmer")).click()
        expect(page.get_by_text("C’est enregistré")).to_be_visible()


def the_dpo_records_the_declaration(journey: Journey, convention: Convention) -> None:
    page = journey.staff(OFFICER)
    page.goto(f"/conventions/{convention.pk}/evenements/")
    page.get_by_role("link", name="Déclaration CNIL transmise ou sans objet").click()
    page.get_by_label("Référence").fill("Registre des traitements, ligne 12")
    page.get_by_label("Date").fill("2026-01-14")
    journey.look(page, "declaration-cnil")
    confirm(page)
    journey.look(page, "convention-en-vigueur", whole=False)


def the_account_opens(journey: Journey) -> str:
    if journey.scripts:
        the_first_password_is_changed(journey)
    else:
        the_agent_registers_the_account(journey)
    page = journey.sits_down(PHONE)
    page.goto("/espace/")
    journey.signs_in_by_code(page, DIRECTOR)
    expect(page.get_by_text("Identifiants envoyés le 14 janvier 2026")).to_be_visible()
    journey.look(page, "identifiants-envoyes")
    return Account.objects.get().identifier


def the_first_password_is_changed(journey: Journey) -> None:
    habilitation = Habilitation.objects.select_related("account").get()
    [sent] = [mail for mail in journey.mails_to(USER) if "habilitation" in mail.subject]
    password = re.search(r"Mot de passe temporaire\s*:\s*(\S+)", sent.body)
    assert password is not None
    assert habilitation.account.identifier in sent.body
    assert not Message.objects.filter(text__contains=password[1]).exists()
    page = journey.sits_down()
    page.goto("/portail/")
    page.get_by_label("Caisse").select_option("EXEMPLE")
    page.get_by_label("Identifiant").fill(habilitation.account.identifier)
    page.get_by_label("Mot de passe").fill(password[1])
    page.get_by_role("button", name="Entrer").click()
    journey.look(page, "premier-mot-de-passe")
    page.get_by_label("Nouveau mot de passe").fill(CHOSEN)
    page.get_by_label("Le même, une seconde fois").fill(CHOSEN)
    page.get_by_role("button", name="Changer le mot de passe").click()
    expect(page.get_by_text("Ce service s’ouvrirait maintenant")).to_be_visible()
    habilitation.refresh_from_db()
    assert habilitation.state == "active"


def the_agent_registers_the_account(journey: Journey) -> None:
    page = journey.staff(CLERK)
    page.goto("/comptes/")
    journey.look(page)
    page.get_by_role("rowheader").get_by_role("link").click()
    journey.look(page, "comptes")
    done = page.get_by_role("button", name="Confirmer que c’est fait")
    done.click()
    page.get_by_label("Identifiant obtenu").fill("exemple01")
    journey.look(page)
    done.click()
    page.get_by_role("link", name="Claude Essai").click()
    page.get_by_role("button", name="Confirmer la remise").click()
    expect(page.get_by_text("C’est noté")).to_be_visible()
    [sent] = [mail for mail in journey.mails_to(USER) if "accès" in mail.subject]
    assert "exemple01" in sent.body


def the_door_opens_until_the_last_day(
    journey: Journey, convention: Convention, identifier: str, scan: Path
) -> None:
    portal = create_client(convention.caisse, "Extranet")
    service = Account.objects.get().services[0]
    answer = journey.asks_the_door(portal, identifier, service)
    assert (answer["permit"], answer["article"], answer["valid_until"]) == (True, "4-2", None)
    assert answer["convention"] == Convention.objects.get().number

    journey.at("2026-09-14")
    run_day(clock.today())
    [reminder] = journey.mails_to(LAWYER)
    # In force from 14 January 2026, to 13 January 2027 included: three months before.
    assert "13\u00a0octobre 2026" in reminder.subject
    the_lawyer_registers_a_notice(journey, convention, reminder.body, scan)
    assert state_of(convention) == "notice_given"

    answer = journey.asks_the_door(portal, identifier, service)
    assert answer["permit"]
    assert answer["valid_until"] == "2027-01-14T00:00:00+01:00"
    end = clock.start_of_day(clock.today().replace(year=2027, month=1, day=14))
    journey.instant(end - timedelta(seconds=1))
    assert journey.asks_the_door(portal, identifier, service)["permit"]
    journey.instant(end)
    answer = journey.asks_the_door(portal, identifier, service)
    assert (answer["permit"], answer["code"]) == (False, "convention_over")
    run_day(clock.today())
    assert state_of(convention) == "expired"
    assert Habilitation.objects.get().state == "closed"
    page = journey.staff(LAWYER)
    page.goto(f"/conventions/{convention.pk}/")
    journey.look(page, "convention-arrivee-a-echeance", whole=False)


def the_lawyer_registers_a_notice(
    journey: Journey, convention: Convention, reminder: str, scan: Path
) -> None:
    page = journey.staff(LAWYER)
    link = re.search(r"/conventions/\d+/#\w+", reminder)
    assert link is not None
    page.goto(link[0])
    why = page.locator("#echeances details").first
    why.locator("summary").click()
    journey.look(page, "pourquoi-cette-date", whole=False)
    journey.at("2026-10-05")
    page = journey.staff(LAWYER)
    page.goto(f"/conventions/{convention.pk}/evenements/")
    page.get_by_role("link", name="Une dénonciation est partie ou arrivée").click()
    page.get_by_label(re.compile("Qui l’a envoyée")).select_option(index=1)
    page.get_by_label("Postée le").fill("2026-10-01")
    page.get_by_label("Remise le").fill("2026-10-05")
    page.get_by_label("Son issue").select_option("delivered")
    page.get_by_label("Pièce qui le prouve").set_input_files(scan)
    page.get_by_role("button", name="Voir ce que cela change").click()
    expect(
        page.get_by_role("cell", name=re.compile("dernier jour en vigueur le 13.janvier 2027"))
    ).to_be_visible()
    journey.look(page, "consequences-d-une-denonciation")
    page.get_by_role("button", name=re.compile("^Confirmer")).click()
    expect(page.get_by_text("C’est enregistré")).to_be_visible()


def state_of(convention: Convention) -> str:
    return Convention.objects.get(pk=convention.pk).state
