"""Acts told in one line, for tests that tell the life of one convention."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import count
from typing import Any

from workflows.acts import KINDS, Act
from workflows.clock import PARIS

_NUMBERS = count(1)


def told(kind: str, on: str, *, id: str = "", recorded_on: str = "", **own: Any) -> Act:  # noqa: A002
    """One act of a kind, recorded at noon of its own day unless told otherwise."""
    return KINDS[kind](
        id=id or f"{kind}-{next(_NUMBERS)}",
        on=date.fromisoformat(on),
        recorded_at=datetime.combine(date.fromisoformat(recorded_on or on), time(12), tzinfo=PARIS),
        **own,
    )


def signed(on: str = "2025-01-15", *parties: str) -> list[Act]:
    """All parties sign on one day."""
    return [told("signature", on, party=party) for party in parties or ("caisse", "partner")]


def letter(
    kind: str,
    posted_on: str,
    received_on: str = "",
    *,
    id: str = "",  # noqa: A002
    by: str = "partner",
    form: str = "registered_letter",
) -> list[Act]:
    """A notice or a breach letter, posted, and received where a day is given."""
    carried = told(kind, posted_on, id=id, letter=f"letter-{next(_NUMBERS)}", by=by, form=form)
    name = carried.letter  # type: ignore[attr-defined]
    acts = [carried, told("letter_posted", posted_on, letter=name)]
    if received_on:
        acts.append(told("letter_delivered", received_on, letter=name))
    return acts
