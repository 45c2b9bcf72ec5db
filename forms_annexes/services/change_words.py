"""What a request asks about users who have a right, and where it stands, in words."""

from __future__ import annotations

from typing import NamedTuple

from access.models import Habilitation
from access.services.lives import READ_WITH, lives_at
from forms_annexes.models import AccessRequest, RequestedUser
from forms_annexes.models.requests import RequestKind, RequestStatus
from forms_annexes.models.users import UserDecision
from forms_annexes.services.departures import act_of, announced_departure
from forms_annexes.services.modifiable import profile_in_words, scope_in_words
from forms_annexes.services.structures import ABOUT_RIGHTS
from forms_annexes.services.user_words import Told, late_report, told
from workflows import clock
from workflows.clock import civil_date
from workflows.french import date_in_words, typeset
from workflows.habilitation_life import HabilitationLife
from workflows.scopes import scope_of


class Line(NamedTuple):
    """What is asked about one right."""

    right: Habilitation
    name: str
    told: Told
    asked: tuple[str, ...]
    late: str
    """Both dates of a departure told late; empty otherwise."""
    refusal: str
    """Why the line cannot be accepted any more; empty when it can, or is decided."""


def lines_of(request: AccessRequest) -> list[Line]:
    """The lines of a request about rights that stand, in their order; none for a plain creation."""
    users = [user for user in request.named_users if user.replaces_id]
    if not users:
        return []
    rights = Habilitation.objects.filter(pk__in=[user.replaces_id for user in users])
    rights = rights.select_related("person", "site", "account", *READ_WITH).order_by("pk")
    found = list(rights)
    by_key = dict(zip((r.pk for r in found), lives_at(found, clock.now()), strict=True))
    of_key = {right.pk: right for right in found}
    return [
        _line(request, user, of_key[user.replaces_id], by_key[user.replaces_id]) for user in users
    ]


def effect_of(request: AccessRequest) -> str:
    """When what is asked takes effect, for a request that opens no access; else empty."""
    if request.kind not in ABOUT_RIGHTS:
        return ""
    if request.status in (
        RequestStatus.REFUSED.value,
        RequestStatus.LAPSED.value,
        RequestStatus.WITHDRAWN.value,
    ):
        return "Cette demande ne change plus rien."
    if request.kind == RequestKind.MODIFY:
        if request.status == RequestStatus.ACCEPTED.value:
            return "Le changement est fait."
        return "Le jour où la caisse accepte. D’ici là, l’accès reste ce qu’il est."
    days = sorted({user.leaves_on for user in request.users.all() if user.leaves_on})
    said = " ou le ".join(date_in_words(day) for day in days)
    return typeset(f"L’accès se ferme le {said}." if said else "Une fois la demande acceptée.")


def _line(
    request: AccessRequest, user: RequestedUser, right: Habilitation, life: HabilitationLife
) -> Line:
    row = announced_departure(right)
    pending = user.decision == UserDecision.PENDING
    gone = life.state == "closed" and (row is None or row.identifier != act_of(user))
    refusal = ""
    if pending and gone and request.kind in ABOUT_RIGHTS:
        refusal = "Cette personne n’a plus d’accès."
    return Line(
        right,
        right.person.get_full_name(),
        told(life, clock.today()),
        tuple(typeset(words) for words in _asked(request, user, right)),
        late_report(life, row),
        refusal,
    )


def _asked(request: AccessRequest, user: RequestedUser, right: Habilitation) -> list[str]:
    said = []
    rules = right.convention.rules
    if user.leaves_on is not None:
        what = "Retrait de l’accès" if request.kind == RequestKind.REMOVE else "Départ"
        asked_on = date_in_words(civil_date(request.created_at))
        said.append(f"{what} le {date_in_words(user.leaves_on)}, demandé le {asked_on}.")
    if request.kind == RequestKind.REPLACE:
        successor = user.get_full_name()
        said.append(f"Remplacé par {successor}." if successor else "Remplaçant à nommer.")
    if user.new_profile:
        before = profile_in_words(right.profile, rules) or "aucun profil"
        after = profile_in_words(user.new_profile, rules)
        said.append(
            f"Nouveau profil : {after}."
            if user.decision == UserDecision.ACCEPTED
            else f"Nouveau profil : « {after} », au lieu de « {before} »."
        )
    if user.new_scope is not None:
        before = scope_in_words(scope_of(right.scope), right.convention)
        after = scope_in_words(scope_of(user.new_scope), right.convention)
        said.append(
            f"Nouveau territoire : {after}."
            if user.decision == UserDecision.ACCEPTED
            else f"Nouveau territoire : « {after} », au lieu de « {before} »."
        )
    return said
