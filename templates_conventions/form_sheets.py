"""The sheets of a form: its blocks blank or filled, on as many sheets as its rows need.

A form that holds eight agents a sheet goes on for the ninth: a further sheet begins on a page of
its own, says which it is (« feuillet 2 sur 3 ») and repeats what stands before the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from templates_conventions.document import (
    Block,
    FormSection,
    FormSpace,
    Heading,
    Items,
    NewPage,
    Paragraph,
    Run,
)
from templates_conventions.facts import DocumentFacts
from templates_conventions.forms import FormBlock, FormDefinition, FormField
from templates_conventions.wording import clean
from workflows.french import NO_BREAK_SPACE, date_in_words, typeset

Row = Mapping[str, str]

Answers = Mapping[str, Sequence[Row]]
"""What was filled in: for each block of a form, its repetitions, field by field."""

WITHHELD = "transmis séparément"
"""What stands on paper for a thing that is never written on it."""


_BETWEEN_LINES = {"address": ", ", "lines": f"{NO_BREAK_SPACE}; "}
"""What stands between several lines once they are one."""


class CannotAssemble(ValueError):
    """The document cannot be made of what was given; the message says what is missing or wrong."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


def sheets(
    form: FormDefinition,
    facts: DocumentFacts,
    answers: Answers | None,
    level: int = 1,
    withheld: Sequence[str] = (),
) -> tuple[Block, ...]:
    """The blocks of a form, ``level`` that of their titles: filled with ``answers``, or blank.

    A blank is pre-filled from the facts; of a filled form, only what is the caisse's own to say
    is. ``withheld`` are the labels printed and never filled. Raises ``CannotAssemble`` for an
    answer to no field of the form, to a withheld one, or too many repetitions.
    """
    writer = _Writer(facts, answers is None, frozenset(map(bare, withheld)))
    writer.check(form, answers)
    rows = {block.code: _rows(block, answers) for block in form.blocks}
    divided = form.divided
    if divided is None or not divided.repeat.a_sheet:
        return tuple(_sheet(writer, form.blocks, rows, level))
    held, among = divided.repeat.a_sheet, rows[divided.code]
    parts = [among[start : start + held] for start in range(0, len(among), held)]
    place = form.blocks.index(divided)
    before, after = form.blocks[: place + 1], form.blocks[place + 1 :]
    written: list[Block] = []
    for number, part in enumerate(parts, start=1):
        inner = level
        if len(parts) > 1:
            written += _head(form, number, len(parts), level)
            inner = level + 1
        shown = before if number < len(parts) else before + after
        first = (number - 1) * held
        written += _sheet(writer, shown, rows | {divided.code: part}, inner, number, first)
    return tuple(written)


def bare(label: str) -> str:
    """A label without the colon that ends it: « Mot de passe » of « Mot de passe : »."""
    return re.sub(r"\s", " ", label).rstrip(" :")


def _rows(block: FormBlock, answers: Answers | None) -> Sequence[Row]:
    return (answers or {}).get(block.code) or [{}] * block.repeat.on_a_blank


def _head(form: FormDefinition, number: int, total: int, level: int) -> list[Block]:
    """What tells a sheet from the others, should they part; a further one says its form again."""
    heading = Heading(level, f"Feuillet{NO_BREAK_SPACE}{number} sur {total}")
    if number == 1:
        return [heading]
    title = " : ".join(filter(None, (form.annex, form.title)))
    return [NewPage(), heading, Paragraph((Run(typeset(title)),), role="subtitle")]


def _sheet(
    writer: _Writer,
    blocks: Sequence[FormBlock],
    rows: Mapping[str, Sequence[Row]],
    level: int,
    number: int = 1,
    first: int = 0,
) -> Iterator[Block]:
    """One sheet, the ``number``-th; its rows that go on from sheet to sheet count from ``first``.

    What is repeated on every sheet keeps names of its own in each.
    """
    for block in blocks:
        if block.lines:
            yield Paragraph((Run(block.label, strong=True),))
            yield Items(tuple((Paragraph((Run(line),)),) for line in block.lines))
            continue
        several = len(rows[block.code]) > 1 or block.repeat.a_sheet is not None
        for index, row in enumerate(rows[block.code], start=1):
            shown = first + index if block.repeat.a_sheet else index
            unique = shown if block.repeat.a_sheet else (number - 1) * len(rows[block.code]) + index
            mark = f" ({shown})" if several else ""
            yield from writer.sections(block, row, unique, mark, level)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the rows of a form."""

    facts: DocumentFacts
    blank: bool
    withheld: frozenset[str]

    def sections(
        self, block: FormBlock, row: Row, number: int, mark: str, level: int
    ) -> Iterator[FormSection]:
        """One row: the block's own fields, then those of each of its columns."""
        for column in dict.fromkeys(field.column for field in block.fields):
            spaces = tuple(
                self._space(f"{block.code}_{number}_{field.code}", field, row)
                for field in block.fields
                if field.column == column
            )
            title = column or block.label
            yield FormSection(f"{title}{mark}", spaces, level + 1 if column else level)

    def _space(self, name: str, field: FormField, row: Row) -> FormSpace:
        value = row.get(field.code, "")
        if not value and field.prefill and (self.blank or field.filled_by == "caisse"):
            value = self.facts.at(field.prefill)
        if field.kind == "date" and value:
            value = date_in_words(_day(value, field.label))
        if field.kind in _BETWEEN_LINES:
            lines = (line.strip(" ,;") for line in value.splitlines())
            value = _BETWEEN_LINES[field.kind].join(filter(None, lines))
        if self._withholds(field):
            value = WITHHELD
        return FormSpace(
            name=re.sub(r"\W", "_", name),
            label=field.label,
            kind=field.kind,
            value=clean(value),
            help=field.help,
            required=field.required,
            max_length=field.max_length,
            choices=field.choices if field.choices_on_paper else (),
            reserved=field.filled_by == "caisse" or self._withholds(field),
        )

    def _withholds(self, field: FormField) -> bool:
        return bare(field.label) in self.withheld

    def check(self, form: FormDefinition, answers: Answers | None) -> None:
        """Raise ``CannotAssemble`` for an answer that the form does not ask."""
        known = {block.code: block for block in form.blocks}
        for code, rows in (answers or {}).items():
            if code not in known:
                raise CannotAssemble(
                    f"{form.title} n’a pas de partie « {code} ». Parties : {', '.join(known)}."
                )
            block = known[code]
            if not block.repeat.minimum <= len(rows) <= block.repeat.maximum:
                raise CannotAssemble(
                    f"« {block.label} » est rempli {len(rows)} fois. Attendu : de "
                    f"{block.repeat.minimum} à {block.repeat.maximum} fois."
                )
            for row in rows:
                self._check_row(block, row)

    def _check_row(self, block: FormBlock, row: Row) -> None:
        fields = {field.code: field for field in block.fields}
        if strange := sorted(set(row) - set(fields)):
            raise CannotAssemble(
                f"« {block.label} » n’a pas de champ {', '.join(strange)}. Champs : "
                f"{', '.join(sorted(fields))}."
            )
        for code, answer in row.items():
            if answer and self._withholds(fields[code]):
                raise CannotAssemble(
                    f"« {bare(fields[code].label)} » ne s’écrit sur aucun document : il est "
                    f"{WITHHELD}. Laissez ce champ vide."
                )


def _day(text: str, label: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CannotAssemble(
            f"{label} « {text} » n’est pas une date. Attendu : AAAA-MM-JJ."
        ) from error
