from django.apps import AppConfig


class FormsAnnexesConfig(AppConfig):
    name = "forms_annexes"
    verbose_name = "Espace partenaire"

    def ready(self) -> None:
        from access.flags import also_flag
        from access.setting_checks import also_read
        from contracts.models import Convention, FileVerification
        from contracts.services.file_verification import file_refused

        # Makes its kinds of messages known.
        from forms_annexes import (  # noqa: F401
            declaration_mails,
            holdings,
            retention,
            waiting_policy,
        )
        from forms_annexes.declarations.settings import read_settings
        from forms_annexes.services import (
            message_mails,
            prerequisite_flags,
            prerequisite_reminders,
            public_offer,
            request_reminders,
        )
        from forms_annexes.services.departures import take_effect_today
        from forms_annexes.services.granting import follow_conventions
        from forms_annexes.services.public_purge import purge_unconfirmed
        from workflows import scheduler
        from workflows.settling import settled

        also_read(
            waiting_policy.setting_of,
            prerequisite_reminders.days_before,
            public_offer.types_chosen,
            read_settings,
        )
        also_flag("forms_annexes.prerequisites", prerequisite_flags.flags)
        scheduler.each_day("forms_annexes.prerequisites", prerequisite_reminders.remind)
        scheduler.each_day("forms_annexes.requests", request_reminders.run)
        scheduler.each_day("forms_annexes.public_requests", purge_unconfirmed)

        settled.connect(
            follow_conventions, sender=Convention, dispatch_uid="forms_annexes.granting"
        )
        scheduler.each_day("forms_annexes.departures", take_effect_today)
        file_refused.connect(
            message_mails.on_file_refused,
            sender=FileVerification,
            dispatch_uid="forms_annexes.message_mails",
        )
