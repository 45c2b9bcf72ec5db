"""Standing interpretations: one answer for all the conventions of a type."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db import transaction

from contracts.models import Convention, Interpretation, User
from workflows import clock
from workflows.cache import rebuild_one
from workflows.french import NO_BREAK_SPACE
from workflows.question_kinds import QUESTION_KINDS


class CannotInterpret(Exception):
    """The position cannot be taken as given; nothing was written."""


class Established(NamedTuple):
    """A position, and the conventions whose life it changed."""

    interpretation: Interpretation
    changed: tuple[Convention, ...]


def establish_interpretation(
    *, rulebook_code: str, question: str, answer: str, reasons: str, author: User, on: date
) -> Established:
    """Record a standing answer and apply it to every convention of the type, all or nothing.

    Decisions already taken stay. Raises ``CannotInterpret`` for an unknown question or answer, a
    future date, or missing reasons.
    """
    kind = QUESTION_KINDS.get(question)
    if kind is None:
        raise CannotInterpret(
            f"Genre de question inconnu{NO_BREAK_SPACE}: {question}. Genres connus"
            f"{NO_BREAK_SPACE}: {', '.join(QUESTION_KINDS)}."
        )
    answers = [known.code for known in kind.answers]
    if answer not in answers:
        raise CannotInterpret(
            f"Réponse inconnue à «{NO_BREAK_SPACE}{kind.title}{NO_BREAK_SPACE}»"
            f"{NO_BREAK_SPACE}: {answer}. Réponses possibles{NO_BREAK_SPACE}: {', '.join(answers)}."
        )
    if on > clock.today():
        raise CannotInterpret("Une position de principe ne peut être datée d’un jour à venir.")
    if not reasons.strip():
        raise CannotInterpret("Indiquez les motifs de la position de principe.")
    with transaction.atomic():
        interpretation = Interpretation.objects.create(
            rulebook_code=rulebook_code,
            question=question,
            answer=answer,
            reasons=reasons.strip(),
            author=author,
            on=on,
            recorded_at=clock.now(),
        )
        conventions = Convention.objects.filter(rulebook_code=rulebook_code).order_by("pk")
        changed = [one for one in conventions if rebuild_one(one)]
    for convention in changed:
        convention.refresh_from_db()
    return Established(interpretation, tuple(changed))
