"""What a partner tells or asks about one user: departure, loss, replacement, change."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from access.models import Habilitation
from access.services.habilitations import CannotGrant
from access.services.loss import declare_lost
from contracts.models import Convention
from forms_annexes.models.requests import RequestKind
from forms_annexes.services import changing_users
from forms_annexes.services.departures import check_day, declare_departure
from forms_annexes.services.modifiable import modifiable
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.structures import forms_for
from forms_annexes.services.user_actions import SELF_SERVICE, Action, named
from forms_annexes.services.user_words import of_name
from forms_annexes.user_forms import (
    DepartureForm,
    LossForm,
    ModificationForm,
    ReplacementForm,
)
from forms_annexes.views.answers import SUBMIT, must_have
from forms_annexes.views.conflicts import stale_is_a_conflict
from forms_annexes.views.request_users import next_page
from forms_annexes.views.users import own_right, rows_of
from workflows import clock
from workflows.french import date_in_words, typeset
from workflows.recording import ActRefused
from workflows.subjects import NotRecorded

_FORM = ["GET", "HEAD", "POST"]


@require_http_methods(_FORM)
@stale_is_a_conflict
def departure(request: HttpRequest, habilitation: int) -> HttpResponse:
    """The day of a departure, then what it closes and when, then the confirmation."""
    right, action = _right(request, habilitation, "departure")
    form = DepartureForm(_sent(request), initial=DepartureForm.blank(right))
    shown = None
    if _already(right, form):
        return redirect("space_user", habilitation=right.pk)
    if not action.why_not and form.is_bound and form.is_valid():
        day = form.cleaned_data["leaves_on"]
        try:
            check_day(right, day)
            if request.POST.get("confirm") == day.isoformat():
                declare_departure(
                    right,
                    day,
                    request.user,
                    identifier=str(form.cleaned_data["identifier"]),
                    seen_revision=form.cleaned_data["seen_revision"],
                )
                messages.success(request, _departed(right, day))
                return redirect("space_user", habilitation=right.pk)
            shown = day
        except StaleRequest:
            raise
        except RequestRefused as refused:
            form.add_error("leaves_on", typeset(str(refused)))
    context = {
        "closing": closing_words(shown),
        "official_form": official_form(right.convention, RequestKind.REMOVE),
    }
    return _page(request, "forms_annexes/users/departure.html", right, action, form, context)


@require_http_methods(_FORM)
@stale_is_a_conflict
def loss(request: HttpRequest, habilitation: int) -> HttpResponse:
    """Lost or stolen credentials: one gesture, at once, at any hour."""
    right, action = _right(request, habilitation, "loss")
    form = LossForm(_sent(request), initial=LossForm.blank(right))
    if _already(right, form):
        return redirect("space_user", habilitation=right.pk)
    if form.is_bound and form.is_valid():
        try:
            check_day(right, form.cleaned_data["on"])
            declare_lost(
                right,
                form.cleaned_data["on"],
                request.user,
                circumstance=form.cleaned_data["circumstance"],
                identifier=str(form.cleaned_data["identifier"]),
            )
        except (RequestRefused, ActRefused, NotRecorded, CannotGrant) as refused:
            form.add_error("on", typeset(str(refused)))
        else:
            messages.success(request, _lost(right))
            return redirect("space_user", habilitation=right.pk)
    context = {"helps_itself": _helps_itself(right)}
    return _page(request, "forms_annexes/users/loss.html", right, action, form, context)


@require_http_methods(_FORM)
@stale_is_a_conflict
def replacement(request: HttpRequest, habilitation: int) -> HttpResponse:
    """When the replaced user leaves; then the request for the successor."""
    right, action = _right(request, habilitation, "replace")
    (row,) = rows_of([right])
    known = row.life.data.left_on
    form = ReplacementForm(_sent(request), known=known)
    shown = None
    if not action.why_not and form.is_bound and form.is_valid():
        day = known or form.cleaned_data["leaves_on"]
        settled = known is not None or day > clock.today()
        try:
            if known is None:
                check_day(right, day)
            if settled or request.POST.get("confirm") == day.isoformat():
                opened = changing_users.ask_replacement(right, day, request.user)
                if not settled:
                    messages.success(request, _departed(right, day))
                return redirect(next_page(opened))
            shown = day
        except RequestRefused as refused:
            form.add_error(
                "leaves_on" if "leaves_on" in form.fields else None, typeset(str(refused))
            )
    context = {"closing": closing_words(shown), "known": known}
    return _page(request, "forms_annexes/users/replacement.html", right, action, form, context)


@require_http_methods(_FORM)
@stale_is_a_conflict
def modification(request: HttpRequest, habilitation: int) -> HttpResponse:
    """What the rules let one change; then the request."""
    right, action = _right(request, habilitation, "modify")
    offered = modifiable(right.convention, right.service)
    form = ModificationForm(_sent(request), right=right, offered=offered)
    if not action.why_not and form.is_bound and form.is_valid():
        try:
            opened = changing_users.ask_modification(
                right, request.user, profile=form.profile, scope=form.scope
            )
        except RequestRefused as refused:
            form.add_error(None, typeset(str(refused)))
        else:
            return redirect(next_page(opened))
    context = {"official_form": official_form(right.convention, RequestKind.MODIFY)}
    return _page(request, "forms_annexes/users/modification.html", right, action, form, context)


@require_POST
def ask_again(request: HttpRequest, habilitation: int) -> HttpResponse:
    """A new access for who had one: the request that gives access, with the name already there."""
    right, action = _right(request, habilitation, "again")
    try:
        if action.why_not:
            raise RequestRefused(action.why_not)
        opened = changing_users.ask_again(right, request.user)
    except RequestRefused as refused:
        messages.error(request, typeset(str(refused)))
        return redirect("space_user", habilitation=right.pk)
    return redirect("space_step", pk=opened.pk, number=1)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _right(request: HttpRequest, key: int, code: str) -> tuple[Habilitation, Action]:
    """The right of the page and what is asked about it, possible or not."""
    right = own_right(request, key)
    must_have(request, SUBMIT, right.convention)
    (row,) = rows_of([right])
    action = next((one for one in row.actions if one.code == code), None)
    if action is None:
        reason = typeset("Cet accès n’est pas fermé : il n’y en a pas d’autre à demander.")
        action = Action(code, "", "", "space_user", reason)
    return right, action


def _page(
    request: HttpRequest,
    template: str,
    right: Habilitation,
    action: Action,
    form: Any,
    context: dict[str, Any],
) -> HttpResponse:
    shared = {
        "right": right,
        "convention": right.convention,
        "name": right.person.get_full_name(),
        "of_name": of_name(right.person.get_full_name()),
        "action": action,
        "form": form,
    }
    status = 422 if form.is_bound and (form.errors or action.why_not) else 200
    return render(request, template, shared | context, status=status)


def closing_words(day: date | None) -> dict[str, Any] | None:
    """What a departure on that day closes, and when; None while no day is to confirm."""
    if day is None:
        return None
    today = clock.today()
    return {"day": day, "at_once": day <= today, "late": (today - day).days if day < today else 0}


def _departed(right: Habilitation, day: date) -> str:
    name, today = of_name(right.person.get_full_name()), clock.today()
    if day > today:
        return typeset(f"C’est noté : l’accès {name} fermera le {date_in_words(day)}.")
    return typeset(f"L’accès {name} est fermé.")


def _lost(right: Habilitation) -> str:
    name = of_name(right.person.get_full_name())
    if _helps_itself(right):
        return typeset(f"Le mot de passe {name} ne sert plus. Un nouveau lui est envoyé.")
    return typeset(f"L’accès {name} est fermé. Ses identifiants ne servent plus.")


def _already(right: Habilitation, form: DepartureForm | LossForm) -> bool:
    """Whether a second click sends what is recorded: it finds the page of the user."""
    if not form.is_bound or not form.is_valid():
        return False
    return bool(right.acts.filter(identifier=str(form.cleaned_data["identifier"])).exists())


def _helps_itself(right: Habilitation) -> bool:
    return right.convention.rules.habilitation.loss.procedure == SELF_SERVICE


def official_form(convention: Convention, kind: RequestKind) -> str:
    """The form by which the rules have that asked, quoted; empty where they have none."""
    forms = forms_for(convention, kind)
    return named(forms[0]) if forms else ""
