"""Who may ask for accesses, and who may instruct what was asked."""

from __future__ import annotations

from typing import Any

import rules

from contracts.models import Convention
from contracts.rules import AGENTS, AUDITORS, DPO, LAWYERS, grant
from forms_annexes.services.membership import memberships
from forms_annexes.services.visibility import partner_conventions
from workflows import clock


@rules.predicate
def answers_for_partner(user: Any, convention: Convention | None) -> bool:
    """Whether the user answers today for the partner, or for a structure of the convention."""
    if convention is None or not user.is_authenticated:
        return False
    return partner_conventions(user, clock.today()).filter(pk=convention.pk).exists()


@rules.predicate
def answers_for_whole_partner(user: Any, convention: Convention | None) -> bool:
    """Whether the user answers today for the partner itself, and not for a structure alone."""
    if convention is None or not user.is_authenticated:
        return False
    today = clock.today()
    held = memberships(today).filter(user=user, partner=convention.party_on(today))
    return held.filter(site__isnull=True).exists()


rules.add_perm("forms_annexes.declare_structure", answers_for_whole_partner)
grant("forms_annexes.answer_structure", AGENTS)
rules.add_perm("forms_annexes.submit_request", answers_for_partner)
grant("forms_annexes.instruct_request", AGENTS)
grant("forms_annexes.view_what_is_missing", AGENTS | AUDITORS)
grant("forms_annexes.handle_declaration", AGENTS | DPO)
grant("forms_annexes.enter_request", AGENTS)
grant("forms_annexes.invite", AGENTS)
grant("forms_annexes.view_public_requests", AGENTS | AUDITORS)
# What was decided commits the caisse: only those who may commit it look at it again.
grant("forms_annexes.reopen_request", LAWYERS)
grant("forms_annexes.entrust_request", LAWYERS)
