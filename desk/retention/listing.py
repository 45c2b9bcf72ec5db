"""What the pages of keeping show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from contracts.models import Caisse, Elimination, LegalHold, Proposal, User
from contracts.retention.due import files_due
from contracts.retention.kinds import how_many, kind_of, kinds, name_of, things_due
from contracts.retention.lists import CONFIRMATION
from contracts.retention.rules import KeepingRule, RetentionSettingWrong, rules_of
from contracts.rules import caisses_where
from contracts.services.visibility import visible_caisses

VIEW = "contracts.view_retention"
HOLD = "contracts.hold_file"
SHOWN = 20
"""How many lists are shown."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long one caisse keeps its files, or why that cannot be read."""

    rules: tuple[KeepingRule, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list, and where it stands."""

    elimination: Elimination
    files: int
    done: int
    standing: str
    meaning: str


def keeping(caisse: Caisse) -> Keeping:
    """The rules of a caisse."""
    try:
        return Keeping(tuple(rules_of(caisse).values()))
    except RetentionSettingWrong as wrong:
        return Keeping(fault=str(wrong))


def counted(caisses: Sequence[Caisse], today: date) -> Counter[int]:
    """How many files of each caisse have had their time."""
    due = files_due(caisses, today).order_by()
    return Counter(dict(due.values_list("caisse").annotate(number=Count("pk"))))


CONVENTIONS = "conventions"
"""Which tab shows the files of conventions; the others bear the code of their rule."""


class Tab(NamedTuple):
    """One kind of what is kept, and how much of it has had its time in a caisse."""

    code: str
    label: str
    number: int


def tabs(caisse: Caisse, conventions: int, today: date) -> list[Tab]:
    """Every kind; one query each."""
    found = [Tab(CONVENTIONS, "Dossiers de conventions", conventions)]
    for kind in kinds():
        try:
            number = how_many(things_due(kind, caisse, today))
        except RetentionSettingWrong:
            number = 0
        found.append(Tab(kind.code, kind.label, number))
    return found


class HeldThing(NamedTuple):
    """A hold, and what it is on where that is neither a convention nor a partner."""

    hold: LegalHold
    name: str


def held_things(holds: Sequence[LegalHold]) -> list[HeldThing]:
    """The holds with the names of what they are on."""
    return [HeldThing(one, _held_name(one)) for one in holds]


def _held_name(hold: LegalHold) -> str:
    kind = kind_of(hold.rule)
    if kind is None or hold.subject is None:
        return ""
    return name_of(kind, hold.caisse, hold.subject) or f"{kind.label}, {hold.subject}"


def lists(user: User, today: date) -> QuerySet[Elimination]:
    """The lists of the caisses in which the user may read them, the latest first."""
    return Elimination.objects.filter(caisse__in=caisses_where(user, VIEW, today)).select_related(
        "caisse", "author"
    )


def listed(eliminations: QuerySet[Elimination]) -> list[Listed]:
    """Where each of the lists stands."""
    rows = eliminations.select_related("given_up").annotate(
        files=Count("items", distinct=True),
        done=Count("items", filter=Q(items__outcome__isnull=False), distinct=True),
    )
    rows = list(rows)
    of_lists = Proposal.objects.filter(
        kind=CONFIRMATION, about__in=[str(row.pk) for row in rows]
    ).values_list("about", "answer__outcome")
    said: dict[str, set[str]] = {}
    for about, outcome in of_lists:
        said.setdefault(about, set()).add(outcome or "open")
    return [_listed(row, said.get(str(row.pk), set())) for row in rows]


def _listed(row: Elimination, said: set[str]) -> Listed:
    files, done = row.files, row.done  # type: ignore[attr-defined]
    standing, meaning = "Visa des archives attendu", "neutral"
    if hasattr(row, "given_up"):
        standing, meaning = "Abandonné", "ended"
    elif "confirmed" in said:
        standing, meaning = "En cours d’élimination", "attention"
        if done == files:
            standing, meaning = "Éliminé", "in_force"
    elif "open" in said:
        standing, meaning = "Attend une seconde personne", "attention"
    return Listed(row, files, done, standing, meaning)


def holds(user: User, today: date) -> QuerySet[LegalHold]:
    """The standing holds of the caisses that the user sees, the oldest first."""
    return LegalHold.objects.filter(
        caisse__in=visible_caisses(user, today), lift__isnull=True
    ).select_related("convention__partner", "partner", "author", "caisse")
