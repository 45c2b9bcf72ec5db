"""The messages that remind partners: the limit to give notice, the attestation after the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from contracts.models import Caisse, Convention
from contracts.services.after_end import REQUEST
from contracts.services.letter_occasions import occasions_of
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.deadline_mails import limits_of, notice_values
from notifications.lines import LINES, others
from notifications.models import Message, PartnerReminder
from notifications.partner_reminders import SEVERAL, Matter, check_reader, still_theirs
from notifications.recipients import Group, Recipient
from templates_conventions.letter_words import cited, inner
from workflows import clock
from workflows.french import NO_BREAK_SPACE, count, date_in_words, typeset


class _ToPartner(MessageKind):
    recipients = (Recipient.PARTNER, Recipient.PARTNER_CONTACT)
    why = "Vous recevez ce message parce que vous représentez le partenaire de cette convention."


class _OfSeveral(_ToPartner):
    """Of several conventions: those that still ask for it, as it leaves, a line each."""

    of_convention = False
    action = "Ouvrir votre espace"
    why = "Vous recevez ce message parce que vous représentez le partenaire de ces conventions."

    def values(self, message: Message) -> Mapping[str, Any]:
        found = list(self._lines(message))
        if not found:
            raise NothingToSend("Aucune de ces conventions n’en a plus besoin.")
        return {
            "caisse": Caisse.objects.get(pk=message.context["caisse"]).name,
            "number": count(len(found), "convention"),
            "first_on": found[0][0].on,
            "lines": [line for _, line in found[:LINES]],
            "others": others(len(found)),
        }

    def sent(self, message: Message) -> None:
        """What was left out was not told."""
        told = [row.pk for row, _ in self._lines(message)]
        message.partner_reminders.exclude(pk__in=told).delete()

    def _lines(self, message: Message) -> Iterator[tuple[PartnerReminder, str]]:
        """The earliest first."""
        for row in still_theirs(message):
            try:
                yield row, typeset(self.line(row.convention, row.on))
            except NothingToSend:
                continue

    def line(self, convention: Convention, on: date) -> str:
        """What it says of one convention. Raises ``NothingToSend`` where that has no object."""
        raise NotImplementedError

    def path(self, message: Message) -> str:
        """Only who signs in has a space."""
        return reverse("space") if message.user_id is not None else ""


def _named(convention: Convention) -> str:
    label = inner(convention.rules.services[0].label)
    return f"convention « {label} », n°{NO_BREAK_SPACE}{convention.number}"


# The limit to give notice.


@register
class CourtesyReminder(_ToPartner):
    """The partner learns until when it may decline the next term."""

    code = Matter.COURTESY.value
    label = "Rappel de courtoisie au partenaire"
    leaves = "avant le dernier jour pour dénoncer"
    group = Group.DEADLINES
    optional = True
    letter = "rappel-partenaire-denonciation"
    action = "Ouvrir la convention dans votre espace"

    def values(self, message: Message) -> Mapping[str, Any]:
        check_reader(message)
        assert message.convention is not None
        due_on = date.fromisoformat(message.context["on"])
        return notice_values(message.convention, due_on, other_reading=False)

    def path(self, message: Message) -> str:
        """Only who signs in has a space."""
        if message.user_id is None:
            return ""
        return reverse("space_convention", args=[message.convention_id])


@register
class CourtesyReminders(_OfSeveral):
    """The partner learns until when it may decline the next term of several conventions."""

    code = SEVERAL[Matter.COURTESY]
    label = "Rappels de courtoisie au partenaire, pour plusieurs conventions"
    leaves = "une fois par jour, quand plusieurs derniers jours pour dénoncer approchent"
    group = Group.DEADLINES
    optional = True
    chosen_as = CourtesyReminder.code

    def line(self, convention: Convention, on: date) -> str:
        limits = limits_of(convention, on)
        legal, term_end = limits["notice_limit"], limits["term_end"]
        return (
            f"{date_in_words(on)} : {legal.title[:1].lower()}{legal.title[1:]} "
            f"({cited(legal.article)}), {_named(convention)}. La poste prend les lettres "
            f"jusqu’au {date_in_words(legal.last_working_day)} ; la période en cours finit le "
            f"{date_in_words(term_end.due_on)}."
        )


# The attestation after the end.


@register
class AttestationRequest(_ToPartner):
    """The partner is asked to attest that it returned or destroyed what it received."""

    code = Matter.ATTESTATION.value
    label = "Demande d’attestation après la fin"
    leaves = "après la fin d’une convention, tant que l’attestation qu’elle demande manque"
    group = Group.DECLARATIONS
    letter = REQUEST
    action = "Envoyer l’attestation en ligne"

    def values(self, message: Message) -> Mapping[str, Any]:
        check_reader(message)
        assert message.convention is not None
        return _asked_of(message.convention)

    def path(self, message: Message) -> str:
        """Only who signs in has a space."""
        if message.user_id is None:
            return ""
        slug = "attestation-de-destruction"
        return reverse("space_declare_kind", args=[message.convention_id, slug])


@register
class AttestationRequests(_OfSeveral):
    """The partner is asked for the attestations of several conventions."""

    code = SEVERAL[Matter.ATTESTATION]
    label = "Demandes d’attestation, pour plusieurs conventions"
    leaves = "une fois par jour, quand plusieurs attestations manquent après la fin"
    group = Group.DECLARATIONS

    def line(self, convention: Convention, on: date) -> str:
        asked = _asked_of(convention)
        until = asked.get("attestation_by")
        when = f"Au plus tard le {date_in_words(until)}. " if until else ""
        ended = date_in_words(asked["last_day_in_force"])
        name = _named(convention)
        return f"{name[:1].upper()}{name[1:]}, finie le {ended}. {when}{asked['explanation']}"


def _asked_of(convention: Convention) -> Mapping[str, Any]:
    for one in occasions_of(convention.timeline(clock.today())):
        if one.letter == REQUEST:
            return one.values
    raise NothingToSend("L’attestation est reçue, ou la convention n’a plus pris fin.")
