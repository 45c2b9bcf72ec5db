"""What was decided before on the same question, under the same type of convention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.models import Convention, ConventionAct, User
from contracts.services.visibility import visible_conventions
from workflows.question_kinds import QUESTION_KINDS
from workflows.questions import Question

SHOWN = 10
"""How many past decisions are shown, the latest first."""

_READ = 50
"""How many are read, as those annulled since are left out."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """One decision that stands."""

    convention: Convention
    on: date
    answer: str
    reasons: str
    author: str


def precedents(
    question: Question, convention: Convention, user: User, today: date
) -> list[Precedent]:
    """The latest decisions on other conventions of the type, of those that the user may see."""
    seen = visible_conventions(user, today).filter(rulebook_code=convention.rulebook_code)
    rows = list(
        ConventionAct.objects.filter(
            kind="decision",
            payload__question__startswith=f"{question.kind}:",
            subject__in=seen.order_by().values("pk"),
        )
        .exclude(subject=convention.pk)
        .select_related("subject__partner", "author")
        .order_by("-recorded_at", "-pk")[:_READ]
    )
    annulled = set(
        ConventionAct.objects.filter(
            kind="annulment", subject__in={row.subject_id for row in rows}
        ).values_list("subject", "payload__of")
    )
    answers = {answer.code: answer.label for answer in QUESTION_KINDS[question.kind].answers}
    standing = [row for row in rows if (row.subject_id, row.identifier) not in annulled]
    return [
        Precedent(
            row.subject,
            row.on,
            answers.get(row.payload["answer"], row.payload["answer"]),
            row.payload["reasons"],
            row.author.get_full_name() or str(row.author) if row.author else "",
        )
        for row in standing[:SHOWN]
    ]
