from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Messages"

    def ready(self) -> None:
        from notifications import services  # noqa: F401  (registers the sending of messages)
        from notifications.reminders import remind
        from workflows import scheduler

        autodiscover_modules("mails")
        scheduler.each_day("notifications.reminders", remind)
