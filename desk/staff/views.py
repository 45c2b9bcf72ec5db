"""« Personnel »: who has which role and which delegated power, from when to when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Power, StaffChange, User, UserScope
from contracts.rules import caisses_where, may_somewhere
from contracts.services.file_verification import take_in
from contracts.services.rulebooks import published_rulebooks
from contracts.services.staffing import (
    DELEGATE,
    GIVE_ROLE,
    CannotChange,
    delegate,
    end_delegation,
    end_role,
    give_role,
)
from desk.staff.forms import DelegationForm, EndForm, RoleForm
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY

SEE = "contracts.view_staff"
RECENT = 50
"""How many past changes are shown."""


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """The roles and the delegations that run or are to come, and the latest changes."""
    if not may_somewhere(request.user, SEE):
        raise PermissionDenied
    today = clock.today()
    caisses = caisses_where(request.user, SEE, today)
    to_come = Q(last_day__isnull=True) | Q(last_day__gte=today)
    roles = UserScope.objects.filter(to_come, caisse__in=caisses).select_related("user", "caisse")
    powers = Power.objects.filter(to_come, agent__caisse__in=caisses).select_related(
        "agent__user", "agent__person", "agent__caisse", "delegated_by__person"
    )
    changes = StaffChange.objects.filter(caisse__in=caisses).select_related(
        "user", "author", "caisse", "scope", "power"
    )
    context = {
        "today": today,
        "roles": roles.order_by("caisse__name", "user__last_name", "user", "role"),
        "powers": powers.order_by("agent__caisse__name", "agent__person__last_name", "kind"),
        "changes": changes[:RECENT],
        "administered": set(
            caisses_where(request.user, GIVE_ROLE, today).values_list("pk", flat=True)
        ),
        "delegated": set(caisses_where(request.user, DELEGATE, today).values_list("pk", flat=True)),
    }
    return render(request, "desk/staff/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Give somebody a role."""
    caisses = _caisses(request, GIVE_ROLE)
    services = {
        service.code
        for published in published_rulebooks()
        for service in published.rulebook.services
    }
    posted = request.POST if request.method == "POST" else None
    initial = RoleForm.blank() | {"caisse": caisses.first(), "last_day": None}
    form = RoleForm(posted, caisses=caisses, services=services, initial=initial)

    def change(answers: dict[str, Any]) -> None:
        give_role(author=request.user, **answers)

    return _page(request, form, change, "Donner un rôle", "Le rôle est donné.")


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role on a day, with the reason."""
    caisses = _caisses(request, GIVE_ROLE)
    scope = _found(UserScope.objects.filter(caisse__in=caisses), pk)
    form = EndForm(request.POST if request.method == "POST" else None, initial=EndForm.blank())

    def change(answers: dict[str, Any]) -> None:
        end_role(scope, author=request.user, **answers)

    what = f"{scope.user.get_full_name()}, {scope.get_role_display()}, {scope.caisse.name}"
    return _page(request, form, change, "Mettre fin à un rôle", "La fin est enregistrée.", what)


@require_http_methods(["GET", "HEAD", "POST"])
def entrust(request: HttpRequest) -> HttpResponse:
    """Delegate a power for a period, by a signed paper."""
    caisses = _caisses(request, DELEGATE)
    held = UserScope.objects.on(clock.today()).filter(caisse__in=caisses)
    users = User.objects.filter(pk__in=held.values("user")).exclude(pk=request.user.pk)
    directing = held.filter(role=UserScope.Role.DIRECTOR)
    directors = User.objects.filter(pk__in=directing.values("user")).order_by("last_name", "email")
    form = DelegationForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        caisses=caisses,
        users=users.order_by("last_name", "email"),
        directors=directors,
        initial=DelegationForm.blank()
        | {"caisse": caisses.first(), "delegated_by": directors.first()},
    )

    def change(answers: dict[str, Any]) -> None:
        document = answers.pop("document")
        if not UserScope.objects.on(clock.today()).filter(
            user=answers["user"], caisse=answers["caisse"]
        ):
            raise CannotChange("Cette personne n’a pas de rôle dans cette caisse.", "user")
        try:
            with transaction.atomic():
                kept = take_in(document, document.name, request.user)
                delegate(author=request.user, document=kept, **answers)
        except ValidationError as refused:
            raise CannotChange(" ".join(refused.messages), "document") from refused

    return _page(request, form, change, "Déléguer un pouvoir", "La délégation est enregistrée.")


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation on a day, with the reason."""
    caisses = _caisses(request, DELEGATE)
    power = _found(Power.objects.filter(agent__caisse__in=caisses), pk)
    form = EndForm(request.POST if request.method == "POST" else None, initial=EndForm.blank())

    def change(answers: dict[str, Any]) -> None:
        end_delegation(power, author=request.user, **answers)

    what = f"{power.agent.person.get_full_name()}, {power.get_kind_display()}"
    title = "Mettre fin à une délégation"
    return _page(request, form, change, title, "La fin est enregistrée.", what)


def _page(
    request: HttpRequest,
    form: Form,
    change: Callable[[dict[str, Any]], None],
    title: str,
    done: str,
    what: str = "",
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            change(dict(form.cleaned_data))
        except CannotChange as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, typeset(done))
            return redirect("staff")
    context = {"form": form, "title": title, "what": what}
    status = 422 if form.is_bound else 200
    return render(request, "desk/staff/change.html", context, status=status)


def _caisses(request: HttpRequest, power: str) -> Any:
    if not may_somewhere(request.user, power):
        raise PermissionDenied
    return caisses_where(request.user, power, clock.today()).order_by("name")


def _found(rows: Any, pk: int) -> Any:
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(rows, pk=pk)
