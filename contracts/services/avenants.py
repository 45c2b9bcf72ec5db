"""An avenant sent for signature, signed by each party, refused by one, or given up.

Only the last signature records the act on the convention. Until then its life is untouched.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from contracts.avenant_status import AvenantStanding, standing_of
from contracts.identifiers import validate_no_nir
from contracts.models import (
    Avenant,
    AvenantFact,
    Convention,
    EvidenceFile,
    IssuedDocument,
    User,
)
from contracts.services.avenant_documents import avenant_document
from contracts.services.avenant_preparation import act_of
from contracts.services.avenant_refusals import CannotAmend
from contracts.services.documents import issue
from templates_conventions.texts import has_text
from workflows import clock
from workflows.french import date_in_words
from workflows.recording import ActRefused
from workflows.subjects import locked, record
from workflows.timeline import Timeline


def send(
    avenant: Avenant,
    on: date,
    author: User | None,
    identifier: UUID,
    document: IssuedDocument | None = None,
) -> AvenantFact:
    """The avenant leaves for signature: its document is issued. Raises ``CannotAmend``.

    ``document`` is what left, where it was issued before.
    """
    with transaction.atomic():
        known = _told_before(avenant, identifier)
        if known is not None:
            return known
        if standing(avenant).sent_on is not None:
            raise CannotAmend("Cet avenant est déjà parti pour signature.")
        _refuse_future(on)
        if document is None and has_text(avenant.convention.rulebook_code):
            document = issue(avenant.convention, avenant_document(avenant, on), author)
        return _tell(avenant, AvenantFact.Kind.SENT, on, author, identifier, document=document)


def sign(
    avenant: Avenant,
    party: str,
    on: date,
    author: User | None,
    identifier: UUID,
    evidence: EvidenceFile | None = None,
) -> AvenantFact:
    """A party signed. With the last signature, the act is recorded on the convention.

    Raises ``CannotAmend`` for a party that does not sign or has signed, a day to come, one before
    the convention's own complete signature, or an act that the rules refuse.
    """
    with transaction.atomic():
        known = _told_before(avenant, identifier)
        if known is not None:
            return known
        _refuse_signature(avenant, party, on)
        fact = _tell(
            avenant,
            AvenantFact.Kind.SIGNED,
            on,
            author,
            identifier,
            party=party,
            evidence=evidence,
        )
        now = standing(avenant)
        if not now.missing:
            signatures = avenant.facts.filter(kind=AvenantFact.Kind.SIGNED)
            # One sheet may bear the signatures of several parties: it proves the act once.
            proofs = {one.evidence.pk: one.evidence for one in signatures if one.evidence}
            act = act_of(avenant, now.last_signature or on)
            try:
                record(avenant.convention, act, author, list(proofs.values()))
            except ActRefused as refused:
                raise CannotAmend(
                    f"{refused} La dernière signature n’est pas enregistrée : elle ferait prendre "
                    "effet à l’avenant."
                ) from refused
    return fact


def refuse(
    avenant: Avenant,
    party: str,
    reason: str,
    on: date,
    author: User | None,
    identifier: UUID,
) -> AvenantFact:
    """A party says that it will not sign: the convention stays as it is. Raises ``CannotAmend``."""
    with transaction.atomic():
        known = _told_before(avenant, identifier)
        if known is not None:
            return known
        if party not in standing(avenant).missing:
            raise CannotAmend("Cette partie a déjà signé l’avenant, ou n’a pas à le signer.")
        if not reason.strip():
            raise CannotAmend("Indiquez comment le refus est connu : un courrier, un appel.")
        validate_no_nir(reason)
        _refuse_future(on)
        return _tell(
            avenant,
            AvenantFact.Kind.REFUSED,
            on,
            author,
            identifier,
            party=party,
            reason=reason.strip(),
        )


def abandon(
    avenant: Avenant, reason: str, on: date, author: User | None, identifier: UUID
) -> AvenantFact:
    """The avenant is given up before all have signed. Raises ``CannotAmend``."""
    with transaction.atomic():
        known = _told_before(avenant, identifier)
        if known is not None:
            return known
        if not reason.strip():
            raise CannotAmend("Indiquez pourquoi l’avenant est classé sans suite.")
        validate_no_nir(reason)
        _refuse_future(on)
        return _tell(
            avenant, AvenantFact.Kind.ABANDONED, on, author, identifier, reason=reason.strip()
        )


def standing(avenant: Avenant, timeline: Timeline | None = None) -> AvenantStanding:
    """Where the avenant stands, from its facts and, once signed, from the convention's acts.

    ``timeline`` spares one replay.
    """
    facts = list(avenant.facts.all())
    signed = {one.party: one.on for one in facts if one.kind == AvenantFact.Kind.SIGNED}
    annulled = False
    if set(avenant.parties) <= set(signed):
        known = timeline or avenant.convention.timeline(clock.today())
        recorded = {act.id for act in known.circumstances.acts}
        stands = {act.id for act in known.acts}
        annulled = str(avenant.identifier) in recorded - stands
    return standing_of(
        avenant.parties,
        sent_on=next((one.on for one in facts if one.kind == AvenantFact.Kind.SENT), None),
        signed=signed,
        abandoned=any(one.kind == AvenantFact.Kind.ABANDONED for one in facts),
        refused_by=next((one.party for one in facts if one.kind == AvenantFact.Kind.REFUSED), ""),
        act_annulled=annulled,
    )


def _refuse_future(on: date) -> None:
    if on > clock.today():
        raise CannotAmend(
            f"Daté du {date_in_words(on)}, après aujourd’hui : n’enregistrer un fait qu’une fois "
            "arrivé."
        )


def _refuse_signature(avenant: Avenant, party: str, on: date) -> None:
    now = standing(avenant)
    if party not in avenant.parties:
        raise CannotAmend(
            f"« {party} » ne signe pas cet avenant. Parties : {', '.join(avenant.parties)}."
        )
    if party in now.signed:
        raise CannotAmend(
            f"Cette partie a déjà signé l’avenant, le {date_in_words(now.signed[party])}."
        )
    _refuse_future(on)
    timeline = avenant.convention.timeline(clock.today())
    article = timeline.rulebook.avenant.article
    signed_on = timeline.data.signed_on
    if signed_on is None:
        raise CannotAmend(
            "La convention n’est pas encore signée par toutes les parties : l’avenant ne peut "
            f"l’être avant elle (article {article})."
        )
    if on < signed_on:
        raise CannotAmend(
            f"Signé le {date_in_words(on)}, avant la convention elle-même, signée de toutes les "
            f"parties le {date_in_words(signed_on)} : un avenant modifie une convention conclue "
            f"(article {article})."
        )


def _told_before(avenant: Avenant, identifier: UUID) -> AvenantFact | None:
    """The fact this form told already; else the convention is locked and the avenant is open."""
    convention = locked(Convention.objects.all(), avenant.convention_id)
    avenant.convention = convention
    known = AvenantFact.objects.filter(identifier=identifier, avenant=avenant).first()
    if known is None and not standing(avenant).is_open:
        raise CannotAmend(
            f"Cet avenant est « {standing(avenant).label} » : rien ne s’y ajoute plus."
        )
    return known


def _tell(
    avenant: Avenant, kind: str, on: date, author: User | None, identifier: UUID, **said: Any
) -> AvenantFact:
    return AvenantFact.objects.create(
        avenant=avenant,
        kind=kind,
        on=on,
        author=author,
        identifier=identifier,
        recorded_at=clock.now(),
        **said,
    )
