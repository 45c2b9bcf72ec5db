from django.apps import AppConfig
from django.core.signals import request_finished
from django.utils.module_loading import autodiscover_modules


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Messages"

    def ready(self) -> None:
        # They register the sending of messages, their kinds, the mailing of heads, the reminders
        # of many, and where the contents of a file stand.
        from notifications import (  # noqa: F401
            bulk_reminders,
            confirmation_mails,
            deadline_mails,
            delivery,
            holdings,
            journal_heads,
            partner_reminder_mails,
            retention,
        )
        from notifications.attestations import ask_partners
        from notifications.bounces.inbox import read_configured
        from notifications.calendars.addresses import tell_everybody
        from notifications.confirmations import confirm
        from notifications.courtesy import remind_partners
        from notifications.kept_connection import close_connection
        from notifications.proof_reminders import remind_of_proofs
        from notifications.reminders import remind
        from notifications.retention_mails import announce
        from notifications.rhythms.gathering import gather_today
        from workflows import effect_worker, scheduler

        effect_worker.rested.connect(close_connection)
        request_finished.connect(close_connection)
        autodiscover_modules("mails")
        scheduler.each_day("notifications.bounces", read_configured)
        scheduler.each_day("notifications.reminders", remind)
        scheduler.each_day("notifications.courtesy", remind_partners)
        scheduler.each_day("notifications.confirmations", confirm)
        scheduler.each_day("notifications.attestations", ask_partners)
        scheduler.each_day("notifications.proofs", remind_of_proofs)
        scheduler.each_day("notifications.retention", announce)
        scheduler.each_day("notifications.calendars", tell_everybody)
        scheduler.each_day("notifications.digests", gather_today)
