"""Where a request stands, what is expected of whom, and when access should open: in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from access.models import Habilitation
from forms_annexes.completeness import (
    has_wrong_signatory,
    is_signed,
    needs_signature,
    paper_to_sign,
    signature_missing,
)
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestStatus
from forms_annexes.models.users import UserDecision
from forms_annexes.reasons import ReturnReason
from forms_annexes.services.change_words import effect_of
from forms_annexes.services.moving import open_task
from forms_annexes.services.returning import in_words as returned_in_words
from forms_annexes.services.structures import ABOUT_RIGHTS
from workflows.clock import civil_date
from workflows.convention import IN_FORCE
from workflows.french import date_in_words, typeset


class Told(NamedTuple):
    """What a status says by itself, before the dates of the convention are read."""

    meaning: str
    label: str
    where: str
    expected: str
    missing: tuple[str, ...] = ()
    to_do: str = ""


OPENING = "Ouverture de l’accès"


@dataclass(frozen=True, slots=True)
class Standing:
    """The three answers of a request's page, and its state as a meaning and a word."""

    meaning: str
    label: str
    where: str
    expected: str
    opening: str
    missing: tuple[str, ...] = ()
    """What the partner has to bring."""
    to_do: str = ""
    """The step that the partner may take now: ``complete``, ``sign`` or none."""
    about: str = OPENING
    """What ``opening`` tells."""


def standing_of(request: AccessRequest) -> Standing:
    """Read where the request stands today. Never raises."""
    task = open_task(request)
    told = _TELLERS[RequestStatus(request.status)](request, task)
    return Standing(
        told.meaning,
        told.label,
        typeset(told.where),
        typeset(told.expected),
        typeset(opening_of(request)),
        told.missing,
        told.to_do,
        "Quand cela prend effet" if request.kind in ABOUT_RIGHTS else OPENING,
    )


def opening_of(request: AccessRequest) -> str:
    """When access should open, as far as the dates say."""
    if effect := effect_of(request):
        return effect
    if request.status in (
        RequestStatus.REFUSED.value,
        RequestStatus.LAPSED.value,
        RequestStatus.WITHDRAWN.value,
    ):
        return "Cette demande n’ouvrira pas d’accès."
    granted = _granted(request)
    if granted and (sent := [h.notified_on for h in granted if h.notified_on]):
        return typeset(f"Identifiants envoyés le {date_in_words(max(sent))}.")
    if granted:
        return "Le compte est en cours de création ; les identifiants suivront."
    convention = request.convention
    after = "" if request.status == RequestStatus.ACCEPTED.value else ", une fois l’annexe acceptée"
    if convention.state in IN_FORCE:
        return f"La convention est en vigueur : l’accès s’ouvre sans attendre{after}."
    if convention.effect_on is not None:
        return f"À partir du {date_in_words(convention.effect_on)}{after}."
    waits = _conditions(request)
    return f"Quand la convention prendra effet{waits}{after}."


def _conditions(request: AccessRequest) -> str:
    rules = request.convention.rules
    signatures = "après la dernière signature"
    conditions = [c.label for c in rules.effect.conditions if c.consequence == "suspends_effect"]
    if not conditions:
        return f" : {signatures}"
    return f" : {signatures} et « {' », « '.join(conditions)} »"


def _granted(request: AccessRequest) -> list[Habilitation]:
    references = request.users.values("reference")
    return list(Habilitation.objects.filter(request_reference__in=references).order_by("pk"))


def _draft(request: AccessRequest, task: str) -> Told:
    if task == "sign" and not is_signed(request):
        return Told(
            "attention",
            "À signer",
            "Les réponses sont complètes ; le formulaire n’est pas encore signé.",
            _signatory_expected(request),
            to_do="sign",
        )
    return Told(
        "neutral",
        "Brouillon",
        "La demande n’est pas envoyée.",
        "Vous : répondre aux questions, puis envoyer.",
        to_do="complete",
    )


def _signatory_expected(request: AccessRequest) -> str:
    link = request.signature_links.filter(revoked_at__isnull=True).select_related("person").last()
    if link is None:
        return "Vous : faire signer le formulaire."
    name = link.person.get_full_name()
    day = date_in_words(civil_date(link.created_at))
    return f"{name} : signer, par le lien envoyé le {day}."


def _submitted(request: AccessRequest, task: str) -> Told:
    received = date_in_words(request.received_on)
    if has_wrong_signatory(request):
        return Told(
            "attention",
            "À régulariser",
            f"Reçue le {received}.",
            "Vous : joindre la délégation de signature, ou faire signer la personne qui convient.",
            (paper_to_sign(request),),
        )
    if needs_signature(request) and not is_signed(request):
        return Told(
            "attention",
            "À régulariser",
            f"Reçue le {received}, sans signature.",
            "Vous : renvoyer le formulaire signé.",
            (signature_missing(request),),
        )
    return Told(
        "neutral",
        "Envoyée",
        f"Reçue le {received} par {request.convention.caisse.name}.",
        f"{request.convention.caisse.name} : vérifier la demande.",
    )


def _returned(request: AccessRequest, task: str) -> Told:
    missing = [
        ReturnReason(code).label
        for code in request.return_reasons
        if code != ReturnReason.TO_CORRECT
    ]
    missing += returned_in_words(request)
    if request.return_note:
        missing.append(request.return_note)
    return Told(
        "attention",
        "À compléter",
        "La caisse a rendu la demande : il manque quelque chose.",
        "Vous : compléter, puis envoyer de nouveau.",
        tuple(missing),
        "sign" if task == "sign" and not is_signed(request) else "complete",
    )


def _accepted(request: AccessRequest, task: str) -> Told:
    refused = [u for u in request.users.all() if u.decision == UserDecision.REFUSED]
    return Told(
        "in_force",
        "Acceptée",
        "La caisse a accepté la demande." if not refused else "Acceptée en partie.",
        "Vous : rien."
        if request.kind in ABOUT_RIGHTS
        else "Vous : rien. La caisse crée le compte et vous prévient.",
        tuple(typeset(f"{u.get_full_name()} : refusé") for u in refused),
    )


def _refused(request: AccessRequest, task: str) -> Told:
    return Told(
        "ended",
        "Refusée",
        "La caisse a refusé la demande.",
        "Vous : rien. Une nouvelle demande reste possible.",
    )


def _lapsed(request: AccessRequest, task: str) -> Told:
    where = "La demande est restée sans suite trop longtemps."
    return Told("ended", "Caduque", where, "Vous : faire une nouvelle demande.")


def _withdrawn(request: AccessRequest, task: str) -> Told:
    return Told("ended", "Retirée", "La demande a été retirée.", "Personne.")


_TELLERS = {
    RequestStatus.DRAFT: _draft,
    RequestStatus.SUBMITTED: _submitted,
    RequestStatus.RETURNED: _returned,
    RequestStatus.ACCEPTED: _accepted,
    RequestStatus.REFUSED: _refused,
    RequestStatus.LAPSED: _lapsed,
    RequestStatus.WITHDRAWN: _withdrawn,
}
