from django.apps import AppConfig, apps


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = "Cycles de vie"

    def ready(self) -> None:
        if apps.is_installed("procrastinate.contrib.django"):
            from workflows import jobs

            jobs.connect()
