"""« État du système »: what works, what waits, and where to go when something does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk.system_state import daily_run, directories, ledger, quarantine, unreadable_settings
from desk.system_upkeep import mail, upkeep, versions
from workflows import clock


@permission_required("access.view_system_state", raise_exception=True)
@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """The state of the site, to whoever administers or directs a caisse."""
    today = clock.today()
    standings = directories(request.user, today)
    facts = {
        "directories": standings,
        "effects": ledger(),
        "run": daily_run(today),
        "files": quarantine(),
        "away": sum(one.is_away for one in standings),
        "drifted": any(one.reconciled and not one.reconciled.is_well for one in standings),
        "never_reconciled": [
            one.caisse.name for one in standings if not one.is_manual and not one.reconciled
        ],
        "settings": unreadable_settings(request.user, today),
        "mail": mail(),
        **upkeep(),
    }
    context = {
        "concerns": list(_concerns(facts)),
        "versions": versions(),
        "may_decide": request.user.has_perm("contracts.decide_effect"),
        "may_look": request.user.has_perm("contracts.view_dead_letters"),
        "may_read_mails": request.user.has_perm("notifications.view_message"),
    }
    return render(request, "desk/system_state.html", facts | context)


def _concerns(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The parts of the page that ask for somebody: where each stands, and its title."""
    effects, run = facts["effects"], facts["run"]
    parts = (
        ("reglages", "Réglages illisibles", facts["settings"]),
        ("annuaires", "Annuaires", facts["away"] or facts["drifted"]),
        ("envois", "Envois", effects.dead or effects.is_late),
        ("fichiers", "Fichiers déposés", facts["files"].is_late),
        ("balayage", "Traitement quotidien", run.is_late or run.held or run.set_aside),
        ("journaux", "Journaux", facts["journals"].asks_for_somebody),
        ("sauvegarde", "Sauvegarde", facts["backup"].asks_for_somebody),
    )
    for anchor, title, asks in parts:
        if asks:
            yield anchor, title
