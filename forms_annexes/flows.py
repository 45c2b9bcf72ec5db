"""The instruction of a request: its human steps, and nothing else.

Headless: the services open and close the tasks in the transaction that moves the request's status,
and the pages are ours. A renamed node orphans its open tasks: migrate them with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from viewflow import this
from viewflow.workflow import nodes
from viewflow.workflow.base import Edge, Flow
from viewflow.workflow.lock import SelectForUpdateLock
from viewflow.workflow.nodes.end import EndActivation
from viewflow.workflow.nodes.if_gate import IfActivation
from viewflow.workflow.status import PROCESS

from forms_annexes.completeness import is_signed, is_to_sign_online
from forms_annexes.models import AccessRequest, RequestProcess, RequestTransition
from forms_annexes.models.requests import RequestStatus


class _Discreet:
    """Let a failure undo the whole transaction.

    viewflow would store the local variables of the failed call in the task's row, names and
    addresses included.
    """

    def exception_guard(self) -> AbstractContextManager[None]:
        """Keep nothing of an exception: it goes on to the caller."""
        return nullcontext()


class _DiscreetIf(_Discreet, IfActivation):
    """A gate that keeps nothing of a failure."""


class _DiscreetEnd(_Discreet, EndActivation):
    """An end that keeps nothing of a failure."""


class If(nodes.If):
    """A gate that keeps nothing of a failure."""

    activation_class = _DiscreetIf

    def _outgoing(self) -> Iterator[Edge]:
        """Name the two ways out in French: the diagram is shown."""
        yield Edge(src=self, dst=self._on_true, edge_class="cond_true", label="oui")
        yield Edge(src=self, dst=self._on_false, edge_class="cond_false", label="non")


class End(nodes.End):
    """An end that keeps nothing of a failure."""

    activation_class = _DiscreetEnd


class RequestFlow(Flow):
    """Instruction d’une demande d’accès."""

    process_class = RequestProcess
    # Waiting for the row is shorter than failing on it and trying again.
    lock_impl = SelectForUpdateLock(nowait=False, attempts=1)

    process_title = "Instruction d’une demande d’accès"

    reopen = (
        nodes.StartHandle(this.open_again).Annotation(title="Décision rouverte").Next(this.check)
    )
    start = nodes.StartHandle(this.open_for).Annotation(title="Demande ouverte").Next(this.complete)
    complete = nodes.View(None).Annotation(title="Compléter").Next(this.must_be_signed)
    must_be_signed = (
        If(this.is_to_sign)
        .Annotation(title="Reste-t-elle à signer ?")
        .Then(this.sign)
        .Else(this.check)
    )
    sign = nodes.View(None).Annotation(title="Signer").Next(this.check)
    check = (
        nodes.View(None)
        .Annotation(title="Vérifier")
        .Assign(this.earlier_agent)
        .Next(this.was_returned)
    )
    was_returned = (
        If(this.is_returned)
        .Annotation(title="Est-elle rendue ?")
        .Then(this.complete)
        .Else(this.end)
    )
    end = End().Annotation(title="Demande décidée")

    def open_for(self, activation: Any, request: AccessRequest) -> RequestProcess:
        """Tie the new process to its request."""
        activation.process.request = request
        return activation.process

    def open_again(self, activation: Any, request: AccessRequest) -> RequestProcess:
        """Go on with the process that the decision had ended, instead of another one."""
        process = request.process
        process.status, process.finished = PROCESS.NEW, None
        activation.process = activation.task.process = process
        return process

    def earlier_agent(self, activation: Any) -> Any:
        """Who had the request in charge when it was given back: it comes back to that agent.

        Nobody, where that agent may no longer instruct it, or where what was decided is looked at
        again.
        """
        last = activation.process.request.transitions.last()
        if last is not None and last.name == RequestTransition.Name.REOPEN:
            return None
        earlier = (
            activation.process.task_set.filter(flow_task=RequestFlow.check, finished__isnull=False)
            .order_by("-pk")
            .select_related("owner")
            .first()
        )
        owner = earlier.owner if earlier is not None else None
        convention = activation.process.request.convention
        if owner is None or not owner.has_perm("forms_annexes.instruct_request", convention):
            return None
        return owner

    def is_to_sign(self, activation: Any) -> bool:
        """Whether a signature is still to be given on screen."""
        request = activation.process.request
        return is_to_sign_online(request) and not is_signed(request)

    def is_returned(self, activation: Any) -> bool:
        """Whether the check ended with something to complete."""
        return activation.process.request.status == RequestStatus.RETURNED.value
