import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0010_user_life"),
        ("forms_annexes", "0007_instruction"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PrerequisiteDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_day", models.DateField(verbose_name="à compter du")),
                ("last_day", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                ("document", models.CharField(max_length=100, verbose_name="pièce")),
                ("given_by", models.CharField(max_length=200, verbose_name="donnée par")),
                ("service", models.CharField(blank=True, max_length=100, verbose_name="service")),
                ("received_on", models.DateField(verbose_name="reçue le")),
                (
                    "correction",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="motif de la correction"
                    ),
                ),
                ("deposited_at", models.DateTimeField(verbose_name="enregistrée le")),
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prerequisite_documents",
                        to="contracts.convention",
                    ),
                ),
                (
                    "deposited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prerequisite_documents",
                        to="contracts.evidencefile",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="forms_annexes.prerequisitedocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce préalable",
                "verbose_name_plural": "pièces préalables",
                "ordering": ["convention", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PrerequisiteCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("accepted", "Vérifiée"), ("refused", "Refusée")],
                        max_length=10,
                        verbose_name="conclusion",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unsigned", "La pièce n’est pas signée"),
                            ("wrong_authority", "Elle n’est pas donnée par l’autorité attendue"),
                            ("wrong_partner", "Elle ne désigne pas votre organisme"),
                            ("wrong_scope", "Elle ne porte pas sur ce service"),
                            ("wrong_dates", "Ses dates ne conviennent pas"),
                            ("unreadable", "Le fichier est illisible ou incomplet"),
                            ("other", "Autre motif"),
                        ],
                        max_length=20,
                        verbose_name="motif du refus",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="précision")),
                ("checked_at", models.DateTimeField(verbose_name="vérifiée le")),
                (
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_made",
                        to="forms_annexes.prerequisitedocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "vérification d’une pièce préalable",
                "verbose_name_plural": "vérifications de pièces préalables",
            },
        ),
        migrations.CreateModel(
            name="RequestReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[("partner", "au partenaire"), ("caisse", "à la caisse")],
                        max_length=10,
                        verbose_name="à qui",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("asked_on", models.DateField(verbose_name="demandé le")),
                (
                    "lapses_after",
                    models.DateField(blank=True, null=True, verbose_name="caduque après le"),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="forms_annexes.accessrequest",
                    ),
                ),
                (
                    "since",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="forms_annexes.requesttransition",
                    ),
                ),
            ],
            options={
                "verbose_name": "rappel",
                "verbose_name_plural": "rappels",
                "ordering": ["request", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="prerequisitedocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last_day__isnull", True),
                    ("last_day__gte", models.F("first_day")),
                    _connector="OR",
                ),
                name="forms_annexes_prerequisitedocument_period_in_order",
                violation_error_message="Le dernier jour précède le premier.",
            ),
        ),
        migrations.AddConstraint(
            model_name="prerequisitedocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("document", ""), _negated=True),
                name="forms_annexes_prerequisite_document_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="prerequisitedocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("given_by", ""), _negated=True),
                name="forms_annexes_prerequisite_given_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="prerequisitedocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("correction", ""), ("replaces__isnull", True)),
                    models.Q(
                        ("replaces__isnull", False), models.Q(("correction", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="forms_annexes_prerequisite_correction_reasoned",
            ),
        ),
        migrations.AddConstraint(
            model_name="prerequisitedocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaces__isnull", True),
                    models.Q(("replaces", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="forms_annexes_prerequisite_replaces_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="prerequisitecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "accepted"), ("reason", "")),
                    models.Q(("outcome", "refused"), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="forms_annexes_prerequisitecheck_refusal_reasoned",
            ),
        ),
        migrations.AddConstraint(
            model_name="prerequisitecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", "other"), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="forms_annexes_prerequisitecheck_other_said",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestreminder",
            constraint=models.UniqueConstraint(
                fields=("since", "audience", "number"), name="forms_annexes_reminder_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="forms_annexes_reminder_numbered"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ["partner", "caisse"])),
                name="forms_annexes_reminder_audience_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lapses_after__isnull", True),
                    models.Q(("audience", "partner"), ("lapses_after__gt", models.F("asked_on"))),
                    _connector="OR",
                ),
                name="forms_annexes_reminder_lapse_announced_before",
            ),
        ),
        AppendOnly("PrerequisiteDocument"),
        AppendOnly("PrerequisiteCheck"),
        AppendOnly("RequestReminder"),
    ]
