"""How the entries found for an account read, and the form that says which it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django import forms

from access.drift import Drift
from access.models import AccountState, ComparedAccount
from access.models.accounts import IDENTIFIER_PATTERN
from forms_annexes.forms import DressedForm
from workflows.french import typeset

Result = ComparedAccount.Result


class Filter(NamedTuple):
    """One result as the page names it."""

    result: str
    word: str
    meaning: str
    """A colour and an icon (``ui.templatetags.states``)."""


FILTERS: Final = (
    Filter(Result.FOUND, "trouvés", "in_force"),
    Filter(Result.DIFFERS, "trouvés, dans un autre état", "attention"),
    Filter(Result.SEVERAL, "plusieurs entrées possibles", "question"),
    Filter(Result.MISSING, "introuvables", "attention"),
    Filter(Result.UNKNOWN, "inconnus de Tacite", "neutral"),
)

_MEANINGS: Final = {one.result: one.meaning for one in FILTERS}

_THEN: Final = {
    "": "rien n’y change",
    Drift.SHOULD_BE_LOCKED: "il sera verrouillé",
    Drift.SHOULD_BE_REMOVED: "il sera retiré de l’annuaire",
    Drift.WRONG_SERVICES: "ses services seront changés",
    Drift.SHOULD_BE_OPEN: "il sera ouvert",
}
"""What the directory becomes once an entry is matched."""

_OTHER, _NONE = "other", "none"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    compared: ComparedAccount
    meaning: str
    entries: list[str]


def row_of(compared: ComparedAccount) -> Row:
    """A line, in words."""
    entries = [entry_words(one) for one in compared.candidates]
    return Row(compared, _MEANINGS[compared.result], entries)


def entry_words(candidate: Mapping[str, Any]) -> str:
    """« martin.d (par n° tiers) : ouvert. Une fois rapproché : rien n’y change. »"""
    told = str(candidate["identifier"])
    if candidate["by"]:
        told += f" (par {candidate['by']})"
    told += f" : {AccountState(candidate['state']).label.lower()}"
    if candidate["services"]:
        told += f", {', '.join(candidate['services'])}"
    if candidate["by"]:
        told += f". Une fois rapproché : {_THEN.get(candidate['drift'], 'rien n’y change')}"
    return typeset(f"{told}.")


class MatchForm(DressedForm):
    """Which entry an account is."""

    entry = forms.ChoiceField(
        label="Laquelle de ces entrées est ce compte",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Dites laquelle de ces entrées est ce compte.",
            "invalid_choice": "Choisissez parmi ces entrées.",
        },
    )
    other = forms.RegexField(
        IDENTIFIER_PATTERN,
        label="L’identifiant de l’autre entrée",
        required=False,
        max_length=64,
        error_messages={
            "invalid": "Un identifiant est fait de lettres, de chiffres, de points et de tirets."
        },
    )

    def __init__(self, *args: Any, candidates: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        # Before the answers are read, and for this form alone.
        self.base_fields = deepcopy(self.base_fields)
        self.base_fields["entry"].choices = [
            *((str(one["identifier"]), entry_words(one)) for one in candidates),
            (_OTHER, typeset("Une autre entrée : j’écris son identifiant ci-dessous")),
            (_NONE, typeset("Aucune : cette personne n’est pas encore dans l’annuaire")),
        ]
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("entry") == _OTHER and not told.get("other") and "other" not in self.errors:
            self.add_error("other", "Écrivez l’identifiant de l’entrée.")
        return told

    @property
    def identifier(self) -> str:
        """The identifier that was chosen; empty for none."""
        told = self.cleaned_data
        if told["entry"] == _NONE:
            return ""
        return str(told["other"] if told["entry"] == _OTHER else told["entry"])
