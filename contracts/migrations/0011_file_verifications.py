import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0010_user_life"),
    ]

    operations = [
        migrations.CreateModel(
            name="FileVerification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "En cours de vérification"),
                            ("passed", "Vérifié"),
                            ("refused", "Refusé"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("engine", models.CharField(blank=True, max_length=20, verbose_name="vérifié par")),
                ("finding", models.CharField(blank=True, max_length=100, verbose_name="trouvé")),
                ("asked_at", models.DateTimeField(verbose_name="déposé le")),
                (
                    "settled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="vérifié le"),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verification",
                        to="contracts.evidencefile",
                    ),
                ),
            ],
            options={
                "verbose_name": "vérification d’un fichier",
                "verbose_name_plural": "vérifications de fichiers",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("engine", ""), ("settled_at__isnull", True), ("state", "pending")
                            ),
                            models.Q(
                                ("settled_at__isnull", False),
                                ("state__in", ["passed", "refused"]),
                                models.Q(("engine", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_fileverification_settled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "refused"), models.Q(("finding", ""), _negated=True)
                            ),
                            models.Q(
                                models.Q(("state", "refused"), _negated=True), ("finding", "")
                            ),
                            _connector="OR",
                        ),
                        name="contracts_fileverification_refused_for_something",
                    ),
                ],
            },
        ),
    ]
