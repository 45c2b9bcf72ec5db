from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = "Bureau"

    def ready(self) -> None:
        from allauth.mfa.signals import authentication_failed
        from django.contrib.auth.signals import user_logged_in

        from access.services import proposed_acts  # noqa: F401 (registers what two people decide)
        from contracts.services import publishing  # noqa: F401 (registers another of these)
        from desk import checks  # noqa: F401  (registers the system checks)
        from desk.demonstration import shifted_clock
        from desk.retention import showing  # noqa: F401  (shows what two people eliminate)
        from desk.second_factors.attempts import count_failure
        from desk.signing_in import sessions

        authentication_failed.connect(count_failure)

        user_logged_in.connect(sessions.begin_at_sign_in)
        shifted_clock.load()
