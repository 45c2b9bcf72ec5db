"""The messages that a declaration makes leave, to the partner's people and to the staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from forms_annexes.models import Declaration
from forms_annexes.models.declarations import DeclarationStatus
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.models import Message
from notifications.recipients import Group, Recipient

_FOR_PARTNER = "Vous recevez ce message parce que vous répondez pour cette structure."


class _AboutDeclaration(MessageKind):
    action = "Voir la déclaration"
    why = _FOR_PARTNER

    def path(self, message: Message) -> str:
        return reverse("space_declaration", args=[message.context["declaration"]])

    def values(self, message: Message) -> Mapping[str, Any]:
        declaration = _declaration(message)
        return {"number": declaration.number, "what": declaration.definition.label}


@register
class DeclarationReceived(_AboutDeclaration):
    """Acknowledgement: the declaration has reached the caisse."""

    code = "declaration_received"
    label = "Accusé de réception d’une déclaration"
    leaves = "quand la déclaration est envoyée"
    recipients = (Recipient.PARTNER,)
    group = Group.DECLARATIONS

    def values(self, message: Message) -> Mapping[str, Any]:
        declaration = _declaration(message)
        received_on: date = declaration.received_on
        return {
            **super().values(message),
            "received_on": received_on,
            "goes_to": declaration.definition.goes_to,
            "only_the_letter": "oui" if declaration.kind == "notice" else "",
        }


@register
class DeclarationReturned(_AboutDeclaration):
    """The declaration comes back, with what is missing."""

    code = "declaration_returned"
    label = "Déclaration à compléter"
    leaves = "quand la caisse rend la déclaration à compléter"
    recipients = (Recipient.PARTNER,)
    group = Group.DECLARATIONS
    action = "Compléter la déclaration"

    def values(self, message: Message) -> Mapping[str, Any]:
        declaration = _declaration(message)
        if declaration.status != DeclarationStatus.RETURNED.value:
            raise NothingToSend("La déclaration n’est plus à compléter.")
        return {**super().values(message), "comment": declaration.return_comment}


@register
class DeclarationHandled(_AboutDeclaration):
    """The caisse did what the declaration asks."""

    code = "declaration_handled"
    label = "Déclaration traitée"
    leaves = "quand la caisse a traité la déclaration"
    recipients = (Recipient.PARTNER,)
    group = Group.DECLARATIONS

    def values(self, message: Message) -> Mapping[str, Any]:
        declaration = _declaration(message)
        return {
            **super().values(message),
            "handled_on": declaration.handled_on,
            "words": declaration.definition.handled_words,
            "note": declaration.handling_note,
        }


@register
class DeclarationUrgent(_AboutDeclaration):
    """The staff learn at once of what cannot wait for them to look at the queue."""

    code = "declaration_urgent"
    label = "Déclaration urgente d’un partenaire"
    leaves = "aussitôt qu’une déclaration urgente est envoyée"
    recipients = (Recipient.AGENTS, Recipient.DPO)
    group = Group.DECLARATIONS
    action = "Ouvrir la déclaration"
    why = "Vous recevez ce message parce que vous traitez les déclarations urgentes de la caisse."

    def path(self, message: Message) -> str:
        return reverse("declaration", args=[message.context["declaration"]])

    def values(self, message: Message) -> Mapping[str, Any]:
        declaration = _declaration(message)
        if declaration.status != DeclarationStatus.SENT.value:
            raise NothingToSend("La déclaration n’attend plus la caisse.")
        return {
            **super().values(message),
            "received_on": declaration.received_on,
            "delay": declaration.definition.delay,
        }


def _declaration(message: Message) -> Declaration:
    return Declaration.objects.select_related("convention__pinned").get(
        pk=message.context["declaration"]
    )
