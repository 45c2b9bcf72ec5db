from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "access"
    verbose_name = "Accès"

    def ready(self) -> None:
        # They register the system checks, and where the contents of a file stand.
        from access import checks, holdings, setting_checks  # noqa: F401
        from access.demonstration import named_users
        from access.dispute_parts import habilitations
        from access.measures import ACCOUNTS, REMOVALS
        from access.models import Habilitation
        from access.services import (
            directory_health,
            directory_matching,  # noqa: F401  (registers its effect)
            dormancy,
            import_deposits,
            logins,
            removals,
            reviews,
            search_names,
        )
        from access.services.connection_daily import keep_connections
        from access.services.decision_log import forget_old
        from access.services.following import (
            follow_conventions,
            follow_departures,
            follow_habilitations,
        )
        from contracts.demonstration.loading import also_live
        from contracts.models import Convention
        from contracts.services.dispute_parts import also_from
        from workflows import effects, scheduler
        from workflows.breaker import measure
        from workflows.settling import settled

        also_live(named_users)
        search_names.follow()
        measure(ACCOUNTS)
        measure(reviews.SILENCES)
        scheduler.each_day("access.connections", keep_connections)
        scheduler.each_day("access.decision_log", forget_old)
        scheduler.each_day("access.dormancy", dormancy.warn)
        scheduler.each_day("access.reviews", reviews.run_reviews)
        measure(REMOVALS)
        effects.observe_failures_with(directory_health.after_failure)
        scheduler.each_day("access.removals", removals.ask_for_removals)
        scheduler.each_day("access.import_files", import_deposits.forget_files)
        scheduler.each_day("access.logins", logins.read_logins_once_a_day)
        also_from(habilitations)
        settled.connect(follow_conventions, sender=Convention)
        settled.connect(follow_habilitations, sender=Habilitation)
        # After it: the lane of an account first shuts out who left.
        settled.connect(follow_departures, sender=Habilitation)
