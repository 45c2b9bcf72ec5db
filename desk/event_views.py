"""Recording an event: what happened, when and with what proof, what it changes, then confirm."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Convention, ConventionAct
from contracts.services.four_eyes import wants_two_people
from contracts.services.proposed_acts import CONVENTION
from desk.access_changes import rights_under
from desk.before_after import BeforeAfter
from desk.event_forms import EventForm
from desk.events import ANNULMENT, BY_KIND, DECISION, Event
from desk.known_events import as_known
from desk.recordable import by_heading, offers, why_not
from desk.signed_copies.proposing import proposed
from desk.telling import PROPOSED, put_to_another, read_acts, recorded, weighed
from desk.views import visible_convention
from workflows import clock
from workflows.french import NO_BREAK_SPACE
from workflows.questions import Question
from workflows.timeline import Timeline


@require_safe
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened? The events possible now, and why the others are not."""
    convention = visible_convention(request, pk)
    timeline = _timeline(convention)
    offered = offers(timeline, lambda power: request.user.has_perm(power, convention))
    context = {
        "convention": convention,
        "possible": by_heading([one for one in offered if not one.why_not], timeline.state),
        "impossible": [offer for offer in offered if offer.why_not],
    }
    return render(request, "desk/choose_event.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """When, and with what proof; then what it changes; then the confirmation."""
    convention = visible_convention(request, pk)
    event = BY_KIND.get(kind)
    if event is None:
        raise Http404
    return told(request, convention, event)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int, identity: str) -> HttpResponse:
    """A lawyer's answer to an open question, with its reasons."""
    convention = visible_convention(request, pk)
    for question in _timeline(convention).open_questions:
        if question.identity == identity:
            about = {"question": identity}
            return told(request, convention, DECISION, about, question=question)
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def annul(request: HttpRequest, pk: int, identifier: str) -> HttpResponse:
    """An event recorded by mistake: it never was."""
    convention = visible_convention(request, pk)
    row = get_object_or_404(convention.acts, identifier=identifier)
    return told(request, convention, ANNULMENT, {"of": identifier}, annulled=row)


def told(
    request: HttpRequest,
    convention: Convention,
    event: Event,
    about: Mapping[str, str] | None = None,
    *,
    question: Question | None = None,
    annulled: ConventionAct | None = None,
) -> HttpResponse:
    """The page of an event: its form, what it changes, then the confirmation."""
    if not request.user.has_perm(event.power, convention):
        raise PermissionDenied
    timeline = _timeline(convention)
    event = as_known(timeline.rulebook, event)
    context = {
        "convention": convention,
        "event": event,
        "question": question,
        "annulled": annulled,
        "why_not": why_not(event, timeline),
    }
    asked = {"event": event, "timeline": timeline, "question": question, "fixed": about}
    if request.method != "POST":
        initial = EventForm.blank(convention.revision) | proposed(request, convention, event)
        form = EventForm(initial=initial, **asked)
        return render(request, "desk/tell_event.html", context | {"form": form})
    form = EventForm(request.POST, request.FILES, **asked)
    acts = read_acts(request, form)
    if acts:
        confirmed = "confirm" in request.POST and form.was_shown
        context["two_people"] = wants_two_people(acts)
        if confirmed and context["two_people"]:
            put = put_to_another(request, CONVENTION, convention, form, acts, convention)
            if put is not None:
                messages.success(request, PROPOSED)
                return redirect("proposal", pk=put.pk)
        elif confirmed and recorded(request, convention, form, acts):
            label = f"{event.label[:1].lower()}{event.label[1:]}"
            messages.success(request, f"C’est enregistré{NO_BREAK_SPACE}: {label}.")
            return redirect("convention", pk=convention.pk)
        difference = weighed(convention, form, acts)
        if difference is not None:
            rights = rights_under(convention)
            context["consequences"] = BeforeAfter(convention, *difference, rights)
        form.show()
    return render(request, "desk/tell_event.html", context | {"form": form})


def _timeline(convention: Convention) -> Timeline:
    return convention.timeline(clock.today())
