"""What comes back from a campaign: signed copies confirmed, signatures told, refusals, reminders.

Each is told of one line by a person and goes through the avenant's own services, so that a line
behaves as any avenant prepared by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction

from contracts.models import CampaignLine, Convention, User
from contracts.rules import conventions_where
from contracts.services import avenants
from contracts.services.avenant_copies import confirm_copy, unconfirmed_copies
from contracts.services.avenant_refusals import CannotAmend
from contracts.services.campaign_lines import LineStanding, with_standing
from contracts.services.campaign_preparing import issued_letter
from contracts.services.campaigns import closing_of
from contracts.services.documents import CannotIssue
from contracts.services.outgoing_letters import CannotPass
from templates_conventions.rendering.pdf import NotArchivable
from templates_conventions.sources import SourceFault
from workflows import clock, effects
from workflows.effects import EffectContext, NewEffect
from workflows.french import typeset

REMIND = "contracts.campaign_remind"
REMINDER = "relance-avenant"
RECORD = "contracts.record_act"
SEND = "contracts.send_letter"

_CAISSE = "caisse"
_REFUSALS = (CannotAmend, CannotIssue, CannotPass, NotArchivable, SourceFault, ValueError)


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one line."""

    line: CampaignLine
    problem: str
    """Why nothing was told of it; empty where it was."""


Telling = Callable[[CampaignLine], None]


def confirm_copies(lines: Iterable[CampaignLine], author: User) -> list[Answered]:
    """Record the signatures that the copies that came back prove, as a person who read them."""
    return _each(lines, author, partial(_confirm, author=author))


def sign_for_caisse(
    lines: Iterable[CampaignLine], on: date, author: User, identifier: UUID
) -> list[Answered]:
    """Record that the caisse signed these avenants on a day."""

    def sign(line: CampaignLine) -> None:
        assert line.avenant is not None
        avenants.sign(line.avenant, _CAISSE, on, author, uuid5(identifier, str(line.pk)))

    return _each(lines, author, sign)


def refuse(
    lines: Iterable[CampaignLine], reason: str, on: date, author: User, identifier: UUID
) -> list[Answered]:
    """Record that the partner will not sign. Its convention stays on its version."""

    def tell(line: CampaignLine) -> None:
        assert line.avenant is not None
        party = next(role for role in line.avenant.parties if role != _CAISSE)
        told = uuid5(identifier, str(line.pk))
        avenants.refuse(line.avenant, party, reason, on, author, told)

    return _each(lines, author, tell)


def _confirm(line: CampaignLine, author: User) -> None:
    assert line.avenant is not None
    copies = unconfirmed_copies(line.avenant)
    if not copies:
        raise CannotAmend(
            "Aucune copie signée n’est revenue, ou personne n’a encore dit qui a signé la copie "
            "numérisée. Ouvrez ses copies signées."
        )
    for copy in copies:
        confirm_copy(copy, author)


def _each(lines: Iterable[CampaignLine], author: User, tell: Telling) -> list[Answered]:
    found = list(lines)
    mine = set(
        conventions_where(author, RECORD, clock.today())
        .filter(pk__in=[line.convention_id for line in found])
        .values_list("pk", flat=True)
    )
    return [_told(line, tell, may=line.convention_id in mine) for line in found]


def _told(line: CampaignLine, tell: Telling, *, may: bool) -> Answered:
    if not may:
        return Answered(line, typeset("Votre rôle ne le permet pas pour cette convention."))
    if line.avenant is None:
        return Answered(line, typeset("Aucun avenant n’est préparé pour cette convention."))
    try:
        with transaction.atomic():
            tell(line)
    except CannotAmend as refused:
        return Answered(line, str(refused))
    except ValidationError as refused:
        return Answered(line, " ".join(refused.messages))
    return Answered(line, "")


# Reminders.


def remind(lines: Iterable[CampaignLine], author: User, identifier: UUID) -> int:
    """Have a reminder written for each silent line; how many were asked. The same form, once."""
    mine = conventions_where(author, SEND, clock.today())
    chosen = CampaignLine.objects.filter(pk__in=[line.pk for line in lines], convention__in=mine)
    silent = with_standing(chosen, clock.today()).filter(standing=LineStanding.SILENT.value)
    keys = list(silent.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        effects.emit_all(
            NewEffect(
                REMIND,
                f"campaign_reminder:{key}:{identifier}",
                f"campaign_line:{key}",
                {"line": key, "author": author.pk},
            )
            for key in keys
        )
    return len(keys)


@effects.handler(REMIND)
def remind_line(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Write the reminder of one line, unless it was answered or reminded since."""
    lines = with_standing(CampaignLine.objects.filter(pk=payload["line"]), clock.today())
    line = lines.select_related("avenant", "campaign").get()
    silent = line.standing == LineStanding.SILENT.value  # type: ignore[attr-defined]
    if not silent or line.avenant is None or closing_of(line.campaign):
        return
    convention = Convention.objects.select_related("partner", "caisse", "pinned").get(
        pk=line.convention_id
    )
    answer_by = line.campaign.answer_by
    values = {
        "number": str(line.avenant.number),
        "sent_on": line.sent_on,  # type: ignore[attr-defined]
        "reminded_on": line.reminded_on,
        "answer_by": answer_by if answer_by and answer_by > clock.today() else None,
    }
    author = User.objects.get(pk=payload["author"])
    try:
        line.reminder = issued_letter(convention, REMINDER, values, author)
    except _REFUSALS as refused:
        raise effects.EffectFailed(str(refused)) from refused
    line.reminded_on = clock.today()
    line.save(update_fields=["reminder", "reminded_on"])
