import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0026_outgoing_letters"),
    ]

    operations = [
        migrations.CreateModel(
            name="EndedVisit",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="ended_visit",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ended_at", models.DateTimeField(verbose_name="terminée le")),
            ],
            options={
                "verbose_name": "visite guidée terminée",
                "verbose_name_plural": "visites guidées terminées",
            },
        ),
    ]
