"""The notification of habilitation: with the temporary password where the directory makes one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from access.models import Habilitation
from access.services.notification import (
    KIND,
    KIND_BY_HAND,
    credentials_left,
    opens_its_service,
    temporary_password,
)
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.models import Message
from workflows import clock

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
    letter = "notification-habilitation"

    def secrets(self, message: Message) -> Mapping[str, str]:
        return {"temporary_password": temporary_password(_habilitation(message))}

    def sent(self, message: Message) -> None:
        credentials_left(_habilitation(message), clock.today())


@register
class HabilitationRegistered(_AboutHabilitation):
    """The access is open; its password is handed over by the caisse itself."""

    code = KIND_BY_HAND
    label = "Accès inscrit, mot de passe remis par la caisse"


def _habilitation(message: Message) -> Habilitation:
    return Habilitation.objects.select_related("account__caisse", "person", "convention").get(
        pk=message.context["habilitation"]
    )
