from django.apps import AppConfig


class FormsAnnexesConfig(AppConfig):
    name = "forms_annexes"
    verbose_name = "Espace partenaire"

    def ready(self) -> None:
        from contracts.models import Convention
        from forms_annexes.services.granting import follow_conventions
        from workflows.settling import settled

        settled.connect(
            follow_conventions, sender=Convention, dispatch_uid="forms_annexes.granting"
        )
