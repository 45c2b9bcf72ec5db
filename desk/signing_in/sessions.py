"""How long a session lasts: so long without a sign of life, and so long in all.

The server decides at each request, by the one clock; the page only says when. Instants are kept
in the session as seconds, without what the demonstration's clock was moved by: moving it must not
throw anyone out.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from desk.demonstration import shifted_clock
from workflows import clock

STARTED = "session_started_at"
SEEN = "session_seen_at"

IDLE = "inactivite"
TOO_LONG = "duree"

WARNING = timedelta(minutes=5)
"""How long before the end the page warns."""

WRITES_A_PERIOD = 30
"""A sign of life is written at most that often in an idle period: no write at each page."""


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """When a session will end, unless it gives a sign of life, and how much is left."""

    at: datetime
    left: timedelta
    final: bool
    """Whether no sign of life can put it off any more."""

    @property
    def hour(self) -> str:
        """« 18 h 04 », in Paris."""
        return f"{self.at.hour}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{self.at:%M}"

    @property
    def seconds(self) -> int:
        """Whole seconds left."""
        return max(0, int(self.left.total_seconds()))


def begin(session: MutableMapping[str, Any]) -> None:
    """Start both limits."""
    session[STARTED] = session[SEEN] = _now().timestamp()


def give_sign_of_life(session: MutableMapping[str, Any], *, always: bool = False) -> None:
    """Put the idle limit off."""
    now = _now().timestamp()
    since = now - session[SEEN]
    if always or since >= settings.TACITE_SESSION_IDLE.total_seconds() / WRITES_A_PERIOD:
        session[SEEN] = now


def why_over(session: MutableMapping[str, Any]) -> str:
    """`IDLE` or `TOO_LONG` when the session is over, else nothing."""
    now = _now().timestamp()
    if now - session[STARTED] >= settings.TACITE_SESSION_LONGEST.total_seconds():
        return TOO_LONG
    if now - session[SEEN] >= settings.TACITE_SESSION_IDLE.total_seconds():
        return IDLE
    return ""


def end_of(session: MutableMapping[str, Any]) -> SessionEnd:
    """When the session ends, as things stand."""
    idle = session[SEEN] + settings.TACITE_SESSION_IDLE.total_seconds()
    longest = session[STARTED] + settings.TACITE_SESSION_LONGEST.total_seconds()
    left = timedelta(seconds=min(idle, longest) - _now().timestamp())
    return SessionEnd(clock.now() + left, left, final=longest <= idle)


def passive(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that only looks: to ask how long is left is no sign of life."""
    view.gives_no_sign_of_life = True  # type: ignore[attr-defined]
    return view


class SessionLimitsMiddleware:
    """End the sessions that are over, and keep the others alive.

    A script that only looks at a page (``ui/static/ui/long_work.js``) says so by a header:
    ``X-Sign-Of-Life: no``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: Any, named: Any
    ) -> HttpResponse | None:
        """Look at the session before any page does."""
        if not request.user.is_authenticated:
            return None
        session = request.session
        if STARTED not in session or SEEN not in session:
            begin(session)
        if why := why_over(session):
            if not request.accepts("text/html"):
                # A script asks: the page that the person opens next says why.
                return HttpResponse(status=401)
            logout(request)
            # A page that needs nobody goes on without anybody.
            return _sent_to_sign_in(request, why) if _needs_user(view) else None
        looks = request.headers.get("X-Sign-Of-Life") == "no"
        if not (looks or getattr(view, "gives_no_sign_of_life", False)):
            give_sign_of_life(session)
        request.has_limited_session = True  # type: ignore[attr-defined]
        return None


def begin_at_sign_in(request: HttpRequest, **kwargs: Any) -> None:
    """Start both limits when somebody signs in."""
    begin(request.session)


def _now() -> datetime:
    return clock.now() - shifted_clock.shift()


def _needs_user(view: Any) -> bool:
    return bool(getattr(view, "login_required", True))


def _sent_to_sign_in(request: HttpRequest, why: str) -> HttpResponse:
    """The sign-in page, which says why and leads back to where the person was."""
    back = request.get_full_path()
    if request.method not in {"GET", "HEAD"}:
        # What was sent cannot be sent again: back to the page that held the form.
        back = _path_of(request.META.get("HTTP_REFERER", ""), request)
    query = urlencode({"fin": why} | ({"next": back} if back else {}))
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")


def _path_of(address: str, request: HttpRequest) -> str:
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return ""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
