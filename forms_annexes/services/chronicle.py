"""The history of a request in words, as the caisse reads it or as the partner does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from forms_annexes.models import AccessRequest, RequestTransition, TransitionNote, UserVerdict
from forms_annexes.reasons import ReturnReason
from forms_annexes.refusals import reason_in_words
from workflows.french import typeset

_Name = RequestTransition.Name
_ERASED = "texte effacé"


class Line(NamedTuple):
    """One thing that happened."""

    at: datetime
    words: str
    author: str
    details: tuple[str, ...]
    internal: bool
    """Whether the caisse alone reads it."""


def history_of(request: AccessRequest, *, for_staff: bool) -> list[Line]:
    """What happened, the oldest first; without the passages between agents for the partner."""
    rows = (
        request.transitions.select_related("author", "agent", "note")
        .prefetch_related("points", "corrections", "verdicts")
        .order_by("number")
    )
    if not for_staff:
        rows = rows.exclude(name__in=RequestTransition.INTERNAL)
    words = _Words(request)
    lines = []
    for row in rows:
        details = words.beside(row)
        lines.append(
            Line(
                row.at,
                _what(row),
                row.author.get_full_name() if row.author is not None else "",
                tuple(typeset(one) for one in details),
                row.name in RequestTransition.INTERNAL,
            )
        )
    return lines


def _what(row: RequestTransition) -> str:
    label = str(row.get_name_display())
    if row.agent is None:
        return label
    if row.name == _Name.TAKE:
        return f"Relais pris de {row.agent.get_full_name()}"
    return f"Confiée à {row.agent.get_full_name()}"


class _Words:
    """What the rows about a request say, with the labels of its form and the names of today."""

    def __init__(self, request: AccessRequest) -> None:
        self._rules = request.convention.rules.habilitation
        self._labels = {
            field.code: field.label.rstrip(" :\N{NO-BREAK SPACE}")
            for block in request.definition.blocks
            for field in block.fields
        }
        self._names = {user.reference: user.get_full_name() for user in request.named_users}

    def beside(self, row: RequestTransition) -> Iterator[str]:
        """What stands beside a line: its reasons, points, corrections and note."""
        if row.name == _Name.GIVE_BACK:
            known = set(ReturnReason.values) - {ReturnReason.TO_CORRECT.value}
            yield from (str(ReturnReason(code).label) for code in row.reasons if code in known)
        for point in row.points.all():
            yield f"{self._about(point.field, point.user_reference)} : {point.comment or _ERASED}"
        for one in row.corrections.all():
            about = self._about(one.field, one.user_reference)
            if one.erased_at is not None:
                yield f"{about} : {_ERASED}"
            else:
                yield f"{about} : « {one.before or 'vide'} » devient « {one.after or 'vide'} »"
        if row.name != _Name.REOPEN:
            yield from (self.verdict(one) for one in row.verdicts.all())
        note = _note(row)
        if note is not None:
            yield f"Motif : {note.text or _ERASED}"

    def verdict(self, verdict: UserVerdict) -> str:
        """What was decided of somebody."""
        who = self._names.get(verdict.user_reference) or f"Personne n° {verdict.position}"
        said = f"{who} : {verdict.get_decision_display().lower()}"
        if verdict.reason:
            said += f", {reason_in_words(verdict.reason, self._rules).lower()}"
        return said

    def _about(self, field: str, reference: str) -> str:
        label = self._labels.get(field, field)
        who = self._names.get(reference, "")
        return f"{label} ({who})" if who else label


def _note(row: RequestTransition) -> TransitionNote | None:
    try:
        return row.note
    except TransitionNote.DoesNotExist:
        return None
