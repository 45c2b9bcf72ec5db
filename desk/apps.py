from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = "Bureau"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from desk.demonstration import shifted_clock
        from desk.signing_in import sessions

        user_logged_in.connect(sessions.begin_at_sign_in)
        shifted_clock.load()
