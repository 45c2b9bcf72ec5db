"""The worklist of a directory kept by hand: what to do, in which register; saying it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from access.channels import Channel
from access.models import DirectoryTask, DirectoryTaskStep, Habilitation
from access.services import handing_over
from access.services.tasks import (
    IdentifierRefused,
    NotConfirmed,
    confirm_created,
    confirm_done,
    confirm_registered,
    confirm_step,
)
from contracts.models import Agent, Caisse
from contracts.rules import is_staff
from desk.accounts.forms import DoneForm, HolderForm, RegisteredForm
from desk.accounts.paper import bouquets_of, lines_of, number_of, sheets_of
from desk.accounts.worklist import handovers_of, tasks_of, users_of
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY

POWER = "access.do_directory_task"
REGISTER = DirectoryTask.Kind.REGISTER


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Everything that waits, the oldest first."""
    if not is_staff(request.user):
        raise PermissionDenied
    today = clock.today()
    tasks = list(tasks_of(request.user, today))
    handovers = handovers_of(request.user, today)
    caisses = {task.account.caisse for task in tasks} | {
        one.habilitation.account.caisse for one in handovers
    }
    context = {
        "tasks": tasks,
        "handovers": handovers,
        "not_empowered": sorted(
            caisse.name for caisse in caisses if not request.user.has_perm(POWER, caisse)
        ),
    }
    return render(request, "desk/accounts/worklist.html", context)


@require_safe
def printable(request: HttpRequest) -> HttpResponse:
    """The same changes to carry out with pen and paper: one block a task, boxes to tick."""
    if not is_staff(request.user):
        raise PermissionDenied
    today = clock.today()
    context = {"sheets": sheets_of(tasks_of(request.user, today)), "today": today}
    return render(request, "desk/accounts/paper.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: the registers to fill in their order, then the account itself."""
    if pk > LARGEST_KEY:
        raise Http404
    found = get_object_or_404(tasks_of(request.user, clock.today()), pk=pk)
    steps = list(found.steps.all())
    before = steps[:-1] if found.kind == REGISTER else []
    next_step = next((step for step in before if step.done_on is None), None)
    # A registration ends with its last register, where the identifier is read.
    last = found.kind == REGISTER and next_step is None
    holder = found.kind == DirectoryTask.Kind.REGISTER_HOLDER
    form = (RegisteredForm if last else HolderForm if holder else DoneForm)(request.POST or None)
    if request.method == "POST":
        agent = agent_of(request, found.account.caisse)
        if form.is_valid() and _confirmed(form, _act(found, next_step, form, agent)):
            return _after(request, found, next_step)
    context = {
        "task": found,
        "steps": steps,
        "next_step": next_step or (steps[-1] if (last or holder) and steps else None),
        "holder": holder,
        "users": users_of(found),
        "bouquets": bouquets_of(found),
        "instruction": _instruction(found, next_step),
        "number": number_of(found),
        "form": form,
        "may": request.user.has_perm(POWER, found.account.caisse),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "desk/accounts/task.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """The password made in the directory was handed over: the right has its credentials."""
    waiting = handovers_of(request.user, clock.today())
    one = next((one for one in waiting if one.habilitation.pk == pk), None)
    if one is None or one.channel is not Channel.BY_HAND:
        raise Http404
    found = one.habilitation
    form = DoneForm(request.POST or None)
    if request.method == "POST":
        agent = agent_of(request, found.account.caisse)
        if form.is_valid() and _confirmed(form, lambda: _left(found, form, agent)):
            messages.success(request, typeset(f"C’est noté : {found.person.get_full_name()}."))
            return redirect("accounts")
    context = {
        "habilitation": found,
        "form": form,
        "may": request.user.has_perm(POWER, found.account.caisse),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "desk/accounts/hand_over.html", context, status=status)


def _act(
    found: DirectoryTask, step: DirectoryTaskStep | None, form: DoneForm, agent: Agent
) -> Callable[[], Any]:
    """What the agent confirms by this form."""

    def confirm() -> None:
        done_on = form.cleaned_data["done_on"]
        if step is not None:
            confirm_step(found, step.code, done_on, agent)
        elif found.kind == REGISTER:
            confirm_created(found, form.cleaned_data["identifier"], done_on, agent)
        elif found.kind == DirectoryTask.Kind.REGISTER_HOLDER:
            confirm_registered(found, form.cleaned_data["identifier"], done_on, agent)
        else:
            confirm_done(found, done_on, agent)

    return confirm


def _left(found: Habilitation, form: DoneForm, agent: Agent) -> None:
    handing_over.hand_over(found, form.cleaned_data["done_on"], agent)


def _confirmed(form: DoneForm, act: Callable[[], Any]) -> bool:
    """Whether it is written; otherwise the form says why not."""
    try:
        act()
    except NotConfirmed as refused:
        at_fault = "identifier" if isinstance(refused, IdentifierRefused) else "done_on"
        form.add_error(at_fault, str(refused))
        return False
    return True


def _after(
    request: HttpRequest, found: DirectoryTask, step: DirectoryTaskStep | None
) -> HttpResponse:
    done = step.label if step is not None else found.get_kind_display()
    messages.success(request, typeset(f"C’est noté : {done[:1].lower()}{done[1:]}."))
    return redirect("directory_task", pk=found.pk) if step is not None else redirect("accounts")


def _instruction(found: DirectoryTask, step: DirectoryTaskStep | None) -> str:
    """What to do now, in the register that comes next."""
    lines = lines_of(found)
    line = next(
        (one for one in lines if step is not None and one.register == step.label), lines[-1]
    )
    return typeset(f"{line.register} : {line.instruction}")


def agent_of(request: HttpRequest, caisse: Caisse) -> Agent:
    """The agent who confirms. Raises ``PermissionDenied`` without the power."""
    if not request.user.has_perm(POWER, caisse):
        raise PermissionDenied
    return Agent.objects.filter(user=request.user, caisse=caisse).latest("pk")
