from django.apps import AppConfig


class TemplatesConventionsConfig(AppConfig):
    name = "templates_conventions"
    verbose_name = "Modèles de convention"
