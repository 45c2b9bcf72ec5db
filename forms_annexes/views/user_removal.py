"""Removing users: ticked from the list, from one day on, by the form of the rules or without."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from contracts.models import Convention
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestKind
from forms_annexes.services import changing_users
from forms_annexes.services.departures import check_day
from forms_annexes.services.moving import RequestRefused
from forms_annexes.user_forms import RemovalForm
from forms_annexes.views.answers import SUBMIT, must_have, own_convention
from forms_annexes.views.conflicts import stale_is_a_conflict
from forms_annexes.views.request_users import next_page
from forms_annexes.views.user_changes import closing_words, official_form
from forms_annexes.views.users import UserRow, own_right, users_of
from workflows import clock
from workflows.french import typeset


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """The users to remove, ticked from the list, and from which day; then the request."""
    convention = own_convention(request, pk)
    must_have(request, SUBMIT, convention)
    rows, _ = users_of(request.user, convention, clock.today())
    removable = {str(r.right.pk): r for r in rows if any(a.code == "remove" for a in r.possible)}
    choices = [(key, _choice(row)) for key, row in removable.items()]
    initial = {"users": request.GET.getlist("utilisateur"), "leaves_on": clock.today()}
    data = request.POST if request.method == "POST" else None
    form = RemovalForm(data, choices=choices, initial=initial)
    shown = None
    if form.is_bound and form.is_valid():
        day, keys = form.cleaned_data["leaves_on"], sorted(form.cleaned_data["users"])
        wanted = f"{day.isoformat()}:{','.join(keys)}"
        rights = [removable[key].right for key in keys]
        try:
            for right in rights:
                check_day(right, day)
            if day > clock.today() or request.POST.get("confirm") == wanted:
                opened = changing_users.ask_removal(convention, rights, day, request.user)
                return _removal_opened(request, convention, opened)
            shown = day
        except RequestRefused as refused:
            form.add_error("leaves_on", typeset(str(refused)))
    context = {
        "convention": convention,
        "form": form,
        "closing": closing_words(shown),
        "confirm": wanted if shown else "",
        "official_form": official_form(convention, RequestKind.REMOVE),
        "pending": [row for row in rows if row.pending is not None],
    }
    status = 422 if form.errors else 200
    return render(request, "forms_annexes/users/removal.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
def removal_of_one(request: HttpRequest, habilitation: int) -> HttpResponse:
    """The same page, with one user ticked."""
    right = own_right(request, habilitation)
    page = redirect("space_remove", pk=right.convention_id)
    page["Location"] += f"?utilisateur={right.pk}"
    return page


def _choice(row: UserRow) -> str:
    site = row.right.site.name if row.right.site else ""
    return ", ".join(filter(None, (row.right.person.get_full_name(), row.profile, site)))


def _removal_opened(
    request: HttpRequest, convention: Convention, opened: list[AccessRequest]
) -> HttpResponse:
    if len(opened) == 1:
        return redirect(next_page(opened[0]))
    numbers = ", ".join(one.number for one in opened)
    messages.success(
        request,
        typeset(f"{len(opened)} demandes sont prêtes : {numbers}. Complétez et envoyez chacune."),
    )
    return redirect("space_users", pk=convention.pk)
