from django.apps import AppConfig
from django.core import checks


class TemplatesConventionsConfig(AppConfig):
    name = "templates_conventions"
    verbose_name = "Modèles de convention"

    def ready(self) -> None:
        from templates_conventions.checks import check_reference, check_texts

        checks.register(check_texts)
        checks.register(check_reference)
