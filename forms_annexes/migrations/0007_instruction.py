import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("forms_annexes", "0006_public_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="requesttransition",
            name="agent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="requesttransition",
            name="name",
            field=models.CharField(
                choices=[
                    ("start", "Ouverture"),
                    ("submit", "Envoi"),
                    ("give_back", "Retour pour complément"),
                    ("accept", "Acceptation"),
                    ("refuse", "Refus"),
                    ("lapse", "Caducité"),
                    ("withdraw", "Retrait"),
                    ("decide", "Décision sur une partie des personnes"),
                    ("correct", "Correction d’une faute de frappe"),
                    ("reopen", "Réouverture"),
                    ("take", "Prise en charge"),
                    ("hand_back", "Remise à la file"),
                    ("assign", "Confiée à un agent"),
                ],
                max_length=20,
                verbose_name="quoi",
            ),
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="rang")),
                (
                    "content_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte du contenu"),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="forms_annexes.accessrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "envoi d’une demande",
                "verbose_name_plural": "envois d’une demande",
                "ordering": ["request", "number"],
            },
        ),
        migrations.CreateModel(
            name="SubmittedContent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.JSONField(blank=True, default=dict, verbose_name="réponses")),
                (
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="effacé le"),
                ),
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="content",
                        to="forms_annexes.submission",
                    ),
                ),
            ],
            options={
                "verbose_name": "contenu d’un envoi",
                "verbose_name_plural": "contenus d’un envoi",
            },
        ),
        migrations.CreateModel(
            name="TransitionNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="motif")),
                (
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="effacé le"),
                ),
                (
                    "transition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="note",
                        to="forms_annexes.requesttransition",
                        verbose_name="étape",
                    ),
                ),
            ],
            options={
                "verbose_name": "motif d’une étape",
                "verbose_name_plural": "motifs d’une étape",
            },
        ),
        migrations.CreateModel(
            name="UserVerdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user_reference",
                    models.CharField(max_length=32, verbose_name="référence de l’utilisateur"),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("pending", "À instruire"),
                            ("accepted", "Accepté"),
                            ("refused", "Refusé"),
                        ],
                        max_length=10,
                        verbose_name="décision",
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, max_length=40, verbose_name="motif du refus"),
                ),
                (
                    "transition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdicts",
                        to="forms_annexes.requesttransition",
                    ),
                ),
            ],
            options={
                "verbose_name": "décision sur un utilisateur",
                "verbose_name_plural": "décisions sur un utilisateur",
                "ordering": ["transition", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CorrectedAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("field", models.CharField(max_length=100, verbose_name="champ")),
                (
                    "user_reference",
                    models.CharField(
                        blank=True, max_length=32, verbose_name="référence de l’utilisateur"
                    ),
                ),
                ("before", models.TextField(blank=True, verbose_name="avant")),
                ("after", models.TextField(blank=True, verbose_name="après")),
                (
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="effacé le"),
                ),
                (
                    "transition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="forms_annexes.requesttransition",
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse corrigée",
                "verbose_name_plural": "réponses corrigées",
                "ordering": ["transition", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at__isnull", True),
                            models.Q(("after", ""), ("before", "")),
                            _connector="OR",
                        ),
                        name="forms_annexes_correctedanswer_erased_is_empty",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnedPoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("field", models.CharField(max_length=100, verbose_name="champ")),
                (
                    "user_reference",
                    models.CharField(
                        blank=True, max_length=32, verbose_name="référence de l’utilisateur"
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="ce qui est attendu")),
                (
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="effacé le"),
                ),
                (
                    "transition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="forms_annexes.requesttransition",
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse à reprendre",
                "verbose_name_plural": "réponses à reprendre",
                "ordering": ["transition", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("transition", "field", "user_reference"),
                        name="forms_annexes_returnedpoint_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("erased_at__isnull", True),
                                models.Q(("comment", ""), _negated=True),
                            ),
                            models.Q(("comment", ""), ("erased_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="forms_annexes_returnedpoint_commented_until_erased",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                fields=("request", "number"), name="forms_annexes_submission_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("content_sha256__regex", "^[0-9a-f]{64}$")),
                name="forms_annexes_submission_sha256_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="submittedcontent",
            constraint=models.CheckConstraint(
                condition=models.Q(("erased_at__isnull", True), ("content", {}), _connector="OR"),
                name="forms_annexes_submittedcontent_erased_is_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="transitionnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at__isnull", True), models.Q(("text", ""), _negated=True)),
                    models.Q(("erased_at__isnull", False), ("text", "")),
                    _connector="OR",
                ),
                name="forms_annexes_note_written_until_erased",
            ),
        ),
        migrations.AddConstraint(
            model_name="userverdict",
            constraint=models.UniqueConstraint(
                fields=("transition", "user_reference"), name="forms_annexes_verdict_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="userverdict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "accepted"), ("reason", "")),
                    models.Q(("decision", "refused"), models.Q(("reason", ""), _negated=True)),
                    models.Q(("decision", "pending"), ("reason", "")),
                    _connector="OR",
                ),
                name="forms_annexes_verdict_refusal_reasoned",
            ),
        ),
        AppendOnly("Submission"),
        AppendOnly("UserVerdict"),
    ]
