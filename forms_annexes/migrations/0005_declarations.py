import uuid

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0010_user_life"),
        ("forms_annexes", "0004_changes_of_users"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Declaration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="numéro")),
                (
                    "form_token",
                    models.UUIDField(
                        default=uuid.uuid4, unique=True, verbose_name="envoi du formulaire"
                    ),
                ),
                ("kind", models.CharField(max_length=20, verbose_name="objet")),
                (
                    "status",
                    django_fsm.FSMField(
                        choices=[
                            ("sent", "Envoyée"),
                            ("returned", "À compléter"),
                            ("handled", "Traitée"),
                            ("withdrawn", "Retirée"),
                        ],
                        default="sent",
                        max_length=50,
                        protected=True,
                        verbose_name="statut",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="révision")),
                ("declared_on", models.DateField(verbose_name="date du fait")),
                ("aware_at", models.DateTimeField(blank=True, null=True, verbose_name="su le")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("online", "En ligne"),
                            ("paper", "Sur papier"),
                            ("mail", "Par courriel"),
                        ],
                        default="online",
                        max_length=10,
                        verbose_name="voie",
                    ),
                ),
                ("received_on", models.DateField(verbose_name="reçue le")),
                ("answers", models.JSONField(blank=True, default=dict, verbose_name="réponses")),
                ("return_comment", models.TextField(blank=True, verbose_name="complément attendu")),
                ("handled_on", models.DateField(blank=True, null=True, verbose_name="traitée le")),
                ("handling_note", models.TextField(blank=True, verbose_name="précision")),
                ("outcome", models.TextField(blank=True, verbose_name="suite donnée")),
                ("created_at", models.DateTimeField(verbose_name="enregistrée le")),
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="contracts.convention",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="contracts.site",
                    ),
                ),
            ],
            options={
                "verbose_name": "déclaration",
                "ordering": ["-created_at", "-pk"],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="DeclarationLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="rang")),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("send", "Envoi"),
                            ("give_back", "Retour pour complément"),
                            ("send_again", "Renvoi"),
                            ("join", "Pièce jointe"),
                            ("handle", "Traitement"),
                            ("withdraw", "Retrait"),
                        ],
                        max_length=20,
                        verbose_name="quoi",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sent", "Envoyée"),
                            ("returned", "À compléter"),
                            ("handled", "Traitée"),
                            ("withdrawn", "Retirée"),
                        ],
                        max_length=20,
                        verbose_name="de",
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("sent", "Envoyée"),
                            ("returned", "À compléter"),
                            ("handled", "Traitée"),
                            ("withdrawn", "Retirée"),
                        ],
                        max_length=20,
                        verbose_name="à",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="forms_annexes.declaration",
                    ),
                ),
            ],
            options={
                "verbose_name": "étape d’une déclaration",
                "verbose_name_plural": "étapes d’une déclaration",
                "ordering": ["declaration", "number"],
            },
        ),
        migrations.CreateModel(
            name="DeclarationPiece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pieces",
                        to="forms_annexes.declaration",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declaration_pieces",
                        to="contracts.evidencefile",
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce d’une déclaration",
                "verbose_name_plural": "pièces d’une déclaration",
                "ordering": ["declaration", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DeclarationSequence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="dernier numéro")),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.caisse",
                    ),
                ),
            ],
            options={
                "verbose_name": "suite de numéros de déclaration",
            },
        ),
        migrations.AddIndex(
            model_name="declaration",
            index=models.Index(
                condition=models.Q(("status__in", ("sent", "returned"))),
                fields=["convention", "created_at"],
                name="forms_declaration_in_progress",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["sent", "returned", "handled", "withdrawn"])),
                name="forms_annexes_declaration_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        (
                            "breach",
                            "right_request",
                            "address",
                            "signatory",
                            "avenant",
                            "notice",
                            "attestation",
                        ),
                    )
                ),
                name="forms_annexes_declaration_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["online", "paper", "mail"])),
                name="forms_annexes_declaration_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", ""), _negated=True),
                name="forms_annexes_declaration_numbered",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("aware_at__isnull", False), ("kind", "breach")),
                    models.Q(
                        models.Q(("kind", "breach"), _negated=True), ("aware_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="forms_annexes_declaration_breach_known_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "returned"), _negated=True),
                    models.Q(("return_comment", ""), _negated=True),
                    _connector="OR",
                ),
                name="forms_annexes_declaration_return_explained",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("handled_by__isnull", False),
                        ("handled_on__isnull", False),
                        ("status", "handled"),
                    ),
                    models.Q(
                        models.Q(("status", "handled"), _negated=True),
                        ("handled_by__isnull", True),
                        ("handled_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="forms_annexes_declaration_handled_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("handled_on__isnull", True),
                    ("handled_on__gte", models.F("received_on")),
                    _connector="OR",
                ),
                name="forms_annexes_declaration_handled_once_received",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("kind__in", ("notice", "attestation")), ("status__in", ("sent", "returned"))
                ),
                fields=("convention", "kind"),
                name="forms_annexes_declaration_one_in_progress",
            ),
        ),
        migrations.AddConstraint(
            model_name="declarationline",
            constraint=models.UniqueConstraint(
                fields=("declaration", "number"), name="forms_annexes_declarationline_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="declarationpiece",
            constraint=models.UniqueConstraint(
                fields=("declaration", "evidence"), name="forms_annexes_declarationpiece_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="declarationsequence",
            constraint=models.UniqueConstraint(
                fields=("caisse", "year"), name="forms_annexes_declarationsequence_one_a_year"
            ),
        ),
        AppendOnly("DeclarationLine"),
    ]
