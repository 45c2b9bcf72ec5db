from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = "Conventions"

    def ready(self) -> None:
        # Whoever works on effects looks into uploaded files, and reads the batches of paper.
        import contracts.services.file_verification
        import contracts.services.scanning  # noqa: F401
        from contracts.measures import CONVENTIONS
        from contracts.models import Convention
        from contracts.services.deadline_sets import follow_conventions
        from workflows.breaker import measure
        from workflows.settling import settled

        measure(CONVENTIONS)
        settled.connect(
            follow_conventions, sender=Convention, dispatch_uid="contracts.deadline_sets"
        )
