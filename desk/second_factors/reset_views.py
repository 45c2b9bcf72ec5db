"""For administrators: who of the staff has a second factor, and taking away one that was lost."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Caisse, SecondFactorReset, User, UserScope
from contracts.rules import WITH_SECOND_FACTOR, caisses_where
from desk.second_factors.adapter import PROVING
from desk.second_factors.resetting import (
    LONGEST_REASON,
    POWER,
    CannotReset,
    reset,
    staff_of,
)
from forms_annexes.forms import DressedForm
from workflows import clock
from workflows.keys import LARGEST_KEY

RECENT = 20
"""How many past resets are shown."""


class ResetForm(DressedForm):
    """Why somebody's second factors are taken away."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Motif",
        max_length=LONGEST_REASON,
        help_text="« Téléphone perdu, identité vérifiée de vive voix ». Il reste au dossier, et la "
        "personne le lit.",
        error_messages={"required": "Dites pourquoi ces seconds facteurs sont retirés."},
    )
    checked = forms.BooleanField(
        label="J’ai vérifié, autrement que par courriel, que c’est bien cette personne qui demande",
        error_messages={"required": "Vérifiez qui demande, puis cochez la case."},
    )


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """The staff of the caisses that one administers, with what proves who they are."""
    caisses = _administered(request)
    has_one = Authenticator.objects.filter(user=OuterRef("pk"), type__in=PROVING)
    found = staff_of(caisses).annotate(has_second_factor=Exists(has_one))
    roles: dict[int, dict[str, list[str]]] = {}
    owing = set()
    scopes = UserScope.objects.on(clock.today()).filter(caisse__in=caisses)
    for scope in scopes.select_related("caisse").order_by("caisse__name", "role"):
        of_one = roles.setdefault(scope.user_id, {})
        of_one.setdefault(scope.get_role_display(), []).append(scope.caisse.name)
        if scope.role in WITH_SECOND_FACTOR:
            owing.add(scope.user_id)
    past = SecondFactorReset.objects.filter(caisse__in=caisses).select_related("user", "author")
    context = {
        "rows": [(person, list(roles[person.pk].items()), person.pk in owing) for person in found],
        "past": past.order_by("-pk")[:RECENT],
    }
    return render(request, "desk/second_factors/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reset_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the second factors of one person away, for a reason."""
    caisses = _administered(request)
    if pk > LARGEST_KEY:
        raise Http404
    person = get_object_or_404(staff_of(caisses), pk=pk)
    form = ResetForm(request.POST or None, initial={"identifier": uuid4()})
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        try:
            reset(
                person,
                _common(caisses, person),
                request.user,
                given["reason"],
                given["identifier"],
            )
        except CannotReset as refused:
            form.add_error("reason", str(refused))
        else:
            messages.success(request, f"C’est fait. Un courriel prévient {person.get_full_name()}.")
            return redirect("second_factors_of_staff")
    context = {
        "person": person,
        "form": form,
        "is_oneself": person == request.user,
        "has_second_factor": Authenticator.objects.filter(user=person).exists(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/second_factors/reset.html", context, status=status)


def _administered(request: HttpRequest) -> Any:
    caisses = caisses_where(request.user, POWER, clock.today())
    if not caisses.exists():
        raise PermissionDenied
    return caisses


def _common(caisses: Any, person: User) -> Caisse:
    """The first caisse that both have: in its name the factors are taken away."""
    scopes = UserScope.objects.on(clock.today()).filter(user=person, caisse__in=caisses)
    return scopes.order_by("caisse__name", "pk").select_related("caisse")[0].caisse
