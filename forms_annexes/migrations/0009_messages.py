import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0011_file_verifications"),
        ("forms_annexes", "0008_prerequisites"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RequestMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("partner", "Partenaire"), ("caisse", "Caisse")],
                        max_length=10,
                        verbose_name="de",
                    ),
                ),
                ("text", models.TextField(verbose_name="message")),
                ("at", models.DateTimeField(verbose_name="le")),
                ("token", models.UUIDField(unique=True, verbose_name="identifiant d’envoi")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="forms_annexes.accessrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "message sur une demande",
                "verbose_name_plural": "messages sur une demande",
                "ordering": ["request", "pk"],
            },
        ),
        migrations.CreateModel(
            name="MessageReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="lu le")),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reading",
                        to="forms_annexes.requestmessage",
                    ),
                ),
            ],
            options={
                "verbose_name": "lecture d’un message",
                "verbose_name_plural": "lectures de messages",
            },
        ),
        migrations.CreateModel(
            name="MessageFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "evidence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="message_file",
                        to="contracts.evidencefile",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="forms_annexes.requestmessage",
                    ),
                ),
            ],
            options={
                "verbose_name": "fichier d’un message",
                "verbose_name_plural": "fichiers d’un message",
                "ordering": ["message", "pk"],
            },
        ),
        migrations.CreateModel(
            name="InternalNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="note")),
                ("at", models.DateTimeField(verbose_name="le")),
                ("token", models.UUIDField(unique=True, verbose_name="identifiant d’envoi")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="internal_notes",
                        to="forms_annexes.accessrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "note interne",
                "verbose_name_plural": "notes internes",
                "ordering": ["request", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="forms_annexes_note_says_something",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="requestmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["partner", "caisse"])),
                name="forms_annexes_message_side_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="forms_annexes_message_says_something",
            ),
        ),
        AppendOnly("RequestMessage"),
        AppendOnly("MessageFile"),
        AppendOnly("MessageReading"),
        AppendOnly("InternalNote"),
    ]
