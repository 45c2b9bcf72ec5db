import uuid

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

import contracts.identifiers
import forms_annexes.models.users
from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    # A database migrated before these were one goes on from here.
    replaces = [
        ("forms_annexes", "0001_initial"),
        ("forms_annexes", "0002_triggers"),
        ("forms_annexes", "0003_answer_drafts"),
        ("forms_annexes", "0004_changes_of_users"),
        ("forms_annexes", "0005_declarations"),
        ("forms_annexes", "0006_public_requests"),
        ("forms_annexes", "0007_instruction"),
        ("forms_annexes", "0008_prerequisites"),
        ("forms_annexes", "0009_messages"),
        ("forms_annexes", "0010_structure_changes"),
        ("forms_annexes", "0011_closing_corrections"),
    ]

    initial = True

    dependencies = [
        ("access", "0001_first_release"),
        ("contracts", "0001_first_release"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("viewflow", "0015_task_scheduled"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_requests",
                        to="contracts.convention",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_requests",
                        to="contracts.site",
                    ),
                ),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="numéro")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("create", "Donner accès"),
                            ("replace", "Remplacer un utilisateur"),
                            ("modify", "Modifier un utilisateur"),
                            ("remove", "Retirer l’accès"),
                        ],
                        default="create",
                        max_length=10,
                        verbose_name="objet",
                    ),
                ),
                (
                    "form_code",
                    models.CharField(blank=True, max_length=100, verbose_name="formulaire"),
                ),
                (
                    "status",
                    django_fsm.FSMField(
                        choices=[
                            ("draft", "Brouillon"),
                            ("submitted", "Envoyée"),
                            ("returned", "À compléter"),
                            ("accepted", "Acceptée"),
                            ("refused", "Refusée"),
                            ("lapsed", "Caduque"),
                            ("withdrawn", "Retirée"),
                        ],
                        default="draft",
                        max_length=50,
                        protected=True,
                        verbose_name="statut",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="révision")),
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
                ("received_on", models.DateField(blank=True, null=True, verbose_name="reçue le")),
                ("answers", models.JSONField(blank=True, default=dict, verbose_name="réponses")),
                (
                    "signatory_quality",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="qualité du signataire"
                    ),
                ),
                (
                    "return_reasons",
                    models.JSONField(blank=True, default=list, verbose_name="motifs de retour"),
                ),
                ("return_note", models.TextField(blank=True, verbose_name="pièce attendue")),
                (
                    "origin_checked",
                    models.BooleanField(default=False, verbose_name="provenance vérifiée"),
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
                ("created_at", models.DateTimeField(verbose_name="créée le")),
            ],
            options={
                "verbose_name": "demande d’accès",
                "verbose_name_plural": "demandes d’accès",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "draft",
                                    "submitted",
                                    "returned",
                                    "accepted",
                                    "refused",
                                    "lapsed",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="forms_annexes_request_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["create", "replace", "modify", "remove"])),
                        name="forms_annexes_request_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["online", "paper", "mail"])),
                        name="forms_annexes_request_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        name="forms_annexes_request_numbered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status__in", ("submitted", "returned", "accepted", "refused")),
                                _negated=True,
                            ),
                            ("received_on__isnull", False),
                            _connector="OR",
                        ),
                        name="forms_annexes_request_received_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "returned"), _negated=True),
                            models.Q(("return_reasons", []), _negated=True),
                            _connector="OR",
                        ),
                        name="forms_annexes_request_return_reasoned",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("kind", "create"), ("site__isnull", False), ("status", "draft")
                        ),
                        fields=("convention", "site", "form_code"),
                        name="forms_annexes_request_one_draft_a_site",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("kind", "create"), ("site__isnull", True), ("status", "draft")
                        ),
                        fields=("convention", "form_code"),
                        name="forms_annexes_request_one_draft",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="AnswerDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="forms_annexes.accessrequest",
                    ),
                ),
                ("block", models.CharField(max_length=100, verbose_name="partie")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("content", models.JSONField(verbose_name="contenu")),
                ("saved_at", models.DateTimeField(verbose_name="gardé le")),
            ],
            options={
                "verbose_name": "brouillon de réponses",
                "verbose_name_plural": "brouillons de réponses",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "block", "author"), name="forms_annexes_answerdraft_one"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosingCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField(verbose_name="motif")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="corrigée le")),
            ],
            options={
                "verbose_name": "correction d’une fermeture",
                "verbose_name_plural": "corrections de fermetures",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="forms_annexes_closingcorrection_for_a_reason",
                        violation_error_message="Donnez le motif de la correction.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="contracts.convention",
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
                ("handling_note", models.TextField(blank=True, verbose_name="précision")),
                ("outcome", models.TextField(blank=True, verbose_name="suite donnée")),
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
                ("created_at", models.DateTimeField(verbose_name="enregistrée le")),
            ],
            options={
                "verbose_name": "déclaration",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ("sent", "returned"))),
                        fields=["convention", "created_at"],
                        name="forms_declaration_in_progress",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["sent", "returned", "handled", "withdrawn"])
                        ),
                        name="forms_annexes_declaration_status_known",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["online", "paper", "mail"])),
                        name="forms_annexes_declaration_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        name="forms_annexes_declaration_numbered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("aware_at__isnull", False), ("kind", "breach")),
                            models.Q(
                                models.Q(("kind", "breach"), _negated=True),
                                ("aware_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="forms_annexes_declaration_breach_known_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "returned"), _negated=True),
                            models.Q(("return_comment", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="forms_annexes_declaration_return_explained",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handled_on__isnull", True),
                            ("handled_on__gte", models.F("received_on")),
                            _connector="OR",
                        ),
                        name="forms_annexes_declaration_handled_once_received",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("kind__in", ("notice", "attestation")),
                            ("status__in", ("sent", "returned")),
                        ),
                        fields=("convention", "kind"),
                        name="forms_annexes_declaration_one_in_progress",
                    ),
                ],
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
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="forms_annexes.declaration",
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
                ("at", models.DateTimeField(verbose_name="le")),
            ],
            options={
                "verbose_name": "étape d’une déclaration",
                "verbose_name_plural": "étapes d’une déclaration",
                "ordering": ["declaration", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("declaration", "number"),
                        name="forms_annexes_declarationline_in_order",
                    )
                ],
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("declaration", "evidence"),
                        name="forms_annexes_declarationpiece_once",
                    )
                ],
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
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.caisse",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="dernier numéro")),
            ],
            options={
                "verbose_name": "suite de numéros de déclaration",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caisse", "year"),
                        name="forms_annexes_declarationsequence_one_a_year",
                    )
                ],
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
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="internal_notes",
                        to="forms_annexes.accessrequest",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("text", models.TextField(verbose_name="note")),
                ("at", models.DateTimeField(verbose_name="le")),
                ("token", models.UUIDField(unique=True, verbose_name="identifiant d’envoi")),
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
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="contracts.convention",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.site",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("role", models.CharField(max_length=30, verbose_name="rôle")),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="forms_annexes.accessrequest",
                    ),
                ),
                ("nonce", models.CharField(max_length=43, verbose_name="tirage")),
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
                ("created_at", models.DateTimeField(verbose_name="créée le")),
                ("expires_at", models.DateTimeField(verbose_name="expire le")),
                (
                    "claimed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="acceptée le"),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="révoquée le"),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="forms_annexes_invitation_expires",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("claimed_at__isnull", True),
                            ("revoked_at__isnull", True),
                            _connector="OR",
                        ),
                        name="forms_annexes_invitation_claimed_or_revoked",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("claimed_at__isnull", True), ("revoked_at__isnull", True)
                        ),
                        fields=("convention", "user"),
                        name="forms_annexes_invitation_one_open",
                    ),
                ],
            },
        ),
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
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prerequisite_documents",
                        to="contracts.convention",
                    ),
                ),
                ("document", models.CharField(max_length=100, verbose_name="pièce")),
                ("given_by", models.CharField(max_length=200, verbose_name="donnée par")),
                ("service", models.CharField(blank=True, max_length=100, verbose_name="service")),
                ("received_on", models.DateField(verbose_name="reçue le")),
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
                (
                    "correction",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="motif de la correction"
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
                ("deposited_at", models.DateTimeField(verbose_name="enregistrée le")),
            ],
            options={
                "verbose_name": "pièce préalable",
                "verbose_name_plural": "pièces préalables",
                "ordering": ["convention", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day__isnull", True),
                            ("last_day__gte", models.F("first_day")),
                            _connector="OR",
                        ),
                        name="forms_annexes_prerequisitedocument_period_in_order",
                        violation_error_message="Le dernier jour précède le premier.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document", ""), _negated=True),
                        name="forms_annexes_prerequisite_document_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("given_by", ""), _negated=True),
                        name="forms_annexes_prerequisite_given_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("correction", ""), ("replaces__isnull", True)),
                            models.Q(
                                ("replaces__isnull", False),
                                models.Q(("correction", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="forms_annexes_prerequisite_correction_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaces__isnull", True),
                            models.Q(("replaces", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="forms_annexes_prerequisite_replaces_another",
                    ),
                ],
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
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_made",
                        to="forms_annexes.prerequisitedocument",
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
                (
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("checked_at", models.DateTimeField(verbose_name="vérifiée le")),
            ],
            options={
                "verbose_name": "vérification d’une pièce préalable",
                "verbose_name_plural": "vérifications de pièces préalables",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "accepted"), ("reason", "")),
                            models.Q(
                                ("outcome", "refused"), models.Q(("reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="forms_annexes_prerequisitecheck_refusal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", "other"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="forms_annexes_prerequisitecheck_other_said",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="référence"
                    ),
                ),
                ("nonce", models.CharField(max_length=43, verbose_name="tirage")),
                (
                    "confirmation",
                    models.CharField(
                        blank=True, max_length=43, verbose_name="tirage de confirmation"
                    ),
                ),
                (
                    "rulebook_code",
                    models.CharField(max_length=100, verbose_name="modèle de convention"),
                ),
                ("form_code", models.CharField(max_length=100, verbose_name="formulaire")),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_requests",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "status",
                    django_fsm.FSMField(
                        choices=[
                            ("unconfirmed", "Adresse à confirmer"),
                            ("received", "Reçue"),
                            ("prepared", "Convention en préparation"),
                            ("refused", "Refusée"),
                            ("withdrawn", "Retirée"),
                        ],
                        default="unconfirmed",
                        max_length=50,
                        protected=True,
                        verbose_name="statut",
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="numéro")),
                (
                    "siret",
                    models.CharField(
                        blank=True,
                        max_length=14,
                        validators=[contracts.identifiers.validate_siret],
                        verbose_name="SIRET",
                    ),
                ),
                (
                    "partner_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("commune", "Commune"),
                            ("intercommunal_body", "Intercommunalité"),
                            ("departement", "Département"),
                            ("ccas", "Centre communal d’action sociale (CCAS)"),
                            ("cias", "Centre intercommunal d’action sociale (CIAS)"),
                            ("association", "Association"),
                            ("non_profit_body", "Organisme à but non lucratif"),
                            ("company", "Société"),
                            ("public_establishment", "Établissement public"),
                        ],
                        max_length=30,
                        verbose_name="nature",
                    ),
                ),
                ("answers", models.JSONField(blank=True, default=dict, verbose_name="réponses")),
                (
                    "users",
                    models.JSONField(blank=True, default=list, verbose_name="personnes nommées"),
                ),
                (
                    "contact",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_request",
                        to="contracts.person",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="commencée le")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="envoyée le")),
                ("received_on", models.DateField(blank=True, null=True, verbose_name="reçue le")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="close le")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "refusal_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("other_caisse", "Ces établissements relèvent d’une autre caisse"),
                            (
                                "not_concerned",
                                "Ce service n’est pas ouvert à un organisme comme le vôtre",
                            ),
                            ("already", "Une convention existe déjà pour ces établissements"),
                            ("unverified", "Les renseignements donnés n’ont pas pu être vérifiés"),
                            ("other", "Autre motif"),
                        ],
                        max_length=20,
                        verbose_name="motif du refus",
                    ),
                ),
                ("refusal_note", models.TextField(blank=True, verbose_name="précision")),
                (
                    "convention",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_request",
                        to="contracts.convention",
                    ),
                ),
                (
                    "access_request",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_request",
                        to="forms_annexes.accessrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande faite en ligne avant la convention",
                "verbose_name_plural": "demandes faites en ligne avant la convention",
                "ordering": ["received_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["unconfirmed", "received", "prepared", "refused", "withdrawn"],
                            )
                        ),
                        name="forms_annexes_public_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("number", ""),
                                ("received_on__isnull", True),
                                ("status", "unconfirmed"),
                            ),
                            models.Q(
                                models.Q(("status", "unconfirmed"), _negated=True),
                                models.Q(("number", ""), _negated=True),
                                ("received_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="forms_annexes_public_numbered_once_received",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status__in", ("received", "prepared", "refused")), _negated=True
                            ),
                            ("contact__isnull", False),
                            _connector="OR",
                        ),
                        name="forms_annexes_public_has_a_sender",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", True),
                                ("status__in", ["unconfirmed", "received"]),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("status__in", ["prepared", "refused", "withdrawn"]),
                            ),
                            _connector="OR",
                        ),
                        name="forms_annexes_public_closed_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["prepared", "refused"]), _negated=True),
                            ("closed_by__isnull", False),
                            _connector="OR",
                        ),
                        name="forms_annexes_public_decided_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status", "refused"),
                                models.Q(("refusal_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("status", "refused"), _negated=True),
                                ("refusal_reason", ""),
                            ),
                            _connector="OR",
                        ),
                        name="forms_annexes_public_refusal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("convention__isnull", False), ("status", "prepared")),
                            models.Q(
                                models.Q(("status", "prepared"), _negated=True),
                                ("access_request__isnull", True),
                                ("convention__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="forms_annexes_public_prepared_is_a_draft",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("siret", ""), ("siret__regex", "^[0-9]{14}$"), _connector="OR"
                        ),
                        name="forms_annexes_public_siret_form",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("number",),
                        name="forms_annexes_public_number",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="RequestedUser",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="users",
                        to="forms_annexes.accessrequest",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                (
                    "reference",
                    models.CharField(
                        default=forms_annexes.models.users.new_reference,
                        max_length=32,
                        unique=True,
                        verbose_name="référence",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="prénom")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="nom")),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="adresse électronique"
                    ),
                ),
                (
                    "answers",
                    models.JSONField(blank=True, default=dict, verbose_name="autres réponses"),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.habilitation",
                    ),
                ),
                (
                    "leaves_on",
                    models.DateField(blank=True, null=True, verbose_name="jour du départ"),
                ),
                (
                    "new_profile",
                    models.CharField(blank=True, max_length=40, verbose_name="nouveau profil"),
                ),
                (
                    "new_scope",
                    models.JSONField(blank=True, null=True, verbose_name="nouveau périmètre"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requested_accesses",
                        to="contracts.person",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("pending", "À instruire"),
                            ("accepted", "Accepté"),
                            ("refused", "Refusé"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="décision",
                    ),
                ),
                (
                    "refusal_reason",
                    models.CharField(blank=True, max_length=40, verbose_name="motif du refus"),
                ),
                ("refusal_note", models.TextField(blank=True, verbose_name="précision")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="décidé le"),
                ),
                (
                    "grant_problem",
                    models.TextField(blank=True, verbose_name="habilitation empêchée"),
                ),
            ],
            options={
                "verbose_name": "utilisateur demandé",
                "ordering": ["request", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "position"), name="forms_annexes_user_position_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decision", "pending")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decision__in", ["accepted", "refused"]),
                            ),
                            _connector="OR",
                        ),
                        name="forms_annexes_user_decided_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "refused"), _negated=True),
                            models.Q(("refusal_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="forms_annexes_user_refusal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "accepted"), _negated=True),
                            ("person__isnull", False),
                            _connector="OR",
                        ),
                        name="forms_annexes_user_accepted_is_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaces__isnull", False),
                            models.Q(
                                ("leaves_on__isnull", True),
                                ("new_profile", ""),
                                ("new_scope__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="forms_annexes_user_change_of_a_right",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaces__isnull", False)),
                        fields=("request", "replaces"),
                        name="forms_annexes_user_each_right_once",
                    ),
                ],
            },
        ),
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
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="forms_annexes.accessrequest",
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
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("text", models.TextField(verbose_name="message")),
                ("at", models.DateTimeField(verbose_name="le")),
                ("token", models.UUIDField(unique=True, verbose_name="identifiant d’envoi")),
            ],
            options={
                "verbose_name": "message sur une demande",
                "verbose_name_plural": "messages sur une demande",
                "ordering": ["request", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["partner", "caisse"])),
                        name="forms_annexes_message_side_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="forms_annexes_message_says_something",
                    ),
                ],
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
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reading",
                        to="forms_annexes.requestmessage",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="lu le")),
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
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="forms_annexes.requestmessage",
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
            ],
            options={
                "verbose_name": "fichier d’un message",
                "verbose_name_plural": "fichiers d’un message",
                "ordering": ["message", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RequestPiece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pieces",
                        to="forms_annexes.accessrequest",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("signed_form", "Formulaire signé"),
                            ("delegation", "Délégation de signature"),
                            ("other", "Autre pièce"),
                        ],
                        max_length=20,
                        verbose_name="nature",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request_pieces",
                        to="contracts.evidencefile",
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce d’une demande",
                "verbose_name_plural": "pièces d’une demande",
                "ordering": ["request", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "evidence"), name="forms_annexes_piece_joined_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestProcess",
            fields=[
                (
                    "process_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="viewflow.process",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="process",
                        to="forms_annexes.accessrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "instruction d’une demande",
                "verbose_name_plural": "instructions d’une demande",
            },
            bases=("viewflow.process",),
        ),
        migrations.CreateModel(
            name="RequestSequence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.caisse",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="dernier numéro")),
            ],
            options={
                "verbose_name": "suite de numéros de demande",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caisse", "year"), name="forms_annexes_requestsequence_one_a_year"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestTransition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transitions",
                        to="forms_annexes.accessrequest",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="rang")),
                (
                    "name",
                    models.CharField(
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
                (
                    "source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "Brouillon"),
                            ("submitted", "Envoyée"),
                            ("returned", "À compléter"),
                            ("accepted", "Acceptée"),
                            ("refused", "Refusée"),
                            ("lapsed", "Caduque"),
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
                            ("draft", "Brouillon"),
                            ("submitted", "Envoyée"),
                            ("returned", "À compléter"),
                            ("accepted", "Acceptée"),
                            ("refused", "Refusée"),
                            ("lapsed", "Caduque"),
                            ("withdrawn", "Retirée"),
                        ],
                        max_length=20,
                        verbose_name="à",
                    ),
                ),
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
                ("at", models.DateTimeField(verbose_name="le")),
                ("reasons", models.JSONField(blank=True, default=list, verbose_name="motifs")),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "étape d’une demande",
                "verbose_name_plural": "étapes d’une demande",
                "ordering": ["request", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "number"), name="forms_annexes_transition_number_unique"
                    )
                ],
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
            ],
            options={
                "verbose_name": "rappel",
                "verbose_name_plural": "rappels",
                "ordering": ["request", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("since", "audience", "number"), name="forms_annexes_reminder_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="forms_annexes_reminder_numbered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["partner", "caisse"])),
                        name="forms_annexes_reminder_audience_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lapses_after__isnull", True),
                            models.Q(
                                ("audience", "partner"), ("lapses_after__gt", models.F("asked_on"))
                            ),
                            _connector="OR",
                        ),
                        name="forms_annexes_reminder_lapse_announced_before",
                    ),
                ],
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
                (
                    "transition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="forms_annexes.requesttransition",
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
                (
                    "transition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="forms_annexes.requesttransition",
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
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="forms_annexes.accessrequest",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[("code", "Par code reçu par courriel"), ("hand", "À la main")],
                        max_length=10,
                        verbose_name="manière",
                    ),
                ),
                ("quality", models.CharField(max_length=200, verbose_name="qualité du signataire")),
                ("signed_on", models.DateField(verbose_name="signée le")),
                (
                    "document_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte du contenu signé"),
                ),
                (
                    "piece",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="forms_annexes.requestpiece",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="enregistrée le")),
            ],
            options={
                "verbose_name": "signature d’une demande",
                "verbose_name_plural": "signatures d’une demande",
                "ordering": ["request", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("method", "code"),
                            models.Q(("method", "hand"), ("piece__isnull", False)),
                            _connector="OR",
                        ),
                        name="forms_annexes_signature_by_hand_is_seen",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document_sha256__regex", "^[0-9a-f]{64}$")),
                        name="forms_annexes_signature_sha256_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quality", ""), _negated=True),
                        name="forms_annexes_signature_quality_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignatureLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signature_links",
                        to="forms_annexes.accessrequest",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.person",
                    ),
                ),
                ("nonce", models.CharField(max_length=43, verbose_name="tirage")),
                (
                    "document_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte du contenu à signer"),
                ),
                ("created_at", models.DateTimeField(verbose_name="créé le")),
                ("expires_at", models.DateTimeField(verbose_name="expire le")),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="révoqué le"),
                ),
            ],
            options={
                "verbose_name": "lien de signature",
                "verbose_name_plural": "liens de signature",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("request",),
                        name="forms_annexes_signaturelink_one_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignatureCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signature_codes",
                        to="forms_annexes.accessrequest",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to="forms_annexes.signaturelink",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte du contenu à signer"),
                ),
                (
                    "digest",
                    models.CharField(blank=True, max_length=64, verbose_name="empreinte du code"),
                ),
                ("asked_at", models.DateTimeField(verbose_name="demandé le")),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="expire le"),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="essais")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="utilisé le")),
            ],
            options={
                "verbose_name": "code de signature",
                "verbose_name_plural": "codes de signature",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("link__isnull", True), ("user__isnull", False)),
                            models.Q(("link__isnull", False), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="forms_annexes_signaturecode_for_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("digest", ""), ("expires_at__isnull", True)),
                            models.Q(
                                models.Q(("digest", ""), _negated=True),
                                ("expires_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="forms_annexes_signaturecode_expires",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StructureChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "identifier",
                    models.UUIDField(
                        default=uuid.uuid4, unique=True, verbose_name="envoi du formulaire"
                    ),
                ),
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="structure_changes",
                        to="contracts.convention",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("add", "Structure ajoutée"), ("close", "Structure fermée")],
                        max_length=10,
                        verbose_name="nature",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="contracts.site",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=250, verbose_name="nom")),
                ("siret", models.CharField(blank=True, max_length=14, verbose_name="SIRET")),
                ("address", models.TextField(blank=True, verbose_name="adresse")),
                ("closes_on", models.DateField(blank=True, null=True, verbose_name="ferme le")),
                (
                    "follows",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="forms_annexes.closingcorrection",
                    ),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("declared_at", models.DateTimeField(verbose_name="déclarée le")),
            ],
            options={
                "verbose_name": "changement de structure",
                "verbose_name_plural": "changements de structures",
                "ordering": ["declared_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closes_on__isnull", True),
                                ("kind", "add"),
                                ("site__isnull", True),
                                models.Q(("name", ""), _negated=True),
                            ),
                            models.Q(
                                ("closes_on__isnull", False),
                                ("kind", "close"),
                                ("name", ""),
                                ("site__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="forms_annexes_structurechange_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("siret", ""), ("siret__regex", "^[0-9]{14}$"), _connector="OR"
                        ),
                        name="forms_annexes_structurechange_siret_form",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("follows__isnull", True), ("kind", "close")),
                        fields=("site",),
                        name="forms_annexes_structurechange_closed_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "close"), ("follows__isnull", True), _connector="OR"
                        ),
                        name="forms_annexes_structurechange_follows_a_correction",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StructureAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "change",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="forms_annexes.structurechange",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.site",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="motif du refus")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="répondu le")),
            ],
            options={
                "verbose_name": "réponse à un changement de structure",
                "verbose_name_plural": "réponses aux changements de structures",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("site__isnull", False)),
                            models.Q(
                                ("site__isnull", True), models.Q(("reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="forms_annexes_structureanswer_one_way",
                        violation_error_message="Donnez le motif du refus.",
                    )
                ],
            },
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
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="forms_annexes.accessrequest",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="rang")),
                (
                    "content_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte du contenu"),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
            ],
            options={
                "verbose_name": "envoi d’une demande",
                "verbose_name_plural": "envois d’une demande",
                "ordering": ["request", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "number"), name="forms_annexes_submission_number_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("content_sha256__regex", "^[0-9a-f]{64}$")),
                        name="forms_annexes_submission_sha256_form",
                    ),
                ],
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
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="content",
                        to="forms_annexes.submission",
                    ),
                ),
                ("content", models.JSONField(blank=True, default=dict, verbose_name="réponses")),
                (
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="effacé le"),
                ),
            ],
            options={
                "verbose_name": "contenu d’un envoi",
                "verbose_name_plural": "contenus d’un envoi",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at__isnull", True), ("content", {}), _connector="OR"
                        ),
                        name="forms_annexes_submittedcontent_erased_is_empty",
                    )
                ],
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
                (
                    "transition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="note",
                        to="forms_annexes.requesttransition",
                        verbose_name="étape",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="motif")),
                (
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="effacé le"),
                ),
            ],
            options={
                "verbose_name": "motif d’une étape",
                "verbose_name_plural": "motifs d’une étape",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("erased_at__isnull", True), models.Q(("text", ""), _negated=True)
                            ),
                            models.Q(("erased_at__isnull", False), ("text", "")),
                            _connector="OR",
                        ),
                        name="forms_annexes_note_written_until_erased",
                    )
                ],
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
                    "transition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdicts",
                        to="forms_annexes.requesttransition",
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
            ],
            options={
                "verbose_name": "décision sur un utilisateur",
                "verbose_name_plural": "décisions sur un utilisateur",
                "ordering": ["transition", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("transition", "user_reference"), name="forms_annexes_verdict_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "accepted"), ("reason", "")),
                            models.Q(
                                ("decision", "refused"), models.Q(("reason", ""), _negated=True)
                            ),
                            models.Q(("decision", "pending"), ("reason", "")),
                            _connector="OR",
                        ),
                        name="forms_annexes_verdict_refusal_reasoned",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="closingcorrection",
            name="change",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="correction",
                to="forms_annexes.structurechange",
            ),
        ),
        AppendOnly("RequestTransition"),
        AppendOnly("Signature"),
        AppendOnly("DeclarationLine"),
        AppendOnly("Submission"),
        AppendOnly("UserVerdict"),
        AppendOnly("PrerequisiteDocument"),
        AppendOnly("PrerequisiteCheck"),
        AppendOnly("RequestReminder"),
        AppendOnly("RequestMessage"),
        AppendOnly("MessageFile"),
        AppendOnly("MessageReading"),
        AppendOnly("InternalNote"),
        AppendOnly("StructureAnswer"),
        AppendOnly("StructureChange"),
        AppendOnly("ClosingCorrection"),
    ]
