"""Lists of files to eliminate: drawn up, seen by the archives, confirmed by two, carried out.

A file is a public archive (C. patrimoine L.211-4): nothing goes before the visa stands on the list,
and one person records it, another confirms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    Convention,
    EliminatedThing,
    Elimination,
    EliminationGivenUp,
    EliminationItem,
    EliminationOutcome,
    EvidenceFile,
    Proposal,
    User,
)
from contracts.retention.due import CLOSED, GIVEN_UP, explained, files_due, with_their_day
from contracts.retention.erasing import Erased, Gone, erase, lock
from contracts.retention.holds import holds_on
from contracts.services.proposals import Kind, NotProposed, propose, register
from workflows import clock, effects
from workflows.effects import EffectContext
from workflows.french import date_in_words, typeset

ELIMINATE = "contracts.eliminate_files"
"""The power of whoever draws up a list, records the visa, confirms."""

CONFIRMATION = "elimination"
"""The kind of proposal by which two people decide."""

CARRYING_OUT = "contracts.elimination"
"""The name of the effect that eliminates one file of a confirmed list."""

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
    wanted = sorted(set(conventions))
    with transaction.atomic():
        Caisse.objects.select_for_update().get(pk=caisse.pk)
        if found := Elimination.objects.filter(identifier=identifier).first():
            return found
        if not 0 < len(wanted) <= MOST:
            raise NotListed(f"Choisissez de 1 à {MOST} dossiers ({len(wanted)} choisis).")
        due = files_due([caisse], today).filter(pk__in=wanted)
        files = explained(list(due.select_related("caisse", "pinned", "partner")))
        if len(files) != len(wanted):
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
        EliminationItem.objects.bulk_create(
            EliminationItem(
                elimination=made,
                convention=one.convention,
                rule=one.rule.code,
                length=str(one.rule.length),
                ground=one.rule.ground,
                counted_from=one.counted_from,
                kept_until=one.kept_until,
            )
            for one in files
        )
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
    items = elimination.items.order_by("pk").values_list("convention", "convention__revision")
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


# What is done, file by file.


@effects.handler(CARRYING_OUT)
def eliminate(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Eliminate one file, or keep it and say why; done once, however often it is asked for."""
    item = EliminationItem.objects.select_related("convention", "elimination__caisse").get(
        pk=payload["item"]
    )
    lock(item.convention)
    if EliminationOutcome.objects.filter(item=item).exists():
        return
    if not is_confirmed(item.elimination):
        raise effects.EffectFailed("Ce bordereau n’est pas confirmé.")
    if why := _why_kept(item):
        _write(item, EliminationOutcome.Kind.KEPT, why, None)
    else:
        _write(item, EliminationOutcome.Kind.GONE, "", erase(item.convention))


def _why_kept(item: EliminationItem) -> str:
    """What came since the list was drawn up; empty where nothing did."""
    if hold := holds_on(item.convention).order_by("pk").first():
        return typeset(f"Gelé depuis le {date_in_words(clock.civil_date(hold.at))}.")
    convention = with_their_day(Convention.objects.filter(pk=item.convention_id)).get()
    if convention.state not in (CLOSED, GIVEN_UP):
        return typeset("La convention n’est plus close.")
    if convention.counted_from != item.counted_from:
        return typeset("La date de sa fin a changé depuis le bordereau.")
    return ""


def _write(item: EliminationItem, kind: str, reason: str, erased: Erased | None) -> None:
    things = erased.things if erased is not None else ()
    contents = erased.contents_digest if erased is not None else ""
    before = (
        EliminationOutcome.objects.filter(item__elimination=item.elimination_id)
        .order_by("-pk")
        .values_list("digest", flat=True)
        .first()
        or ""
    )
    outcome = EliminationOutcome.objects.create(
        item=item,
        kind=kind,
        reason=reason,
        contents_digest=contents,
        previous_digest=before,
        digest=_digest(before, item.pk, kind, reason, contents, things),
        at=clock.now(),
    )
    EliminatedThing.objects.bulk_create(
        EliminatedThing(outcome=outcome, **thing._asdict()) for thing in things
    )


def _digest(
    before: str, item: int, kind: str, reason: str, contents: str, things: Iterable[Gone]
) -> str:
    lines = sorted(f"{one.kind}:{one.key}:{one.columns}:{one.sha256}" for one in things)
    return sha256(
        "\n".join([before, str(item), kind, reason, contents, *lines]).encode()
    ).hexdigest()


def broken_links(elimination: Elimination) -> list[EliminationOutcome]:
    """The outcomes of a list whose digest does not agree with what they and the one before say."""
    wrong, before = [], ""
    outcomes = EliminationOutcome.objects.filter(item__elimination=elimination).order_by("pk")
    for outcome in outcomes.prefetch_related("things"):
        things = [Gone(one.kind, one.key, one.columns, one.sha256) for one in outcome.things.all()]
        said = _digest(
            before,
            outcome.item_id,
            outcome.kind,
            outcome.reason,
            outcome.contents_digest,
            things,
        )
        if outcome.digest != said or outcome.previous_digest != before:
            wrong.append(outcome)
        before = outcome.digest
    return wrong


def _check(text: str) -> None:
    if not text.strip():
        raise NotListed("Dites pourquoi : le motif reste au dossier.")
    try:
        validate_no_nir(text)
    except ValidationError as found:
        raise NotListed(" ".join(found.messages)) from found
