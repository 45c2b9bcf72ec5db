"""Who at the caisse has a request in charge: taken, taken over, handed back, given to a colleague.

Being in charge is held by the task of the instruction, and each passage is a line of the history
that the caisse alone reads. The request itself does not change: the page of a partner who is
joining a piece meanwhile stays good.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from viewflow.workflow.models import Task

from contracts.models import User, UserScope
from forms_annexes.models import AccessRequest, RequestTransition
from forms_annexes.services.moving import (
    RequestRefused,
    StaleRequest,
    last_said,
    note,
    waiting_task,
)
from workflows import clock
from workflows.french import typeset
from workflows.subjects import locked

INSTRUCT = "forms_annexes.instruct_request"

_Name = RequestTransition.Name


def in_charge(request: AccessRequest) -> User | None:
    """The agent who has the request in charge while it is to check; none when nobody has."""
    task = waiting_task(request)
    if task is None or task.flow_task.name != "check":
        return None
    return task.owner


def take(request: AccessRequest, agent: Any, seen: int | None = None) -> AccessRequest:
    """Take the request in charge, or take it over from ``seen``, the number of whom the page named.

    Raises ``StaleRequest`` when somebody else has it by now, or when it is no longer to check.
    """
    with _to_check(request) as (current, task):
        _still(task, seen)
        if task.owner_id == agent.pk:
            return current
        before = task.owner
        _give(task, agent)
        note(current, _Name.TAKE, agent, current.status, agent=before)
    return current


def hand_back(request: AccessRequest, agent: Any) -> AccessRequest:
    """Put the request back where any agent may take it. Raises ``StaleRequest``."""
    with _to_check(request) as (current, task):
        if task.owner_id != agent.pk:
            raise StaleRequest(_held(task) or "Vous n’avez plus cette demande en charge.")
        task.flow_task.activation_class(task).unassign()
        note(current, _Name.HAND_BACK, agent, current.status)
    return current


def entrust(
    request: AccessRequest, colleague: Any, author: Any, seen: int | None = None
) -> AccessRequest:
    """Give the request to a colleague.

    Raises ``RequestRefused`` for somebody who may not instruct it, and ``StaleRequest``.
    """
    with _to_check(request) as (current, task):
        _still(task, seen)
        if not colleague.has_perm(INSTRUCT, current.convention):
            raise RequestRefused("Cette personne n’instruit pas les demandes de la convention.")
        if task.owner_id == colleague.pk:
            return current
        _give(task, colleague)
        note(current, _Name.ASSIGN, author, current.status, agent=colleague)
    return current


def colleagues(request: AccessRequest) -> list[User]:
    """Who may be given the request, by name."""
    convention = request.convention
    scopes = UserScope.objects.on(clock.today()).filter(caisse=convention.caisse_id)
    known = get_user_model().objects.filter(pk__in=scopes.values("user"), is_active=True)
    return [
        user
        for user in known.order_by("last_name", "first_name", "email")
        if user.has_perm(INSTRUCT, convention)
    ]


@contextmanager
def _to_check(request: AccessRequest) -> Iterator[tuple[AccessRequest, Task]]:
    with transaction.atomic():
        current = locked(AccessRequest.objects.select_related("convention__pinned"), request.pk)
        task = waiting_task(current)
        if task is None or task.flow_task.name != "check":
            raise StaleRequest(
                typeset(
                    f"Cette demande n’est plus à instruire : {current.status_label.lower()}. "
                    f"{last_said(current)}"
                )
            )
        yield current, task


def _give(task: Task, agent: Any) -> None:
    activation = task.flow_task.activation_class(task)
    if task.owner_id is None:
        activation.assign(agent)
    else:
        activation.reassign(agent)


def _still(task: Task, seen: int | None) -> None:
    if task.owner_id != seen:
        raise StaleRequest(_held(task) or "Cette demande est revenue à la file.")


def _held(task: Task) -> str:
    if task.owner is None:
        return ""
    return typeset(f"{task.owner.get_full_name()} a pris cette demande en charge.")
