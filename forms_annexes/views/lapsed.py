"""Taking up again, in a new request, one that lapsed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from forms_annexes.services.lapsed import take_up_again
from forms_annexes.services.moving import RequestRefused
from forms_annexes.views.answers import SUBMIT, must_have, own_request
from workflows.french import typeset


@require_POST
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the new request at its first page."""
    lapsed = own_request(request, pk)
    must_have(request, SUBMIT, lapsed.convention)
    try:
        opened = take_up_again(lapsed, request.user)
    except RequestRefused as refused:
        messages.error(request, typeset(str(refused)))
        return redirect("space_request", pk=pk)
    messages.success(
        request,
        f"La demande {opened.number} reprend vos réponses. Relisez-les, puis envoyez.",
    )
    return redirect("space_step", pk=opened.pk, number=1)
