"""Who may write in a caisse's directory, by name; the rest, by role.

What is about a user is asked about the convention that habilitates them.
"""

from __future__ import annotations

from typing import Any

import rules

from access.services.tasks import empowered
from contracts.models import Agent, Caisse, UserScope
from contracts.rules import AGENTS, EVERYBODY, LAWYERS, holds
from workflows import clock


@rules.predicate
def is_empowered_agent(user: Any, caisse: Caisse | None) -> bool:
    """Whether the user is an agent of the caisse empowered today to register accounts."""
    if caisse is None or not user.is_authenticated:
        return False
    agents = Agent.objects.filter(user=user, caisse=caisse)
    return any(empowered(agent, caisse, clock.today()) for agent in agents)


@rules.predicate
def oversees_the_site(user: Any) -> bool:
    """Whether the user administers the site, or directs a caisse, today."""
    if not user.is_authenticated:
        return False
    own = UserScope.objects.on(clock.today()).filter(user=user)
    return own.filter(role__in=[UserScope.Role.ADMINISTRATOR, UserScope.Role.DIRECTOR]).exists()


rules.add_perm("access.do_directory_task", is_empowered_agent)
rules.add_perm("access.view_users", holds(EVERYBODY))
rules.add_perm("access.record_user_act", holds(AGENTS))
rules.add_perm("access.record_legal_user_act", holds(LAWYERS))
rules.add_perm("access.confirm_review", holds(AGENTS))
rules.add_perm("access.import_connections", holds(AGENTS))
rules.add_perm("access.view_system_state", oversees_the_site)
