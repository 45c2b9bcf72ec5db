"""What a letter of notice of today would do to a convention, without recording it."""

from __future__ import annotations

from typing import cast

from contracts.models import Convention
from forms_annexes.declarations.notice_preview import NoticePreview, letter_of_today, preview
from workflows import clock
from workflows.recording import ActRefused
from workflows.timeline import Timeline
from workflows.together import consequences_of


def preview_of(convention: Convention) -> NoticePreview | None:
    """The preview of today's letter; None where the rules take none from the partner."""
    notice = convention.rules.notice
    if notice is None or "partner" not in notice.by:
        return None
    try:
        difference = consequences_of(convention, letter_of_today(convention.rules, clock.now()))
    except ActRefused:
        return None
    return preview(cast("Timeline", difference.before), cast("Timeline", difference.after))
