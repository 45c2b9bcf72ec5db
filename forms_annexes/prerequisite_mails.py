"""The messages about the papers wanted before any access; their subjects name nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from contracts.models import Convention, User
from forms_annexes.models import PrerequisiteCheck
from forms_annexes.models.prerequisites import PrerequisiteRefusal
from forms_annexes.services import prerequisites
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.models import Message
from notifications.recipients import Group, Recipient
from workflows import clock
from workflows.french import count
from workflows.prerequisites import Prerequisite

_FOR_PARTNER = (
    "Vous recevez ce message parce que vous répondez pour le partenaire de cette convention."
)


class _AboutPaper(MessageKind):
    """Something about one paper; void as soon as another takes over."""

    action = "Déposer une pièce"
    why = _FOR_PARTNER

    def values(self, message: Message) -> Mapping[str, Any]:
        one = self.still(message)
        assert message.convention is not None
        return {
            "paper": one.condition.label,
            "paper_article": one.article,
            "last_day": date.fromisoformat(message.context["last_day"]),
            "number": message.convention.number,
        }

    def still(self, message: Message) -> Prerequisite:
        """What holds now of the paper, if it still ends that day. Raises ``NothingToSend``."""
        assert message.convention is not None
        service = (message.context["service"],)
        for one in prerequisites.on(message.convention, clock.today(), service):
            ends = one.last_day.isoformat() if one.last_day else ""
            if (one.condition.document, ends) == (
                message.context["document"],
                message.context["last_day"],
            ):
                return one
        raise NothingToSend("Une autre pièce a pris la suite, ou ses dates ont changé.")

    def path(self, message: Message) -> str:
        if not isinstance(message.recipient, User):
            return ""  # A contact without an account answers by mail.
        return reverse("space_prerequisites", args=[message.convention_id])


@register
class PrerequisiteEnding(_AboutPaper):
    """The partner learns that its paper ends soon."""

    code = "prerequisite_ending"
    label = "Pièce qui prend bientôt fin"
    leaves = "avant le dernier jour de la pièce"
    recipients = (Recipient.PARTNER, Recipient.PARTNER_CONTACT)
    group = Group.PAPERS


@register
class PrerequisiteEnded(_AboutPaper):
    """The partner learns that its paper has ended, and what that does."""

    code = "prerequisite_ended"
    label = "Pièce qui a pris fin"
    leaves = "le lendemain du dernier jour de la pièce"
    recipients = (Recipient.PARTNER, Recipient.PARTNER_CONTACT)
    group = Group.PAPERS


@register
class PrerequisiteToRenew(_AboutPaper):
    """An agent learns that accesses rest on a paper that ends, or has ended."""

    code = "prerequisite_to_renew"
    label = "Pièce à renouveler"
    leaves = "avant le dernier jour de la pièce, puis quand elle a pris fin"
    recipients = (Recipient.AGENTS,)
    group = Group.PAPERS
    optional = True
    action = "Voir les pièces de la convention"
    why = "Vous recevez ce message parce que vous suivez les accès de cette caisse."

    def values(self, message: Message) -> Mapping[str, Any]:
        assert message.convention is not None
        number = message.convention.habilitations.exclude(state="closed").count()
        return {
            **super().values(message),
            "accesses": count(number, "accès repose", "accès reposent"),
        }

    def path(self, message: Message) -> str:
        return reverse("convention_prerequisites", args=[message.convention_id])


@register
class PrerequisiteRefused(MessageKind):
    """The partner learns why its paper does not do."""

    code = "prerequisite_refused"
    label = "Pièce refusée"
    leaves = "quand la caisse refuse la pièce"
    recipients = (Recipient.PARTNER, Recipient.PARTNER_CONTACT)
    group = Group.PAPERS
    action = "Déposer une autre pièce"
    why = _FOR_PARTNER

    def values(self, message: Message) -> Mapping[str, Any]:
        check = PrerequisiteCheck.objects.select_related("paper").get(pk=message.context["check"])
        assert message.convention is not None
        said = {"note": check.note} if check.note else {}
        return said | {
            "paper": label_of(message.convention, check.paper.document),
            "number": message.convention.number,
            "received_on": check.paper.received_on,
            "reason": str(PrerequisiteRefusal(check.reason).label),
        }

    def path(self, message: Message) -> str:
        if not isinstance(message.recipient, User):
            return ""
        return reverse("space_prerequisites", args=[message.convention_id])


def label_of(convention: Convention, document: str) -> str:
    """What the convention's rules call a paper; its code where they speak of it no more."""
    for condition in convention.rules.effect.conditions:
        if condition.document == document:
            return condition.label
    return document
