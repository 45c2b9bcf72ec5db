"""Recording that a partner has a successor, once what it would do was shown; annulling it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from contracts.models import PartnerSuccession
from contracts.rules import conventions_where
from contracts.services.successions import (
    CannotSucceed,
    annul_succession,
    candidates,
    conventions_of,
    record_succession,
    weigh,
)
from contracts.services.visibility import visible_conventions
from desk.events import LEGAL
from desk.partners.listing import kind_of, spaced_siren
from desk.partners.succession_forms import AnnulForm, SuccessionForm
from desk.partners.succession_sheet import Preview, SuccessionSheet
from desk.partners.views import staff_only, visible_partner
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY
from workflows.subjects import NotRecorded

SUCCEED = "contracts.record_succession"


@require_http_methods(["GET", "HEAD", "POST"])
def new_succession(request: HttpRequest, pk: int) -> HttpResponse:
    """Who takes the place, by what and when; what it would do; then the confirmation."""
    predecessor = visible_partner(request, pk)
    if not request.user.has_perm(SUCCEED, predecessor):
        raise PermissionDenied
    today = clock.today()
    own = conventions_where(request.user, SUCCEED, today)
    offered = candidates(own, predecessor, today)
    asked = {"predecessor": predecessor, "offered": offered}
    context = {
        "partner": predecessor,
        "kind": kind_of(predecessor),
        "siren": spaced_siren(predecessor.siren),
        "today": today,
        "offers": offered.exists(),
    }
    if request.method != "POST":
        form = SuccessionForm(initial=SuccessionForm.blank(offered), **asked)
        return render(request, "desk/partners/new_succession.html", context | {"form": form})
    form = SuccessionForm(request.POST, request.FILES, **asked)
    valid = form.is_valid()
    sent_twice = PartnerSuccession.objects.filter(identifier=form.cleaned_data.get("identifier"))
    if "confirm" in request.POST and (already := sent_twice.first()):
        return redirect("succession", pk=already.pk)
    if valid and form.put_away(request.user):
        wanted = form.wanted()
        if "confirm" in request.POST and form.was_shown:
            recorded = _recorded(request, form)
            if recorded is not None:
                names = f"{recorded.successor.name} succède à {predecessor.name}"
                messages.success(request, typeset(f"C’est enregistré : {names}."))
                return redirect("succession", pk=recorded.pk)
        if not form.errors:
            lines = weigh(wanted, visible_conventions(request.user, today))
            context["preview"] = Preview(wanted, lines, today)
            form.show()
    status = 422 if form.errors else 200
    context["form"] = form
    return render(request, "desk/partners/new_succession.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def succession(request: HttpRequest, pk: int) -> HttpResponse:
    """One succession: what passed, what is still to see to; and saying that it never was."""
    staff_only(request)
    if pk > LARGEST_KEY:
        raise Http404
    rows = PartnerSuccession.objects.select_related(
        "predecessor", "successor", "author", "evidence__verification"
    )
    found = get_object_or_404(rows, pk=pk)
    today = clock.today()
    sheet = SuccessionSheet(found, request.user, today)
    if not sheet.conventions:
        raise Http404
    lawful = conventions_where(request.user, LEGAL, today)
    annuls = conventions_of(found, lawful).count() == len(sheet.conventions)
    form = AnnulForm(request.POST or None)
    if request.method == "POST":
        if not annuls:
            raise PermissionDenied
        if form.is_valid():
            try:
                annul_succession(found, form.cleaned_data["reason"], request.user, lawful)
            except (CannotSucceed, NotRecorded) as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(
                    request, typeset("C’est enregistré : cette succession est annulée.")
                )
                return redirect("succession", pk=found.pk)
    context = {
        "sheet": sheet,
        "today": today,
        "form": form,
        "annuls": annuls and sheet.stands,
        "is_to_come": found.first_day > today,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/partners/succession.html", context, status=status)


def _recorded(request: HttpRequest, form: SuccessionForm) -> PartnerSuccession | None:
    """The succession, recorded; None, and the form says why not."""
    given = form.cleaned_data
    try:
        return record_succession(
            form.wanted(), request.user, given.get("kept"), identifier=given["identifier"]
        )
    except (CannotSucceed, NotRecorded) as refused:
        form.add_error(None, str(refused))
    except ValidationError as refused:
        if hasattr(refused, "error_dict"):
            for name, errors in refused.error_dict.items():
                form.add_error(name if name in form.fields else None, errors)
        else:
            form.add_error(None, refused)
    return None
