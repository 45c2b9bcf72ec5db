"""Writing the named users of a request, a row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Max

from forms_annexes.completeness import COLUMNS, own_name
from forms_annexes.models import AccessRequest, RequestedUser
from forms_annexes.models.users import UserDecision
from templates_conventions.forms import FormBlock
from workflows.rulebook_access import RequestForm


def most_rows(rule: RequestForm, block: FormBlock) -> int:
    """How many times a block of a form may be filled, by the form and by its rule."""
    most = block.repeat.maximum
    if block.repeat.a_sheet or rule.continuation_sheets or rule.users is None:
        return most
    return min(most, rule.users)


def write_users(
    current: AccessRequest,
    block: FormBlock,
    rows: Sequence[Mapping[str, str]],
    references: Sequence[str] = (),
) -> None:
    """Write the named users of a locked request; those left out go.

    ``references`` say which known user each row is about, so that one taken away in the middle
    leaves the others what they are; a reference unknown to the request is a new user. Without, the
    rows are about the users in their order. A user on whom the caisse has decided neither changes
    nor goes. How many the form takes is the page's to say (``most_rows``). Raises
    ``ValidationError``.
    """
    known = {user.reference: user for user in current.users.order_by("position")}
    references = references or [*known, *[""] * len(rows)][: len(rows)]
    last = current.users.aggregate(last=Max("position"))["last"] or 0
    written = set()
    for reference, row in zip(references, rows, strict=True):
        user = known.get(reference)
        if user is None:
            last += 1
            user = RequestedUser(request=current, position=last)
        written.add(user.reference)
        if user.decision == UserDecision.PENDING:
            _write(user, block, row)
    for reference, user in known.items():
        if reference not in written and user.decision == UserDecision.PENDING:
            user.delete()


def _write(user: RequestedUser, block: FormBlock, row: Mapping[str, str]) -> None:
    for field in block.fields:
        value = str(row.get(field.code, "")).strip()
        if (name := own_name(field)) in COLUMNS:
            setattr(user, name, value)
        else:
            user.answers[field.code] = value
    user.full_clean(exclude=["request", "replaces", "person", "decided_by"])
    user.save()
