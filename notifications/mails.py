"""The messages that no other package knows better: signing in, daily head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notifications.catalogue import MessageKind, register
from notifications.models import Message
from notifications.recipients import Group, Recipient
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
