"""The questions of the form itself, asked of somebody who has no account: a page a block."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from forms_annexes.block_forms import BlockForm, field_name
from forms_annexes.block_pages import BlockPage, Known, Typed, change_asked, typed_in
from forms_annexes.completeness import USER_BLOCK, asked_online, own_name
from forms_annexes.models import PublicRequest
from forms_annexes.services.listed import ESTABLISHMENTS
from forms_annexes.services.public_filling import CAISSE_NAME
from forms_annexes.user_checks import Named, cautions
from templates_conventions.forms import FormBlock
from workflows.french import typeset

LONGEST_NAME = 250


class PublicBlockForm(BlockForm):
    """One group of questions of the form, once: about the organisation or one person."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for field in self.asked:
            name = field_name(field.code)
            lines = str(cleaned.get(name) or "").splitlines()
            if own_name(field) == ESTABLISHMENTS and any(
                len(line.strip()) > LONGEST_NAME for line in lines
            ):
                self.add_error(
                    name,
                    typeset(
                        f"Un nom d’établissement compte au plus {LONGEST_NAME} caractères. "
                        "Écrivez un établissement par ligne."
                    ),
                )
        return cleaned


def public_blocks(public: PublicRequest) -> list[FormBlock]:
    """The blocks that have something to ask, without what choosing the caisse already answers."""
    found = []
    for block in public.definition.blocks:
        asked = tuple(
            field
            for field in asked_online(block)
            if field.prefill != CAISSE_NAME or block.code == USER_BLOCK
        )
        if asked:
            found.append(block.model_copy(update={"fields": asked}))
    return found


def asks_name(public: PublicRequest) -> bool:
    """Whether the form has no field for the name of the partner."""
    fields = (field for block in public.definition.blocks for field in block.fields)
    return not any(field.prefill == "partner.name" for field in fields)


def block_page(
    public: PublicRequest, block: FormBlock, data: Any = None, typed: Typed | None = None
) -> BlockPage:
    """The page of one block; ``data`` is checked, ``typed`` only shown again."""
    several = block.code == USER_BLOCK
    rows = public.users if several else [public.answers]
    return BlockPage(
        block,
        [Known(f"n{number}", row) for number, row in enumerate(rows, start=1)],
        most=block.repeat.maximum if several else 1,
        data=data,
        typed=typed,
        asking=PublicBlockForm,
    )


def changed_page(public: PublicRequest, page: BlockPage, data: Any) -> BlockPage | None:
    """The page with a person more or less and all that was typed; None when no button asks it."""
    change = change_asked(data)
    if change is None or not page.repeated:
        return None
    typed = typed_in(data, page.block, repeated=True)
    typed = typed.without(change.removed) if change.removed else typed.with_one_more()
    changed = block_page(public, page.block, typed=typed)
    changed.added = "" if change.removed else typed.keys[-1]
    return changed


def cautions_of(page: BlockPage) -> list[str]:
    """What is accepted in a valid page and deserves a second look, each once."""
    if page.block.code != USER_BLOCK:
        return []
    named = [
        Named(
            key,
            f"{row.get('user.first_name', '')} {row.get('user.last_name', '')}".strip(),
            row.get("user.email", ""),
        )
        for key, row in zip(page.keys, page.rows, strict=True)
    ]
    return list(dict.fromkeys(caution.words for caution in cautions(named)))


def is_answered(public: PublicRequest, block: FormBlock) -> bool:
    """Whether what is kept of a block would be accepted as it is."""
    if block.code == USER_BLOCK and len(public.users) < block.repeat.minimum:
        return False
    kept = block_page(public, block).typed
    data = QueryDict(mutable=True)
    data.update(kept.values)
    data.setlist(f"{block.code}-row", list(kept.keys))
    return block_page(public, block, data).is_valid()
