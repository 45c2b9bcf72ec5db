"""Forms: their official labels, field by field, as data read from a file a form."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from templates_conventions.catalogue import ROOT
from templates_conventions.facts import DocumentFacts
from templates_conventions.markup import set_in_french
from templates_conventions.sources import SourceFault, read_toml
from workflows.rulebook_types import Frozen


class FormField(Frozen):
    """One thing a form asks."""

    code: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)*$")
    """What the answer is about: ``user.last_name``."""
    label: str
    """The official label, word for word."""
    kind: Literal["text", "lines", "email", "date", "signature", "choice", "address"]
    """``lines``: several things, one a line."""
    required: bool = True
    help: str = ""
    max_length: int = Field(default=250, ge=1)
    choices: tuple[str, ...] = ()
    choices_on_paper: bool = True
    """Whether the paper form offers the choices at that place; False: it says them elsewhere."""
    filled_by: Literal["partner", "caisse"]
    personal: bool = False
    """Whether the answer is about a natural person."""
    prefill: str = ""
    """The fact of the convention it starts from: ``structure.name``."""
    column: str = ""
    """The official label of the part of its block where it stands; empty: the block's own."""

    @model_validator(mode="after")
    def _choices_are_given(self) -> FormField:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError('« choices » s’écrit avec kind = "choice", et seulement alors')
        if self.prefill:
            DocumentFacts().at(self.prefill)
        return self


class Repetition(Frozen):
    """How many times a block may be filled."""

    minimum: int = Field(default=1, ge=0)
    maximum: int = Field(default=1, ge=1)
    a_sheet: int | None = Field(default=None, ge=1)
    """How many times one sheet of the form holds it; more go on continuation sheets.

    Absent: the form is of one sheet."""

    @model_validator(mode="after")
    def _numbers_agree(self) -> Repetition:
        if not self.minimum <= self.maximum:
            raise ValueError("« minimum » dépasse « maximum »")
        if self.a_sheet is not None and self.a_sheet > self.maximum:
            raise ValueError("« a_sheet » dépasse « maximum »")
        return self

    @property
    def on_a_blank(self) -> int:
        """How many times the blank form shows it."""
        return self.a_sheet or max(1, self.minimum)


class FormBlock(Frozen):
    """Fields that stand together under one official label, or lines that are only read."""

    code: str = Field(pattern=r"^[a-z_]+$")
    label: str
    repeat: Repetition = Repetition()
    lines: tuple[str, ...] = ()
    """What the form says there, such as the profiles to choose from."""
    fields: tuple[FormField, ...] = ()

    @model_validator(mode="after")
    def _is_read_or_filled(self) -> FormBlock:
        if bool(self.lines) == bool(self.fields):
            raise ValueError("une partie a des « fields » ou des « lines », pas les deux")
        return self


class FormDefinition(Frozen):
    """One form, as the annex that carries its blank."""

    code: str
    annex: str = ""
    """« Annexe 2 »; empty when no annex carries its blank, as for a request made on line."""
    title: str
    subtitle: str = ""
    footer: str = ""
    blocks: tuple[FormBlock, ...] = Field(min_length=1)
    digest: str
    """sha256 of the file."""

    @model_validator(mode="after")
    def _codes_are_unique(self) -> FormDefinition:
        blocks = [block.code for block in self.blocks]
        fields = [field.code for block in self.blocks for field in block.fields]
        for codes in (blocks, fields):
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                raise ValueError(f"code écrit deux fois : {', '.join(twice)}")
        if sum(block.repeat.a_sheet is not None for block in self.blocks) > 1:
            raise ValueError("« a_sheet » s’écrit dans une seule partie")
        return self

    @property
    def divided(self) -> FormBlock | None:
        """The block that goes on from sheet to sheet; none when the form is of one sheet."""
        return next((block for block in self.blocks if block.repeat.a_sheet), None)


def form_definition(rulebook_code: str, form_code: str, root: Path = ROOT) -> FormDefinition:
    """The form of a type of convention, from ``<type>/forms/<form>.toml``.

    Raises ``SourceFault`` when the file is missing or has a fault.
    """
    return _read(root / rulebook_code / "forms" / f"{form_code}.toml")


@cache
def _read(path: Path) -> FormDefinition:
    source = read_toml(path)
    content: dict[str, Any] = _in_french(dict(source.settings))
    try:
        form = FormDefinition.model_validate(content | {"digest": source.digest})
    except (ValidationError, AttributeError) as error:
        raise SourceFault(
            path, _first_fault(error), "les clés décrites dans docs/documents.md"
        ) from error
    if form.code != path.stem:
        raise SourceFault(path, f"le code est « {form.code} »", "le nom du fichier")
    return form


def _in_french(value: Any) -> Any:
    """The texts of a file with the no-break spaces of French; codes hold no such space."""
    match value:
        case str():
            return set_in_french(value)
        case list():
            return [_in_french(item) for item in value]
        case dict():
            return {key: _in_french(item) for key, item in value.items()}
    return value


def _first_fault(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc'])) or 'forms'} : {first['msg']}"
    return re.sub(r"'(\w+)' object has no attribute '(\w+)'", r"fait inconnu : \2", str(error))
