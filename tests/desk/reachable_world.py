"""A small caisse with one of each thing that an address names, and everybody who may try it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client

from access.models import AccountTakeOver, ImportDeposit
from access.services import import_deposits
from access.services.habilitations import grant
from contracts.models import (
    Agent,
    Caisse,
    Convention,
    Elimination,
    KeptPair,
    Partner,
    PartnerMembership,
    Person,
    Power,
    Signatory,
    SignatoryPower,
    Site,
    User,
    UserScope,
)
from contracts.retention.holds import put_hold
from contracts.services import avenant_preparation
from contracts.services.avenant_preparation import Wanted
from contracts.services.conventions import draft_convention
from contracts.services.evidence import store_evidence
from contracts.services.outgoing_letters import entered
from contracts.services.proposed_acts import CONVENTION, propose_acts
from contracts.services.scanning import deposit_batch
from contracts.services.successions import Wanted as Succeeding
from contracts.services.successions import record_succession
from contracts.succession_grounds import grounds
from forms_annexes.declarations.kinds import kind_of
from forms_annexes.services import declaring, filling
from forms_annexes.services.declaring import Told
from notifications.models import DeadAddress, Message
from notifications.rhythms.choosing import token_of
from tests.access.imports.portfolios import GOOD, csv
from tests.contracts.campaigned import under_way
from tests.contracts.paper import Sheet, batch_of
from tests.contracts.received import a_letter
from tests.contracts.test_scanning import a_document
from tests.forms_annexes.conftest import a_member, answered
from tests.forms_annexes.files import a_pdf
from tests.portfolio import an_act
from workflows import clock, effects
from workflows.effect_worker import PACE, drain
from workflows.subjects import record

ROLES = (
    "back_office_agent",
    "legal_officer",
    "director",
    "dpo",
    "administrator",
    "auditor",
)

INSIDE = tuple(f"{role} inside" for role in ROLES)
OUTSIDE = tuple(f"{role} outside" for role in ROLES)

Samples = dict[str, Any]
"""What stands for a parameter, by the pattern of the address up to and with that parameter."""


def samples(convention: Convention, commit: Callable[..., Any]) -> Samples:
    """One of each thing that an address names, about a convention in force."""
    caisse, agent = convention.caisse, User.objects.create_user("auteur@caisse.example")
    UserScope.objects.create(
        user=agent, caisse=caisse, role="back_office_agent", first_day=date(2024, 1, 1)
    )
    proof = store_evidence(ContentFile(a_pdf()), "courrier.pdf", None)
    deliberation = an_act("deliberation", "2024-01-09", reference="D-1")
    record(convention, deliberation, author=None, evidence=[proof])
    site = Site.objects.create(partner=convention.partner, name="Crèche d’Essai")
    convention.sites.add(site)
    with commit(execute=True):
        right = grant(
            convention,
            Person.objects.create(first_name="Claude", last_name="Essai"),
            convention.rules.services[0].code,
            None,
            clock.today(),
        )
    member = a_member("membre@partenaire.example", convention.partner)
    sent = filling.send(answered(filling.start(convention, member)), member)
    opened = filling.start(convention, member)
    answers = {"nature": "lost_device", "certainty": "certain", "description": "Un poste volé."}
    told = Told(answers, aware_at=clock.now())
    breach = declaring.declare(convention, kind_of("breach"), member, told)
    issued = a_document(convention, 1)
    leaving = a_document(convention, 1, "letter")
    duration = Wanted("duration", changes={"term.length": "P3Y"})
    avenant = avenant_preparation.prepare(convention, duration, None, uuid4())
    letter = a_letter(caisse, agent, proof)
    outgoing = entered(leaving)
    batch = deposit_batch(ContentFile(batch_of([Sheet()])), "lot.pdf", caisse, agent)
    with transaction.atomic():
        effects.emit("tests.unknown", "essai:1", "file:1", {})
    for day in range(PACE.most_attempts):
        drain(now=lambda day=day: clock.system_time() + timedelta(days=day))
    ended = an_act(
        "mutual_termination", "2024-02-01", last_day="2024-03-31", agreed_by=["caisse", "partner"]
    )
    lawyer = User.objects.create_user("juriste@caisse.example")
    UserScope.objects.create(
        user=lawyer, caisse=caisse, role="legal_officer", first_day=date(2024, 1, 1)
    )
    proposal = propose_acts(
        CONVENTION,
        convention,
        [ended],
        lawyer,
        seen_revision=convention.revision,
        evidence=[proof],
        convention=convention,
    )
    resembling = Partner.objects.create(name="Mairie d’Essai", kind="commune")
    beside = draft_convention(
        caisse=caisse, partner=resembling, rulebook_code=convention.rulebook_code
    )
    KeptPair.objects.create(
        first=convention, second=beside, reason="Essai", author=agent, recorded_at=clock.now()
    )
    succession = record_succession(
        Succeeding(
            convention.partner,
            Partner.objects.create(name="Commune nouvelle d’Essai", kind="commune"),
            grounds()["commune_merger"],
            "Arrêté fictif",
            date(2025, 1, 1),
            [convention],
        ),
        agent,
        proof,
        identifier=uuid4(),
    )
    convention.refresh_from_db()
    signing = SignatoryPower.objects.create(
        signatory=Signatory.objects.create(
            partner=convention.partner,
            person=Person.objects.create(last_name="Essai"),
            quality="adjointe",
        ),
        first_day=date(2024, 1, 1),
        delegated=True,
        delegation_reference="Arrêté fictif",
        delegation_document=proof,
    )
    dead = DeadAddress.objects.create(
        address="parti@ailleurs.example",
        message=convention.messages.order_by("pk")[0],
        reason="5.1.1",
        since=clock.now(),
    )
    deposit = a_portfolio(caisse, lawyer, convention.rulebook_code)
    take_over = AccountTakeOver.objects.create(
        account=right.account, row=deposit.trial.rows.get(), taken_over_at=clock.now()
    )
    campaign = under_way(convention, lawyer, agent)
    of_convention = "conventions/<int:pk>"
    of_letter = "courriers-recus/<int:pk>"
    of_sent = "courriers-envoyes"
    power = Power.objects.create(
        agent=Agent.objects.create(
            caisse=caisse, person=Person.objects.create(last_name="Essai"), user=agent, title="x"
        ),
        kind="sign_letters",
        first_day=date(2024, 1, 1),
        delegation_reference="Décision fictive",
    )
    hold = put_hold(
        Partner.objects.create(name="Association d’Essai", kind="association"),
        caisse,
        "Contentieux.",
        agent,
        uuid4(),
    )
    elimination = Elimination.objects.create(
        identifier=uuid4(), caisse=caisse, year=2024, number=1, author=agent, at=clock.now()
    )
    return {
        "conservation/gels/<int:pk>": hold.pk,
        "conservation/bordereaux/<int:pk>": elimination.pk,
        "conservation/<int:caisse>": caisse.pk,
        "conservation/<int:caisse>/<slug:rule>": "message",
        "conservation/<int:caisse>/<slug:rule>/<int:subject>": 202401,
        "campagnes/<int:pk>": campaign.pk,
        "personnel/roles/<int:pk>": lawyer.scopes.get().pk,
        "personnel/delegations/<int:pk>": power.pk,
        f"{of_sent}/<int:pk>": outgoing.pk,
        f"{of_sent}/<int:pk>/passages/<slug:kind>": "given_up",
        f"{of_sent}/conventions/<int:convention>": convention.pk,
        f"{of_sent}/conventions/<int:convention>/emis/<int:issued>": leaving.pk,
        of_letter: letter.pk,
        f"{of_letter}/conventions/<int:convention>": convention.pk,
        f"{of_letter}/conventions/<int:convention>/<slug:code>": "other",
        of_convention: convention.pk,
        f"{of_convention}/utilisateurs/<int:habilitation>": right.pk,
        f"{of_convention}/utilisateurs/<int:habilitation>/evenements/<slug:kind>": "departure",
        f"{of_convention}/evenements/<slug:kind>": "deliberation",
        f"{of_convention}/annulations/<str:identifier>": deliberation.id,
        f"{of_convention}/pieces/<int:file>": proof.pk,
        f"{of_convention}/documents/<slug:code>": "convention",
        f"{of_convention}/documents/<slug:code>/projet/<slug:wanted>": "docx",
        f"{of_convention}/documents/emis/<int:issued>": issued.pk,
        f"{of_convention}/documents/lettre-familles/<slug:wanted>": "docx",
        f"{of_convention}/copies-signees/depot/<int:issued>": issued.pk,
        f"{of_convention}/courriers/<slug:code>": "denonciation",
        f"{of_convention}/avenants/<int:number>": avenant.number,
        f"{of_convention}/avenants/nouveau/<slug:code>": "duration",
        f"{of_convention}/declaration/<slug:slug>": "violation-de-donnees",
        "conventions/nouvelle/partenaire/<int:pk>": convention.partner.pk,
        "comptes/identifiants/<int:pk>": right.pk,
        "partenaires/<int:pk>": convention.partner.pk,
        "partenaires/doublons/conventions/<int:pk>": convention.pk,
        "partenaires/doublons/conventions/<int:pk>/<int:other>": beside.pk,
        "partenaires/successions/<int:pk>": succession.pk,
        "partenaires/<int:pk>/autre-que/<int:other>": resembling.pk,
        "partenaires/<int:pk>/delegations/<int:power>": signing.pk,
        "aide/<slug:slug>": "ouvrir-une-convention",
        "aide/images/<slug:name>.png": "comptes",
        "comptes/taches/<int:pk>": _first("access.DirectoryTask"),
        "envois-en-echec/<int:pk>": effects.dead_letters().get().pk,
        "courriels/<int:pk>": convention.messages.order_by("pk").values_list("pk", flat=True)[0],
        "courriels/adresses/<int:pk>": dead.pk,
        "desabonnement/<str:token>": token_of(Message(user=agent, kind="requests_to_check")),
        "courriels/modeles/<slug:code>": "request_returned",
        "numerisations/<int:pk>": batch.pk,
        "reprises/<int:pk>": deposit.pk,
        "reprises/<int:pk>/refusees/<slug:table>": "conventions",
        "reprises/comptes/<int:pk>": take_over.pk,
        "seconds-facteurs/<int:pk>": agent.pk,
        "numerisations/<int:pk>/pages/<int:number>": 1,
        "demandes/<int:pk>": sent.pk,
        "declarations/<int:pk>": breach.pk,
        "a-confirmer/<int:pk>": proposal.pk,
        "a-confirmer/<int:pk>/pieces/<int:file>": proof.pk,
        "espace/conventions/<int:pk>": convention.pk,
        "espace/conventions/<int:pk>/documents/<int:issued>": issued.pk,
        "espace/conventions/<int:pk>/documents/annexes/<slug:code>": "annexe-1",
        "espace/conventions/<int:pk>/documents/annexes/<slug:code>.<slug:wanted>": "docx",
        "espace/conventions/<int:pk>/lettre-de-denonciation/<slug:wanted>": "docx",
        "espace/conventions/<int:pk>/declarer/<slug:slug>": "violation-de-donnees",
        "espace/conventions/<int:pk>/structures/<int:site>": site.pk,
        "espace/utilisateurs/<int:habilitation>": right.pk,
        "espace/demandes/<int:pk>": opened.pk,
        "espace/demandes/<int:pk>/etape/<int:number>": 1,
        "espace/declarations/<int:pk>": breach.pk,
    }


def a_portfolio(caisse: Caisse, author: User, rulebook: str) -> ImportDeposit:
    """A portfolio of one convention, tried."""
    row = GOOD | {"number": "REPRISE-1", "rulebook": rulebook}
    found = import_deposits.deposit(uuid4(), caisse, [csv(row)], None, author)
    import_deposits.go_on({"run": found.trial.pk}, None)  # type: ignore[arg-type]
    return found


def everybody(convention: Convention) -> dict[str, Client]:
    """Nobody, each role inside and outside the caisse and all of them, a partner, a stranger."""
    elsewhere = Caisse.objects.create(code="AILLEURS", name="Une autre caisse")
    found = {"anonymous": Client()}
    for names, caisse in ((INSIDE, convention.caisse), (OUTSIDE, elsewhere)):
        united = User.objects.create_user(f"tous@{caisse.code}.example")
        for name, role in zip(names, ROLES, strict=True):
            user = User.objects.create_user(f"{role}@{caisse.code}.example")
            for somebody in (user, united):
                UserScope.objects.create(
                    user=somebody, caisse=caisse, role=role, first_day=date(2024, 1, 1)
                )
            found[name] = _signed_in(user)
        found[" and ".join(names)] = _signed_in(united)
    partner = User.objects.create_user("partenaire@partenaire.example")
    PartnerMembership.objects.create(
        user=partner, partner=convention.partner, role="director", first_day=date(2024, 1, 1)
    )
    found["partner"] = _signed_in(partner)
    found["stranger"] = _signed_in(User.objects.create_user("personne@ailleurs.example"))
    return found


def _signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _first(label: str) -> int | None:
    from django.apps import apps

    row = apps.get_model(label).objects.order_by("pk").first()
    return row.pk if row is not None else None
