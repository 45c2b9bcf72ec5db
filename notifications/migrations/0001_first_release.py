import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # A database migrated before these were one goes on from here.
    replaces = [("notifications", "0001_initial")]

    initial = True

    dependencies = [
        ("contracts", "0001_first_release"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True, verbose_name="clé")),
                ("kind", models.CharField(max_length=60, verbose_name="modèle")),
                (
                    "convention",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="contracts.convention",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="contracts.person",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("context", models.JSONField(blank=True, default=dict, verbose_name="faits")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "À envoyer"),
                            ("sent", "Envoyé"),
                            ("cancelled", "Sans objet"),
                            ("failed", "Non parti"),
                        ],
                        default="pending",
                        max_length=20,
                        verbose_name="état",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="demandé le")),
                (
                    "problem",
                    models.CharField(blank=True, max_length=300, verbose_name="empêchement"),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="envoyé le")),
                ("address", models.EmailField(blank=True, max_length=254, verbose_name="envoyé à")),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="objet")),
                ("text", models.TextField(blank=True, verbose_name="texte")),
                ("html", models.TextField(blank=True, verbose_name="page")),
            ],
            options={
                "verbose_name": "message",
                "ordering": ["created_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key", ""), _negated=True),
                            models.Q(("kind", ""), _negated=True),
                        ),
                        name="notifications_message_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", True), ("user__isnull", False)),
                            models.Q(("person__isnull", False), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="notifications_message_one_recipient",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["pending", "sent", "cancelled", "failed"])
                        ),
                        name="notifications_message_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            models.Q(
                                ("sent_at__isnull", False),
                                models.Q(("address", ""), _negated=True),
                                models.Q(("subject", ""), _negated=True),
                                models.Q(("text", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="notifications_message_sent_is_whole",
                    ),
                ],
            },
        ),
    ]
