"""The questions that wait for a lawyer, one row each: a cache, so that their queue replays no life.

Those that a standing interpretation answers are kept too: they are what it touches.

The rows are written with the cached columns of the convention, in the same transaction, and
``cache verify`` compares them with what the acts say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db import models
from django.db.models import F, Q

from contracts.models.conventions import Convention
from workflows.advance import Advance
from workflows.convention_state import ConventionState
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.question_kinds import QUESTION_KINDS
from workflows.settling import Settlement
from workflows.timeline import Timeline


class Asked(NamedTuple):
    """An open question as its row holds it."""

    identity: str
    kind: str
    blocking: bool
    raised_on: date
    matters_on: date | None
    answer: str
    """Given by a standing interpretation; empty while it waits for a lawyer."""


class Waiting(models.QuerySet["OpenQuestion"]):
    """The questions of the table, those that wait apart from those that a position answers."""

    def open(self) -> Waiting:
        """Those that nobody has answered."""
        return self.filter(answer="")

    def of_type(self, rulebook_code: str, kind: str) -> Waiting:
        """Those of a kind, of the conventions of a type: what a position answers, or would."""
        return self.filter(convention__rulebook_code=rulebook_code, kind=kind)


class OpenQuestion(models.Model):
    """A question about one convention that no decision of its own answers."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="asked", db_index=False)
    """Found by the unique constraint that begins with it."""
    identity = models.CharField("question", max_length=140)
    """Its kind and the act that raised it, as a decision names it."""
    kind = models.CharField("genre", max_length=60)
    blocking = models.BooleanField("bloquante")
    raised_on = models.DateField("posée le")
    matters_on = models.DateField("à trancher avant la fin du", null=True, blank=True)
    """The last day in force under the reading that ends the convention first, if they differ."""

    answer = models.CharField("réponse de principe", max_length=60, blank=True)
    """Given by the standing interpretation of its kind; empty while it waits."""

    objects = Waiting.as_manager()

    class Meta:
        verbose_name = "question à trancher"
        verbose_name_plural = "questions à trancher"
        ordering = ["-blocking", F("matters_on").asc(nulls_last=True), "raised_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "identity"], name="contracts_openquestion_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(QUESTION_KINDS)),
                name="contracts_openquestion_kind_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-blocking", "matters_on", "raised_on", "id"],
                condition=Q(answer=""),
                name="contracts_openquestion_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.identity})"

    @property
    def title(self) -> str:
        """What it is about, in a few words."""
        return QUESTION_KINDS[self.kind].title

    @property
    def asked(self) -> Asked:
        """What the row holds."""
        return Asked(
            self.identity,
            self.kind,
            self.blocking,
            self.raised_on,
            self.matters_on,
            self.answer,
        )

    @classmethod
    def follow(cls, settlements: Sequence[Settlement]) -> None:
        """Bring the rows of some conventions in line with their lives."""
        told = [one for one in settlements if _tells_of_questions(one)]
        stored = _stored({one.subject.pk for one in told})
        gone: list[int] = []
        new: list[OpenQuestion] = []
        for one in told:
            rows = stored.get(one.subject.pk, {})
            if rows.keys() == _identities(one.life.data, one.life.as_of) == set():
                continue
            wanted = {asked.identity: asked for asked in asked_of(one.timeline)}
            right = {identity for identity in rows if rows[identity].asked == wanted.get(identity)}
            gone += [row.pk for identity, row in rows.items() if identity not in right]
            new += [
                cls(convention_id=one.subject.pk, **asked._asdict())
                for identity, asked in wanted.items()
                if identity not in right
            ]
        if gone:
            cls.objects.filter(pk__in=gone).delete()
        if new:
            cls.objects.bulk_create(new)


def asked_of(timeline: Timeline) -> Iterator[Asked]:
    """The questions of a life that no decision answers, each with the day by which it matters."""
    data = timeline.data
    for question in timeline.questions:
        if question.on <= timeline.as_of and question.identity not in data.decisions:
            yield Asked(
                question.identity,
                question.kind,
                question.blocking,
                question.on,
                question.matters_on,
                data.interpretations.get(question.kind, ""),
            )


def differences(convention: Convention, timeline: Timeline) -> Iterator[str]:
    """How the stored questions of a convention disagree with its life, in French sentences."""
    stored = {row.identity: row.asked for row in convention.asked.all()}
    wanted = {asked.identity: asked for asked in asked_of(timeline)}
    for identity in sorted(stored.keys() | wanted.keys()):
        was, is_now = stored.get(identity), wanted.get(identity)
        if was != is_now:
            title = QUESTION_KINDS[(is_now or was).kind].title  # type: ignore[union-attr]
            yield (
                f"Question «{NO_BREAK_SPACE}{title}{NO_BREAK_SPACE}»{NO_BREAK_SPACE}: "
                f"enregistré {_shown(was)}, calculé {_shown(is_now)}"
            )


def _shown(asked: Asked | None) -> str:
    if asked is None:
        return "aucune"
    before = asked.matters_on
    words = f"posée le {date_in_words(asked.raised_on)}"
    words += f", avant la fin du {date_in_words(before)}" if before else ""
    return f"{words}, réponse de principe {asked.answer}" if asked.answer else words


def _tells_of_questions(one: Settlement) -> bool:
    """Whether the life holds the questions; days that only renew leave them as they were."""
    return not isinstance(one.life, Advance) or one.life.rest is not None


def _identities(data: ConventionState, as_of: date) -> set[str]:
    return {
        question.identity
        for question in data.questions
        if question.on <= as_of
        and question.identity not in data.decisions
        and question.identity not in data.moot
    }


def _stored(conventions: Collection[int]) -> Mapping[int, Mapping[str, OpenQuestion]]:
    """The rows of several conventions by identity, in one query; in none for none."""
    found: dict[int, dict[str, OpenQuestion]] = {}
    if conventions:
        for row in OpenQuestion.objects.filter(convention__in=conventions).order_by():
            found.setdefault(row.convention_id, {})[row.identity] = row
    return found
