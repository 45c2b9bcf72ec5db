"""Which letter goes with which change of state, act or deadline: ``letters/occasions.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from templates_conventions.catalogue import ROOT
from templates_conventions.letters import COMMON
from templates_conventions.sources import SourceFault, read_toml
from workflows.rulebook_types import Frozen, IsoDuration


class Occasions(Frozen):
    """What calls for a letter."""

    transitions: Mapping[str, str]
    """Change of state to the code of its letter."""
    without_letter: Mapping[str, str]
    """The changes of state that need none, each with the reason."""
    acts: Mapping[str, str]
    """Act about access to the code of its letter."""
    reminders: Mapping[str, tuple[str, ...]]
    """Kind of deadline or of duty to the letters that recall it."""
    requests: tuple[str, ...]
    """The letters that an access request calls for."""
    declarations: tuple[str, ...]
    """The letters of the partner's own that it declares to be about to send."""
    avenants: tuple[str, ...]
    """The letters with which an avenant leaves for signature, and that recall it."""
    courtesy: IsoDuration
    """How long before the last advised day the courtesy reminder may leave."""

    @property
    def letters(self) -> frozenset[str]:
        """The codes of all the letters that something calls for."""
        recalled = (code for codes in self.reminders.values() for code in codes)
        return frozenset(
            {
                *self.transitions.values(),
                *self.acts.values(),
                *recalled,
                *self.requests,
                *self.declarations,
                *self.avenants,
            }
        )


def occasions(root: Path = ROOT) -> Occasions:
    """The occasions of all types of convention. Raises ``SourceFault``."""
    return _read(root / COMMON / "occasions.toml")


@cache
def _read(path: Path) -> Occasions:
    source = read_toml(path)
    try:
        return Occasions.model_validate(source.settings)
    except ValidationError as error:
        first = error.errors()[0]
        raise SourceFault(
            path,
            f"{'.'.join(map(str, first['loc']))} : {first['msg']}",
            "les clés décrites dans docs/letters.md",
        ) from error
