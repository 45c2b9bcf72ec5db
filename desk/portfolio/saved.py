"""The lists that a user keeps under a name, alone or with the others of a caisse."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.models import Caisse, SavedView
from contracts.models.saved_views import LONGEST_QUERY
from contracts.rules import caisses_where, is_staff, may_somewhere
from contracts.services.saved_views import keep_view, views_of
from desk.portfolio.asking import Asked
from forms_annexes.forms import DressedForm
from workflows import clock
from workflows.french import NO_BREAK_SPACE
from workflows.keys import LARGEST_KEY

KEEP = "contracts.keep_view"
SHARE = "contracts.share_view"


class ViewForm(DressedForm):
    """A name for a list, and who sees it."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label="Nom de la vue",
        max_length=80,
        help_text="Par exemple « Échéances du trimestre ».",
        error_messages={"required": "Donnez un nom à cette vue."},
    )
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(),
        label="Partagée avec",
        required=False,
        empty_label="Personne : pour moi seulement",
        to_field_name="code",
    )

    def __init__(self, *args: Any, caisses: QuerySet[Caisse], **kwargs: Any) -> None:
        # Before the answers are read, and for this form alone.
        self.base_fields = deepcopy(self.base_fields)
        self.base_fields["caisse"].queryset = caisses
        super().__init__(*args, **kwargs)


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """One's views, and those of the others."""
    if not is_staff(request.user):
        raise PermissionDenied
    found = views_of(request.user, clock.today())
    return render(request, "desk/portfolio/saved.html", {"views": found})


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the list that the address names."""
    if not may_somewhere(request.user, KEEP):
        raise PermissionDenied
    today = clock.today()
    asked = Asked(request.user, request.GET, today)
    caisses = caisses_where(request.user, SHARE, today)
    form = ViewForm(request.POST or None, caisses=caisses, initial={"identifier": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            view = keep_view(
                identifier=form.cleaned_data["identifier"],
                owner=request.user,
                name=form.cleaned_data["name"],
                query=asked.query[: LONGEST_QUERY + 1],
                caisse=form.cleaned_data["caisse"],
            )
        except ValidationError as refused:
            for message in refused.messages:
                form.add_error("name", message)
        else:
            messages.success(request, f"Vue enregistrée{NO_BREAK_SPACE}: {view.name}.")
            return redirect(f"{reverse('conventions')}?{view.query}")
    context = {"form": form, "words": list(asked.words()), "query": asked.query}
    return render(request, "desk/portfolio/keep_view.html", context)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a view of one's own; the list itself is not touched."""
    if not may_somewhere(request.user, KEEP):
        raise PermissionDenied
    if pk > LARGEST_KEY:
        raise Http404
    view = get_object_or_404(SavedView, pk=pk, owner=request.user)
    view.delete()
    messages.success(request, f"Vue retirée{NO_BREAK_SPACE}: {view.name}.")
    return redirect("saved_views")
