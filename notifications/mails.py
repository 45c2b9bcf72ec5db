"""The messages that no other package knows better: signing in, daily head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from notifications.bounces.consequences import UNDELIVERED
from notifications.catalogue import MessageKind, kind_of, register
from notifications.models import Message
from notifications.recipients import Group, Recipient
from workflows import clock
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
