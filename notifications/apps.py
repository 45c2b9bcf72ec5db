from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Messages"

    def ready(self) -> None:
        # They register the sending of messages, their kinds and the mailing of heads.
        from notifications import deadline_mails, delivery, journal_heads  # noqa: F401
        from notifications.bounces.inbox import read_configured
        from notifications.calendars.addresses import tell_everybody
        from notifications.courtesy import remind_partners
        from notifications.reminders import remind
        from workflows import scheduler

        autodiscover_modules("mails")
        scheduler.each_day("notifications.bounces", read_configured)
        scheduler.each_day("notifications.reminders", remind)
        scheduler.each_day("notifications.courtesy", remind_partners)
        scheduler.each_day("notifications.calendars", tell_everybody)
