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
    kind: Literal["text", "email", "date", "signature", "choice", "address"]
    required: bool = True
    help: str = ""
    max_length: int = Field(default=250, ge=1)
    choices: tuple[str, ...] = ()
    filled_by: Literal["partner", "caisse"]
    personal: bool = False
    """Whether the answer is about a natural person."""
    prefill: str = ""
    """The fact of the convention it starts from: ``structure.name``."""

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


class FormBlock(Frozen):
    """Fields that stand together under one official label."""

    code: str = Field(pattern=r"^[a-z_]+$")
    label: str
    repeat: Repetition = Repetition()
    fields: tuple[FormField, ...] = Field(min_length=1)


class FormDefinition(Frozen):
    """One form, as the annex that carries its blank."""

    code: str
    annex: str
    """« Annexe 2 »."""
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
        return self


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
