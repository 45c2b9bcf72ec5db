"""Who may ask for accesses, and who may instruct what was asked."""

from __future__ import annotations

from typing import Any

import rules

from contracts.models import Convention
from contracts.rules import AGENTS, holds
from forms_annexes.services.visibility import partner_conventions
from workflows import clock


@rules.predicate
def answers_for_partner(user: Any, convention: Convention | None) -> bool:
    """Whether the user answers today for the partner, or for a structure of the convention."""
    if convention is None or not user.is_authenticated:
        return False
    return partner_conventions(user, clock.today()).filter(pk=convention.pk).exists()


rules.add_perm("forms_annexes.submit_request", answers_for_partner)
rules.add_perm("forms_annexes.instruct_request", holds(AGENTS))
rules.add_perm("forms_annexes.enter_request", holds(AGENTS))
rules.add_perm("forms_annexes.invite", holds(AGENTS))
