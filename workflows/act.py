"""What every act is: a fact with a legal date and an instant of recording, never changed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One dated fact about a subject."""

    kind: ClassVar[str] = ""
    label: ClassVar[str] = ""
    """What the screens call it."""
    rank: ClassVar[int] = 50
    """Place among the acts of one day: lower comes first in legal order."""
    announces: ClassVar[bool] = False
    """Whether it may be dated after the day on which it is recorded."""

    id: str
    on: datetime.date
    recorded_at: datetime.datetime

    @property
    def legal_date(self) -> datetime.date:
        """The day from which the act bears on the convention."""
        return self.on


def legal_order(act: Act) -> tuple[datetime.date, int, datetime.datetime, str]:
    """Sort key of the acts: legal date, then rank within the day, then recording."""
    return act.legal_date, act.rank, act.recorded_at, act.id
