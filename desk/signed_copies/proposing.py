"""A signed copy proposes the event « Une partie a signé »; a person confirms it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from contracts.models import Convention, SignedCopy
from contracts.services.avenant_copies import avenant_of
from contracts.services.avenants import standing as standing_of
from contracts.services.file_verification import refusal_of
from contracts.services.signed_copies import standing
from desk.events import Event
from desk.kept_proofs import carried
from workflows.keys import LARGEST_KEY
from workflows.timeline import Timeline

SIGNATURE = "signature"


def missing_signatures(copy: SignedCopy, timeline: Timeline) -> list[tuple[str, str]]:
    """The parties that signed a copy and whose signature nobody recorded: their words, the page."""
    convention = copy.issued.convention
    if refusal_of(copy.file):
        return []
    if copy.issued.kind == "avenant":
        return _missing_of_avenant(copy, timeline)
    if copy.issued.kind != "convention":
        return []
    return [
        (party.designation, address(convention, copy, party.role))
        for party in timeline.rulebook.parties
        if party.role in copy.signed_by and party.role not in timeline.data.signatures
    ]


def _missing_of_avenant(copy: SignedCopy, timeline: Timeline) -> list[tuple[str, str]]:
    """Those of an avenant lead to its page, where the copy is confirmed."""
    avenant = avenant_of(copy)
    if avenant is None or not (stands := standing_of(avenant, timeline)).is_open:
        return []
    page = reverse("avenant", args=[avenant.convention_id, avenant.number])
    return [
        (party.designation, f"{page}#copies")
        for party in timeline.rulebook.parties
        if party.role in copy.signed_by and party.role in stands.missing
    ]


def address(convention: Convention, copy: SignedCopy, role: str) -> str:
    """The page of the event, its answers filled in from the copy."""
    page = reverse("tell_event", args=[convention.pk, SIGNATURE])
    return f"{page}?{urlencode({'copie': copy.pk, 'partie': role})}"


def proposed(request: HttpRequest, convention: Convention, event: Event) -> dict[str, Any]:
    """The answers that a signed copy of the convention gives; none for another event or file."""
    asked = request.GET.get("copie", "")
    if event.kind != SIGNATURE or not asked.isascii() or not asked.isdigit():
        return {}
    if int(asked) > LARGEST_KEY:
        return {}
    copy = standing(convention).filter(pk=int(asked)).select_related("file").first()
    role = request.GET.get("partie", "")
    if copy is None or role not in copy.signed_by:
        return {}
    return {"party": role, "on": copy.signed_on, "kept_proof": carried(copy.file)}
