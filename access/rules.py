"""Who may write in a caisse's directory: those empowered by name, and nobody by role."""

from __future__ import annotations

from typing import Any

import rules

from access.services.tasks import empowered
from contracts.models import Agent, Caisse
from workflows import clock


@rules.predicate
def is_empowered_agent(user: Any, caisse: Caisse | None) -> bool:
    """Whether the user is an agent of the caisse empowered today to register accounts."""
    if caisse is None or not user.is_authenticated:
        return False
    agents = Agent.objects.filter(user=user, caisse=caisse)
    return any(empowered(agent, caisse, clock.today()) for agent in agents)


rules.add_perm("access.do_directory_task", is_empowered_agent)
