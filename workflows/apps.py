from django.apps import AppConfig, apps


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = "Cycles de vie"

    def ready(self) -> None:
        from workflows import head_files, heads, scheduler  # noqa: F401 (publishes the heads)

        scheduler.each_day("workflows.heads", heads.take)
        if apps.is_installed("procrastinate.contrib.django"):
            from workflows import jobs

            jobs.connect()
