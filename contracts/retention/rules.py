"""The rules of keeping: what ``rules.toml`` proposes, and what a caisse has decided instead."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from contracts.models import Caisse
from workflows.calendar import Duration, add, end_of_delay
from workflows.french import typeset
from workflows.rulebook import Rulebook
from workflows.rulebook_types import Frozen, IsoDuration

SETTING = "file_retention"
"""The caisse's setting: ``{"convention": {"length": "P10Y", "ground": "Tableau de gestion 2027,
ligne 4"}}``; a length that is ``null`` keeps for good."""

CONVENTION, ABANDONED = "convention", "abandoned"
REQUEST, MESSAGE = "request", "message"
STAFF_ACCOUNT, STAFF_NAME = "staff_account", "staff_name"


class RetentionSettingWrong(ValueError):
    """The setting of a caisse cannot be read: it says which, and what was expected."""


class Proposed(Frozen):
    """A rule of ``rules.toml``."""

    label: str
    counted_from: str
    length: IsoDuration | None = None
    """None: kept for good, until a caisse decides."""
    ground: str
    question: str = ""
    """What a lawyer or the DPO is still to answer."""


class _Own(Frozen):
    length: IsoDuration | None
    ground: str = Field(min_length=5, max_length=300)


class _Setting(Frozen):
    convention: _Own | None = None
    abandoned: _Own | None = None
    request: _Own | None = None
    message: _Own | None = None
    staff_account: _Own | None = None
    staff_name: _Own | None = None


@dataclass(frozen=True, slots=True)
class KeepingRule:
    """How long one kind of file is kept in one caisse."""

    code: str
    label: str
    counted_from: str
    length: Duration | None
    """None: for good."""
    ground: str
    is_confirmed: bool
    """Whether the caisse has decided it; otherwise it is only proposed."""
    question: str = ""
    """What is still to be answered before it is decided; empty once it is."""

    def kept_until(self, counted_from: date) -> date | None:
        """The last day on which what is counted from that day is kept; None for good."""
        return add(counted_from, self.length) if self.length is not None else None


@cache
def proposed() -> Mapping[str, Proposed]:
    """The rules that hold wherever a caisse has none of its own."""
    text = Path(__file__).with_name("rules.toml").read_text(encoding="utf-8")
    return {code: Proposed.model_validate(one) for code, one in tomllib.loads(text).items()}


def rules_of(caisse: Caisse) -> dict[str, KeepingRule]:
    """The rules of a caisse, by code. Raises ``RetentionSettingWrong``."""
    try:
        setting = _Setting.model_validate(caisse.settings.get(SETTING) or {})
    except ValidationError as error:
        where = ", ".join(".".join(map(str, one["loc"])) or "le tout" for one in error.errors())
        raise RetentionSettingWrong(
            typeset(
                f"Réglage « {SETTING} » illisible ({caisse.code}) : {where}. Attendu : sous "
                f"{', '.join(f'« {code} »' for code in proposed())}, length (une durée ISO 8601 "
                "comme « P10Y », ou null pour garder sans fin) et ground (le fondement, 5 "
                "caractères au moins). "
                "Rien n’est proposé à l’élimination d’ici là."
            )
        ) from error
    return {code: _rule(code, one, getattr(setting, code)) for code, one in proposed().items()}


def _rule(code: str, one: Proposed, own: _Own | None) -> KeepingRule:
    if own is None:
        return KeepingRule(
            code, one.label, one.counted_from, one.length, one.ground, False, one.question
        )
    return KeepingRule(code, one.label, one.counted_from, own.length, typeset(own.ground), True)


def kept_until(rule: KeepingRule, counted_from: date, rulebook: Rulebook | None) -> date | None:
    """The last day on which a file is kept; None where it is kept for good.

    Never shorter than the confidentiality that its convention gives a length to.
    """
    last = rule.kept_until(counted_from)
    if last is None:
        return None
    survival = rulebook.survival if rulebook is not None else None
    confidentiality = survival.confidentiality if survival is not None else None
    if confidentiality is not None and confidentiality.after_end is not None:
        last = max(last, end_of_delay(counted_from, confidentiality.after_end))
    return last
