"""Standing interpretations: one answer for all the conventions of a type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from contracts.identifiers import validate_no_nir
from contracts.models import Convention, Interpretation, OpenQuestion, User
from workflows import clock, effects, timeline
from workflows.cache import rebuild_one
from workflows.effects import EffectContext
from workflows.french import NO_BREAK_SPACE, typeset
from workflows.question_kinds import QUESTION_KINDS
from workflows.replay import standing_answers
from workflows.subjects import Difference, day_of, known_acts

APPLYING = "contracts.interpretation"
"""The name of the effect that applies a position to many conventions."""

AT_ONCE = 50
"""Conventions brought up to date with the position itself; more are left to the effects."""

A_TURN = 200
"""Conventions brought up to date by one effect."""


class CannotInterpret(Exception):
    """The position cannot be taken as given; nothing was written."""


class Established(NamedTuple):
    """A position, and the conventions whose life it changed."""

    interpretation: Interpretation
    changed: tuple[Convention, ...]
    in_background: bool = False
    """Whether the conventions are too many, and brought up to date after this."""


def establish_interpretation(
    *,
    rulebook_code: str,
    question: str,
    answer: str,
    reasons: str,
    author: User,
    on: date,
    identifier: UUID | None = None,
) -> Established:
    """Record a standing answer and apply it to every convention of the type.

    Decisions already taken stay. An empty ``answer`` takes the position back. Up to ``AT_ONCE``
    conventions follow in the same transaction, more through the effects. The same ``identifier``
    is recorded once. Raises ``CannotInterpret`` for an unknown question or answer, nothing to take
    back, a future date, or reasons that are missing or may not be kept.
    """
    kind = QUESTION_KINDS.get(question)
    if kind is None:
        raise CannotInterpret(
            f"Genre de question inconnu{NO_BREAK_SPACE}: {question}. Genres connus"
            f"{NO_BREAK_SPACE}: {', '.join(QUESTION_KINDS)}."
        )
    answers = [known.code for known in kind.answers]
    if answer and answer not in answers:
        raise CannotInterpret(
            f"Réponse inconnue à «{NO_BREAK_SPACE}{kind.title}{NO_BREAK_SPACE}»"
            f"{NO_BREAK_SPACE}: {answer}. Réponses possibles{NO_BREAK_SPACE}: {', '.join(answers)}."
        )
    if on > clock.today():
        raise CannotInterpret("Une position de principe ne peut être datée d’un jour à venir.")
    if not reasons.strip():
        raise CannotInterpret("Indiquez les motifs de la position de principe.")
    try:
        validate_no_nir(reasons)
    except ValidationError as refused:
        raise CannotInterpret(" ".join(refused.messages)) from refused
    with transaction.atomic():
        known = identifier and Interpretation.objects.filter(identifier=identifier).first()
        if known:
            return Established(known, ())
        if standing_answer(rulebook_code, question) == answer:
            raise CannotInterpret(
                "C’est déjà la position qui vaut."
                if answer
                else typeset("Aucune position ne vaut pour cette question : rien à retirer.")
            )
        interpretation = Interpretation.objects.create(
            identifier=identifier,
            rulebook_code=rulebook_code,
            question=question,
            answer=answer,
            reasons=reasons.strip(),
            author=author,
            on=on,
            recorded_at=clock.now(),
        )
        conventions = Convention.objects.filter(rulebook_code=rulebook_code).order_by("pk")
        if len(conventions.values_list("pk", flat=True)[: AT_ONCE + 1]) > AT_ONCE:
            _leave(interpretation.pk, rulebook_code, after=0)
            return Established(interpretation, (), in_background=True)
        changed = [one for one in conventions if rebuild_one(one)]
    for convention in changed:
        convention.refresh_from_db()
    return Established(interpretation, tuple(changed))


def standing_answer(rulebook_code: str, question: str) -> str:
    """The answer that stands for a type of convention; empty where there is none."""
    return standing_answers(Interpretation.standing(rulebook_code)).get(question, "")


def touched(rulebook_code: str, question: str) -> QuerySet[OpenQuestion]:
    """The questions that a position answers, or would: those that no decision settled."""
    return OpenQuestion.objects.of_type(rulebook_code, question)


def consequences_of_position(
    rulebook_code: str, question: str, answer: str, conventions: QuerySet[Convention]
) -> Iterator[tuple[Convention, Difference]]:
    """The life of each convention without and with a position, nothing being recorded."""
    standing = Interpretation.standing(rulebook_code)
    supposed = timeline.Interpretation(question, answer, clock.now())
    for convention in conventions:
        acts, day = known_acts(convention), day_of(convention)
        yield (
            convention,
            Difference(
                convention.replayed(acts, day),
                convention.replayed(acts, day, interpretations=(*standing, supposed)),
            ),
        )


def _leave(interpretation: int, rulebook_code: str, after: int) -> None:
    effects.emit(
        APPLYING,
        f"interpretation:{interpretation}:{after}",
        f"interpretation:{interpretation}",
        {"interpretation": interpretation, "after": after},
    )


@effects.handler(APPLYING)
def apply_position(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Bring some conventions of the type up to date, and leave the next ones to another effect."""
    interpretation = Interpretation.objects.get(pk=payload["interpretation"])
    code = interpretation.rulebook_code
    waiting = Convention.objects.filter(rulebook_code=code, pk__gt=payload["after"])
    some = list(waiting.order_by("pk")[:A_TURN])
    for convention in some:
        rebuild_one(convention)
    if len(some) == A_TURN:
        _leave(interpretation.pk, code, after=some[-1].pk)
