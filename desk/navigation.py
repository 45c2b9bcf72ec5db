"""The links of the header for the staff, with the count of what waits behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from access.services.tasks import empowered_caisses, worklist
from contracts.rules import powers_of
from forms_annexes.services.declaration_visibility import to_handle
from forms_annexes.services.public_preparing import waiting_for
from forms_annexes.services.visibility import inbox
from workflows import clock


class Link(NamedTuple):
    """One page of the header."""

    address: str
    label: str
    waiting: int
    """What the user has to do there; 0 when nothing, or when it is for others."""
    is_current: bool


def staff_pages(request: HttpRequest) -> dict[str, Any]:
    """Give the layout the pages of the staff; counted only where they are drawn."""
    return {"staff_pages": SimpleLazyObject(lambda: list(_links(request)))}


def _links(request: HttpRequest) -> Iterator[Link]:
    user, today = getattr(request, "user", None), clock.today()
    if user is None or not user.is_authenticated:
        return
    powers = powers_of(user, today)
    here = request.resolver_match.url_name if request.resolver_match else ""
    requests = inbox(user, today).count() if "forms_annexes.instruct_request" in powers else 0
    handles = "forms_annexes.handle_declaration" in powers
    declarations = to_handle(user, today).count() if handles else 0
    accounts = worklist(empowered_caisses(user, today)).count() if powers else 0
    shown = [("home", "Accueil", 0), ("conventions", "Conventions", 0)]
    if "contracts.view_convention" in powers:
        shown += [
            ("users", "Utilisateurs", 0),
            ("instruction", "Demandes", requests),
            ("declarations", "Déclarations", declarations),
            ("accounts", "Comptes", accounts),
            ("connections", "Connexions", 0),
        ]
    if "contracts.issue_document" in powers:
        shown.append(("scan_batches", "Numérisations", 0))
    if "contracts.draft_convention" in powers and (first := waiting_for(user, today).count()):
        shown.append(("public_requests", "Premières demandes", first))
    if "access.view_system_state" in powers:
        shown.append(("system_state", "État du système", 0))
    for name, label, waiting in shown:
        yield Link(reverse(name), label, waiting, here == name)
