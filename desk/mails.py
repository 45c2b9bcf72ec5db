"""The messages about the accounts of the staff: what was changed of them, and what was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from notifications.catalogue import MessageKind, register
from notifications.models import Message
from notifications.recipients import Group, Recipient


@register
class AccountChanged(MessageKind):
    """Something that protects an account was changed: whoever did not do it must know."""

    code = "account_changed"
    label = "Compte modifié"
    leaves = "à chaque changement de ce qui protège le compte"
    recipients = (Recipient.ACCOUNT_HOLDER,)
    group = Group.SIGNING_IN
    of_convention = False
    action = "Ouvrir mon compte"
    why = "Vous recevez ce message à chaque changement de ce qui protège votre compte."

    def values(self, message: Message) -> Mapping[str, Any]:
        return {"what": message.context["what"]}

    def path(self, message: Message) -> str:
        return reverse("mfa_index")


@register
class SecondFactorTakenAway(MessageKind):
    """An administrator took the second factors of somebody away, who had lost them."""

    code = "second_factor_reset"
    label = "Second facteur réinitialisé"
    leaves = "quand un administrateur retire les seconds facteurs"
    recipients = (Recipient.ACCOUNT_HOLDER,)
    group = Group.SIGNING_IN
    of_convention = False
    action = "Ajouter un second facteur"
    why = "Vous recevez ce message à chaque changement de ce qui protège votre compte."

    def values(self, message: Message) -> Mapping[str, Any]:
        return {"author": message.context["author"], "reason": message.context["reason"]}

    def path(self, message: Message) -> str:
        return reverse("mfa_index")


@register
class PasswordLink(MessageKind):
    """Whoever opens it chooses another password; made by whoever asks for the sending."""

    code = "password_link"
    label = "Lien pour un autre mot de passe"
    leaves = "dès qu’un lien est demandé"
    recipients = (Recipient.WHO_ASKS,)
    group = Group.SIGNING_IN
    noticed = False
    of_convention = False
    action = "Choisir un autre mot de passe"
    why = "Vous recevez ce message parce qu’un lien a été demandé avec votre adresse."
    secret_link = "link"  # noqa: S105 — the name of a value
    link_made_once = True

    def values(self, message: Message) -> Mapping[str, Any]:
        return {"minutes": str(message.context["minutes"])}
