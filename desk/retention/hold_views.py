"""Legal holds: those that stand, putting one from a convention, lifting one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.retention.holds import NotHeld, hold_thing, lift_hold, put_hold
from contracts.retention.kinds import kind_of, name_of
from contracts.rules import is_staff
from contracts.services.visibility import visible_caisses
from desk.retention import listing
from desk.retention.forms import HoldForm, HoldThingForm, LiftForm
from desk.views import visible_convention
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY

ROWS_A_PAGE = 25


@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """Every hold that stands."""
    if not is_staff(request.user):
        raise PermissionDenied
    today = clock.today()
    page = Paginator(listing.holds(request.user, today), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    lifting = {
        one.pk for one in page.object_list if request.user.has_perm(listing.HOLD, one.caisse)
    }
    context = {
        "page": page,
        "holds": listing.held_things(page.object_list),
        "lifting": lifting,
        "query": "",
    }
    return render(request, "desk/retention/holds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def put(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold the file of a convention, or all those of its partner."""
    convention = visible_convention(request, pk)
    if not request.user.has_perm(listing.HOLD, convention):
        raise PermissionDenied
    posted = request.method == "POST"
    form = HoldForm(request.POST if posted else None, initial=HoldForm.blank())
    if posted and form.is_valid():
        answers = form.cleaned_data
        whole = answers["scope"] == "partner"
        target = convention.partner if whole else convention
        try:
            put_hold(
                target,
                convention.caisse,
                answers["reason"],
                request.user,
                answers["identifier"],
            )
        except NotHeld as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, typeset("C’est gelé : rien n’en sera éliminé."))
            return redirect("convention", pk=pk)
    context = {
        "form": form,
        "title": "Geler l’élimination",
        "convention": convention,
        "says": typeset(
            "Tant que le gel n’est pas levé, rien du dossier n’est éliminé et personne n’y est "
            "effacé, quelle que soit sa durée de conservation."
        ),
    }
    return render(
        request, "desk/retention/reasoned.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def put_on_thing(request: HttpRequest, caisse: int, rule: str, subject: int) -> HttpResponse:
    """Hold what is kept beside the files of conventions: a request, an account, a month."""
    if max(caisse, subject) > LARGEST_KEY or (kind := kind_of(rule)) is None:
        raise Http404
    found = get_object_or_404(visible_caisses(request.user, clock.today()), pk=caisse)
    if not request.user.has_perm(listing.HOLD, found):
        raise PermissionDenied
    name = name_of(kind, found, subject)
    if not name:
        raise Http404
    posted = request.method == "POST"
    form = HoldThingForm(request.POST if posted else None, initial=HoldThingForm.blank())
    if posted and form.is_valid():
        answers = form.cleaned_data
        try:
            hold_thing(found, rule, subject, answers["reason"], request.user, answers["identifier"])
        except NotHeld as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, typeset("C’est gelé : rien n’en sera éliminé."))
            return redirect("holds")
    context = {
        "form": form,
        "title": "Geler l’élimination",
        "convention": None,
        "says": typeset(f"{name}. Tant que le gel n’est pas levé, rien n’en est éliminé."),
    }
    return render(
        request, "desk/retention/reasoned.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a hold, for a reason."""
    if pk > LARGEST_KEY:
        raise Http404
    hold = get_object_or_404(listing.holds(request.user, clock.today()), pk=pk)
    if not request.user.has_perm(listing.HOLD, hold.caisse):
        raise PermissionDenied
    posted = request.method == "POST"
    form = LiftForm(request.POST if posted else None, initial=LiftForm.blank())
    if posted and form.is_valid():
        try:
            lift_hold(hold, form.cleaned_data["reason"], request.user)
        except NotHeld as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, typeset("Le gel est levé."))
            return redirect("holds")
    says = typeset(f"Gelé le {clock.civil_date(hold.at):%d/%m/%Y} : {hold.reason}")
    context = {"form": form, "title": "Lever le gel", "convention": hold.convention, "says": says}
    return render(
        request, "desk/retention/reasoned.html", context, status=422 if form.errors else 200
    )
