from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = "Conventions"

    def ready(self) -> None:
        from contracts.measures import CONVENTIONS
        from workflows.breaker import measure

        measure(CONVENTIONS)
