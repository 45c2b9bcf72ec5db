"""What the layout says of the session."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from desk.signing_in.sessions import SEEN, WARNING, end_of


def session(request: HttpRequest) -> dict[str, Any]:
    """Give the layout the end of the session; nothing where nobody is signed in.

    Asks the database for nothing: the page of an error of the server is drawn with it too.
    """
    if not getattr(request, "has_limited_session", False) or SEEN not in request.session:
        return {"session_end": None}
    return {
        "session_end": end_of(request.session),
        "session_warning": int(WARNING.total_seconds()),
    }
