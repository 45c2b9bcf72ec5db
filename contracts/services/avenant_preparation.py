"""Preparing an avenant: what it changes is checked, frozen and numbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from contracts.avenant_status import takes_effect
from contracts.identifiers import validate_no_nir
from contracts.models import Avenant, Convention, Partner, PublishedRulebook, Signatory, User
from contracts.services.avenant_documents import avenant_document
from contracts.services.avenant_refusals import CannotAmend, refuse_what_may_not_change
from contracts.services.consolidation import writing_on
from templates_conventions.avenant_types import AvenantType, avenant_types
from templates_conventions.texts import has_text
from workflows import acts, clock
from workflows.amending import amended
from workflows.convention import ENDED, IN_FORCE, ConventionStatus, Refused
from workflows.recording import ActRefused
from workflows.rule_changes import differences
from workflows.rulebook import Rulebook
from workflows.subjects import Difference, locked
from workflows.timeline import Timeline
from workflows.together import consequences_of

_CLOSED = {*ENDED, ConventionStatus.ABANDONED.value, ConventionStatus.CLOSED.value}


@dataclass(frozen=True)
class Wanted:
    """What an avenant is to change."""

    type: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    party_facts: Mapping[str, str] = field(default_factory=dict)
    representative: Signatory | None = None
    successor: Partner | None = None
    annex: str = ""
    annex_text: str = ""
    target: PublishedRulebook | None = None
    effective_on: date | None = None
    reason: str = ""


def prepare(
    convention: Convention, wanted: Wanted, author: User | None, identifier: UUID
) -> Avenant:
    """Freeze an avenant under the next number; the same identifier gives the same avenant back.

    Raises ``CannotAmend`` for what the type may not change, a rule that is none, a change of
    nothing, or an effect that the rules refuse; ``ValidationError`` for a social security number.
    """
    with transaction.atomic():
        current = locked(Convention.objects.all(), convention.pk)
        known = Avenant.objects.filter(identifier=identifier, convention=current).first()
        if known is not None:
            return known
        avenant = proposed(current, wanted, identifier)
        avenant.prepared_by = author
        avenant.save(force_insert=True)
    return avenant


def proposed(convention: Convention, wanted: Wanted, identifier: UUID) -> Avenant:
    """The avenant as it would be prepared now; nothing is written. Raises as ``prepare`` does."""
    kind = avenant_types().get(wanted.type)
    if kind is None:
        raise CannotAmend(
            f"Type d’avenant inconnu : « {wanted.type} ». Types : {', '.join(avenant_types())}."
        )
    timeline = convention.timeline(clock.today())
    if reason := why_not(timeline):
        raise CannotAmend(reason)
    for text in (wanted.reason, wanted.annex_text, *wanted.party_facts.values()):
        validate_no_nir(text)
    before = writing_on(convention, wanted.effective_on or clock.today())
    changes = _changes(kind, wanted, before.rulebook)
    refuse_what_may_not_change(kind, wanted, changes, convention, before)
    avenant = Avenant(
        identifier=identifier,
        convention=convention,
        number=convention.avenants.count() + 1,
        type=kind.code,
        parties=list(_roles(timeline)),
        changes=changes,
        party_facts=dict(wanted.party_facts),
        representative=wanted.representative,
        successor=wanted.successor,
        annex=wanted.annex,
        annex_text=wanted.annex_text,
        target=wanted.target,
        effective_on=wanted.effective_on,
        reason=wanted.reason.strip(),
        prepared_at=clock.now(),
    )
    if timeline.state in IN_FORCE:
        consequences_of_avenant(avenant)
    if has_text(convention.rulebook_code):
        avenant_document(avenant)
    return avenant


def why_not(timeline: Timeline) -> str:
    """Why the convention takes no avenant as it stands; empty when it does."""
    if timeline.state == ConventionStatus.DRAFT.value:
        return (
            "Cette convention est un brouillon : son texte se corrige sans avenant, jusqu’à "
            "l’envoi pour signature."
        )
    if timeline.state in _CLOSED:
        return (
            f"Cette convention est « {timeline.state_label} » : elle ne se modifie plus. "
            "Concluez-en une autre."
        )
    return ""


def consequences_of_avenant(avenant: Avenant, signed_on: date | None = None) -> Difference:
    """What the avenant would change were it signed by all on ``signed_on`` (default: today).

    Raises ``CannotAmend`` with the reason for which the rules refuse it.
    """
    act = act_of(avenant, signed_on or clock.today())
    try:
        return consequences_of(avenant.convention, [act])
    except ActRefused as refused:
        raise CannotAmend(str(refused)) from refused


def act_of(avenant: Avenant, signed_on: date) -> acts.Avenant:
    """The act that the avenant becomes, its last signature being that day's."""
    return acts.Avenant(
        id=str(avenant.identifier),
        on=signed_on,
        recorded_at=clock.now(),
        effective_on=takes_effect(avenant.effective_on, signed_on),
        changes=avenant.changes,
    )


def _changes(kind: AvenantType, wanted: Wanted, rules: Rulebook) -> dict[str, Any]:
    """The rule changes that really change a rule."""
    if kind.model and wanted.target is not None:
        return differences(rules, wanted.target.rulebook)
    changes = dict(wanted.changes)
    for path, value in wanted.party_facts.items():
        # Where the rulebook itself states a name or a seat, its text prints that one.
        role, _, key = path.partition(".")
        stated = next((one for one in rules.parties if one.role == role), None)
        if getattr(stated, key, ""):
            changes[f"parties.{role}.{key}"] = value
    if kind.outside(changes):
        return changes
    try:
        after = amended(rules, changes)
    except Refused as refused:
        raise CannotAmend(refused.reason) from refused
    moved = differences(rules, after)
    return {
        path: value for path, value in changes.items() if any(_touches(path, one) for one in moved)
    }


def _touches(path: str, moved: str) -> bool:
    return f"{moved}.".startswith(f"{path}.") or f"{path}.".startswith(f"{moved}.")


def _roles(timeline: Timeline) -> Sequence[str]:
    left = set(timeline.data.left)
    return [party.role for party in timeline.rulebook.parties if party.role not in left]
