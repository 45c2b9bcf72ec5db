"""Deadlines set by a person, where the text of the convention holds no clause to compute one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workflows.act import Act

Topic = Literal["notice", "breach", "suspension", "force_majeure", "dispute", "mutual_termination"]
"""The rule that the rulebook would hold if its text said something."""

TOPICS: Mapping[str, str] = {
    "notice": "Dénonciation",
    "breach": "Résiliation pour inexécution",
    "suspension": "Suspension de l’accès",
    "force_majeure": "Force majeure",
    "dispute": "Différend",
    "mutual_termination": "Résiliation d’un commun accord",
}
"""What each is called on screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineSet(Act):
    """A person sets a deadline, on a legal ground that is not the text of the convention."""

    kind = "deadline_set"
    label = "Échéance posée à la main"
    rank = 82
    topic: Topic
    task: str
    """What must be done by then."""
    due_on: datetime.date
    ground: str
    """The law, the judgment or the letter that commands the date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineLifted(Act):
    """A deadline set by a person no longer stands: done, or no longer needed."""

    kind = "deadline_lifted"
    label = "Échéance levée"
    rank = 83
    of: str
    """Identifier of the act that set it."""
    reason: str
