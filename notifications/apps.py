from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Messages"

    def ready(self) -> None:
        from notifications.reminders import remind
        from notifications.services import deliver_pending
        from workflows import scheduler

        autodiscover_modules("mails")
        scheduler.each_day("notifications.reminders", remind)
        scheduler.each_minute("notifications.delivery", deliver_pending)
