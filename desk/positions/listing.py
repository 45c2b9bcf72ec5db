"""The positions of each type of convention, and how many conventions each touches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from contracts.models import Convention, Interpretation, OpenQuestion, PublishedRulebook, User
from contracts.services.interpretations import consequences_of_position, touched
from contracts.services.visibility import visible_conventions
from desk.consequences import Consequences, Line
from workflows.question_kinds import QUESTION_KINDS, Answer, QuestionKind
from workflows.rulebook import Rulebook

PREVIEWED = 20
"""How many conventions are shown with what changes for them; all of them are counted."""


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of question, and what is answered to it for a type of convention."""

    kind: QuestionKind
    answer: Answer | None
    on: date | None
    touches: int
    """Conventions with such a question that no decision of their own settles."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type of convention with its kinds of questions."""

    code: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a position would change for one convention."""

    convention: Convention
    lines: tuple[Line, ...]


def types_seen(user: User, today: date) -> dict[str, Rulebook]:
    """The latest rules of the types of which the user may see a convention."""
    seen = visible_conventions(user, today).order_by()
    codes = set(seen.values_list("rulebook_code", flat=True).distinct())
    rows = PublishedRulebook.objects.filter(code__in=codes).order_by("code", "version")
    return {row.code: row.rulebook for row in rows}


def types(seen: dict[str, Rulebook]) -> list[Type]:
    """Each type with its kinds of questions, those that its rules can meet."""
    standing: dict[tuple[str, str], Interpretation] = {}
    for position in Interpretation.objects.filter(rulebook_code__in=seen).order_by("recorded_at"):
        standing[position.rulebook_code, position.question] = position
    touches = Counter(
        {
            (code, kind): number
            for code, kind, number in OpenQuestion.objects.filter(
                convention__rulebook_code__in=seen
            )
            .order_by()
            .values_list("convention__rulebook_code", "kind")
            .annotate(number=Count("convention", distinct=True))
        }
    )
    return [
        Type(
            code,
            rulebook.title,
            tuple(
                _row(kind, standing.get((code, kind.kind)), touches[code, kind.kind])
                for kind in kinds_of(rulebook)
            ),
        )
        for code, rulebook in seen.items()
    ]


def kinds_of(rulebook: Rulebook) -> Iterable[QuestionKind]:
    """The questions that may arise under some rules: those about a rule that they have."""
    return (kind for kind in QUESTION_KINDS.values() if rulebook.article_of(kind.rule))


def _row(kind: QuestionKind, position: Interpretation | None, touches: int) -> Row:
    answer = answer_of(kind, position.answer) if position else None
    return Row(kind, answer, position.on if position and answer else None, touches)


def answer_of(kind: QuestionKind, code: str) -> Answer | None:
    """An answer by its code; None for a position taken back."""
    return next((answer for answer in kind.answers if answer.code == code), None)


def changes(code: str, kind: str, answer: str, user: User, today: date) -> list[Changed]:
    """What a position would change, for the first conventions that the user may see."""
    concerned = touched(code, kind).order_by().values("convention")
    seen = visible_conventions(user, today).filter(pk__in=concerned)
    some = seen.select_related("partner", "caisse", "pinned").order_by("number", "pk")[:PREVIEWED]
    return [
        Changed(convention, Consequences(difference).lines)
        for convention, difference in consequences_of_position(code, kind, answer, some)
    ]
