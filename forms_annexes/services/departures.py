"""A user who leaves, or will leave, as the partner tells it: the access ends with no request."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from access.models import Habilitation, HabilitationAct
from access.services.habilitations import record
from access.services.user_life import report_departure
from contracts.models import Convention
from contracts.services.partner_people import members
from forms_annexes.models import AccessRequest, RequestedUser
from forms_annexes.models.requests import RequestStatus
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.user_words import of_name
from workflows import clock
from workflows.acts import Annulment
from workflows.french import date_in_words, typeset
from workflows.recording import ActRefused
from workflows.subjects import NotRecorded, locked

LONGEST_ANNOUNCED = timedelta(days=731)
"""A departure further away is a slip of the keyboard."""

_CORRECTED = "Date de départ corrigée"


def declare_departure(
    habilitation: Habilitation,
    on: date,
    author: Any,
    *,
    request: str = "",
    identifier: str = "",
    seen_revision: int | None = None,
    by_caisse: bool = False,
) -> HabilitationAct:
    """Record that the user left, or will leave, on that day; the same day told again is one act.

    A departure past or of today closes the access at once. One still to come takes the place of
    another announced before it: by the partner of its own announcements alone, ``by_caisse`` of
    any. Raises ``RequestRefused`` for a day that cannot be, ``StaleRequest``.
    """
    with transaction.atomic():
        # The convention before its rights, as everywhere else: nobody waits for the other.
        locked(Convention.objects.all(), habilitation.convention_id)
        habilitation.refresh_from_db()
        if identifier and (known := habilitation.acts.filter(identifier=identifier).first()):
            return known
        if seen_revision is not None and seen_revision != habilitation.revision:
            raise StaleRequest(
                "La situation de cette personne a changé depuis que vous avez ouvert la page. "
                "Relisez-la, puis recommencez s’il le faut."
            )
        check_day(habilitation, on)
        announced = announced_departure(habilitation)
        if announced is not None and announced.on == on:
            return announced
        try:
            if announced is not None and habilitation.state != "closed":
                if not by_caisse and not told_by_partner(announced, habilitation):
                    raise RequestRefused(
                        typeset(
                            f"La caisse a enregistré un départ au {date_in_words(announced.on)}. "
                            "Demandez-lui d’en corriger la date."
                        )
                    )
                _annul(habilitation, announced, author)
            return report_departure(
                habilitation, on, author, request=request, identifier=identifier
            )
        except (ActRefused, NotRecorded) as refused:
            raise RequestRefused(str(refused)) from refused


def check_day(habilitation: Habilitation, on: date) -> None:
    """Raise ``RequestRefused`` for a day before the right, or further away than one announces."""
    name = habilitation.person.get_full_name()
    if habilitation.granted_on is not None and on < habilitation.granted_on:
        raise RequestRefused(
            typeset(
                f"L’accès {of_name(name)} ne date que du "
                f"{date_in_words(habilitation.granted_on)} : indiquez ce jour ou un jour suivant."
            )
        )
    if on > clock.today() + LONGEST_ANNOUNCED:
        raise RequestRefused(
            typeset(f"Le {date_in_words(on)} est trop lointain. Vérifiez l’année.")
        )


def announced_departure(habilitation: Habilitation) -> HabilitationAct | None:
    """The departure on record that stands; None when none does."""
    rows = list(habilitation.acts.filter(kind__in=["departure", "annulment"]).order_by("revision"))
    annulled = {row.payload.get("of") for row in rows if row.kind == "annulment"}
    standing = [r for r in rows if r.kind == "departure" and r.identifier not in annulled]
    return standing[-1] if standing else None


def told_by_partner(row: HabilitationAct, habilitation: Habilitation) -> bool:
    """Whether an act was told by somebody who answers today for the partner."""
    convention = habilitation.convention
    today = clock.today()
    own = members(convention.party_on(today), habilitation.site, today)
    return row.author_id is not None and own.filter(pk=row.author_id).exists()


def take_effect(request: AccessRequest, author: Any) -> None:
    """Record the departures of a request whose day has come: they wait for no decision.

    To be called in the transaction that changes the request. A right closed meanwhile, or whose
    departure is on record, is left as it is.
    """
    if not any(user.leaves_on for user in request.named_users):
        return
    users = request.users.filter(replaces__isnull=False, leaves_on__lte=clock.today())
    for user in users.select_related("replaces__convention__partner", "replaces__person"):
        assert user.replaces is not None
        leave(user, user.replaces, author)


def leave(user: RequestedUser, right: Habilitation, author: Any) -> None:
    """Record the departure that a line of a request tells; who left already is left in peace."""
    assert user.leaves_on is not None
    announced = announced_departure(right)
    if right.state == "closed" or (announced is not None and announced.on <= user.leaves_on):
        return
    declare_departure(
        right,
        user.leaves_on,
        author,
        request=user.reference,
        identifier=act_of(user),
        by_caisse=True,
    )


def act_of(user: RequestedUser) -> str:
    """The identifier of the departure that a line of a request tells: one act, however often."""
    return f"asked-{user.reference}-departure"


def take_effect_today(today: date) -> int:
    """Record the departures whose day has come while their request is still instructed.

    Returns how many requests were looked at. One that cannot be is left to the decision.
    """
    waiting = AccessRequest.objects.filter(
        status__in=[RequestStatus.SUBMITTED.value, RequestStatus.RETURNED.value],
        users__replaces__isnull=False,
        users__leaves_on__lte=today,
    ).distinct()
    looked_at = 0
    for request in waiting.select_related("created_by").order_by("pk"):
        try:
            with transaction.atomic():
                take_effect(request, request.created_by)
        except RequestRefused:
            continue
        looked_at += 1
    return looked_at


def _annul(habilitation: Habilitation, announced: HabilitationAct, author: Any) -> None:
    annulment = Annulment(
        id=str(uuid4()),
        on=clock.today(),
        recorded_at=clock.now(),
        of=announced.identifier,
        reason=_CORRECTED,
    )
    record(habilitation, annulment, author)
