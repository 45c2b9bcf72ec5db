"""The queue of a caisse: which requests wait, since when, and who has them in charge.

A number of queries that does not grow with the list.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from viewflow.workflow.models import Task

from contracts.models import Caisse, PublishedRulebook, User
from contracts.services.visibility import codes_with, visible_caisses, visible_conventions
from forms_annexes.flows import RequestFlow
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestStatus

ROWS_A_PAGE = 25

WAITS_FOR_CAISSE, WAITS_FOR_PARTNER, DECIDED = "a-verifier", "a-completer", "decidees"
STATES = {
    WAITS_FOR_CAISSE: ("À vérifier par la caisse", (RequestStatus.SUBMITTED.value,)),
    WAITS_FOR_PARTNER: ("À compléter par le partenaire", (RequestStatus.RETURNED.value,)),
    DECIDED: ("Décidées", (RequestStatus.ACCEPTED.value, RequestStatus.REFUSED.value)),
}

MINE, NOBODY = "moi", "personne"
AGENTS = {MINE: "À moi", NOBODY: "À personne"}


class Filters(NamedTuple):
    """What is wanted of the queue; empty where everything is."""

    state: str = WAITS_FOR_CAISSE
    caisse: str = ""
    service: str = ""
    agent: str = ""


class Row(NamedTuple):
    """One request as the queue shows it."""

    request: AccessRequest
    persons: int
    agent: User | None
    """Who has it in charge."""


def queue(user: User, on: date, wanted: Filters) -> QuerySet[AccessRequest]:
    """The requests that the agent may see and wants, the oldest first."""
    seen = visible_conventions(user, on)
    if wanted.caisse:
        seen = seen.filter(caisse__code=wanted.caisse)
    if wanted.service:
        seen = seen.filter(rulebook_code__in=codes_with({wanted.service}))
    in_charge = Task.objects.filter(
        process__requestprocess__request=OuterRef("pk"),
        flow_task=RequestFlow.check,
        finished__isnull=True,
    )
    _, statuses = STATES[wanted.state]
    found = AccessRequest.objects.filter(convention__in=seen, status__in=statuses).annotate(
        agent_id=Subquery(in_charge.values("owner")[:1])
    )
    if wanted.agent == MINE:
        found = found.filter(agent_id=user.pk)
    elif wanted.agent == NOBODY:
        found = found.filter(agent_id__isnull=True)
    received = F("received_on")
    order = received.desc() if wanted.state == DECIDED else received.asc()
    return found.select_related("convention__partner", "convention__caisse", "site").order_by(
        order, "pk"
    )


def page_of(found: QuerySet[AccessRequest], number: str | None) -> tuple[Page, list[Row]]:
    """One page of them, the nearest that exists when ``number`` names none."""
    page = Paginator(found.annotate(persons=Count("users")), ROWS_A_PAGE).get_page(number)
    requests = list(page.object_list)
    agents = User.objects.in_bulk({one.agent_id for one in requests if one.agent_id})
    return page, [Row(one, one.persons, agents.get(one.agent_id)) for one in requests]


def caisses(user: User, on: date) -> list[Caisse]:
    """The caisses whose requests the agent may see, by name."""
    return list(visible_caisses(user, on).order_by("name"))


def services(user: User, on: date) -> dict[str, str]:
    """The services of the conventions that the agent may see: their words by code."""
    codes = visible_conventions(user, on).values("rulebook_code")
    found: dict[str, str] = {}
    for row in PublishedRulebook.objects.filter(code__in=codes).order_by("code", "version"):
        found |= {service.code: service.label for service in row.rulebook.services}
    return dict(sorted(found.items(), key=lambda one: one[1]))
