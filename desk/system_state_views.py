"""« État du système »: what works, what waits, and where to go when something does not."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk.system_state import daily_run, directories, ledger, quarantine, unreadable_settings
from workflows import clock


@permission_required("access.view_system_state", raise_exception=True)
@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """The state of the site, to whoever administers or directs a caisse."""
    today = clock.today()
    standings, effects, run = directories(request.user, today), ledger(), daily_run(today)
    files = quarantine()
    settings = unreadable_settings(request.user, today)
    away = sum(one.is_away for one in standings)
    context = {
        "directories": standings,
        "effects": effects,
        "run": run,
        "files": files,
        "away": away,
        "settings": settings,
        "may_decide": request.user.has_perm("contracts.decide_effect"),
        "may_look": request.user.has_perm("contracts.view_dead_letters"),
        "is_well": not (
            settings
            or away
            or effects.dead
            or effects.is_late
            or files.is_late
            or run.held
            or run.set_aside
        ),
    }
    return render(request, "desk/system_state.html", context)
