from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = "Bureau"

    def ready(self) -> None:
        from desk.demonstration import shifted_clock

        shifted_clock.load()
