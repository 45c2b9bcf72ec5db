"""``manage.py deliver_messages``: send what waits, where no ``serve`` runs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications.models import Message, MessageState
from notifications.reminders import remind
from notifications.services import deliver_pending
from workflows import clock
from workflows.french import count, typeset


class Command(BaseCommand):
    help = "Demande les rappels du jour et envoie les messages qui attendent."

    def handle(self, *args: Any, **options: Any) -> None:
        remind(clock.today())
        sent = deliver_pending()
        self.stdout.write(typeset(f"{count(sent, 'message envoyé', 'messages envoyés')}."))
        failed = Message.objects.filter(state=MessageState.FAILED).count()
        if failed:
            raise CommandError(
                typeset(
                    f"{count(failed, 'message', 'messages')} n’ont pu partir après tous les essais."
                )
            )
