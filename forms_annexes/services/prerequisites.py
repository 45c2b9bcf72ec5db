"""The papers without which no access may be given: what holds of them, read from their rows.

What holds on a day is told by ``workflows.prerequisites`` from the rows fetched here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import QuerySet

from access.services.habilitations import CannotGrant
from contracts.models import Convention, ConventionAct
from forms_annexes.models import PrerequisiteCheck, PrerequisiteDocument
from workflows import acts, clock
from workflows.prerequisites import Paper, Prerequisite, conditions_of, prerequisites_on
from workflows.read_once import once
from workflows.rulebook import Condition
from workflows.rulebook_types import PartnerKind

ACT = "prerequisite-"
"""How the events that a checked paper records are named."""

Outcome = PrerequisiteCheck.Outcome


def kind_of(convention: Convention) -> PartnerKind | None:
    """The kind of the partner, as the rules know it; None while nobody has said it."""
    return PartnerKind(convention.partner.kind) if convention.partner.kind else None


def wanted_of(convention: Convention) -> tuple[Condition, ...]:
    """The papers that the rules want of this partner before any access."""
    return conditions_of(convention.rules, kind_of(convention))


def on(
    convention: Convention, day: date, services: tuple[str, ...] = ()
) -> tuple[Prerequisite, ...]:
    """What holds on ``day`` of the papers wanted; nothing where the rules want none."""
    if not wanted_of(convention):
        return ()
    papers = papers_by_convention([convention.pk])[convention.pk]
    return prerequisites_on(convention.rules, kind_of(convention), papers, day, services)


def unmet(
    convention: Convention, day: date, services: tuple[str, ...] = ()
) -> tuple[Prerequisite, ...]:
    """The papers that lack on ``day``: why no access is given, and why those given are flagged."""
    return tuple(one for one in on(convention, day, services) if not one.is_met)


def must_hold(convention: Convention) -> None:
    """Raise ``CannotGrant`` while a paper lacks without which no access may be given."""
    if lacking := unmet(convention, clock.today()):
        raise CannotGrant(" ".join(one.words for one in lacking))


def standing_papers(convention: Convention) -> QuerySet[PrerequisiteDocument]:
    """The papers of a convention that no other replaces, the latest first."""
    return (
        convention.prerequisite_documents.filter(replaced_by__isnull=True)
        .select_related("check_made__checked_by", "evidence", "replaces")
        .order_by("-pk")
    )


def to_check(convention: Convention) -> QuerySet[PrerequisiteDocument]:
    """Those that nobody has checked."""
    return standing_papers(convention).filter(check_made__isnull=True)


def papers_by_convention(keys: Iterable[int]) -> Mapping[int, list[Paper]]:
    """The papers of several conventions, in two queries, read once for a page.

    An event « pièce reçue » that no paper made was recorded from a file of the caisse: it counts as
    checked, from the day it came.
    """
    wanted = tuple(sorted(keys))
    return once(("papers", wanted), lambda: _papers_of(wanted))


def _papers_of(keys: Iterable[int]) -> Mapping[int, list[Paper]]:
    found: dict[int, list[Paper]] = {key: [] for key in keys}
    recorded = ConventionAct.objects.filter(
        subject__in=list(found), kind__in=["document_received", "annulment"]
    )
    acts_of = [(row.subject_id, row.act) for row in recorded.order_by("revision")]
    annulled: set[tuple[int, str]] = set()
    for key, act in reversed(acts_of):
        # The latest first: an annulment that was itself annulled undoes nothing.
        if isinstance(act, acts.Annulment) and (key, act.id) not in annulled:
            annulled.add((key, act.of))
    rows = PrerequisiteDocument.objects.filter(
        convention__in=list(found), replaced_by__isnull=True
    ).select_related("check_made")
    for row in rows.order_by("pk"):
        checked = getattr(row, "check_made", None)
        undone = (row.convention_id, f"{ACT}{row.pk}") in annulled
        outcome = checked.outcome if checked is not None else ""
        found[row.convention_id].append(
            Paper(
                row.document,
                row.first_day,
                row.last_day,
                row.received_on,
                Outcome.REFUSED.value if undone else outcome,
                row.service,
            )
        )
    for key, act in acts_of:
        if (
            isinstance(act, acts.DocumentReceived)
            and (key, act.id) not in annulled
            and not act.id.startswith(ACT)
        ):
            found[key].append(Paper(act.document, act.on, act.valid_until, act.on, "accepted"))
    return found
