"""By what a partner takes the place of another, as data (``succession_grounds.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from workflows.french import typeset
from workflows.rulebook_types import Frozen

_FILE = Path(__file__).with_suffix(".toml")


class Ground(Frozen):
    """One ground of succession."""

    code: str
    label: str
    article: str
    passes: Literal["by_law", "as_a_whole", "by_agreement"]
    """How the conventions pass (``workflows.convention_acts.PartnerSucceeded``)."""
    partial: bool = False
    """Whether it may bear on a part of what the partner does: the page asks which."""
    deed: str
    """An example of the deed that commands it."""
    effect: str
    """What it does to the conventions, in a sentence or two."""


@cache
def grounds() -> Mapping[str, Ground]:
    """Every ground by its code, in the order of the file."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["grounds"]
    read = [Ground(**row) for row in rows]
    return {
        one.code: one.model_copy(
            update={
                "label": typeset(one.label),
                "article": typeset(one.article),
                "effect": typeset(one.effect),
            }
        )
        for one in read
    }
