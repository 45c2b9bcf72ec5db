"""The letter that asks the partner for what its request lacks, in one click."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from forms_annexes.services.missing_papers import letter
from forms_annexes.services.moving import RequestRefused
from forms_annexes.views.answers import must_have, request_to_instruct
from workflows.french import typeset

ISSUE = "contracts.issue_document"


@require_POST
def ask_by_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the letter and lead to it."""
    found = request_to_instruct(request, pk)
    must_have(request, ISSUE, found.convention)
    try:
        issued = letter(found, request.user)
    except RequestRefused as refused:
        messages.error(request, typeset(str(refused)))
        return redirect("instruction_request", pk=pk)
    return redirect("issued_document", pk=found.convention_id, issued=issued.pk)
