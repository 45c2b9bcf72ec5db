"""The partner's users: their list under a convention, and the life of one."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from access.models import Habilitation
from access.services.lives import lives_at
from contracts.models import Convention, User
from forms_annexes.models import AccessRequest
from forms_annexes.services.asked_changes import given_again, requests_about
from forms_annexes.services.departures import announced_departure
from forms_annexes.services.modifiable import modifiable, profile_in_words, scope_in_words
from forms_annexes.services.user_actions import SELF_SERVICE, Action, actions
from forms_annexes.services.user_words import Told, first_login, late_report, moments_of, told
from forms_annexes.services.visibility import partner_habilitations
from forms_annexes.views.answers import SUBMIT, own_convention
from workflows import clock
from workflows.habilitation_life import HabilitationLife
from workflows.keys import LARGEST_KEY
from workflows.scopes import scope_of


class UserRow(NamedTuple):
    """One user as the list shows it."""

    right: Habilitation
    life: HabilitationLife
    told: Told
    service: str
    profile: str
    scope: str
    sent_on: Any
    first_login: Any
    pending: AccessRequest | None
    actions: list[Action]

    @property
    def possible(self) -> list[Action]:
        """What may be asked now."""
        return [action for action in self.actions if not action.why_not]

    @property
    def impossible(self) -> list[Action]:
        """What may not, and why."""
        return [action for action in self.actions if action.why_not]


@require_safe
def listed(request: HttpRequest, pk: int) -> HttpResponse:
    """The named users of a convention; those who have no access any more come last, folded."""
    convention = own_convention(request, pk)
    standing, former = users_of(request.user, convention, clock.today())
    context = {
        "convention": convention,
        "standing": standing,
        "former": former,
        "services": services_of(convention),
        "structures": any(row.right.site_id for row in [*standing, *former]),
        "may_act": request.user.has_perm(SUBMIT, convention),
        "removable": any(
            action.code == "remove" and not action.why_not
            for row in standing
            for action in row.actions
        ),
    }
    return render(request, "forms_annexes/users/list.html", context)


@require_safe
def one(request: HttpRequest, habilitation: int) -> HttpResponse:
    """One user: what the access is today, what may be asked, and its dated life."""
    right = own_right(request, habilitation)
    (row,) = rows_of([right])
    rules = right.convention.rules.habilitation
    context = {
        "row": row,
        "right": right,
        "convention": right.convention,
        "late": late_report(row.life, announced_departure(right)),
        "moments": moments_of(right, row.life, clock.today()),
        "today": clock.today(),
        "may_act": request.user.has_perm(SUBMIT, right.convention),
        "lost": row.life.state == "closed" and row.life.data.close_cause == "credentials_lost",
        "left": row.life.data.left_on is not None,
        "helps_itself": rules.loss.procedure == SELF_SERVICE,
        "replacement": next((a for a in row.possible if a.code == "replace"), None),
        "again": next((a for a in row.possible if a.code == "again"), None),
    }
    return render(request, "forms_annexes/users/user.html", context)


def own_right(request: HttpRequest, key: int) -> Habilitation:
    """The right of the page, if it is one of the user's partner; nobody learns of the others."""
    if key > LARGEST_KEY:
        raise Http404
    return get_object_or_404(partner_habilitations(request.user, clock.today()), pk=key)


def users_of(user: User, convention: Convention, on: date) -> tuple[list[UserRow], list[UserRow]]:
    """The users of a convention whom the reader answers for, by name: those who have an access or
    will, then those who have none any more.
    """
    found = partner_habilitations(user, on).filter(convention=convention)
    rows = rows_of(list(found.order_by("person__last_name", "person__first_name", "pk")))
    former = [row for row in rows if row.life.state == "closed"]
    return [row for row in rows if row.life.state != "closed"], former


def services_of(convention: Convention) -> list[str]:
    """What the services are called to which the convention gives access."""
    return [service.label for service in convention.rules.services]


def rows_of(rights: list[Habilitation]) -> list[UserRow]:
    """The rows of some rights, with few queries whatever their number."""
    about = requests_about(rights)
    again = given_again(rights)
    # One object for each convention, so that what its rows tell of it is read once.
    conventions = {right.convention_id: right.convention for right in rights}
    prefetch_related_objects(list(conventions.values()), "sites")
    for right in rights:
        right.convention = conventions[right.convention_id]
    rows = []
    offered: dict[tuple[int, str], bool] = {}
    for right, life in zip(rights, lives_at(rights, clock.now()), strict=True):
        rules = right.convention.rules
        services = {service.code: service.label for service in rules.services}
        pending = about.get(right.pk)
        same = right.convention_id, right.service
        if same not in offered:
            offered[same] = bool(modifiable(right.convention, right.service))
        rows.append(
            UserRow(
                right,
                life,
                told(life, clock.today()),
                services.get(right.service, right.service),
                profile_in_words(right.profile, rules),
                scope_in_words(scope_of(right.scope), right.convention) if right.scope else "",
                life.data.notified_on,
                first_login(life),
                pending,
                actions(
                    right,
                    life,
                    pending,
                    modifiable=offered[same],
                    given_again=right.pk in again,
                ),
            )
        )
    return rows
