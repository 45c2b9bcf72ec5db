"""The territory of one named user: which files, or which establishments, the access reaches.

A convention says how far its service reaches (``Territory``); a habilitation may be narrower, never
wider, and the narrower of the two wins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

from workflows.input_faults import Wrong, quoted
from workflows.rulebook_access import Territory

Level = Literal["caisse", "departement", "circonscription", "establishments"]
"""How far an access reaches, the widest first."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_CODE_WORDS = "un code de 40 signes au plus : lettres sans accent, chiffres, points, tirets, barres"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What narrows one user's access: codes only, never somebody's name.

    Empty: as far as the service reaches. Raises ``Wrong`` for what is no code, for a
    circonscription without its département, and for establishments beside either.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    departement: str = ""
    circonscription: str = ""
    """Within the département, which goes with it."""
    establishments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for code in (self.departement, self.circonscription, *self.establishments):
            if code and not _CODE.fullmatch(code):
                raise Wrong(f"{quoted(code)} n’est pas un code de territoire", _CODE_WORDS)
        if "" in self.establishments:
            raise Wrong("code d’établissement vide", _CODE_WORDS)
        if self.circonscription and not self.departement:
            raise Wrong("circonscription sans son département", "les deux codes, ou aucun")
        if self.establishments and self.departement:
            raise Wrong(
                "département et établissements à la fois", "l’un ou les autres : le plus étroit"
            )

    @property
    def level(self) -> Level | None:
        """How far it reaches by itself; None when it narrows nothing."""
        if self.establishments:
            return "establishments"
        if self.circonscription:
            return "circonscription"
        return "departement" if self.departement else None

    @property
    def content(self) -> dict[str, Any]:
        """What it says, as JSON can hold it; empty when it narrows nothing."""
        said: dict[str, Any] = {}
        if self.departement:
            said["departement"] = self.departement
        if self.circonscription:
            said["circonscription"] = self.circonscription
        if self.establishments:
            said["establishments"] = list(self.establishments)
        return said


EVERYWHERE = Scope()
"""As far as the service reaches."""


def scope_of(content: Mapping[str, Any]) -> Scope:
    """The scope that a JSON content says.

    Raises ``Wrong``, and ``TypeError`` for an unknown key.
    """
    return Scope(**{**content, "establishments": tuple(content.get("establishments", ()))})


def why_wider(scope: Scope, territory: Territory | None) -> str:
    """Why a scope would reach further than the service does, in French; empty when it does not."""
    if territory is None or scope.level is None:
        return ""
    if territory.level == "requested_establishments" and scope.level != "establishments":
        return (
            "Ce service ne s’ouvre que pour les établissements demandés : un département ou une "
            "circonscription irait au-delà. Indiquez les établissements."
        )
    if territory.level == "departement" and scope.level == "establishments":
        return (
            "Ce service s’ouvre par département : des établissements sans département pourraient "
            "aller au-delà. Indiquez le département."
        )
    return ""


def reach(scope: Scope, territory: Territory | None) -> Level | None:
    """How far the access reaches: the narrower of the user's scope and of the service's territory.

    None when neither says it.
    """
    if scope.level is not None:
        return scope.level
    if territory is None:
        return None
    if territory.level == "requested_establishments":
        return "establishments"
    # Where each agent has a narrower scope, it wins once given; until then the text's level stands.
    return territory.level


def in_words(scope: Scope) -> str:
    """What a scope narrows to, in French; empty when it narrows nothing."""
    if scope.establishments:
        several = len(scope.establishments) > 1
        return f"établissement{'s' if several else ''} {', '.join(scope.establishments)}"
    if scope.circonscription:
        return f"circonscription {scope.circonscription} (département {scope.departement})"
    return f"département {scope.departement}" if scope.departement else ""
