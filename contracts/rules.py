"""Who may do what: one predicate a power, which buttons, views, API and commands all ask.

A power is asked about a convention, or about a caisse where no convention exists yet. Roles are
those that hold on the day of the question, within the services of each.
"""

from __future__ import annotations

from typing import Any

import rules

from contracts.models import Caisse, Convention, UserScope
from contracts.services.visibility import roles_for
from workflows import clock

_Role = UserScope.Role

AGENTS = frozenset({_Role.BACK_OFFICE_AGENT, _Role.LEGAL_OFFICER, _Role.DIRECTOR})
"""Those who process conventions."""

LAWYERS = frozenset({_Role.LEGAL_OFFICER, _Role.DIRECTOR})
"""Those who commit the caisse in law."""

DPO = frozenset({_Role.DPO})

EVERYBODY = frozenset(_Role)


def is_staff(user: Any) -> bool:
    """Whether the user has a role in a caisse today."""
    return bool(
        user.is_authenticated and UserScope.objects.on(clock.today()).filter(user=user).exists()
    )


def holds(roles: frozenset[str]) -> rules.Predicate:
    """Whether the user holds one of the roles, for the convention or the caisse that is asked."""

    @rules.predicate
    def holds_one(user: Any, target: Convention | Caisse | None) -> bool:
        if not user.is_authenticated or target is None:
            return False
        if isinstance(target, Caisse):
            own = UserScope.objects.on(clock.today()).filter(user=user, caisse=target)
            return own.filter(role__in=roles).exists()
        return bool(roles & roles_for(user, target, clock.today()))

    return holds_one


@rules.predicate
def administers(user: Any) -> bool:
    """Whether the user administers the site for a caisse today: effects belong to no single one."""
    if not user.is_authenticated:
        return False
    own = UserScope.objects.on(clock.today()).filter(user=user)
    return own.filter(role=_Role.ADMINISTRATOR).exists()


@rules.predicate
def commits_a_caisse(user: Any) -> bool:
    """Whether the user commits a caisse in law today: a held run belongs to no single one."""
    if not user.is_authenticated:
        return False
    return UserScope.objects.on(clock.today()).filter(user=user, role__in=LAWYERS).exists()


rules.add_perm("contracts.decide_effect", administers)
rules.add_perm("contracts.confirm_held_run", administers | commits_a_caisse)
rules.add_perm("contracts.view_convention", holds(EVERYBODY))
rules.add_perm("contracts.draft_convention", holds(AGENTS))
rules.add_perm("contracts.issue_document", holds(AGENTS))
rules.add_perm("contracts.register_letter", holds(AGENTS))
rules.add_perm("contracts.export_evidence", holds(LAWYERS))
rules.add_perm("contracts.prepare_avenant", holds(AGENTS))
rules.add_perm("contracts.record_act", holds(AGENTS))
rules.add_perm("contracts.record_legal_act", holds(LAWYERS))
rules.add_perm("contracts.record_cnil", holds(DPO))
rules.add_perm("contracts.decide_question", holds(LAWYERS))
