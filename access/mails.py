"""The notification of habilitation: with the temporary password where the directory makes one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from access.channels import activation_hours
from access.models import Habilitation, UserReview
from access.review_policy import NO_CONSEQUENCE, asked_by, policy_of, silence_in_words
from access.services import activation, dormancy, reviews
from access.services.by_agent import KIND_SEALED
from access.services.notification import (
    KIND,
    KIND_BY_HAND,
    KIND_LINK,
    credentials_left,
    opens_its_service,
    temporary_password,
)
from access.services.self_service import KIND_LOST
from contracts.models import Caisse
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.models import Message
from notifications.recipients import Group, Recipient
from notifications.writing import site_address
from workflows import clock
from workflows.french import count

_WHY = "Vous recevez ce message parce qu’un accès à un service de la caisse vous concerne."


class _AboutHabilitation(MessageKind):
    why = _WHY

    def values(self, message: Message) -> Mapping[str, Any]:
        habilitation = _habilitation(message)
        if not opens_its_service(habilitation):
            raise NothingToSend("L’accès n’est plus ouvert.")
        return {
            "user": habilitation.person.get_full_name(),
            "identifier": habilitation.account.identifier,
            "opens_on": habilitation.convention.effect_on,
        }


@register
class HabilitationGranted(_AboutHabilitation):
    """The credentials leave: their sending is an act of the habilitation."""

    code = KIND
    label = "Notification d’habilitation"
    leaves = "quand l’annuaire ouvre le service, si le mot de passe part par courriel"
    recipients = (Recipient.HABILITATED,)
    group = Group.ACCESSES
    letter = "notification-habilitation"

    def secrets(self, message: Message) -> Mapping[str, str]:
        return {"temporary_password": temporary_password(_habilitation(message))}

    def sent(self, message: Message) -> None:
        _left(message)


@register
class HabilitationActivation(_AboutHabilitation):
    """The link on which the user chooses the password; made again, the former opens nothing."""

    code = KIND_LINK
    label = "Notification d’habilitation, avec lien d’activation"
    leaves = "quand l’annuaire ouvre le service, si la caisse a choisi le lien d’activation"
    recipients = (Recipient.HABILITATED,)
    group = Group.ACCESSES
    action = "Choisir mon mot de passe"
    secret_link = "link"  # noqa: S105 — the name of a value
    link_made_once = True

    def values(self, message: Message) -> Mapping[str, Any]:
        hours = activation_hours(_habilitation(message).account.caisse.settings)
        return {**super().values(message), "hours": str(hours)}

    def secrets(self, message: Message) -> Mapping[str, str]:
        token = activation.new_token(_habilitation(message))
        return {"link": site_address(reverse("activation_link", args=[token]))}

    def sent(self, message: Message) -> None:
        _left(message)


@register
class HabilitationSealed(_AboutHabilitation):
    """The notification as an encrypted file: this mail says nothing that opens it."""

    code = KIND_SEALED
    label = "Notification d’habilitation chiffrée"
    leaves = "quand un agent envoie la notification chiffrée"
    recipients = (Recipient.HABILITATED,)
    group = Group.ACCESSES

    def values(self, message: Message) -> Mapping[str, Any]:
        super().values(message)
        return {}


@register
class PasswordLost(_AboutHabilitation):
    """Another password, for who asked for it; the one before stopped working."""

    code = KIND_LOST
    label = "Nouveau mot de passe demandé par l’utilisateur"
    leaves = "quand l’utilisateur demande un autre mot de passe"
    recipients = (Recipient.WHO_ASKS,)
    group = Group.ACCESSES
    why = "Vous recevez ce message parce qu’un mot de passe a été demandé pour votre compte."

    def values(self, message: Message) -> Mapping[str, Any]:
        super().values(message)
        return {}

    def secrets(self, message: Message) -> Mapping[str, str]:
        return {"temporary_password": temporary_password(_habilitation(message))}

    def sent(self, message: Message) -> None:
        _left(message)


@register
class HabilitationRegistered(_AboutHabilitation):
    """The access is open; its password is handed over by the caisse itself."""

    code = KIND_BY_HAND
    label = "Accès inscrit, mot de passe remis par la caisse"
    leaves = "quand l’annuaire ouvre le service, si la caisse remet elle-même le mot de passe"
    recipients = (Recipient.HABILITATED,)
    group = Group.ACCESSES


def _left(message: Message) -> None:
    credentials_left(_habilitation(message), clock.today(), by=f"message-{message.pk}")


@register
class DormancyWarning(MessageKind):
    """The partner learns that a user no longer connects, a while before a closing is possible."""

    code = dormancy.WARNING
    label = "Accès inutilisé"
    leaves = "quand un utilisateur ne se connecte plus, avant que son accès puisse être fermé"
    recipients = (Recipient.PARTNER_CONTACT, Recipient.HABILITATED)
    group = Group.ACCESSES
    why = _WHY

    def values(self, message: Message) -> Mapping[str, Any]:
        habilitation = _habilitation(message)
        day = date.fromisoformat(message.context["dormant_on"])
        if habilitation.state == "closed" or habilitation.dormant_on != day:
            raise NothingToSend("L’utilisateur s’est connecté depuis, ou son accès est fermé.")
        return {
            "user": habilitation.person.get_full_name(),
            "unused_since": habilitation.last_login_on
            or habilitation.notified_on
            or habilitation.granted_on,
            "closing_from": day,
        }


@register
class DormancyDigest(MessageKind):
    """An agent learns how many accesses nobody uses, and how many may be closed."""

    code = dormancy.DIGEST
    label = "Accès inutilisés à examiner"
    leaves = "quand des accès viennent de cesser de servir, ou peuvent être fermés"
    recipients = (Recipient.AGENTS,)
    group = Group.ACCESSES
    optional = True
    of_convention = False
    action = "Voir ces accès"
    why = "Vous recevez ce message parce que vous suivez les accès de cette caisse."

    def values(self, message: Message) -> Mapping[str, Any]:
        warned = dormancy.warned_on(clock.today()).filter(pk__in=message.context["warned"]).count()
        number = _proposed(message).count()
        if not warned and not number:
            raise NothingToSend("Ces accès ont servi depuis, ou sont fermés.")
        return {
            "caisse": Caisse.objects.get(pk=message.context["caisse"]).name,
            "warned": count(warned, "accès", "accès"),
            "proposed": count(number, "accès", "accès"),
        }

    def path(self, message: Message) -> str:
        """The list of those to close, else of those that will be soon."""
        caisse = Caisse.objects.get(pk=message.context["caisse"])
        wanted = "inactivite" if _proposed(message).exists() else "bientot"
        query = urlencode({"etat": wanted, "caisse": caisse.code})
        return f"{reverse('users')}?{query}"


def _proposed(message: Message) -> QuerySet[Habilitation]:
    """Of the accesses that a digest is about, those that may be closed now."""
    return dormancy.proposed_on(clock.today()).filter(
        pk__in=[*message.context["warned"], *message.context["proposed"]]
    )


class _AboutReview(MessageKind):
    why = "Vous recevez ce message parce que vous répondez pour le partenaire de cette convention."

    def values(self, message: Message) -> Mapping[str, Any]:
        review = UserReview.objects.select_related("convention__pinned").get(
            pk=message.context["review"]
        )
        if not review.is_open:
            raise NothingToSend("La liste des utilisateurs est confirmée.")
        users = review.users.exclude(habilitation__state="closed").count()
        if not users:
            raise NothingToSend("Plus aucun utilisateur de cette liste n’a d’accès.")
        policy = policy_of(review.convention)
        suspends = policy is not None and policy.suspend_after is not None
        return {
            "users": count(users, "utilisateur"),
            "opened_on": review.opened_on,
            "due_on": review.due_on,
            "asked_by": asked_by(review),
            "silence": silence_in_words(review) if suspends else NO_CONSEQUENCE,
        }


@register
class ReviewAsked(_AboutReview):
    """The partner is asked who still needs an access."""

    code = reviews.ASKED
    label = "Liste des utilisateurs à confirmer"
    leaves = "quand la liste des utilisateurs est à confirmer"
    recipients = (Recipient.PARTNER_CONTACT,)
    group = Group.ACCESSES


@register
class ReviewRecalled(_AboutReview):
    """Nobody answered yet."""

    code = reviews.REMINDER
    label = "Rappel : liste des utilisateurs à confirmer"
    leaves = "quand la liste n’a pas été confirmée à temps"
    recipients = (Recipient.PARTNER_CONTACT,)
    group = Group.ACCESSES


def _habilitation(message: Message) -> Habilitation:
    return Habilitation.objects.select_related("account__caisse", "person", "convention").get(
        pk=message.context["habilitation"]
    )
