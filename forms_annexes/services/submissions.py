"""What a request said each time it reached the caisse, and what changed from one time to the next.

The content names people: it stands on a row of its own, which ``erase`` empties; the submission
itself, with its date and digest, stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from forms_annexes.completeness import COLUMNS, USER_BLOCK, content_digest, own_name
from forms_annexes.models import (
    AccessRequest,
    CorrectedAnswer,
    ReturnedPoint,
    Submission,
    SubmittedContent,
    TransitionNote,
)
from templates_conventions.forms import FormField
from workflows import clock


class Change(NamedTuple):
    """One thing that is not as it was."""

    label: str
    who: str
    """The named user that it is about; empty where it is about none."""
    before: str
    after: str


def keep(current: AccessRequest) -> Submission:
    """Write what a locked request says as it is sent."""
    submission = Submission.objects.create(
        request=current,
        number=current.submissions.count() + 1,
        content_sha256=content_digest(current),
        at=clock.now(),
    )
    SubmittedContent.objects.create(submission=submission, content=_content(current))
    return submission


def erase(request: AccessRequest) -> None:
    """Empty what was kept of the request's answers and of what was written about them."""
    at = clock.now()
    kept = SubmittedContent.objects.filter(submission__request=request)
    kept.filter(erased_at=None).update(content={}, erased_at=at)
    of_request = {"transition__request": request, "erased_at": None}
    CorrectedAnswer.objects.filter(**of_request).update(before="", after="", erased_at=at)
    ReturnedPoint.objects.filter(**of_request).update(comment="", erased_at=at)
    TransitionNote.objects.filter(**of_request).update(text="", erased_at=at)


def changes(request: AccessRequest) -> list[Change]:
    """What the last submission changed from the one before; nothing of one that was erased."""
    last = list(
        SubmittedContent.objects.filter(submission__request=request)
        .select_related("submission")
        .order_by("-submission__number")[:2]
    )
    if len(last) < 2 or any(one.erased_at is not None for one in last):
        return []
    after, before = (one.content for one in last)
    return list(_compared(request, before, after))


def sent_before(request: AccessRequest) -> Submission | None:
    """The submission before the last; none when the request was sent once or never."""
    found: list[Submission] = list(request.submissions.order_by("-number")[:2])
    return found[1] if len(found) == 2 else None


def _content(current: AccessRequest) -> dict[str, Any]:
    return {
        "answers": dict(current.answers),
        "quality": current.signatory_quality,
        "users": [
            {
                "reference": user.reference,
                "columns": {name: getattr(user, name) for name in COLUMNS},
                "answers": dict(user.answers),
            }
            for user in current.named_users
        ],
        "pieces": list(current.pieces.order_by("pk").values_list("pk", flat=True)),
    }


def _compared(
    request: AccessRequest, before: dict[str, Any], after: dict[str, Any]
) -> Iterator[Change]:
    fields = [(block.code, field) for block in request.definition.blocks for field in block.fields]
    for block, field in fields:
        if block != USER_BLOCK:
            yield from _differs(
                _label(field),
                "",
                str(before["answers"].get(field.code, "")),
                str(after["answers"].get(field.code, "")),
            )
    yield from _differs("Qualité du signataire", "", before["quality"], after["quality"])
    asked = [field for block, field in fields if block == USER_BLOCK]
    yield from _users(asked, before["users"], after["users"])
    joined = request.pieces.exclude(pk__in=before["pieces"]).filter(pk__in=after["pieces"])
    for piece in joined:
        yield Change("Pièce jointe", "", "", piece.get_kind_display())


def _users(
    asked: list[FormField], before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> Iterator[Change]:
    known = {user["reference"]: user for user in before}
    for user in after:
        earlier = known.pop(user["reference"], None)
        if earlier is None:
            yield Change("Personne ajoutée", "", "", _name(user))
            continue
        for field in asked:
            yield from _differs(_label(field), _name(user), _of(earlier, field), _of(user, field))
    for user in known.values():
        yield Change("Personne retirée", "", _name(user), "")


def _differs(label: str, who: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(label, who, before, after)


def _of(user: dict[str, Any], field: FormField) -> str:
    name = own_name(field)
    return str(user["columns"][name] if name in COLUMNS else user["answers"].get(field.code, ""))


def _name(user: dict[str, Any]) -> str:
    columns = user["columns"]
    return f"{columns['first_name']} {columns['last_name']}".strip()


def _label(field: FormField) -> str:
    return field.label.rstrip(" :\N{NO-BREAK SPACE}")
