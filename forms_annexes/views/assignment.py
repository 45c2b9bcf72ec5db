"""Who at the caisse has a request in charge: the buttons of its page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from forms_annexes.decision_forms import EntrustForm
from forms_annexes.services import assigning
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.views.answers import must_have, request_to_instruct
from forms_annexes.views.conflicts import stale_is_a_conflict
from workflows.french import typeset

ENTRUST = "forms_annexes.entrust_request"


@require_POST
@stale_is_a_conflict
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the request in charge, or take it over from whom the page named."""
    found = request_to_instruct(request, pk)
    assigning.take(found, request.user, _seen_agent(request))
    messages.success(request, f"Vous avez la demande {found.number} en charge.")
    return redirect("instruction_request", pk=pk)


@require_POST
@stale_is_a_conflict
def hand_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the request back where any agent may take it."""
    found = request_to_instruct(request, pk)
    assigning.hand_back(found, request.user)
    messages.success(request, f"La demande {found.number} est rendue à la file.")
    return redirect("instruction_request", pk=pk)


@require_POST
@stale_is_a_conflict
def entrust(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the request to a colleague."""
    found = request_to_instruct(request, pk)
    must_have(request, ENTRUST, found.convention)
    agents = assigning.colleagues(found)
    form = EntrustForm(request.POST, agents=agents)
    if not form.is_valid():
        messages.error(request, "Choisissez dans la liste l’agent qui aura la demande en charge.")
        return redirect("instruction_request", pk=pk)
    colleague = next(agent for agent in agents if agent.pk == form.cleaned_data["agent"])
    try:
        assigning.entrust(found, colleague, request.user, _seen_agent(request))
    except StaleRequest:
        raise
    except RequestRefused as refused:
        messages.error(request, typeset(str(refused)))
    else:
        name = colleague.get_full_name()
        messages.success(request, f"La demande {found.number} est confiée à {name}.")
    return redirect("instruction_request", pk=pk)


def _seen_agent(request: HttpRequest) -> int | None:
    """The number of the agent whom the page named in charge; one of nobody when unreadable."""
    text = request.POST.get("seen_agent", "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1
