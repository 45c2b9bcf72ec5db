"""The documents that a partner may download: those issued of its convention that concern it."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.models import Convention, IssuedDocument, User
from contracts.services.documents import annex_document
from forms_annexes.services.visibility import answers_for_all
from templates_conventions.document import Document
from templates_conventions.family_letter import model_annex
from templates_conventions.letters import LetterSettings, letter_codes, letter_definition
from templates_conventions.texts import has_text
from workflows import clock
from workflows.convention import ENDED
from workflows.timeline import Timeline

_TEXTS = (
    IssuedDocument.Kind.CONVENTION.value,
    IssuedDocument.Kind.ANNEX.value,
    IssuedDocument.Kind.AVENANT.value,
)
_TO_PARTNER = frozenset({"partner", "structure"})


def documents_for(user: User, convention: Convention) -> list[IssuedDocument]:
    """The documents issued of a convention that the user may read, the latest first.

    Letters are those written to the partner; one that binds is shown once it was posted, as nobody
    learns here what the post has yet to bring. Whoever answers for some of the structures alone
    reads the texts, unless these list the persons of the others.
    """
    rows = list(convention.documents.select_related("file").order_by("-issued_at", "-pk"))
    if not answers_for_all(user, convention, clock.today()):
        named = any(one.kind == "list_of_users" for one in convention.rules.documents.annexes)
        return [] if named else [row for row in rows if row.kind in _TEXTS]
    letters = [row for row in rows if row.kind == IssuedDocument.Kind.LETTER.value]
    timeline = convention.timeline(clock.today()) if letters else None
    return [
        row
        for row in rows
        if row not in letters or (timeline and _is_theirs(convention, row, timeline))
    ]


def blanks_of(convention: Convention) -> Iterator[tuple[str, str]]:
    """The annexes to fill in by hand: their code and title, in the order of the convention."""
    if not has_text(convention.rulebook_code):
        return
    for annex in convention.rules.documents.annexes:
        if annex.form:
            yield annex.code, annex.label


def blank_document(convention: Convention, code: str) -> Document | None:
    """An annex to fill in by hand, with what is known of the partner; none of that code."""
    if code not in dict(blanks_of(convention)):
        return None
    return annex_document(convention, code)


def has_family_letter(convention: Convention) -> bool:
    """Whether this type of convention has a model letter for the families."""
    return has_text(convention.rulebook_code) and bool(model_annex(convention.rules))


def _is_theirs(convention: Convention, row: IssuedDocument, timeline: Timeline) -> bool:
    settings = _settings(convention, row.code)
    if settings is None:
        return False
    if settings.recipient == "credentials":
        credentials = convention.rules.habilitation.credentials
        return credentials is not None and credentials.delivery.recipient == "partner"
    if settings.recipient not in _TO_PARTNER:
        return False
    return not settings.binding or _has_left(row, timeline)


def _settings(convention: Convention, code: str) -> LetterSettings | None:
    if code not in letter_codes(convention.rulebook_code):
        return None
    return letter_definition(convention.rulebook_code, code).settings


def _has_left(row: IssuedDocument, timeline: Timeline) -> bool:
    posted = [one.posted_on for one in timeline.data.letters.values() if one.posted_on]
    return timeline.state in ENDED or any(day >= row.dated for day in posted)
