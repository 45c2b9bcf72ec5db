"""What a caisse lives through with its conventions, each played by those who would do it.

What came before is recorded at once; what the person does, the person does in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from access.models import Account, Habilitation
from access.services.clients import create_client
from access.services.habilitations import grant
from contracts.models import (
    Agent,
    Convention,
    Partner,
    Person,
    Power,
    User,
)
from contracts.services.documents import issue
from contracts.services.letters import letter_proposal, proposed_document
from contracts.services.outgoing_acts import Told
from contracts.services.outgoing_letters import entered, passed
from tests.browser.caisse import (
    CLERK,
    DIRECTOR,
    LAWYER,
    OFFICER,
    SIGNATORY,
    caisse,
    confirm,
    in_force,
    journey,
    post,
    scan,
    state_of,
    to_post,
    weigh,
)
from tests.browser.journey import Journey
from tests.templates_conventions.matrix import ADL, CAF, PIC
from workflows import clock
from workflows.scheduler import run_day

pytestmark = pytest.mark.journey

__all__ = ["caisse", "in_force", "journey", "scan"]


def test_the_portfolio_renews_in_january_but_for_those_that_were_ended(
    journey: Journey, in_force: Callable[..., Convention]
) -> None:
    portfolio = [in_force(PIC, "2026-01-01", f"Commune d’Essai {n}") for n in range(1, 7)]
    journey.at("2026-09-01")
    page = journey.staff(LAWYER)
    page.goto("/echeances/?selon=ouvre")
    limit = page.get_by_role("row").filter(has_text="30 septembre 2026")
    expect(limit).to_have_count(len(portfolio))
    journey.look(page)
    page.goto("/conventions/")
    ended = portfolio[:2]
    for convention in ended:
        page.get_by_role("checkbox", name=f"Cocher {convention.number}").check()
    page.get_by_role("button", name="Agir sur les conventions cochées").click()
    page.get_by_label("Que faire").select_option("letter:denonciation")
    page.get_by_role("button", name="Voir ce que cela donne").click()
    expect(page.get_by_text("Possible pour 2 sur 2")).to_be_visible()
    page.get_by_role("button", name="Confirmer pour 2 conventions").click()
    expect(page.get_by_text(re.compile("2.faites, 0.pas faite"))).to_be_visible()
    letters = [entered(convention.documents.get()) for convention in ended]
    director = Agent.objects.get(user__email=SIGNATORY)
    for letter in letters:
        for kind, signatory in (("submitted", None), ("signed", director)):
            told = Told(kind=kind, on=clock.today(), signatory=signatory)
            passed(letter, told, director.user, identifier=uuid4())

    page = journey.staff(CLERK)
    post(page, "RK123456785FR", "1A23456789012")
    assert [state_of(one) for one in portfolio] == ["notice_given"] * 2 + ["active"] * 4

    journey.at("2027-01-01")
    before = len(journey.mails_to(LAWYER))
    run_day(clock.today())
    assert [state_of(one) for one in portfolio] == ["expired"] * 2 + ["active"] * 4
    for renewed in portfolio[2:]:
        term = Convention.objects.get(pk=renewed.pk).timeline(clock.today()).current_term
        assert (term.number, term.last_day) == (2, date(2027, 12, 31))
    assert len(journey.mails_to(LAWYER)) - before <= 1, "one digest, not a mail a convention"


def test_a_notice_that_comes_back_counts_as_its_text_says(
    journey: Journey, in_force: Callable[..., Convention], scan: Path
) -> None:
    by_posting = in_force(PIC, "2026-01-15", "Crèche Les Exemples", "association")
    by_reception = in_force(CAF, "2026-01-15", "Commune d’Essai")
    journey.at("2026-10-01")
    letters = [to_post(one, "denonciation", "2026-10-01") for one in (by_posting, by_reception)]
    page = journey.staff(CLERK)
    post(page, "RK123456785FR", "1A23456789012")
    journey.at("2026-10-20")
    page = journey.staff(CLERK)
    for letter in letters:
        page.goto(f"/courriers-envoyes/{letter.pk}/")
        page.get_by_role("link", name="Enregistrer le retour, non réclamé").click()
        page.get_by_label("Date").fill("2026-10-19")
        page.get_by_label("Pièce qui le prouve").set_input_files(scan)
        weigh(page)
        confirm(page)
        expect(page.get_by_text("Revenu non réclamé").first).to_be_visible()
    assert state_of(by_posting) == "notice_given", "where the posting counts, nothing changes"
    assert state_of(by_reception) == "active", "where the reception counts, a lawyer decides"

    page = journey.staff(LAWYER)
    page.goto("/questions/")
    page.get_by_role("rowheader").get_by_role("link").click()
    journey.look(page)
    page.get_by_role("link", name="Trancher cette question").click()
    page.get_by_role("radio").first.check()
    page.get_by_label("Motifs").fill("Présentée à temps à la bonne adresse : le préavis a couru.")
    weigh(page)
    confirm(page)
    expect(page.get_by_text("enregistré").first).to_be_visible()
    page.goto("/questions/")
    expect(page.get_by_role("rowheader")).to_have_count(0)


def test_a_breach_repaired_in_its_delay_leaves_the_convention_as_it_was_and_another_ends(
    journey: Journey, in_force: Callable[..., Convention], scan: Path
) -> None:
    repaired = in_force(ADL, "2026-01-15", "Commune d’Essai")
    silent = in_force(ADL, "2026-01-15", "Commune d’Exempleville")
    journey.at("2026-06-02")
    for convention in (repaired, silent):
        page = journey.staff(LAWYER)
        page.goto(f"/conventions/{convention.pk}/evenements/")
        page.get_by_role("link", name="Une lettre pour inexécution est partie").click()
        page.get_by_label("Qui l’a envoyée").select_option("caisse")
        page.get_by_label("Postée le").fill("2026-06-01")
        page.get_by_label("Remise le").fill("2026-06-02")
        page.get_by_label("Son issue").select_option("delivered")
        page.get_by_label("Pièce qui le prouve").set_input_files(scan)
        weigh(page)
        expect(page.get_by_text(re.compile("2.juillet 2026")).first).to_be_visible()
        page.get_by_role("button", name="Proposer à une autre personne").click()
        expect(page.get_by_role("button", name="Retirer la proposition")).to_be_visible()
        assert state_of(convention) == "active", "nothing changes before a second person agrees"
    page = journey.staff(DIRECTOR)
    for _ in (repaired, silent):
        page.goto("/a-confirmer/")
        page.get_by_role("rowheader").first.get_by_role("link").click()
        journey.look(page)
        page.get_by_role("button", name="Confirmer et enregistrer").click()
        expect(page.get_by_text("C’est confirmé et enregistré")).to_be_visible()
    assert state_of(repaired) == state_of(silent) == "termination_pending"

    journey.at("2026-07-01")
    page = journey.staff(LAWYER)
    page.goto(f"/conventions/{repaired.pk}/evenements/")
    page.get_by_role("link", name="Le manquement est réparé").click()
    page.get_by_label("Date").fill("2026-07-01")
    page.get_by_label("Pièce qui le prouve").set_input_files(scan)
    weigh(page)
    confirm(page)
    expect(page.get_by_text("C’est enregistré")).to_be_visible()
    assert state_of(repaired) == "active"

    journey.at("2026-07-02")
    run_day(clock.today())
    assert state_of(silent) == "termination_pending", "in force to the end of the thirtieth day"
    journey.at("2026-07-03")
    run_day(clock.today())
    assert state_of(silent) == "terminated"
    page.goto(f"/conventions/{silent.pk}/")
    expect(page.get_by_text("Attestation").first).to_be_visible()


def test_a_suspicion_shuts_the_accounts_and_leaves_the_term_running(
    journey: Journey, in_force: Callable[..., Convention], scan: Path
) -> None:
    convention = in_force(PIC, "2026-01-15", "Crèche Les Exemples", "association")
    service = convention.rules.services[0].code
    person = Person.objects.create(first_name="Claude", last_name="Essai", email="c@creche.example")
    right = grant(convention, person, service, None, clock.today())
    portal = create_client(convention.caisse, "Extranet")
    journey.at("2026-03-02")
    identifier = Account.objects.get().identifier
    assert journey.asks_the_door(portal, identifier, service)["permit"]

    page = journey.staff(LAWYER)
    page.goto(f"/conventions/{convention.pk}/utilisateurs/{right.pk}/evenements/")
    page.get_by_role("link", name="Suspendre l’accès de cette personne").click()
    page.get_by_label("Motif").select_option("suspected_fraud")
    page.get_by_role("radio", name=re.compile("temporaire", re.IGNORECASE)).check()
    page.get_by_label("Précisions").fill("Neuf cents dossiers consultés la nuit du 1er mars.")
    decided = page.get_by_label("Décidé par")
    if decided.count():
        decided.select_option(index=1)
    weigh(page)
    journey.look(page)
    confirm(page)
    expect(page.get_by_text("C’est enregistré")).to_be_visible()
    assert not journey.asks_the_door(portal, identifier, service)["permit"]

    page = journey.staff(CLERK)
    page.goto(f"/conventions/{convention.pk}/declaration/violation-de-donnees/")
    page.get_by_label("Par courriel").check()
    page.get_by_label("Date de réception").fill("2026-03-02")
    page.get_by_label("Vous l’avez su le").fill("2026-03-02")
    page.get_by_label("À quelle heure").fill("08:30")
    page.get_by_label(re.compile("^Des identifiants connus d’autrui")).check()
    page.get_by_label("Non, c’est un soupçon").check()
    page.get_by_label("Dites-le en quelques mots").fill("Des consultations la nuit.")
    page.get_by_label("Numérisation du courrier reçu").set_input_files(scan)
    page.get_by_role("button", name="Enregistrer la déclaration").click()
    journey.look(page)
    page = journey.staff(OFFICER)
    page.goto("/declarations/")
    expect(page.get_by_text(re.compile("72.h"))).to_be_visible()

    journey.at("2026-03-09")
    page = journey.staff(LAWYER)
    page.goto(f"/conventions/{convention.pk}/utilisateurs/{right.pk}/evenements/")
    page.get_by_role("link", name="Lever la suspension").click()
    decided = page.get_by_label("Décidé par")
    if decided.count():
        decided.select_option(index=1)
    weigh(page)
    confirm(page)
    expect(page.get_by_text("C’est enregistré")).to_be_visible()
    assert journey.asks_the_door(portal, identifier, service)["permit"]
    assert Habilitation.objects.get().state != "closed"
    term = convention.timeline(clock.today()).current_term
    assert (term.number, term.last_day) == (1, date(2027, 1, 14)), "no suspension stops the clock"


def test_a_new_director_signs_and_the_former_one_no_longer_does(
    journey: Journey, in_force: Callable[..., Convention], scan: Path
) -> None:
    convention = in_force(PIC, "2026-01-15", "Crèche Les Exemples", "association")
    journey.at("2026-03-02")
    former = Power.objects.get()
    page = journey.staff(DIRECTOR)
    page.goto("/personnel/")
    page.get_by_role("link", name=re.compile("Mettre fin à la délégation de Dominique")).click()
    page.get_by_label("Dernier jour").fill("2026-03-02")
    page.get_by_label("Motif").fill("Départ de la caisse.")
    page.get_by_role("button", name=re.compile("Mettre fin")).click()
    expect(page.get_by_role("heading", level=1, name="Personnel")).to_be_visible()
    page.get_by_role("link", name="Déléguer un pouvoir").click()
    page.get_by_label("À qui").select_option(label="Maxence Exemple")
    page.get_by_label("Pouvoir délégué").select_option(Power.Kind.SIGN_LETTERS)
    page.get_by_label("Du", exact=True).fill("2026-03-03")
    page.get_by_label("Au", exact=True).fill("2026-12-31")
    page.get_by_label("Référence de la délégation").fill("Décision 2026-7")
    page.get_by_label("Délégation signée").set_input_files(scan)
    journey.look(page)
    page.get_by_role("button", name=re.compile("Déléguer")).click()
    expect(page.get_by_text("Décision 2026-7").first).to_be_visible()
    former.refresh_from_db()
    assert former.last_day == date(2026, 3, 2)

    journey.at("2026-03-10")
    proposal = letter_proposal(convention, "denonciation")
    clerk = User.objects.get(email=CLERK)
    document = proposed_document(convention, proposal, {}, signatory=("Maxence Exemple", "agent"))
    letter = entered(issue(convention, document, clerk))
    passed(letter, Told(kind="submitted", on=clock.today()), clerk, identifier=uuid4())
    page = journey.staff(CLERK)
    page.goto(f"/courriers-envoyes/{letter.pk}/passages/signed/")
    choices = page.get_by_label("Signé par")
    page.get_by_label("Date").fill("2026-03-10")
    page.get_by_label("Pièce qui le prouve").set_input_files(scan)
    choices.select_option(str(former.agent_id))
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Rien n’est enregistré")
    assert letter.passages.count() == 1, "the power had ended"
    choices.select_option(str(Agent.objects.get(user__email=LAWYER).pk))
    page.get_by_label("Pièce qui le prouve").set_input_files(scan)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Maxence Exemple").first).to_be_visible()
    assert letter.passages.count() == 2
    assert state_of(convention) == "active"


def test_two_communes_become_one_and_their_conventions_go_on(
    journey: Journey, in_force: Callable[..., Convention], scan: Path
) -> None:
    merged = [in_force(ADL, "2026-01-15", f"Commune d’Essai-{side}") for side in ("Nord", "Sud")]
    name = "Commune nouvelle d’Exempleville"
    former = [one.partner.name for one in merged]
    lives = [one.timeline(clock.today()).steps for one in merged]
    terms = [one.timeline(clock.today()).current_term for one in merged]
    journey.at("2026-06-01")
    page = journey.staff(LAWYER)
    for convention in merged:
        page.goto(f"/partenaires/{convention.partner_id}/")
        page.get_by_role("link", name="Enregistrer une succession").click()
        journey.look(page)
        page.get_by_label("Ce qui s’est passé").select_option("commune_merger")
        page.get_by_label("Prend effet le").fill("2026-06-01")
        page.get_by_label("SIREN ou SIRET du successeur").fill("000 000 901")
        if convention == merged[0]:
            page.get_by_text("Il n’est pas encore un partenaire connu").click()
            page.get_by_label("Son nom").fill(name)
            page.get_by_label("Sa nature").select_option("commune")
        page.get_by_label("Acte qui le dit").fill("Arrêté préfectoral du 3 mars 2026")
        page.get_by_label("L’acte (facultatif)").set_input_files(scan)
        weigh(page)
        expect(page.get_by_text("rien ne bouge")).to_be_visible()
        journey.look(page)
        page.get_by_role("button", name="Enregistrer la succession").click()
        expect(page.get_by_text("Passée au successeur")).to_be_visible()
        journey.look(page)
    successor = Partner.objects.get(siren="000000901")
    page.goto(f"/partenaires/{successor.pk}/")
    main = page.get_by_role("main")
    for convention, was in zip(merged, former, strict=True):
        expect(main).to_contain_text(convention.number)
        expect(main).to_contain_text(re.compile(f"1.convention reprise de {was}"))
    expect(main).to_contain_text("Même type que")
    journey.look(page)
    for convention, term, steps, before in zip(merged, terms, lives, former, strict=True):
        on_the_day = Convention.objects.get(pk=convention.pk)
        timeline = on_the_day.timeline(clock.today())
        assert timeline.current_term == term
        assert [step for step in steps if step not in timeline.steps] == []
        for day, party in (("2026-05-31", before), ("2026-06-01", successor.name)):
            page.goto(f"/conventions/{convention.pk}/texte-consolide/?le={day}")
            expect(page.get_by_role("main")).to_contain_text(party)
    assert Partner.objects.filter(name__in=former).count() == 2, "the communes stay known"
