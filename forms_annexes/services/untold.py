"""Conventions whose life cannot be told: their acts, or their rules, do not replay."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import InterfaceError, OperationalError

from access.models import Habilitation
from contracts.models import Convention
from workflows.timeline import Timeline

logger = logging.getLogger(__name__)


class Untold(NamedTuple):
    """A convention of which nothing dated can be said now."""

    convention: Convention
    of_right: bool = False
    """Whether it is a right that cannot be told, and not the convention itself."""

    @property
    def caisse_knows(self) -> bool:
        """Whether the sweep has set the convention aside, which the caisse's own home shows."""
        return bool(self.convention.sweep_error) and not self.of_right


def lives_told(
    conventions: Sequence[Convention], on: date
) -> Iterator[tuple[Convention, Timeline | None]]:
    """Each convention read by ``to_sweep`` with its life; None, and a line in the log, where it
    cannot be told.

    Raises what says that the database is away: that is no fault of a convention.
    """
    for convention, life in zip(conventions, Convention.lives(conventions, on), strict=True):
        yield convention, None if _failed(convention, life) else life


def untold(convention: Convention, on: date) -> Untold | None:
    """What cannot be told of a convention or of a right it gives; None where all can be."""
    [(_, life)] = lives_told(list(Convention.to_sweep().filter(pk=convention.pk)), on)
    if life is None:
        return Untold(convention)
    rights = list(convention.habilitations.all())
    failed = [_failed(one, life) for one, life in zip(rights, _lives(rights, on), strict=True)]
    return Untold(convention, of_right=True) if any(failed) else None


def _lives(rights: Sequence[Habilitation], on: date) -> Iterator[Any]:
    return Habilitation.lives(rights, on) if rights else iter(())


def _failed(subject: Convention | Habilitation, life: Any) -> bool:
    if isinstance(life, OperationalError | InterfaceError):
        raise life
    if not isinstance(life, Exception):
        return False
    # The words of the error may hold what somebody typed.
    logger.error(
        "Espace partenaire : %s %s sans dates (%s).",
        subject._meta.model_name,
        subject.pk,
        type(life).__name__,
    )
    return True
