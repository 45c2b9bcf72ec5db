"""The model of the letter by which a partner gives notice, filled in from its convention."""

from __future__ import annotations

from contracts.models import Convention
from contracts.services.documents import facts_of
from contracts.services.letter_explanations import explanation_of
from forms_annexes.services.notice_previewing import preview_of
from templates_conventions.document import Document
from templates_conventions.letter_assembly import letter_document
from workflows import clock

LETTER = "denonciation-partenaire"


def notice_letter_of(convention: Convention) -> Document | None:
    """The letter for the first period that may still be declined, to be completed and signed.

    None where the rules take no notice from the partner, or where no period is left to decline.
    Raises ``CannotAssemble`` and ``SourceFault`` for a fault of the letter's text.
    """
    told = preview_of(convention)
    if told is None or not told.has_model:
        return None
    values = {}
    if told.limits is not None:
        values = {
            "term_last_day": told.limits.term_last_day,
            "limit_on": told.limits.legal.due_on,
            "explanation": explanation_of(told.limits.legal, other_reading=False),
        }
    today = clock.today()
    rules = convention.timeline(today).rulebook
    return letter_document(rules, LETTER, facts_of(convention, today), today, values)
