"""Who may write in a caisse's directory, by name; the rest, by role.

What is about a user is asked about the convention that habilitates them.
"""

from __future__ import annotations

from typing import Any

import rules

from access.services.tasks import empowered
from contracts.models import Agent, Caisse
from contracts.rules import (
    ADMINISTRATORS,
    AGENTS,
    AUDITORS,
    DIRECTORS,
    EVERYBODY,
    LAWYERS,
    grant,
    grant_on_site,
)
from workflows import clock


@rules.predicate
def is_empowered_agent(user: Any, caisse: Caisse | None) -> bool:
    """Whether the user is an agent of the caisse empowered today to register accounts."""
    if caisse is None or not user.is_authenticated:
        return False
    agents = Agent.objects.filter(user=user, caisse=caisse)
    return any(empowered(agent, caisse, clock.today()) for agent in agents)


rules.add_perm("access.do_directory_task", is_empowered_agent)
grant("access.view_users", EVERYBODY)
grant("access.record_user_act", AGENTS)
grant("access.record_legal_user_act", LAWYERS)
grant("access.confirm_review", AGENTS)
grant("access.import_connections", AGENTS)
grant("access.view_import", ADMINISTRATORS | LAWYERS | AUDITORS)
grant("access.try_import", ADMINISTRATORS | LAWYERS)
grant("access.confirm_import", LAWYERS)
grant("access.match_account", ADMINISTRATORS | LAWYERS)
grant_on_site("access.view_system_state", ADMINISTRATORS | DIRECTORS | AUDITORS)
