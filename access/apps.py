from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "access"
    verbose_name = "Accès"

    def ready(self) -> None:
        from access import checks  # noqa: F401  (registers the system check)
        from access.models import Habilitation
        from access.services.following import follow_convention, follow_habilitation
        from contracts.models import Convention
        from workflows.subjects import settled

        settled.connect(follow_convention, sender=Convention)
        settled.connect(follow_habilitation, sender=Habilitation)
