"""The pages of one form: those of a request as it stands, or of a sheet not entered yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from forms_annexes.block_pages import BlockPage, Known, Typed, typed_in
from forms_annexes.completeness import USER_BLOCK, answer_of, asked_online, rows_of
from forms_annexes.models import AccessRequest
from forms_annexes.models.users import UserDecision
from forms_annexes.services.named_users import most_rows
from templates_conventions.forms import FormBlock, FormDefinition
from workflows.rulebook_access import RequestForm


def page_of(
    request: AccessRequest, block: FormBlock, data: Any = None, typed: Typed | None = None
) -> BlockPage:
    """The page of one block of a request; ``data`` is checked, ``typed`` only shown again."""
    return _page(
        request.rule, block, _known(request, block), request.signatory_quality, data, typed
    )


def blank_page(
    rule: RequestForm,
    block: FormBlock,
    facts: Mapping[str, str],
    data: Any = None,
    typed: Typed | None = None,
) -> BlockPage:
    """The page of one block of a form about which only ``facts`` are known, by field code."""
    known = [] if block.code == USER_BLOCK else [Known("n1", facts)]
    return _page(rule, block, known, "", data, typed)


def page_about(
    rule: RequestForm,
    block: FormBlock,
    rows: Sequence[Mapping[str, str]],
    data: Any = None,
    typed: Typed | None = None,
) -> BlockPage:
    """The page of one block about persons already chosen: nobody is added or taken away."""
    known = [Known(f"n{number}", row) for number, row in enumerate(rows, start=1)]
    page = _page(rule, block, known, "", data, typed)
    page.fixed = True
    return page


def typed_on(page: BlockPage, data: Any) -> Typed:
    """What a sent page holds, unchecked."""
    return typed_in(data, page.block, repeated=page.repeated)


def read_before(form: FormDefinition, block: FormBlock) -> list[FormBlock]:
    """The lines that the form gives to read just before a block, such as the profiles."""
    place = form.blocks.index(block)
    above = takewhile(lambda one: not asked_online(one), reversed(form.blocks[:place]))
    return [one for one in reversed(list(above)) if one.lines]


def _page(
    rule: RequestForm,
    block: FormBlock,
    known: list[Known],
    quality: str,
    data: Any,
    typed: Typed | None,
) -> BlockPage:
    signs = any(field.kind == "signature" for field in block.fields)
    return BlockPage(
        block,
        known,
        most=most_rows(rule, block),
        qualities=rule.signed_by if signs else (),
        quality=quality,
        data=data,
        typed=typed,
    )


def _known(request: AccessRequest, block: FormBlock) -> list[Known]:
    if block.code != USER_BLOCK:
        rows = rows_of(request, block)
        return [Known(f"n{number}", row) for number, row in enumerate(rows, start=1)]
    return [
        Known(
            user.reference,
            {field.code: answer_of(user, field) for field in block.fields},
            user.decision != UserDecision.PENDING,
        )
        for user in request.users.order_by("position")
    ]
