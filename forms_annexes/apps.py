from django.apps import AppConfig


class FormsAnnexesConfig(AppConfig):
    name = "forms_annexes"
    verbose_name = "Espace partenaire"
