"""Changing a request: under its lock, from a page that is not stale, and with its history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django_fsm import TransitionNotAllowed
from viewflow.fsm import NoTransition
from viewflow.workflow.models import Task

from forms_annexes.flows import RequestFlow
from forms_annexes.models import AccessRequest, RequestedUser, RequestTransition, UserVerdict
from workflows import clock
from workflows.french import date_in_words, typeset
from workflows.read_once import once
from workflows.subjects import locked

_DECISIONS = (
    RequestTransition.Name.ACCEPT,
    RequestTransition.Name.REFUSE,
    RequestTransition.Name.DECIDE,
)


class RequestRefused(Exception):
    """What was asked cannot be done to this request; nothing was written."""


class StaleRequest(RequestRefused):
    """The request has moved since the page was shown, or the same page was sent twice."""


@contextmanager
def changing(request: AccessRequest, seen_revision: int | None) -> Iterator[AccessRequest]:
    """The locked request, whose change becomes a new revision at the end of the block.

    ``seen_revision`` is the revision that the page showed, None where no page did. Raises
    ``StaleRequest`` when the request has moved since, or allows the move no more.
    """
    with transaction.atomic():
        current = locked(
            AccessRequest.objects.select_related(
                "convention__pinned", "convention__partner", "convention__caisse", "site"
            ),
            request.pk,
        )
        if seen_revision is not None and seen_revision != current.revision:
            raise StaleRequest(
                "Cette demande a changé depuis que vous avez ouvert la page. "
                f"{last_said(current)} Relisez-la, puis recommencez s’il le faut."
            )
        try:
            yield current
        except (TransitionNotAllowed, NoTransition) as error:
            raise StaleRequest(
                f"La demande est maintenant : {current.status_label.lower()}. "
                "Ce que vous demandez a déjà été fait, ou n’est plus possible."
            ) from error
        current.revision += 1
        current.save()


def move(
    current: AccessRequest,
    name: RequestTransition.Name,
    author: Any,
    reasons: Iterable[str] = (),
) -> RequestTransition:
    """Make one transition of a locked request and write it in the history.

    Raises ``TransitionNotAllowed`` where the status forbids it.
    """
    source = current.status
    getattr(current, name.value)()
    current.save()
    return note(current, name, author, source, reasons)


def note(
    current: AccessRequest,
    name: RequestTransition.Name,
    author: Any,
    source: str = "",
    reasons: Iterable[str] = (),
    agent: Any = None,
) -> RequestTransition:
    """Add one line to the history of a locked request."""
    return RequestTransition.objects.create(
        request=current,
        number=current.transitions.count() + 1,
        name=name,
        source=source,
        target=current.status,
        author=author,
        at=clock.now(),
        reasons=list(reasons),
        agent=agent,
    )


def write_verdicts(line: RequestTransition, users: Iterable[RequestedUser]) -> None:
    """Write what a line of the history decided of each named user."""
    UserVerdict.objects.bulk_create(
        UserVerdict(
            transition=line,
            user_reference=user.reference,
            position=user.position,
            decision=user.decision,
            reason=user.refusal_reason,
        )
        for user in users
    )


def last_said(request: AccessRequest) -> str:
    """The last thing that happened to the request: what, by whom, when; with who was decided.

    What the caisse's agents do among themselves is left out.
    """
    line = (
        request.transitions.exclude(name__in=RequestTransition.INTERNAL)
        .select_related("author")
        .last()
    )
    if line is None:
        return ""
    by = f", par {line.author.get_full_name()}" if line.author is not None else ""
    at = line.at.astimezone(clock.PARIS)
    when = f"le {date_in_words(at.date())} à {at.hour} h {at.minute:02}"
    decided = _decided(request) if line.name in _DECISIONS else ""
    return typeset(f"Dernière étape : {line.get_name_display().lower()}{by}, {when}.{decided}")


def _decided(request: AccessRequest) -> str:
    names: dict[str, list[str]] = {}
    for user in request.users.exclude(decided_at=None).order_by("position"):
        names.setdefault(user.get_decision_display().lower(), []).append(user.get_full_name())
    return "".join(f" {word.capitalize()} : {', '.join(who)}." for word, who in names.items())


def open_task(request: AccessRequest) -> str:
    """The name of the step that waits for somebody: ``complete``, ``sign``, ``check`` or none."""
    task = waiting_task(request)
    return task.flow_task.name if task is not None else ""


def waiting_task(request: AccessRequest) -> Task | None:
    """The step that waits for somebody, with who has it in charge as its ``owner``."""
    task: Task | None = once(
        ("waiting task", request.pk), lambda: _waiting(request).select_related("owner").first()
    )
    return task


def finish_task(current: AccessRequest, name: str, author: Any) -> None:
    """Close the waiting step ``name``, which opens the next one.

    To be called in the transaction that moved the status. Raises ``NoTransition`` when that step
    waits no more.
    """
    process = current.process
    with RequestFlow.lock(process.pk):
        node = RequestFlow.instance.node(name)
        task = _waiting(current).filter(flow_task=node).first()
        if task is None:
            raise NoTransition(name, current.status)
        # Read under the lock of its request, and tied to it: not to be read again.
        task.process = process
        activation = node.activation_class(task)
        if task.owner_id is None:
            activation.assign(author)
        else:
            activation.reassign(author)
        activation.start(None)
        activation.execute()


def cancel_tasks(current: AccessRequest) -> None:
    """Close the process of a request that ends without a decision."""
    RequestFlow.instance.cancel(current.process)


def _waiting(request: AccessRequest) -> Any:
    tasks = Task.objects.filter(process__requestprocess__request=request.pk, finished__isnull=True)
    return tasks.filter(flow_task_type="HUMAN").order_by("-pk")
