"""The messages that no other package knows better: signing in, limits of a notice, daily head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from contracts.services.letter_explanations import explanation_of
from notifications.bounces.consequences import UNDELIVERED
from notifications.catalogue import MessageKind, NothingToSend, kind_of, register
from notifications.models import Message
from notifications.recipients import Group, Recipient
from workflows import clock
from workflows.deadlines import Deadline, deadlines_of
from workflows.french import count
from workflows.models import JournalHead


@register
class SignInCode(MessageKind):
    """The code by which a partner's person signs in, drawn by whoever asks for the sending."""

    code = "sign_in_code"
    label = "Code de connexion"
    leaves = "dès qu’un code est demandé"
    recipients = (Recipient.WHO_ASKS,)
    group = Group.SIGNING_IN
    of_convention = False
    why = "Vous recevez ce message parce qu’un code a été demandé avec votre adresse."

    def values(self, message: Message) -> Mapping[str, Any]:
        return {"expires_minutes": str(message.context["expires_minutes"])}


class _AboutNotice(MessageKind):
    """The last days to decline the next term, as they stand when the message leaves."""

    def values(self, message: Message) -> Mapping[str, Any]:
        limits = limits_of(message)
        prudent, legal = limits["notice_prudent"], limits["notice_limit"]
        if legal.due_on < clock.today():
            raise NothingToSend("Le dernier jour pour dénoncer est passé.")
        return {
            "advised_on": prudent.due_on,
            "legal_on": legal.due_on,
            "last_working_on": legal.last_working_day,
            "term_last_day": limits["term_end"].due_on,
            # Whoever decides learns the other reading of the date too.
            "explanation": explanation_of(legal, other_reading=self.to_staff),
        }


@register
class NoticeLimit(_AboutNotice):
    """The legal officer learns that the last days to give notice are near."""

    code = "notice_limit"
    label = "Limite de dénonciation proche"
    leaves = "quand les derniers jours pour dénoncer approchent"
    recipients = (Recipient.LAWYERS,)
    group = Group.DEADLINES
    letter = "rappel-limite-denonciation"
    action = "Ouvrir l’explication de la date"
    why = "Vous recevez ce message parce que vous suivez les échéances de cette caisse."

    def path(self, message: Message) -> str:
        return reverse("convention", args=[message.convention_id]) + "#echeances"


@register
class CourtesyReminder(_AboutNotice):
    """The partner learns until when it may decline the next term."""

    code = "courtesy_reminder"
    label = "Rappel de courtoisie au partenaire"
    leaves = "avant le dernier jour pour dénoncer"
    recipients = (Recipient.PARTNER, Recipient.PARTNER_CONTACT)
    group = Group.DEADLINES
    optional = True
    letter = "rappel-partenaire-denonciation"
    action = "Ouvrir la convention dans votre espace"
    why = "Vous recevez ce message parce que vous représentez le partenaire de cette convention."

    def values(self, message: Message) -> Mapping[str, Any]:
        values = super().values(message)
        if values["legal_on"].isoformat() != message.context["due_on"]:
            raise NothingToSend("La limite n’est plus ce jour-là.")
        return values

    def path(self, message: Message) -> str:
        """Only who signs in has a space."""
        if message.user_id is None:
            return ""
        return reverse("space_convention", args=[message.convention_id])


@register
class JournalHeadTaken(MessageKind):
    """An auditor receives the digest over all journals, to be kept elsewhere."""

    code = "journal_head"
    label = "Empreinte des journaux"
    leaves = "chaque jour où une empreinte est prise"
    recipients = (Recipient.AUDITORS,)
    group = Group.SITE
    of_convention = False
    why = "Vous recevez ce message parce que l’empreinte des journaux vous est confiée."

    def values(self, message: Message) -> Mapping[str, Any]:
        head = JournalHead.objects.get(number=message.context["head"])
        return {
            "number": str(head.number),
            "day": head.day,
            "digest": head.digest,
            "root": head.root,
            "size": f"{count(head.entries, 'ligne')} de {count(head.subjects, 'dossier')}",
        }


@register
class Undelivered(MessageKind):
    """Somebody of the caisse learns that a mandatory message did not arrive."""

    code = UNDELIVERED
    label = "Message non reçu"
    leaves = "quand un message obligatoire n’a pas atteint son destinataire"
    recipients = (Recipient.AGENTS, Recipient.ADMINISTRATORS)
    group = Group.SITE
    of_convention = False
    action = "Voir le message"
    why = "Vous recevez ce message parce que vous suivez ce que la caisse envoie."

    def values(self, message: Message) -> Mapping[str, Any]:
        lost = Message.objects.select_related("convention", "person", "user").get(
            pk=message.context["message"]
        )
        number = {"convention": lost.convention.number} if lost.convention else {}
        return number | {
            "what": kind_of(lost.kind).label,
            "whom": lost.recipient.get_full_name(),
            "asked_on": clock.civil_date(lost.created_at),
            "reason": lost.problem,
        }

    def path(self, message: Message) -> str:
        return reverse("sent_message", args=[message.context["message"]])


def limits_of(message: Message) -> dict[str, Deadline]:
    """The limits and the end of the term that the message is about, as they stand now.

    Raises ``NothingToSend`` when the convention no longer renews then.
    """
    assert message.convention is not None
    term = message.context["term"]
    deadlines = deadlines_of(message.convention.timeline(clock.today()))
    found = {one.kind: one for one in deadlines if one.term == term}
    if "notice_limit" not in found:
        raise NothingToSend("La convention ne se renouvelle plus à cette échéance.")
    return found
