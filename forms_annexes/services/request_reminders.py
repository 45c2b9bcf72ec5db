"""Recalling the requests that wait: the partner of what it has to complete, the agents of theirs.

Each wait begins with a move of the request and has its own reminders, each written once. Where the
caisse lets a request lapse, the last reminder says until when, and the lapse keeps to that day.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from access.services.contacts import agents_of, follows
from contracts.models import Caisse, User
from contracts.services.partner_people import answering_for
from forms_annexes.models import AccessRequest, RequestReminder, RequestTransition
from forms_annexes.models.requests import EDITABLE, RequestStatus
from forms_annexes.services.filling import lapse
from forms_annexes.services.moving import RequestRefused
from forms_annexes.waiting_policy import WaitingSetting, WaitingSettingWrong, setting_of
from notifications.models import Message, MessageState
from notifications.services import recipient_key, send
from workflows.clock import civil_date
from workflows.convention import ENDED
from workflows.subjects import locked
from workflows.waiting import lapses

PARTNER_REMINDER = "request_waiting"
AGENT_REMINDER = "requests_to_check"
LAPSED = "request_lapsed"

Name = RequestTransition.Name
Audience = RequestReminder.Audience

_BEGINS = (Name.START, Name.GIVE_BACK, Name.SUBMIT)
"""The moves from which somebody is waited for."""

logger = logging.getLogger(__name__)


class Done(NamedTuple):
    """What one day's work on the requests that wait did."""

    partners: int
    caisses: int
    lapsed: int


def run(today: date) -> Done:
    """The day's work: recall partners and agents, then close what lapses.

    Done again on the same day, it does nothing twice; after days without, the latest reminder alone
    leaves. A caisse or a request that fails is left to the next run.
    """
    done = [0, 0, 0]
    for caisse in Caisse.objects.order_by("pk"):
        try:
            setting = setting_of(caisse)
        except WaitingSettingWrong as wrong:
            logger.warning("%s", wrong)
            continue
        done[0] += sum(_safely(_recall_partner, one, setting, today) for one in _open(caisse))
        done[1] += _recall_agents(caisse, setting, today)
        done[2] += sum(_safely(_lapse, one, setting, today) for one in _announced(caisse, today))
    return Done(*done)


def waiting_since(request: AccessRequest) -> RequestTransition | None:
    """The move since which somebody is waited for."""
    found: RequestTransition | None = request.transitions.filter(name__in=_BEGINS).last()
    return found


def _open(caisse: Caisse) -> Iterable[AccessRequest]:
    """What waits for the partners, under conventions that still may open an access."""
    return (
        AccessRequest.objects.filter(convention__caisse=caisse, status__in=EDITABLE)
        .exclude(convention__state__in=[*ENDED, "abandoned", "closed"])
        .order_by("pk")
        .iterator(chunk_size=500)
    )


def _safely(work: Any, request: AccessRequest, setting: WaitingSetting, today: date) -> int:
    try:
        with transaction.atomic():
            current = locked(
                AccessRequest.objects.select_related("convention__partner", "site"), request.pk
            )
            return int(work(current, setting, today))
    except Exception:
        logger.exception("Rappels : demande %s laissée au prochain essai.", request.pk)
        return 0


def _recall_partner(current: AccessRequest, setting: WaitingSetting, today: date) -> int:
    since = waiting_since(current)
    if since is None or current.status not in EDITABLE:
        return 0  # It moved since it was looked for.
    begun, patience = civil_date(since.at), setting.of_partner
    number = patience.reminder_due(begun, today)
    if not number or _was_told(since, Audience.PARTNER, number):
        return 0
    recipients = answering_for(current.convention, today, current.site)
    if not recipients:
        logger.warning("Demande %s : personne à qui la rappeler.", current.pk)
        return 0
    last_day = patience.last_day(begun, today) if patience.is_last(number) else None
    reminder = RequestReminder.objects.create(
        request=current,
        since=since,
        audience=Audience.PARTNER,
        number=number,
        asked_on=today,
        lapses_after=last_day,
    )
    for person in recipients:
        send(
            PARTNER_REMINDER,
            key=f"{_key(reminder)}:{recipient_key(person)}",
            recipient_person=person,
            subject=current.convention,
            context={"request_pk": current.pk, "reminder": reminder.pk},
        )
    return 1


def _recall_agents(caisse: Caisse, setting: WaitingSetting, today: date) -> int:
    """One message an agent and day, however many requests it is about."""
    try:
        with transaction.atomic():
            return _tell_agents(caisse, setting, today)
    except Exception:
        logger.exception("Rappels : caisse %s laissée au prochain essai.", caisse.code)
        return 0


def _tell_agents(caisse: Caisse, setting: WaitingSetting, today: date) -> int:
    agents = agents_of(caisse, today)
    waiting = (
        AccessRequest.objects.filter(
            convention__caisse=caisse, status=RequestStatus.SUBMITTED.value
        )
        .select_related("convention__pinned", "convention__caisse")
        .order_by("pk")
    )
    told: dict[int, list[RequestReminder]] = {agent.pk: [] for agent in agents}
    written = 0
    for request in waiting:
        since = waiting_since(request)
        following = [agent for agent in agents if follows(agent, request.convention, today)]
        if since is None or not following:
            continue
        number = setting.of_caisse.reminder_due(civil_date(since.at), today)
        if not number or _was_told(since, Audience.CAISSE, number):
            continue
        reminder = RequestReminder.objects.create(
            request=request, since=since, audience=Audience.CAISSE, number=number, asked_on=today
        )
        written += 1
        for agent in following:
            told[agent.pk].append(reminder)
    for agent in agents:
        _digest(caisse, agent, told[agent.pk])
    return written


def _digest(caisse: Caisse, agent: User, reminders: list[RequestReminder]) -> None:
    if not reminders:
        return
    send(
        AGENT_REMINDER,
        key=f"{AGENT_REMINDER}:{agent.pk}:{reminders[0].pk}",
        recipient_person=agent,
        caisse=caisse,
        context={"caisse": caisse.pk, "requests": [one.request_id for one in reminders]},
    )


def _announced(caisse: Caisse, today: date) -> Iterable[AccessRequest]:
    """What waits for the partner past the last day that a reminder announced."""
    over = Q(reminders__lapses_after__lt=today)
    return AccessRequest.objects.filter(
        over, convention__caisse=caisse, status__in=EDITABLE
    ).distinct()


def _lapse(current: AccessRequest, setting: WaitingSetting, today: date) -> int:
    """Close it, if its last reminder did leave and left all the time that it announced."""
    since = waiting_since(current)
    if since is None or setting.lapse_after is None:
        return 0  # The caisse has changed its mind since: what was announced lapses no more.
    reminder = since.reminders.filter(audience=Audience.PARTNER, lapses_after__isnull=False).last()
    if reminder is None or not lapses(_last_day(reminder), today):
        return 0
    try:
        lapse(current, None)
    except RequestRefused:
        return 0
    for person in answering_for(current.convention, today, current.site):
        send(
            LAPSED,
            key=f"{LAPSED}:{current.pk}:{recipient_key(person)}",
            recipient_person=person,
            subject=current.convention,
            context={"request_pk": current.pk, "lapsed_on": today.isoformat()},
        )
    return 1


def _last_day(reminder: RequestReminder) -> date | None:
    """The last day announced, put off as long as the message was late; None if none left."""
    sent = [
        civil_date(at)
        for at in Message.objects.filter(
            key__startswith=f"{_key(reminder)}:", state=MessageState.SENT
        ).values_list("sent_at", flat=True)
        if at is not None
    ]
    if not sent or reminder.lapses_after is None:
        return None
    return reminder.lapses_after + (max(sent) - reminder.asked_on)


def _was_told(since: RequestTransition, audience: RequestReminder.Audience, number: int) -> bool:
    rows = RequestReminder.objects.filter(since=since, audience=audience, number__gte=number)
    return rows.exists()


def _key(reminder: RequestReminder) -> str:
    return f"{PARTNER_REMINDER}:{reminder.pk}"
