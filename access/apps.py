from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "access"
    verbose_name = "Accès"

    def ready(self) -> None:
        from access import checks  # noqa: F401  (registers the system check)
        from access.measures import ACCOUNTS
        from access.models import Habilitation
        from access.services.following import follow_conventions, follow_habilitations
        from contracts.models import Convention
        from workflows.breaker import measure
        from workflows.settling import settled

        measure(ACCOUNTS)
        settled.connect(follow_conventions, sender=Convention)
        settled.connect(follow_habilitations, sender=Habilitation)
