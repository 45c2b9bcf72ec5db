"""Recording an event of a user's life: what is possible, what it changes, then confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from access.models import Habilitation, HabilitationAct
from access.services.habilitations import CannotGrant
from access.services.loss import declare_lost
from access.services.proposed_acts import USER
from contracts.models import EvidenceFile
from contracts.services.four_eyes import wants_two_people
from desk.events import Event
from desk.telling import PROPOSED, Record, put_to_another, read_acts, recorded, weighed
from desk.users.consequences import UserConsequences
from desk.users.event_forms import UserEventForm
from desk.users.recordable import ANNULMENT, event_of, offers, why_not
from desk.users.views import visible_habilitation
from workflows import clock
from workflows.acts import Act, CredentialsLost
from workflows.french import typeset
from workflows.habilitation_life import HabilitationLife


@require_safe
def choose(request: HttpRequest, pk: int, habilitation: int) -> HttpResponse:
    """What happened? The events possible now, and why the others are not."""
    found = visible_habilitation(request, pk, habilitation)
    life = found.timeline(clock.today())
    offered = offers(life, lambda power: request.user.has_perm(power, found.convention))
    context = {
        "habilitation": found,
        "possible": [offer for offer in offered if not offer.why_not],
        "impossible": [offer for offer in offered if offer.why_not],
    }
    return render(request, "desk/users/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, pk: int, habilitation: int, kind: str) -> HttpResponse:
    """When, and with what proof; then what it changes; then the confirmation."""
    found = visible_habilitation(request, pk, habilitation)
    life = found.timeline(clock.today())
    event = event_of(life.data.rulebook, kind)
    if event is None:
        raise Http404
    return _told(request, found, life, event)


@require_http_methods(["GET", "HEAD", "POST"])
def annul(request: HttpRequest, pk: int, habilitation: int, identifier: str) -> HttpResponse:
    """An event recorded by mistake: it never was."""
    found = visible_habilitation(request, pk, habilitation)
    row = get_object_or_404(found.acts, identifier=identifier)
    life = found.timeline(clock.today())
    return _told(request, found, life, ANNULMENT, {"of": identifier}, annulled=row)


def _told(
    request: HttpRequest,
    found: Habilitation,
    life: HabilitationLife,
    event: Event,
    about: Mapping[str, str] | None = None,
    *,
    annulled: HabilitationAct | None = None,
) -> HttpResponse:
    if not request.user.has_perm(event.power, found.convention):
        raise PermissionDenied
    context = {
        "habilitation": found,
        "event": event,
        "annulled": annulled,
        "why_not": why_not(event, life),
    }
    asked: dict[str, Any] = {"event": event, "life": life, "fixed": about}
    asked |= {"habilitation": found, "author": request.user}
    if request.method != "POST":
        form = UserEventForm(initial=UserEventForm.blank(found.revision), **asked)
        return render(request, "desk/users/tell.html", context | {"form": form})
    form = UserEventForm(request.POST, request.FILES, **asked)
    acts = read_acts(request, form)
    if acts and form.allows(acts):
        confirmed = "confirm" in request.POST and form.was_shown
        context["two_people"] = wants_two_people(acts)
        if confirmed and context["two_people"]:
            about = str(found.pk)
            put = put_to_another(request, USER, found, form, acts, found.convention, about)
            if put is not None:
                messages.success(request, PROPOSED)
                return redirect("proposal", pk=put.pk)
        elif confirmed and (new := _recorded(request, found, form, acts)) is not None:
            label = f"{event.label[:1].lower()}{event.label[1:]}"
            messages.success(request, typeset(f"C’est enregistré : {label}."))
            return redirect("user", pk=new.convention_id, habilitation=new.pk)
        difference = weighed(found, form, acts)
        context["consequences"] = (
            UserConsequences(found, difference, regrants=form.regrants) if difference else None
        )
        form.show()
    return render(request, "desk/users/tell.html", context | {"form": form})


def _recorded(
    request: HttpRequest, found: Habilitation, form: UserEventForm, acts: tuple[Act, ...]
) -> Habilitation | None:
    """The habilitation that goes on, once the acts are recorded; None when something forbids it."""
    granted: list[Habilitation] = []

    def lose(evidence: Sequence[EvidenceFile]) -> None:
        (loss,) = acts
        assert isinstance(loss, CredentialsLost)
        told = declare_lost(
            found,
            loss.on,
            request.user,
            circumstance=loss.circumstance,
            grant_anew=form.regrants,
            identifier=loss.id,
            seen_revision=form.cleaned_data["seen_revision"],
            evidence=evidence,
        )
        granted.extend([told.granted] if told.granted is not None else [])

    record: Record | None = lose if isinstance(acts[0], CredentialsLost) else None
    try:
        if not recorded(request, found, form, acts, record):
            return None
    except CannotGrant as refused:
        found.refresh_from_db()
        form.add_error(None, str(refused))
        return None
    return granted[0] if granted else found
