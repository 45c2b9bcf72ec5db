"""Reminding whoever posted a registered letter that its proof should have come.

At the first rung the days after which the caisse asks for a proof have passed, at the second twice
as many, at the third three times. Each is told once; after days without a run, the highest alone.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.urls import reverse

from contracts.letter_circuit import REGISTERED
from contracts.models import Caisse, LetterPassage, OutgoingLetter
from contracts.services.proof_chasing import SETTING, chase_days, overdue
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.crew import Crew
from notifications.ladders import Ladder, concerned
from notifications.lines import LINES, others
from notifications.models import Message, ProofReminder
from notifications.recipients import Group, Reader, Recipient
from notifications.services import Wanted, send_all
from workflows import clock
from workflows.french import NO_BREAK_SPACE, count, date_in_words, typeset

logger = logging.getLogger(__name__)

RUNGS = 3
_OF_AGENTS = Ladder((), "back_office_agent")
"""Whose business a letter is once whoever posted it has left."""


def remind_of_proofs(today: date) -> int:
    """Ask for the reminders that are due on ``today``; return of how many letters.

    Run every day, or again after days without. A caisse that fails is left to the next run.
    """
    asked = 0
    for caisse in Caisse.objects.order_by("pk"):
        try:
            with transaction.atomic():
                asked += _of_caisse(caisse, today)
        except Exception:
            logger.exception("Preuves à réclamer : caisse %s, nouvel essai.", caisse.pk)
    return asked


def rung_of(posted_on: date, days: int, today: date) -> int:
    """How many times the days that a proof may take have passed, up to the last rung."""
    return min((today - posted_on).days // days, RUNGS)


def _of_caisse(caisse: Caisse, today: date) -> int:
    # Two runs at once would tell twice. Without its key: others may write of it meanwhile.
    Caisse.objects.select_for_update(no_key=True).get(pk=caisse.pk)
    days = chase_days(caisse.settings.get(SETTING))
    due: dict[int, list[tuple[OutgoingLetter, int]]] = defaultdict(list)
    crew = Crew(caisse, today)
    for letter in _late(OutgoingLetter.objects.filter(caisse=caisse), today):
        rung = rung_of(letter.posted_on, days, today)
        if rung > (letter.told or 0):
            staff = crew.of(letter.issued.convention.rulebook_code)
            for user in concerned(_OF_AGENTS, letter.posted_by, staff):
                due[user].append((letter, rung))
    messages = send_all(
        [
            Wanted(
                ProofsLate.code,
                _key(caisse, user, today),
                Reader(True, user),
                None,
                caisse.pk,
                {"caisse": caisse.pk},
            )
            for user in sorted(due)
        ]
    )
    ProofReminder.objects.bulk_create(
        ProofReminder(
            letter=letter, rung=rung, user_id=user, message_id=messages[_key(caisse, user, today)]
        )
        for user, letters in due.items()
        for letter, rung in letters
    )
    return len({letter.pk for letters in due.values() for letter, _ in letters})


def _key(caisse: Caisse, user: int, today: date) -> str:
    return f"{ProofsLate.code}:{caisse.pk}:{user}:{today.isoformat()}"


def _late(letters: Any, today: date) -> Any:
    """The letters whose proof is late, each with who posted it and the highest rung told."""
    posting = LetterPassage.objects.filter(letter=OuterRef("pk"), kind__in=REGISTERED)
    told = ProofReminder.objects.filter(letter=OuterRef("pk")).order_by().values("letter")
    return (
        overdue(letters, today)
        .annotate(
            posted_by=Subquery(posting.order_by("-place").values("author")[:1]),
            told=Subquery(told.annotate(highest=Max("rung")).values("highest")),
        )
        .select_related("issued__convention__partner")
        .order_by("posted_on", "pk")
    )


@register
class ProofsLate(MessageKind):
    """The proofs of registered letters are late: they are to be asked of the operator."""

    code = "proofs_late"
    label = "Preuves de recommandés à réclamer"
    leaves = "quand la preuve d’un recommandé tarde, puis deux fois encore"
    recipients = (Recipient.WHO_POSTED,)
    group = Group.LETTERS
    optional = True
    of_convention = False
    action = "Ouvrir le registre des recommandés"
    why = (
        "Vous recevez ce message parce que vous avez posté ces lettres, ou remplacez qui l’a fait."
    )

    def values(self, message: Message) -> Mapping[str, Any]:
        today = clock.today()
        own = OutgoingLetter.objects.filter(
            pk__in=message.proof_reminders.values("letter"), caisse=message.context["caisse"]
        )
        found: Sequence[OutgoingLetter] = list(_late(own, today))
        if not found:
            raise NothingToSend("Ces preuves sont arrivées.")
        caisse = Caisse.objects.get(pk=message.context["caisse"])
        return {
            "caisse": caisse.name,
            "number": count(len(found), "preuve"),
            "days": str(chase_days(caisse.settings.get(SETTING))),
            "lines": [_line(letter) for letter in found[:LINES]],
            "others": others(len(found)),
        }

    def path(self, message: Message) -> str:
        return reverse("outgoing_letters") + "?situation=overdue"


def _line(letter: OutgoingLetter) -> str:
    assert letter.posted_on is not None  # The database holds it of those that await their proof.
    convention = letter.issued.convention
    return typeset(
        f"n°{NO_BREAK_SPACE}{letter.registered_number}, posté le "
        f"{date_in_words(letter.posted_on)} : {letter.issued.title}, {convention.partner.name}, "
        f"{convention.number}"
    )
