"""Who may do what: one predicate a power, which buttons, views, API and commands all ask.

A power is asked about a convention, or about a caisse where no convention exists yet. Roles are
those that hold on the day of the question, within the services of each. A list, or a page of no
convention in particular, asks where the user has the power: ``powers_of``, ``caisses_where`` and
``conventions_where``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import rules
from django.db.models import QuerySet

from contracts.models import Caisse, Convention, Partner, User, UserScope
from contracts.services.visibility import (
    roles_about,
    roles_for,
    scopes_held,
    visible_caisses,
    visible_conventions,
)
from workflows import clock

_Role = UserScope.Role

AGENTS = frozenset({_Role.BACK_OFFICE_AGENT, _Role.LEGAL_OFFICER, _Role.DIRECTOR})
"""Those who process conventions."""

LAWYERS = frozenset({_Role.LEGAL_OFFICER, _Role.DIRECTOR})
"""Those who commit the caisse in law."""

DIRECTORS = frozenset({_Role.DIRECTOR})

DPO = frozenset({_Role.DPO})

ADMINISTRATORS = frozenset({_Role.ADMINISTRATOR})

AUDITORS = frozenset({_Role.AUDITOR})
"""They read all and change nothing."""

EVERYBODY = frozenset(_Role)

WITH_SECOND_FACTOR = LAWYERS | DPO | ADMINISTRATORS
"""Those who decide, or see to who enters: a stolen password must not be enough."""


def is_staff(user: Any) -> bool:
    """Whether the user has a role in a caisse today."""
    return bool(user.is_authenticated and scopes_held(user, clock.today()))


def must_have_second_factor(user: Any) -> bool:
    """Whether the user may open no page before proving, beside a password, that it is them."""
    if not user.is_authenticated:
        return False
    return bool(user.is_superuser or scopes_held(user, clock.today(), WITH_SECOND_FACTOR))


def holds(roles: frozenset[str]) -> rules.Predicate:
    """Whether the user holds one of the roles, for the convention or the caisse that is asked."""

    @rules.predicate
    def holds_one(user: Any, target: Convention | Caisse | Partner | None) -> bool:
        if not user.is_authenticated or target is None:
            return False
        if isinstance(target, Caisse):
            own = scopes_held(user, clock.today(), roles)
            return any(scope.caisse_id == target.pk for scope in own)
        if isinstance(target, Partner):
            return bool(roles & roles_about(user, target, clock.today()))
        return bool(roles & roles_for(user, target, clock.today()))

    return holds_one


_ROLES: dict[str, frozenset[str]] = {}


def grant(power: str, roles: frozenset[str]) -> None:
    """Open ``power`` to who holds one of the roles, wherever it is asked about."""
    _ROLES[power] = roles
    rules.add_perm(power, holds(roles))


def grant_on_site(power: str, roles: frozenset[str]) -> None:
    """Open ``power`` to who holds one of the roles in any caisse: it is about no single one."""
    _ROLES[power] = roles
    rules.add_perm(power, rules.predicate(lambda user: may_somewhere(user, power), name=power))


def powers_of(user: Any, on: date) -> frozenset[str]:
    """The powers that the user has on that day in one caisse at least; asked of the roles once."""
    if not user.is_authenticated:
        return frozenset()
    held = {scope.role for scope in scopes_held(user, on)}
    return frozenset(power for power, roles in _ROLES.items() if roles & held)


def may_somewhere(user: Any, power: str) -> bool:
    """Whether the user has the power today in one caisse at least."""
    return power in powers_of(user, clock.today())


def caisses_where(user: User, power: str, on: date) -> QuerySet[Caisse]:
    """The caisses in which the user has the power on that day, for some service at least."""
    return visible_caisses(user, on, _ROLES[power])


def scopes_where(user: User, power: str, on: date) -> list[UserScope]:
    """The scopes under which the user has the power on that day: their caisses and services."""
    return scopes_held(user, on, _ROLES[power])


def agents_of(caisses: QuerySet[Caisse], on: date) -> QuerySet[User]:
    """Those who process conventions that day in one of the caisses, by name."""
    scopes = UserScope.objects.on(on).filter(caisse__in=caisses, role__in=AGENTS)
    found = User.objects.filter(pk__in=scopes.values("user"), is_active=True)
    return found.order_by("last_name", "first_name", "pk")


def conventions_where(user: User, power: str, on: date) -> QuerySet[Convention]:
    """The conventions about which the user has the power on that day."""
    return visible_conventions(user, on, _ROLES[power])


grant_on_site("contracts.decide_effect", ADMINISTRATORS)
grant_on_site("contracts.view_dead_letters", ADMINISTRATORS | AUDITORS)
grant_on_site("contracts.confirm_held_run", ADMINISTRATORS | LAWYERS)
grant_on_site("contracts.view_held_runs", ADMINISTRATORS | LAWYERS | AUDITORS)
grant("contracts.reset_second_factor", ADMINISTRATORS)
grant_on_site("contracts.publish_rulebook", LAWYERS)
grant("contracts.launch_campaign", LAWYERS)
grant("contracts.give_role", ADMINISTRATORS)
grant("contracts.delegate_power", LAWYERS)
grant("contracts.view_staff", ADMINISTRATORS | LAWYERS | DPO | AUDITORS)
grant("contracts.view_convention", EVERYBODY)
grant("contracts.draft_convention", AGENTS)
grant("contracts.issue_document", AGENTS)
grant("contracts.assign_convention", AGENTS)
grant("contracts.subscribe_calendar", AGENTS | DPO | ADMINISTRATORS)
grant("contracts.remind_partner", AGENTS)
grant("contracts.keep_view", AGENTS | DPO | ADMINISTRATORS)
grant("contracts.share_view", AGENTS)
grant("contracts.register_letter", AGENTS)
grant("contracts.view_scans", AGENTS | AUDITORS)
grant("contracts.send_letter", AGENTS)
grant("contracts.export_evidence", LAWYERS)
grant("contracts.prepare_avenant", AGENTS)
grant("contracts.record_act", AGENTS)
grant("contracts.record_succession", AGENTS)
grant("contracts.keep_twin_conventions", AGENTS)
grant("contracts.record_legal_act", LAWYERS)
grant("contracts.record_cnil", DPO)
grant("contracts.decide_question", LAWYERS)
grant("contracts.write_note", AGENTS | DPO)
grant("contracts.answer_for_deadlines", LAWYERS)
grant("contracts.set_reminders", ADMINISTRATORS | LAWYERS)
grant("contracts.tell_partners_apart", AGENTS)
grant("contracts.hold_file", LAWYERS | DPO | ADMINISTRATORS)
grant("contracts.eliminate_files", DPO | ADMINISTRATORS)
grant("contracts.view_retention", LAWYERS | DPO | ADMINISTRATORS | AUDITORS)


@rules.predicate
def commits_a_whole_type(user: Any, rulebook_code: str | None) -> bool:
    """Whether the user may decide the questions of every convention of a type, and of one at least.

    A position binds them all, whatever their caisse.
    """
    if not user.is_authenticated or not rulebook_code:
        return False
    caisses = set(
        Convention.objects.filter(rulebook_code=rulebook_code)
        .order_by()
        .values_list("caisse", flat=True)
        .distinct()
    )
    own = conventions_where(user, "contracts.decide_question", clock.today())
    held = own.filter(rulebook_code=rulebook_code).order_by()
    return bool(caisses) and caisses == set(held.values_list("caisse", flat=True).distinct())


rules.add_perm("contracts.establish_position", commits_a_whole_type)
