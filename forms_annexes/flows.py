"""The instruction of a request: its human steps, and nothing else.

Headless: the services open and close the tasks in the transaction that moves the request's status,
and the pages are ours. A renamed node orphans its open tasks: migrate them with it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from viewflow import this
from viewflow.workflow import nodes
from viewflow.workflow.base import Flow
from viewflow.workflow.lock import SelectForUpdateLock
from viewflow.workflow.nodes.end import EndActivation
from viewflow.workflow.nodes.if_gate import IfActivation

from forms_annexes.completeness import is_signed, is_to_sign_online
from forms_annexes.models import AccessRequest, RequestProcess
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


class End(nodes.End):
    """An end that keeps nothing of a failure."""

    activation_class = _DiscreetEnd


class RequestFlow(Flow):
    """Instruction d’une demande d’accès."""

    process_class = RequestProcess
    # Waiting for the row is shorter than failing on it and trying again.
    lock_impl = SelectForUpdateLock(nowait=False, attempts=1)

    start = nodes.StartHandle(this.open_for).Next(this.complete)
    complete = nodes.View(None).Next(this.must_be_signed)
    must_be_signed = If(this.is_to_sign).Then(this.sign).Else(this.check)
    sign = nodes.View(None).Next(this.check)
    check = nodes.View(None).Next(this.was_returned)
    was_returned = If(this.is_returned).Then(this.complete).Else(this.end)
    end = End()

    def open_for(self, activation: Any, request: AccessRequest) -> RequestProcess:
        """Tie the new process to its request."""
        activation.process.request = request
        return activation.process

    def is_to_sign(self, activation: Any) -> bool:
        """Whether a signature is still to be given on screen."""
        request = activation.process.request
        return is_to_sign_online(request) and not is_signed(request)

    def is_returned(self, activation: Any) -> bool:
        """Whether the check ended with something to complete."""
        return activation.process.request.status == RequestStatus.RETURNED.value
