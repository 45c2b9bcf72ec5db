"""The messages that no other package knows better: signing in, daily head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from notifications.bounces.consequences import UNDELIVERED
from notifications.catalogue import MessageKind, NothingToSend, kind_of, register
from notifications.lines import LINES, others
from notifications.models import Message, MessageState
from notifications.recipients import Group, Recipient
from notifications.rhythms.choosing import DIGEST
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
    noticed = False
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


@register
class Digest(MessageKind):
    """What its reader wants once a day or a week: a line each, the whole on the site."""

    code = DIGEST
    label = "Récapitulatif"
    leaves = "chaque jour, ou chaque lundi, à qui l’a choisi et seulement s’il y a quelque chose"
    recipients = (Recipient.WHO_CHOSE,)
    group = Group.SITE
    optional = True
    noticed = False
    of_convention = False
    action = "Lire sur le site"
    why = "Vous recevez ce message parce que vous avez choisi un récapitulatif dans vos réglages."

    def values(self, message: Message) -> Mapping[str, Any]:
        found = [one for one in _gathered(message) if _still_holds(one)]
        if not found:
            raise NothingToSend("Rien de ce qu’il réunit n’a plus d’objet.")
        return {
            "number": count(len(found), "message"),
            "lines": [_line(one) for one in found[:LINES]] + _others(len(found)),
        }

    def path(self, message: Message) -> str:
        return reverse("notices")

    def sent(self, message: Message) -> None:
        """Those that still hold have reached their reader by it."""
        for one in _gathered(message):
            holds = _still_holds(one)
            one.state = MessageState.SENT if holds else MessageState.CANCELLED
            one.problem = "" if holds else "Sans objet au départ du récapitulatif."
            one.sent_at, one.address = message.sent_at, message.address
            one.save(update_fields=["state", "problem", "sent_at", "address"])


def _gathered(message: Message) -> list[Message]:
    waiting = message.gathered.filter(state=MessageState.WAITING).order_by("pk")
    return list(waiting.select_related("convention__pinned", "user", "person"))


def _still_holds(message: Message) -> bool:
    try:
        kind_of(message.kind).values(message)
    except NothingToSend:
        return False
    return True


def _line(message: Message) -> str:
    number = message.convention.number if message.convention else ""
    return f"{message.subject}, convention {number}" if number else message.subject


def _others(number: int) -> list[str]:
    return [f"et {others(number)}"] if others(number) else []
