"""Lists of files to eliminate: drawn up, seen by the archives, confirmed by two, carried out.

A file is a public archive (C. patrimoine L.211-4): nothing goes before the visa stands on the list,
and one person records it, another confirms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from contracts.identifiers import validate_no_nir
from contracts.models import (
    Caisse,
    Elimination,
    EliminationGivenUp,
    EliminationItem,
    EvidenceFile,
    Proposal,
    User,
)
from contracts.retention.due import explained, files_due
from contracts.retention.kinds import Kind as KeptKind
from contracts.retention.kinds import explained_things, things_due
from contracts.services.proposals import Kind, NotProposed, propose, register
from workflows import clock, effects
from workflows.french import typeset

ELIMINATE = "contracts.eliminate_files"
"""The power of whoever draws up a list, records the visa, confirms."""

CONFIRMATION = "elimination"
"""The kind of proposal by which two people decide."""

CARRYING_OUT = "contracts.elimination"
"""The name of the effect that eliminates one file of a confirmed list."""

REPORT = "contracts.elimination_report"
"""The name of the effect that makes the report of a list, after its last line."""

MOST = 500
"""Files on one list: what somebody at the archives can read."""


class NotListed(Exception):
    """The list cannot be drawn up or changed; nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


def draw_up(
    caisse: Caisse, conventions: Iterable[int], author: User, identifier: UUID, today: date
) -> Elimination:
    """Put on one list the files of these conventions, all due; once for one ``identifier``.

    Raises ``NotListed`` for none, too many, or one that is not due any more.
    """

    def lines(wanted: Sequence[int]) -> list[EliminationItem]:
        due = files_due([caisse], today).filter(pk__in=wanted)
        return [
            EliminationItem(
                convention=one.convention,
                rule=one.rule.code,
                length=str(one.rule.length),
                ground=one.rule.ground,
                counted_from=one.counted_from,
                kept_until=one.kept_until,
            )
            for one in explained(list(due.select_related("caisse", "pinned", "partner")))
        ]

    return _drawn_up(caisse, conventions, author, identifier, today, lines)


def draw_up_things(
    caisse: Caisse,
    kind: KeptKind,
    subjects: Iterable[int],
    author: User,
    identifier: UUID,
    today: date,
) -> Elimination:
    """The same of what is kept beside the files of conventions."""

    def lines(wanted: Sequence[int]) -> list[EliminationItem]:
        asked = set(wanted)
        due = [row for row in things_due(kind, caisse, today) if row[0] in asked]
        return [
            EliminationItem(
                subject=one.subject,
                rule=one.rule.code,
                length=str(one.rule.length),
                ground=one.rule.ground,
                counted_from=one.counted_from,
                kept_until=one.kept_until,
            )
            for one in explained_things(kind, caisse, due)
        ]

    return _drawn_up(caisse, subjects, author, identifier, today, lines)


def _drawn_up(
    caisse: Caisse,
    keys: Iterable[int],
    author: User,
    identifier: UUID,
    today: date,
    lines: Callable[[Sequence[int]], list[EliminationItem]],
) -> Elimination:
    wanted = sorted(set(keys))
    with transaction.atomic():
        Caisse.objects.select_for_update().get(pk=caisse.pk)
        if found := Elimination.objects.filter(identifier=identifier).first():
            return found
        if not 0 < len(wanted) <= MOST:
            raise NotListed(f"Choisissez de 1 à {MOST} dossiers ({len(wanted)} choisis).")
        items = lines(wanted)
        if len(items) != len(wanted):
            raise NotListed(
                "Certains de ces dossiers ne sont plus à éliminer : un gel, un autre bordereau ou "
                "un événement est survenu. Recommencez depuis la liste."
            )
        last = Elimination.objects.filter(caisse=caisse, year=today.year).aggregate(Max("number"))
        made = Elimination.objects.create(
            identifier=identifier,
            caisse=caisse,
            year=today.year,
            number=(last["number__max"] or 0) + 1,
            author=author,
            at=clock.now(),
        )
        for item in items:
            item.elimination = made
        EliminationItem.objects.bulk_create(items)
    return made


def give_up(elimination: Elimination, reason: str, author: User) -> EliminationGivenUp:
    """Let a list go no further. Raises ``NotListed`` once it is confirmed, proposed or given up."""
    _check(reason)
    with transaction.atomic():
        Elimination.objects.select_for_update().get(pk=elimination.pk)
        if proposals_of(elimination).open().exists():
            raise NotListed("Le visa est en attente de confirmation : retirez-le d’abord.")
        if is_confirmed(elimination):
            raise NotListed("Ce bordereau est confirmé : il s’exécute.")
        if EliminationGivenUp.objects.filter(elimination=elimination).exists():
            raise NotListed("Ce bordereau est déjà abandonné.")
        return EliminationGivenUp.objects.create(
            elimination=elimination, reason=reason.strip(), author=author, at=clock.now()
        )


def propose_with_visa(
    elimination: Elimination,
    author: User,
    *,
    identifier: str,
    reference: str,
    dated: date,
    file: EvidenceFile,
) -> Proposal:
    """Record the visa of the archives, and propose to eliminate; another person confirms.

    Raises ``NotProposed`` without the power, for a list given up or confirmed already.
    """
    _check(reference)
    if dated > clock.today():
        raise NotProposed("Le visa ne peut pas être daté de demain.")
    if dated < clock.civil_date(elimination.at):
        raise NotProposed("Le visa ne peut pas être plus ancien que le bordereau.")
    if EliminationGivenUp.objects.filter(elimination=elimination).exists():
        raise NotProposed("Ce bordereau est abandonné.")
    if is_confirmed(elimination) or proposals_of(elimination).open().exists():
        raise NotProposed("Le visa de ce bordereau est déjà enregistré.")
    return propose(
        CONFIRMATION,
        author,
        identifier=identifier,
        title=f"Bordereau {elimination.reference}, visa {reference}"[:200],
        payload={
            "elimination": elimination.pk,
            "visa": {"reference": reference.strip(), "dated": dated.isoformat()},
        },
        seen=_seen(elimination),
        caisse=elimination.caisse,
        about=str(elimination.pk),
        evidence=[file],
    )


def proposals_of(elimination: Elimination) -> Any:
    """Every visa recorded for a list, with what became of it."""
    return Proposal.objects.filter(kind=CONFIRMATION, about=str(elimination.pk))


def confirmed_proposal(elimination: Elimination) -> Proposal | None:
    """The proposal with the visa under which a list is carried out."""
    found: Proposal | None = (
        proposals_of(elimination)
        .filter(answer__outcome="confirmed")
        .select_related("proposed_by", "answer__author")
        .first()
    )
    return found


def is_confirmed(elimination: Elimination) -> bool:
    """Whether two people decided it, under a visa."""
    return confirmed_proposal(elimination) is not None


# Of two people.


def _seen(elimination: Elimination) -> str:
    items = elimination.items.order_by("pk").values_list(
        "convention", "convention__revision", "rule", "subject"
    )
    return sha256(repr(list(items)).encode()).hexdigest()


def elimination_of(proposal: Proposal) -> Elimination:
    """The list that a proposal of this kind is about."""
    return Elimination.objects.select_related("caisse", "author").get(
        pk=proposal.payload["elimination"]
    )


def _seen_now(proposal: Proposal) -> str:
    return _seen(elimination_of(proposal))


def _changed(proposal: Proposal) -> Sequence[str]:
    return ("un événement a été enregistré sur une des conventions du bordereau",)


def _carry_out(proposal: Proposal, author: User) -> None:
    elimination = elimination_of(proposal)
    if EliminationGivenUp.objects.filter(elimination=elimination).exists():
        raise NotProposed("Ce bordereau est abandonné.")
    lane = f"elimination:{elimination.pk}"
    for item in elimination.items.order_by("pk").values_list("pk", flat=True):
        # One after the other: each outcome is chained to the one before it.
        effects.emit(CARRYING_OUT, f"{lane}:{item}", lane, {"item": item})
    effects.emit(REPORT, f"{lane}:report", lane, {"elimination": elimination.pk})


register(
    Kind(
        CONFIRMATION,
        "Élimination de dossiers",
        ELIMINATE,
        ELIMINATE,
        _seen_now,
        _changed,
        _carry_out,
    )
)


def _check(text: str) -> None:
    if not text.strip():
        raise NotListed("Dites pourquoi : le motif reste au dossier.")
    try:
        validate_no_nir(text)
    except ValidationError as found:
        raise NotListed(" ".join(found.messages)) from found
