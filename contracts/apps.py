from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = "Conventions"

    def ready(self) -> None:
        # Whoever works on effects looks into uploaded files, and reads the batches of paper.
        import contracts.registered_mail.checks
        import contracts.retention.carrying_out
        import contracts.retention.own_holdings
        import contracts.retention.staff
        import contracts.retention.written_report
        import contracts.services.bulk_runs
        import contracts.services.campaign_closing
        import contracts.services.campaign_launch
        import contracts.services.campaign_preparing
        import contracts.services.campaign_returns
        import contracts.services.campaigns
        import contracts.services.file_verification
        import contracts.services.interpretations
        import contracts.services.letter_deposits
        import contracts.services.scanning  # noqa: F401
        from contracts.measures import CONVENTIONS
        from contracts.models import Convention
        from contracts.services import search_following, searching
        from contracts.services.deadline_sets import follow_conventions
        from contracts.services.four_eyes import require_two_people
        from contracts.services.letter_statuses import read_statuses
        from contracts.services.partner_keys import listen
        from workflows import cache, scheduler
        from workflows.breaker import measure
        from workflows.settling import settled
        from workflows.subjects import guard

        guard(require_two_people)
        listen()
        measure(CONVENTIONS)
        search_following.follow()
        cache.also_examine(searching.disagreements)
        scheduler.each_day("contracts.letter_statuses", read_statuses)
        settled.connect(
            follow_conventions, sender=Convention, dispatch_uid="contracts.deadline_sets"
        )
