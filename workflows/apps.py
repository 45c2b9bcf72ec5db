from django.apps import AppConfig, apps


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = "Cycles de vie"

    def ready(self) -> None:
        from workflows import (
            head_files,  # noqa: F401 (publishes the heads)
            heads,
            journal_check,
            scheduler,
        )

        scheduler.each_day("workflows.heads", heads.take)
        scheduler.each_day("workflows.journal_check", journal_check.check_once_a_day)
        if apps.is_installed("procrastinate.contrib.django"):
            from workflows import jobs

            jobs.connect()
