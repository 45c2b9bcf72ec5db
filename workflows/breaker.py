"""The breaker: a run that would end or close too much waits for a person before its first line.

It holds back the sweep and the closing of accounts in the directory. It never touches the answer at
the door: access is decided from the dates, whatever was or was not swept. What it counts stands in
the stored columns; an application says how (``measure``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from workflows import clock, effects
from workflows.french import NO_BREAK_SPACE, date_in_words, typeset
from workflows.french import count as counted
from workflows.models import HeldRun

ONE_DAY = timedelta(days=1)

REMEMBERED = 30
"""Seconds for which one count serves the closings that follow, up to ``Limits.floor`` of them."""


class NotHeld(Exception):
    """The run is no longer held, or would now do more than was shown."""


class Limits(NamedTuple):
    """Above which a run is held."""

    number: int
    """At most so many, however large the portfolio."""
    share: float
    """At most this share of all, from 0 to 1."""
    floor: int
    """Up to so many the share does not matter: half of four conventions is no mass."""

    def allowed(self, total: int) -> int:
        """How many out of ``total`` a run may end or close without being held."""
        return min(self.number, max(self.floor, int(self.share * total)))


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that a run must not do to too many."""

    name: str
    title: str
    """``Fins de conventions``."""
    singular: str
    """``convention prendrait fin``."""
    plural: str
    among: str
    """Of which ``total`` there are: ``conventions en vigueur``."""
    concerned: Callable[[date], QuerySet[Any]]
    """What would be ended or closed if the run of a day went on."""
    total: Callable[[], int]
    """Of how many."""
    stops_sweep: bool = True
    """Whether the sweep waits too; not for what the sweep has no part in."""

    def in_words(self, count: int) -> str:
        """``3 conventions prendraient fin``."""
        return counted(count, self.singular, self.plural)

    def why(self, held: HeldRun) -> str:
        """What a held run would do, and what makes it too much, in a line."""
        total = f"{held.total:,}".replace(",", NO_BREAK_SPACE)
        return typeset(
            f"{self.in_words(held.count)} au {date_in_words(held.day)}, sur {total} {self.among}. "
            f"Au-delà de {held.allowed} à la fois, c’est à une personne de le confirmer."
        )


_measures: dict[str, Measure] = {}


def measure(new: Measure) -> None:
    """Have a measure counted before each run."""
    if _measures.setdefault(new.name, new).concerned is not new.concerned:
        raise ValueError(typeset(f"« {new.name} » est déjà le nom d’une mesure."))


def measure_of(held: HeldRun) -> Measure:
    """What a held run would do too much of."""
    return _measures[held.measure]


def limits() -> Limits:
    """Those of the settings."""
    return Limits(
        settings.TACITE_BREAKER_NUMBER,
        settings.TACITE_BREAKER_PERCENT / 100,
        settings.TACITE_BREAKER_FLOOR,
    )


_resumers: list[Callable[[], object]] = []


def resume_with(resume: Callable[[], object]) -> None:
    """Have ``resume`` called, still in the transaction, whenever a person lets a run go."""
    if resume not in _resumers:
        _resumers.append(resume)


def open_runs() -> QuerySet[HeldRun]:
    """What is held and waits for a person, the oldest first."""
    return HeldRun.objects.filter(HeldRun.OPEN).order_by("pk")


def hold(day: date) -> list[HeldRun]:
    """Hold the run of ``day`` if it would do too much and nobody confirmed it; say why.

    A run held before that would no longer do too much is let go. What does not concern the sweep
    is held as well, and not returned.
    """
    held = [(one, _held(one, day)) for one in _measures.values()]
    return [run for one, run in held if run is not None and one.stops_sweep]


def holds_back(name: str, day: date) -> bool:
    """Whether one more closing under a measure must wait.

    A count that allows it allows a few more without being made again: as many as are no mass.
    Writes nothing: the transaction of what must wait is undone. The worker then calls ``hold``.
    """
    if open_runs().filter(measure=name).exists():
        return True
    key = f"breaker:{name}:{day.isoformat()}"
    left = cache.get(key, 0)
    if left <= 0:
        if _weighed(_measures[name], day) is not None:
            return True
        left = limits().floor
    cache.set(key, left - 1, REMEMBERED)
    return False


def confirm(held: HeldRun, author: Any, reason: str, seen: int) -> None:
    """Let a held run go, as ``author`` decided for a ``reason``, up to the count that was shown.

    The confirmation holds until the end of the next civil day. Effects that were held back are due
    at once. Raises ``NotHeld`` when there is nothing to confirm or ``seen`` is no longer the count.
    """
    with transaction.atomic():
        changed = HeldRun.objects.filter(HeldRun.OPEN, pk=held.pk, count=seen).update(
            confirmed_at=clock.now(), confirmed_by=author, reason=reason.strip()
        )
        if not changed:
            raise NotHeld(
                "Ce traitement n’est plus retenu, ou son ampleur a changé depuis l’affichage : "
                "relisez la page avant de confirmer."
            )
        held.refresh_from_db()
        effects.let_go()
        for resume in _resumers:
            resume()


def _weighed(one: Measure, day: date) -> dict[str, Any] | None:
    """What a run of ``day`` would do too much of, unless a person let it; else None."""
    count, limit = one.concerned(day).count(), limits()
    if count <= limit.allowed(0):
        return None
    total = one.total()
    allowed = limit.allowed(total)
    if count <= allowed or _is_confirmed(one, count):
        return None
    return {"day": day, "count": count, "total": total, "allowed": allowed}


def _held(one: Measure, day: date) -> HeldRun | None:
    with transaction.atomic():
        told = _weighed(one, day)
        waiting = open_runs().filter(measure=one.name).select_for_update(no_key=True).first()
        if told is None:
            if waiting is not None:
                waiting.settled_at = clock.now()
                waiting.save(update_fields=["settled_at"])
                effects.let_go()
            return None
        if waiting is None:
            return _new(one, told)
        if any(getattr(waiting, name) != value for name, value in told.items()):
            HeldRun.objects.filter(pk=waiting.pk).update(**told)
            waiting.refresh_from_db()
        return waiting


def _new(one: Measure, told: dict[str, Any]) -> HeldRun:
    try:
        with transaction.atomic():
            return HeldRun.objects.create(measure=one.name, held_at=clock.now(), **told)
    except IntegrityError:
        # Another sweeper held it at the same moment.
        return open_runs().get(measure=one.name)


def _is_confirmed(one: Measure, count: int) -> bool:
    """Whether a person let as much go, today or yesterday."""
    since = clock.start_of_day(clock.today() - ONE_DAY)
    confirmed = HeldRun.objects.filter(measure=one.name, confirmed_at__gte=since)
    return confirmed.filter(count__gte=count).exists()
