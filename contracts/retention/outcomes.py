"""What became of each line of a list, chained within it: written once, followed at any time."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from contracts.models import EliminatedThing, Elimination, EliminationItem, EliminationOutcome
from contracts.retention.erasing import Erased, Gone
from workflows import clock


def write_outcome(item: EliminationItem, kind: str, reason: str, erased: Erased | None) -> None:
    """Write what became of a line, after the one before it, and each thing that went."""
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
