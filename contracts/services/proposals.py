"""Decisions of two people: one proposes, another who has the power confirms or refuses.

A kind of proposal is registered with what it needs to be carried out; whoever offers one calls
``propose``, and its page ``confirm``, ``refuse`` or ``withdraw``. The database refuses too that one
person does both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from contracts.identifiers import validate_no_nir
from contracts.models import (
    Caisse,
    Convention,
    EvidenceFile,
    Proposal,
    ProposalAnswer,
    ProposalEvidence,
    User,
)
from contracts.models.proposals import LONGEST_REASON
from contracts.rules import (
    caisses_where,
    conventions_where,
    is_staff,
    powers_of,
    scopes_where,
)
from contracts.services.visibility import visible_caisses, visible_conventions
from workflows import clock
from workflows.french import typeset

_OUTCOMES = ProposalAnswer.Outcome


class NotProposed(Exception):
    """The proposal, or the answer to it, cannot be taken; nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


class StaleProposal(NotProposed):
    """The facts are not those on which it was proposed; its text says what changed."""


class Kind(NamedTuple):
    """A kind of decision that two people take."""

    name: str
    label: str
    proposed_with: str
    """The power of whoever proposes (``contracts.rules``)."""
    power: str
    """The power of whoever confirms or refuses."""
    seen_now: Callable[[Proposal], str]
    """What the facts are today, to be compared with those on which it was proposed."""
    changed: Callable[[Proposal], Sequence[str]]
    """What changed since, in words."""
    carry_out: Callable[[Proposal, User], None]
    """Does it, in the name of whoever confirms. Raises ``NotProposed`` when it cannot be done."""


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let a kind of decision be proposed."""
    _KINDS[kind.name] = kind


def kind_of(proposal: Proposal) -> Kind:
    """The kind of a proposal."""
    return _KINDS[proposal.kind]


def may_decide(user: User, proposal: Proposal) -> bool:
    """Whether the user has the power that the proposal needs, whoever proposed it."""
    return _holds(user, kind_of(proposal).power, proposal.convention or proposal.caisse)


def _holds(user: User, power: str, target: Convention | Caisse | None) -> bool:
    if target is None:
        return power in powers_of(user, clock.today())
    return bool(user.has_perm(power, target))


def propose(
    name: str,
    author: User,
    *,
    identifier: str,
    title: str,
    payload: dict[str, Any],
    seen: str,
    convention: Convention | None = None,
    caisse: Caisse | None = None,
    about: str = "",
    reason: str = "",
    evidence: Sequence[EvidenceFile] = (),
) -> Proposal:
    """Write what ``author`` proposes, for another to confirm; once for one ``identifier``.

    ``seen`` is what ``Kind.seen_now`` gave when the author looked. Raises ``NotProposed`` without
    the power, or for another proposal under the same identifier.
    """
    kind = _KINDS[name]
    caisse = convention.caisse if convention is not None else caisse
    if not _holds(author, kind.proposed_with, convention or caisse):
        raise NotProposed("Votre rôle ne permet pas de le proposer.")
    _check_reason(reason)
    asked = {"kind": name, "payload": payload, "convention": convention, "about": about}
    with transaction.atomic():
        found, created = Proposal.objects.get_or_create(
            identifier=identifier,
            defaults=asked
            | {
                "title": title[:200],
                "caisse": caisse,
                "seen": seen,
                "reason": reason.strip(),
                "proposed_by": author,
                "proposed_at": clock.now(),
            },
        )
        if created:
            for file in evidence:
                ProposalEvidence.objects.create(proposal=found, file=file)
    if {key: getattr(found, key) for key in asked} != asked or found.proposed_by != author:
        raise NotProposed("Ce formulaire a déjà proposé autre chose. Recommencez depuis le début.")
    return found


def confirm(proposal: Proposal, author: User) -> ProposalAnswer:
    """Confirm and carry out, all or nothing.

    Raises ``NotProposed`` for whoever proposed it, without the power, once it was answered, or when
    it cannot be done; ``StaleProposal`` when the facts changed.
    """
    if proposal.proposed_by_id == author.pk:
        raise NotProposed("Vous l’avez proposé : quelqu’un d’autre le confirme.")
    with transaction.atomic():
        answer = _answer(proposal, author, _OUTCOMES.CONFIRMED)
        if changes := what_changed(proposal):
            raise StaleProposal(
                f"La situation a changé depuis la proposition : {', '.join(changes)}. "
                "Elle est à proposer de nouveau."
            )
        kind_of(proposal).carry_out(proposal, author)
    return answer


def refuse(proposal: Proposal, author: User, reason: str) -> ProposalAnswer:
    """Refuse what another proposed, for a reason. Raises ``NotProposed``."""
    if proposal.proposed_by_id == author.pk:
        raise NotProposed("Vous l’avez proposé : retirez-le plutôt.")
    if not reason.strip():
        raise NotProposed("Dites pourquoi vous refusez.")
    return _answer(proposal, author, _OUTCOMES.REFUSED, reason)


def withdraw(proposal: Proposal, author: User) -> ProposalAnswer:
    """Give up one's own proposal. Raises ``NotProposed``."""
    if proposal.proposed_by_id != author.pk:
        raise NotProposed("Seul l’auteur d’une proposition la retire.")
    return _answer(proposal, author, _OUTCOMES.WITHDRAWN)


def what_changed(proposal: Proposal) -> Sequence[str]:
    """What is not any more as it was when it was proposed; empty while it stands."""
    kind = kind_of(proposal)
    if kind.seen_now(proposal) == proposal.seen:
        return ()
    return kind.changed(proposal) or ("le dossier",)


def _answer(proposal: Proposal, author: User, outcome: str, reason: str = "") -> ProposalAnswer:
    if outcome != _OUTCOMES.WITHDRAWN and not may_decide(author, proposal):
        raise NotProposed("Votre rôle ne permet pas de répondre à cette proposition.")
    _check_reason(reason)
    try:
        with transaction.atomic():
            return ProposalAnswer.objects.create(
                proposal=proposal,
                outcome=outcome,
                author=author,
                at=clock.now(),
                reason=reason.strip(),
            )
    except IntegrityError as twice:
        answer = ProposalAnswer.objects.filter(proposal=proposal).first()
        if answer is None:
            raise
        raise NotProposed(
            f"Cette proposition a déjà sa réponse : {answer.get_outcome_display().lower()}."
        ) from twice


def _check_reason(reason: str) -> None:
    if len(reason) > LONGEST_REASON:
        raise NotProposed(f"Le motif tient en {LONGEST_REASON} caractères ({len(reason)} reçus).")
    try:
        validate_no_nir(reason)
    except ValidationError as found:
        raise NotProposed(" ".join(found.messages)) from found


# Who sees them.


def visible_proposals(user: User, on: date) -> QuerySet[Proposal]:
    """Those about the conventions and caisses that the user sees, and those of no caisse."""
    seen = Q(convention__in=visible_conventions(user, on)) | Q(
        convention__isnull=True, caisse__in=visible_caisses(user, on)
    )
    if is_staff(user):
        seen |= Q(caisse__isnull=True)
    return Proposal.objects.filter(seen).select_related(
        "convention__partner", "caisse", "proposed_by"
    )


def to_confirm(user: User, on: date) -> QuerySet[Proposal]:
    """The open proposals of others that the user has the power to confirm, the oldest first."""
    others = Proposal.objects.open().exclude(proposed_by=user)
    own = Q(pk__in=())
    # Most of these powers come with the same scopes: their kinds are sought together.
    alike: dict[frozenset[int], list[str]] = {}
    for power in sorted({kind.power for kind in _KINDS.values()} & powers_of(user, on)):
        scopes = frozenset(scope.pk for scope in scopes_where(user, power, on))
        alike.setdefault(scopes, []).append(power)
    for powers in alike.values():
        kinds = [kind.name for kind in _KINDS.values() if kind.power in powers]
        own |= Q(kind__in=kinds) & (
            Q(convention__in=conventions_where(user, powers[0], on))
            | Q(convention__isnull=True, caisse__in=caisses_where(user, powers[0], on))
            | Q(caisse__isnull=True)
        )
    return others.filter(own).select_related("convention__partner", "caisse", "proposed_by")


def proposer_of_each() -> Subquery:
    """Who proposed the act of a row, by its identifier: a column for the rows of acts.

    Empty for an act that one person recorded.
    """
    proposed = Proposal.objects.filter(
        identifier=OuterRef("identifier"), answer__outcome=_OUTCOMES.CONFIRMED
    )
    name = Concat("proposed_by__first_name", Value(" "), "proposed_by__last_name")
    return Subquery(proposed.values(said=name)[:1])
