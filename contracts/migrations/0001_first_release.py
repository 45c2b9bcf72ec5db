import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import contracts.identifiers
import contracts.models.evidence
from workflows.triggers import AppendOnly, NoOverlap
from workflows.two_people import ConfirmedByAnother


class Migration(migrations.Migration):
    # A database migrated before these were one goes on from here.
    replaces = [
        ("contracts", "0001_initial"),
        ("contracts", "0002_triggers"),
        ("contracts", "0003_issued_documents"),
        ("contracts", "0004_partner_memberships"),
        ("contracts", "0005_form_tokens"),
        ("contracts", "0006_sweep"),
        ("contracts", "0007_act_chain"),
        ("contracts", "0008_signed_copies"),
        ("contracts", "0009_avenants"),
        ("contracts", "0010_user_life"),
        ("contracts", "0011_file_verifications"),
        ("contracts", "0012_address_changes"),
        ("contracts", "0013_deadline_sets"),
        ("contracts", "0014_search_words"),
        ("contracts", "0015_open_questions"),
        ("contracts", "0016_second_factor_resets"),
        ("contracts", "0017_positions"),
        ("contracts", "0018_partner_keys"),
        ("contracts", "0019_incoming_letters"),
        ("contracts", "0020_proposals"),
        ("contracts", "0021_saved_views"),
        ("contracts", "0022_staff_changes"),
        ("contracts", "0023_bulk_runs"),
        ("contracts", "0024_notes"),
        ("contracts", "0025_hand_set_deadlines"),
        ("contracts", "0026_outgoing_letters"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeadlineSet",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
            ],
            options={
                "verbose_name": "échéances communes",
                "verbose_name_plural": "échéances communes",
            },
        ),
        migrations.CreateModel(
            name="Partner",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=250, verbose_name="nom")),
                (
                    "kind",
                    models.CharField(
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
                (
                    "siren",
                    models.CharField(
                        blank=True,
                        max_length=9,
                        validators=[contracts.identifiers.validate_siren],
                        verbose_name="SIREN",
                    ),
                ),
                (
                    "siret",
                    models.CharField(
                        blank=True,
                        max_length=14,
                        validators=[contracts.identifiers.validate_siret],
                        verbose_name="SIRET du siège",
                    ),
                ),
                ("address", models.TextField(blank=True, verbose_name="adresse")),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="adresse électronique"
                    ),
                ),
                (
                    "form_token",
                    models.UUIDField(
                        blank=True, editable=False, null=True, verbose_name="envoi du formulaire"
                    ),
                ),
            ],
            options={
                "verbose_name": "partenaire",
                "ordering": ["name"],
                "indexes": [models.Index(fields=["name", "id"], name="contracts_partner_by_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("form_token__isnull", False)),
                        fields=("form_token",),
                        name="contracts_partner_one_a_form",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("siren", ""), _negated=True),
                        fields=("siren",),
                        name="contracts_partner_siren_unique",
                        violation_error_message="Ce numéro SIREN est celui d’un partenaire déjà connu.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("siren", ""), ("siren__regex", "^[0-9]{9}$"), _connector="OR"
                        ),
                        name="contracts_partner_siren_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("siret", ""), ("siret__regex", "^[0-9]{14}$"), _connector="OR"
                        ),
                        name="contracts_partner_siret_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("siret", ""),
                            ("siren", django.db.models.functions.text.Left("siret", 9)),
                            _connector="OR",
                        ),
                        name="contracts_partner_siret_of_siren",
                        violation_error_message="Le SIRET du siège commence par le SIREN du partenaire.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="contracts_partner_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "commune",
                                    "intercommunal_body",
                                    "departement",
                                    "ccas",
                                    "cias",
                                    "association",
                                    "non_profit_body",
                                    "company",
                                    "public_establishment",
                                ],
                            )
                        ),
                        name="contracts_partner_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="téléphone")),
                (
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="effacé le"),
                ),
            ],
            options={
                "verbose_name": "personne",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at__isnull", False),
                            models.Q(("last_name", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="contracts_person_named_until_erased",
                        violation_error_message="Indiquez le nom de la personne.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at__isnull", True),
                            models.Q(
                                ("email", ""), ("first_name", ""), ("last_name", ""), ("phone", "")
                            ),
                            _connector="OR",
                        ),
                        name="contracts_person_erased_is_empty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlannedDeadline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "set",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadlines",
                        to="contracts.deadlineset",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("kind", models.CharField(max_length=60, verbose_name="nature")),
                ("title", models.CharField(max_length=300, verbose_name="intitulé")),
                ("due_on", models.DateField(verbose_name="limite")),
                ("last_working_day", models.DateField(verbose_name="dernier jour ouvré")),
                ("article", models.CharField(blank=True, max_length=200, verbose_name="article")),
                (
                    "renewals",
                    models.PositiveSmallIntegerField(verbose_name="reconductions d’ici là"),
                ),
                ("other_reading", models.BooleanField(verbose_name="autre lecture possible")),
            ],
            options={
                "verbose_name": "échéance",
                "ordering": ["due_on", "pk"],
                "indexes": [
                    models.Index(fields=["due_on", "id"], name="contracts_deadline_due"),
                    models.Index(
                        fields=["last_working_day", "id"], name="contracts_deadline_worked"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("set", "number"), name="contracts_deadline_ranked"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_working_day__lte", models.F("due_on"))),
                        name="contracts_deadline_worked_before",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", ""), _negated=True),
                        name="contracts_deadline_of_a_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signatory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatories",
                        to="contracts.partner",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatories",
                        to="contracts.person",
                    ),
                ),
                ("quality", models.CharField(max_length=200, verbose_name="qualité")),
            ],
            options={
                "verbose_name": "signataire",
                "verbose_name_plural": "signataires",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner", "person", "quality"), name="contracts_signatory_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quality", ""), _negated=True),
                        name="contracts_signatory_quality_given",
                        violation_error_message="Indiquez la qualité du signataire\xa0: maire, présidente…",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="contracts.partner",
                    ),
                ),
                ("name", models.CharField(max_length=250, verbose_name="nom")),
                (
                    "siret",
                    models.CharField(
                        blank=True,
                        max_length=14,
                        validators=[contracts.identifiers.validate_siret],
                        verbose_name="SIRET",
                    ),
                ),
                ("address", models.TextField(blank=True, verbose_name="adresse")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="fermée le")),
            ],
            options={
                "verbose_name": "structure",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("siret", ""), _negated=True),
                        fields=("siret",),
                        name="contracts_site_siret_unique",
                        violation_error_message="Ce numéro SIRET est celui d’une structure déjà connue.",
                    ),
                    models.UniqueConstraint(
                        fields=("partner", "name"),
                        name="contracts_site_name_unique",
                        violation_error_message="Ce partenaire a déjà une structure de ce nom.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("siret", ""), ("siret__regex", "^[0-9]{14}$"), _connector="OR"
                        ),
                        name="contracts_site_siret_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="contracts_site_named"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
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
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="contracts.partner",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="contracts.site",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="contracts.person",
                    ),
                ),
                ("quality", models.CharField(max_length=200, verbose_name="qualité")),
            ],
            options={
                "verbose_name": "contact",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day__isnull", True),
                            ("last_day__gte", models.F("first_day")),
                            _connector="OR",
                        ),
                        name="contracts_contact_period_in_order",
                        violation_error_message="Le dernier jour précède le premier.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quality", ""), _negated=True),
                        name="contracts_contact_quality_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="prénom")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="nom")),
                ("is_active", models.BooleanField(default=True, verbose_name="compte actif")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "utilisateur",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("email",),
                        name="contracts_user_email_unique",
                        violation_error_message="Cette adresse électronique a déjà un compte.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("email", ""), _negated=True),
                            ("email", django.db.models.functions.text.Lower("email")),
                        ),
                        name="contracts_user_email_in_lower_case",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerDistinction",
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
                    "first",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.partner",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.partner",
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="motif")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
            ],
            options={
                "verbose_name": "distinction de deux partenaires",
                "verbose_name_plural": "distinctions de partenaires",
                "ordering": ["recorded_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("first", "second"), name="contracts_partnerdistinction_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("second__gt", models.F("first"))),
                        name="contracts_partnerdistinction_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="contracts_partnerdistinction_reasoned",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerMembership",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="contracts.partner",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="contracts.site",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("director", "Direction de la structure"),
                            ("manager", "Gestionnaire"),
                            ("signatory", "Signataire"),
                        ],
                        max_length=30,
                        verbose_name="rôle",
                    ),
                ),
            ],
            options={
                "verbose_name": "membre d’un partenaire",
                "verbose_name_plural": "membres des partenaires",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day__isnull", True),
                            ("last_day__gte", models.F("first_day")),
                            _connector="OR",
                        ),
                        name="contracts_partnermembership_period_in_order",
                        violation_error_message="Le dernier jour précède le premier.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["director", "manager", "signatory"])),
                        name="contracts_partnermembership_role_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("last_day__isnull", True), ("site__isnull", True)),
                        fields=("user", "partner", "role"),
                        name="contracts_partnermembership_one_open",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("last_day__isnull", True), ("site__isnull", False)),
                        fields=("user", "site", "role"),
                        name="contracts_partnermembership_one_open_a_site",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublishedRulebook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=100, verbose_name="code")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("content", models.JSONField(verbose_name="règles")),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte sha256")),
                ("published_at", models.DateTimeField(verbose_name="publié le")),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signed_off_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signed_off_on",
                    models.DateField(blank=True, null=True, verbose_name="validé le"),
                ),
            ],
            options={
                "verbose_name": "modèle de convention publié",
                "ordering": ["code", "version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "version"), name="contracts_rulebook_version_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)),
                        name="contracts_rulebook_version_from_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="contracts_rulebook_digest_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("signed_off_by__isnull", True), ("signed_off_on__isnull", True)
                            ),
                            models.Q(
                                ("signed_off_by__isnull", False), ("signed_off_on__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="contracts_rulebook_sign_off_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AddressChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "identifier",
                    models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="envoi"),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="address_changes",
                        to="contracts.partner",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="address_changes",
                        to="contracts.site",
                    ),
                ),
                ("address", models.TextField(verbose_name="adresse")),
                ("first_day", models.DateField(verbose_name="à compter du")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
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
            ],
            options={
                "verbose_name": "changement d’adresse",
                "verbose_name_plural": "changements d’adresse",
                "ordering": ["first_day", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("address", ""), _negated=True),
                        name="contracts_addresschange_says_where",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identifier", models.UUIDField(unique=True, verbose_name="envoi")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("assign", "Confier à un collègue"),
                            ("letter", "Émettre un courrier"),
                        ],
                        max_length=10,
                        verbose_name="action",
                    ),
                ),
                ("letter", models.CharField(blank=True, max_length=100, verbose_name="courrier")),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulk_runs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="demandé le")),
            ],
            options={
                "verbose_name": "action groupée",
                "verbose_name_plural": "actions groupées",
                "ordering": ["-started_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("action", "assign"), ("assignee__isnull", False), ("letter", "")
                            ),
                            models.Q(
                                ("action", "letter"),
                                ("assignee__isnull", True),
                                models.Q(("letter", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_bulkrun_says_what",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Caisse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="Entre dans les numéros de convention\xa0: capitales et chiffres, sans espace.",
                        max_length=20,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z0-9]{2,20}$", "De 2 à 20 capitales ou chiffres, sans espace."
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="nom")),
                ("address", models.TextField(blank=True, verbose_name="adresse")),
                (
                    "departments",
                    models.JSONField(blank=True, default=list, verbose_name="départements"),
                ),
                (
                    "holiday_calendar",
                    models.CharField(
                        choices=[
                            ("metropolitan", "France métropolitaine"),
                            ("alsace_moselle", "Alsace-Moselle"),
                            ("guadeloupe", "Guadeloupe"),
                            ("martinique", "Martinique"),
                            ("guyane", "Guyane"),
                            ("reunion", "La Réunion"),
                            ("mayotte", "Mayotte"),
                            ("saint_barthelemy", "Saint-Barthélemy"),
                            ("saint_martin", "Saint-Martin"),
                            ("saint_pierre_et_miquelon", "Saint-Pierre-et-Miquelon"),
                        ],
                        default="metropolitan",
                        max_length=30,
                        verbose_name="jours fériés",
                    ),
                ),
                (
                    "accent_colour",
                    models.CharField(
                        default="#0b5d4b",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}$", "Une couleur s’écrit #0b5d4b."
                            )
                        ],
                        verbose_name="couleur",
                    ),
                ),
                (
                    "settings",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Pratiques de la caisse qu’aucune convention ne commande.",
                        verbose_name="réglages hors texte",
                    ),
                ),
            ],
            options={
                "verbose_name": "caisse",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code",),
                        name="contracts_caisse_code_unique",
                        violation_error_message="Ce code est celui d’une autre caisse.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[A-Z0-9]{2,20}$")),
                        name="contracts_caisse_code_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="contracts_caisse_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accent_colour__regex", "^#[0-9a-f]{6}$")),
                        name="contracts_caisse_colour_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "holiday_calendar__in",
                                [
                                    "metropolitan",
                                    "alsace_moselle",
                                    "guadeloupe",
                                    "martinique",
                                    "guyane",
                                    "reunion",
                                    "mayotte",
                                    "saint_barthelemy",
                                    "saint_martin",
                                    "saint_pierre_et_miquelon",
                                ],
                            )
                        ),
                        name="contracts_caisse_holiday_calendar_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerNumber",
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
                        related_name="partner_numbers",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="numbers",
                        to="contracts.partner",
                    ),
                ),
                ("number", models.CharField(max_length=50, verbose_name="n° tiers")),
            ],
            options={
                "verbose_name": "numéro de tiers",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caisse", "number"),
                        name="contracts_partnernumber_unique",
                        violation_error_message="Ce n° tiers est déjà celui d’un partenaire de la caisse.",
                    ),
                    models.UniqueConstraint(
                        fields=("caisse", "partner"),
                        name="contracts_partnernumber_one_a_caisse",
                        violation_error_message="Ce partenaire a déjà un n° tiers dans cette caisse.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        name="contracts_partnernumber_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identifier", models.UUIDField(unique=True, verbose_name="envoi")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "caisse",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_views",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=80,
                        validators=[contracts.identifiers.validate_no_nir],
                        verbose_name="nom de la vue",
                    ),
                ),
                (
                    "query",
                    models.CharField(
                        blank=True,
                        max_length=1000,
                        validators=[contracts.identifiers.validate_no_nir],
                        verbose_name="filtres et colonnes",
                    ),
                ),
            ],
            options={
                "verbose_name": "vue enregistrée",
                "verbose_name_plural": "vues enregistrées",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "name"),
                        name="contracts_savedview_name_once",
                        violation_error_message="Vous avez déjà une vue de ce nom.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="contracts_savedview_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SecondFactorReset",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identifier", models.UUIDField(unique=True, verbose_name="identifiant")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second_factor_resets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "caisse",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.caisse",
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
                ("reason", models.CharField(max_length=300, verbose_name="motif")),
                ("removed", models.PositiveSmallIntegerField(verbose_name="moyens retirés")),
                ("reset_at", models.DateTimeField(verbose_name="réinitialisé le")),
            ],
            options={
                "verbose_name": "réinitialisation d’un second facteur",
                "verbose_name_plural": "réinitialisations de seconds facteurs",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="contracts_secondfactorreset_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("author__isnull", True), ("caisse__isnull", True)),
                            models.Q(
                                ("author__isnull", False),
                                ("caisse__isnull", False),
                                models.Q(("author", models.F("user")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_secondfactorreset_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UserScope",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scopes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="user_scopes",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("back_office_agent", "Gestionnaire"),
                            ("legal_officer", "Juriste"),
                            ("director", "Direction"),
                            ("dpo", "Délégué à la protection des données"),
                            ("administrator", "Administrateur"),
                            ("auditor", "Auditeur"),
                        ],
                        max_length=30,
                        verbose_name="rôle",
                    ),
                ),
                (
                    "services",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Codes des services\xa0; vide\xa0: tous.",
                        verbose_name="services",
                    ),
                ),
            ],
            options={
                "verbose_name": "périmètre d’un utilisateur",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day__isnull", True),
                            ("last_day__gte", models.F("first_day")),
                            _connector="OR",
                        ),
                        name="contracts_userscope_period_in_order",
                        violation_error_message="Le dernier jour précède le premier.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "back_office_agent",
                                    "legal_officer",
                                    "director",
                                    "dpo",
                                    "administrator",
                                    "auditor",
                                ],
                            )
                        ),
                        name="contracts_userscope_role_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("last_day__isnull", True)),
                        fields=("user", "caisse", "role"),
                        name="contracts_userscope_one_open",
                        violation_error_message="Ce rôle est déjà attribué sans date de fin.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Agent",
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
                        related_name="agents",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agents",
                        to="contracts.person",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="fonction")),
            ],
            options={
                "verbose_name": "agent",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caisse", "person"), name="contracts_agent_once_a_caisse"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Convention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.CharField(max_length=40, verbose_name="état")),
                ("as_of", models.DateField(verbose_name="état calculé au")),
                (
                    "next_change_on",
                    models.DateField(blank=True, null=True, verbose_name="prochain changement le"),
                ),
                (
                    "open_questions",
                    models.PositiveIntegerField(default=0, verbose_name="questions à trancher"),
                ),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="révision")),
                (
                    "engine_version",
                    models.CharField(max_length=40, verbose_name="version du moteur"),
                ),
                (
                    "sweep_error",
                    models.TextField(blank=True, verbose_name="dernière erreur du balayage"),
                ),
                ("snapshot", models.TextField(blank=True, verbose_name="état replié")),
                (
                    "caisse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conventions",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conventions",
                        to="contracts.partner",
                    ),
                ),
                ("number", models.CharField(max_length=60, verbose_name="numéro")),
                (
                    "rulebook_code",
                    models.CharField(max_length=100, verbose_name="modèle de convention"),
                ),
                (
                    "pinned",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conventions",
                        to="contracts.publishedrulebook",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="créée le")),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned_conventions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="suivie par",
                    ),
                ),
                (
                    "form_token",
                    models.UUIDField(
                        blank=True, editable=False, null=True, verbose_name="envoi du formulaire"
                    ),
                ),
                (
                    "effect_on",
                    models.DateField(blank=True, null=True, verbose_name="prise d’effet le"),
                ),
                (
                    "term_number",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="période"),
                ),
                (
                    "term_first_day",
                    models.DateField(
                        blank=True, null=True, verbose_name="premier jour de la période"
                    ),
                ),
                (
                    "term_last_day",
                    models.DateField(
                        blank=True, null=True, verbose_name="dernier jour de la période"
                    ),
                ),
                (
                    "last_day_in_force",
                    models.DateField(blank=True, null=True, verbose_name="dernier jour en vigueur"),
                ),
                (
                    "end_cause",
                    models.CharField(blank=True, max_length=40, verbose_name="cause de la fin"),
                ),
                (
                    "deadline_set",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conventions",
                        to="contracts.deadlineset",
                        verbose_name="échéances",
                    ),
                ),
            ],
            options={
                "verbose_name": "convention",
                "ordering": ["number"],
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_change_on__isnull", False)),
                        fields=["next_change_on", "id"],
                        name="contracts_convention_due",
                    ),
                    models.Index(
                        fields=[
                            "caisse",
                            "next_change_on",
                            "id",
                            "state",
                            "rulebook_code",
                            "pinned",
                            "term_last_day",
                        ],
                        name="contracts_convention_list",
                    ),
                    models.Index(
                        condition=models.Q(("deadline_set__isnull", False)),
                        fields=["deadline_set", "caisse", "rulebook_code", "id"],
                        name="contracts_convention_deadlines",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("next_change_on__isnull", True),
                            ("next_change_on__gt", models.F("as_of")),
                            _connector="OR",
                        ),
                        name="contracts_convention_next_change_later",
                    ),
                    models.UniqueConstraint(
                        fields=("caisse", "number"),
                        name="contracts_convention_number_unique",
                        violation_error_message="Ce numéro est celui d’une autre convention de la caisse.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("form_token__isnull", False)),
                        fields=("form_token",),
                        name="contracts_convention_one_a_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        name="contracts_convention_numbered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rulebook_code", ""), _negated=True),
                        name="contracts_convention_rulebook_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "sent_for_signature",
                                    "signed",
                                    "cnil_transmitted",
                                    "active",
                                    "notice_given",
                                    "termination_pending",
                                    "expired",
                                    "terminated",
                                    "abandoned",
                                    "closed",
                                ],
                            )
                        ),
                        name="contracts_convention_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("draft", "abandoned")),
                            ("pinned__isnull", False),
                            _connector="OR",
                        ),
                        name="contracts_convention_pinned_once_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["active", "notice_given", "termination_pending"]),
                                _negated=True,
                            ),
                            models.Q(("effect_on__isnull", False), ("term_number__isnull", False)),
                            _connector="OR",
                        ),
                        name="contracts_convention_in_force_since",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["closed", "expired", "terminated"]), _negated=True
                            ),
                            models.Q(
                                ("effect_on__isnull", False),
                                ("last_day_in_force__isnull", False),
                                models.Q(("end_cause", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_convention_ended_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "draft"), _negated=True),
                            ("effect_on__isnull", True),
                            _connector="OR",
                        ),
                        name="contracts_convention_draft_without_effect",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day_in_force__isnull", True),
                            models.Q(
                                ("effect_on__isnull", False),
                                ("last_day_in_force__gte", models.F("effect_on")),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_convention_end_after_effect",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("term_first_day__isnull", True),
                                ("term_last_day__isnull", True),
                                ("term_number__isnull", True),
                            ),
                            models.Q(
                                ("term_first_day__isnull", False),
                                ("term_number__gte", 1),
                                models.Q(
                                    ("term_last_day__isnull", True),
                                    ("term_last_day__gte", models.F("term_first_day")),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_convention_term_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("term_first_day__isnull", True),
                            models.Q(
                                ("effect_on__isnull", False),
                                ("term_first_day__gte", models.F("effect_on")),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_convention_term_after_effect",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identifier", models.CharField(max_length=64, verbose_name="envoi")),
                ("kind", models.CharField(max_length=40, verbose_name="genre")),
                ("title", models.CharField(max_length=200, verbose_name="objet")),
                (
                    "caisse",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "convention",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="contracts.convention",
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=120, verbose_name="porte sur")),
                ("payload", models.JSONField(default=dict, verbose_name="contenu")),
                ("seen", models.CharField(blank=True, max_length=64, verbose_name="vu")),
                ("reason", models.TextField(blank=True, verbose_name="motif")),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposé le")),
            ],
            options={
                "verbose_name": "proposition",
                "ordering": ["proposed_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("identifier",), name="contracts_proposal_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("identifier", ""), _negated=True),
                            models.Q(("kind", ""), _negated=True),
                            models.Q(("title", ""), _negated=True),
                        ),
                        name="contracts_proposal_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("convention__isnull", True), ("caisse__isnull", False), _connector="OR"
                        ),
                        name="contracts_proposal_of_the_caisse",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposalAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="contracts.proposal",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("confirmed", "Confirmée"),
                            ("refused", "Refusée"),
                            ("withdrawn", "Retirée"),
                        ],
                        max_length=10,
                        verbose_name="suite",
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
                ("at", models.DateTimeField(verbose_name="le")),
                ("reason", models.TextField(blank=True, verbose_name="motif")),
            ],
            options={
                "verbose_name": "suite d’une proposition",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["confirmed", "refused", "withdrawn"])),
                        name="contracts_proposalanswer_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "refused"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="contracts_proposalanswer_refused_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Avenant",
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
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="identifiant"
                    ),
                ),
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="avenants",
                        to="contracts.convention",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("type", models.CharField(max_length=40, verbose_name="type d’avenant")),
                ("parties", models.JSONField(verbose_name="parties qui signent")),
                (
                    "changes",
                    models.JSONField(blank=True, default=dict, verbose_name="règles changées"),
                ),
                (
                    "party_facts",
                    models.JSONField(
                        blank=True, default=dict, verbose_name="désignations changées"
                    ),
                ),
                (
                    "representative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.signatory",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="substitutions",
                        to="contracts.partner",
                    ),
                ),
                ("annex", models.CharField(blank=True, max_length=60, verbose_name="annexe")),
                (
                    "annex_text",
                    models.TextField(blank=True, verbose_name="nouveau texte de l’annexe"),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.publishedrulebook",
                    ),
                ),
                (
                    "effective_on",
                    models.DateField(blank=True, null=True, verbose_name="prend effet le"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="motif")),
                ("prepared_at", models.DateTimeField(verbose_name="préparé le")),
                (
                    "prepared_by",
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
                "verbose_name": "avenant",
                "ordering": ["convention", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("convention", "number"), name="contracts_avenant_number_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="contracts_avenant_number_from_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("type", ""), _negated=True),
                        name="contracts_avenant_typed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("annex", ""), ("annex_text", "")),
                            models.Q(
                                models.Q(("annex", ""), _negated=True),
                                models.Q(("annex_text", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_avenant_annex_with_text",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("changes", {}), _negated=True),
                            models.Q(("party_facts", {}), _negated=True),
                            models.Q(("annex", ""), _negated=True),
                            ("representative__isnull", False),
                            ("successor__isnull", False),
                            _connector="OR",
                        ),
                        name="contracts_avenant_changes_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConventionAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identifier", models.CharField(max_length=64, verbose_name="identifiant")),
                ("kind", models.CharField(max_length=40, verbose_name="genre")),
                ("on", models.DateField(verbose_name="date légale")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="auteur",
                    ),
                ),
                ("payload", models.JSONField(blank=True, default=dict, verbose_name="contenu")),
                ("revision", models.PositiveIntegerField(verbose_name="révision")),
                (
                    "previous_digest",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="empreinte précédente"
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte")),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="contracts.convention",
                    ),
                ),
            ],
            options={
                "verbose_name": "événement d’une convention",
                "ordering": ["revision"],
                "abstract": False,
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("recorded_at"), descending=True),
                        condition=models.Q(("kind", "decision")),
                        name="contracts_conventionact_ruled",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "identifier"),
                        name="contracts_conventionact_identifier_unique",
                    ),
                    models.UniqueConstraint(
                        fields=("subject", "revision"),
                        name="contracts_conventionact_one_a_revision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("identifier__regex", "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
                        ),
                        name="contracts_conventionact_identifier_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "abandonment",
                                    "address_change",
                                    "annulment",
                                    "avenant",
                                    "closing",
                                    "cnil",
                                    "cnil_copy_requested",
                                    "credentials_lost",
                                    "credentials_sent",
                                    "cure",
                                    "deadline_lifted",
                                    "deadline_set",
                                    "decision",
                                    "deliberation",
                                    "departure",
                                    "dispute",
                                    "dispute_settled",
                                    "document_date",
                                    "document_received",
                                    "dormancy_closure",
                                    "duty_done",
                                    "experiment",
                                    "force_majeure",
                                    "force_majeure_ended",
                                    "force_majeure_termination",
                                    "formal_notice",
                                    "formal_notice_withdrawn",
                                    "granted",
                                    "last_login",
                                    "letter_delivered",
                                    "letter_posted",
                                    "letter_presented",
                                    "letter_refused",
                                    "letter_unclaimed",
                                    "letter_undeliverable",
                                    "mutual_termination",
                                    "notice",
                                    "notice_confirmed",
                                    "notice_withdrawn",
                                    "party_left",
                                    "prior_request",
                                    "profile_changed",
                                    "renewal_agreed",
                                    "replaced",
                                    "scope_changed",
                                    "sent_for_signature",
                                    "signature",
                                    "suspension",
                                    "suspension_lifted",
                                    "user_suspended",
                                    "user_suspension_lifted",
                                    "validation",
                                ],
                            )
                        ),
                        name="contracts_conventionact_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("revision__gte", 1)),
                        name="contracts_conventionact_revision_from_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("previous_digest", ""),
                            models.Q(
                                ("revision__gt", 1),
                                django.db.models.lookups.Exact(
                                    django.db.models.functions.text.Length("previous_digest"), 64
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_conventionact_chained",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("digest"), 64
                        ),
                        name="contracts_conventionact_digest_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConventionJournalEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="rang")),
                (
                    "kind",
                    models.CharField(
                        choices=[("asserted", "Établie"), ("retracted", "Retirée")],
                        max_length=10,
                        verbose_name="nature",
                    ),
                ),
                ("belief", models.CharField(max_length=200, verbose_name="croyance")),
                ("from_state", models.CharField(max_length=40, verbose_name="de")),
                ("to_state", models.CharField(max_length=40, verbose_name="vers")),
                ("on", models.DateField(verbose_name="date légale")),
                ("name", models.CharField(max_length=40, verbose_name="étape")),
                (
                    "cause",
                    models.CharField(blank=True, max_length=64, verbose_name="événement cause"),
                ),
                ("rule", models.CharField(blank=True, max_length=100, verbose_name="règle")),
                ("article", models.CharField(blank=True, max_length=200, verbose_name="article")),
                ("term", models.PositiveIntegerField(default=0, verbose_name="période")),
                (
                    "because",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="retirée par l’événement"
                    ),
                ),
                ("believed_at", models.DateTimeField(verbose_name="enregistrée le")),
                (
                    "engine_version",
                    models.CharField(max_length=40, verbose_name="version du moteur"),
                ),
                ("revision", models.PositiveIntegerField(verbose_name="révision")),
                (
                    "previous_digest",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="empreinte précédente"
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte")),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="journal",
                        to="contracts.convention",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne du journal d’une convention",
                "ordering": ["number"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "number"),
                        name="contracts_conventionjournalentry_number_unique",
                    ),
                    models.UniqueConstraint(
                        fields=("subject", "belief", "kind"),
                        name="contracts_conventionjournalentry_belief_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "retracted"),
                            models.Q(("because", ""), ("kind", "asserted")),
                            _connector="OR",
                        ),
                        name="contracts_conventionjournalentry_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", 1), ("previous_digest", "")),
                            models.Q(
                                ("number__gt", 1),
                                django.db.models.lookups.Exact(
                                    django.db.models.functions.text.Length("previous_digest"), 64
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_conventionjournalentry_chained",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("digest"), 64
                        ),
                        name="contracts_conventionjournalentry_digest_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConventionNote",
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
                        related_name="notes",
                        to="contracts.convention",
                        verbose_name="convention",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="auteur",
                    ),
                ),
                ("text", models.TextField(verbose_name="note")),
                ("at", models.DateTimeField(verbose_name="écrite le")),
                ("token", models.UUIDField(unique=True, verbose_name="identifiant d’envoi")),
            ],
            options={
                "verbose_name": "note sur une convention",
                "verbose_name_plural": "notes sur une convention",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="contracts_conventionnote_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConventionSite",
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
                        related_name="+",
                        to="contracts.convention",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.site",
                    ),
                ),
            ],
            options={
                "verbose_name": "structure d’une convention",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("convention", "site"), name="contracts_conventionsite_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConventionWord",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="words",
                        to="contracts.convention",
                    ),
                ),
                ("word", models.CharField(max_length=40, verbose_name="mot")),
            ],
            options={
                "verbose_name": "mot d’une convention",
                "verbose_name_plural": "mots des conventions",
                "indexes": [models.Index(fields=["word", "convention"], name="contracts_word_of")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("convention", "word"), name="contracts_conventionword_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("word", ""), _negated=True),
                        name="contracts_conventionword_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        max_length=60,
                        storage=contracts.models.evidence.evidence_storage,
                        unique=True,
                        upload_to=contracts.models.evidence.unguessable_name,
                        verbose_name="fichier",
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte sha256")),
                ("size", models.PositiveBigIntegerField(verbose_name="taille en octets")),
                ("original_name", models.CharField(max_length=255, verbose_name="nom d’origine")),
                (
                    "content_type",
                    models.CharField(
                        choices=[
                            ("application/pdf", "PDF"),
                            ("image/jpeg", "JPEG"),
                            ("image/png", "PNG"),
                            ("image/tiff", "TIFF"),
                            (
                                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                                "DOCX",
                            ),
                            ("application/vnd.oasis.opendocument.text", "ODT"),
                            ("message/rfc822", "Courriel"),
                            ("text/plain", "Texte"),
                        ],
                        max_length=100,
                        verbose_name="type",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("uploaded_at", models.DateTimeField(verbose_name="déposé le")),
            ],
            options={
                "verbose_name": "pièce",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="contracts_evidence_sha256_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="contracts_evidence_not_empty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("file__regex", "^evidence/[0-9a-f]{32}$")),
                        name="contracts_evidence_name_unguessable",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "content_type__in",
                                [
                                    "application/pdf",
                                    "image/jpeg",
                                    "image/png",
                                    "image/tiff",
                                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                                    "application/vnd.oasis.opendocument.text",
                                    "message/rfc822",
                                    "text/plain",
                                ],
                            )
                        ),
                        name="contracts_evidence_type_allowed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Power",
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
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="powers",
                        to="contracts.agent",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sign_conventions", "Signer les conventions"),
                            ("sign_letters", "Signer les courriers"),
                            ("register_accounts", "Inscrire les comptes (habilité nommément)"),
                            ("suspend_access", "Suspendre les accès"),
                        ],
                        max_length=30,
                        verbose_name="pouvoir",
                    ),
                ),
                (
                    "delegation_reference",
                    models.CharField(max_length=200, verbose_name="référence de la délégation"),
                ),
                (
                    "delegation_document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.evidencefile",
                    ),
                ),
            ],
            options={
                "verbose_name": "pouvoir",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day__isnull", True),
                            ("last_day__gte", models.F("first_day")),
                            _connector="OR",
                        ),
                        name="contracts_power_period_in_order",
                        violation_error_message="Le dernier jour précède le premier.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("delegation_reference", ""), _negated=True),
                        name="contracts_power_delegation_cited",
                        violation_error_message="Indiquez la délégation qui donne ce pouvoir.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "sign_conventions",
                                    "sign_letters",
                                    "register_accounts",
                                    "suspend_access",
                                ],
                            )
                        ),
                        name="contracts_power_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposalEvidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="contracts.proposal",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.evidencefile",
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce d’une proposition",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("proposal", "file"), name="contracts_proposalevidence_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScanBatch",
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
                        related_name="scan_batches",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scan_batches",
                        to="contracts.evidencefile",
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte sha256")),
                ("page_count", models.PositiveIntegerField(verbose_name="pages")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("uploaded_at", models.DateTimeField(verbose_name="déposé le")),
            ],
            options={
                "verbose_name": "lot numérisé",
                "verbose_name_plural": "lots numérisés",
                "ordering": ["-uploaded_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caisse", "sha256"), name="contracts_scanbatch_once_a_caisse"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sha256__regex", "^[0-9a-f]{64}$"), ("page_count__gte", 1)
                        ),
                        name="contracts_scanbatch_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScannedPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="contracts.scanbatch",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="page du lot")),
                ("codes", models.JSONField(default=list, verbose_name="codes lus")),
                ("blank", models.BooleanField(default=False, verbose_name="page blanche")),
            ],
            options={
                "verbose_name": "page numérisée",
                "verbose_name_plural": "pages numérisées",
                "ordering": ["batch", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "number"), name="contracts_scannedpage_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="contracts_scannedpage_numbered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignatoryPower",
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
                    "signatory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="powers",
                        to="contracts.signatory",
                    ),
                ),
                ("delegated", models.BooleanField(default=False, verbose_name="par délégation")),
                (
                    "delegation_reference",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="référence de la délégation"
                    ),
                ),
                (
                    "delegation_document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.evidencefile",
                    ),
                ),
            ],
            options={
                "verbose_name": "pouvoir de signer",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day__isnull", True),
                            ("last_day__gte", models.F("first_day")),
                            _connector="OR",
                        ),
                        name="contracts_signatorypower_period_in_order",
                        violation_error_message="Le dernier jour précède le premier.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("delegated", False),
                            models.Q(("delegation_reference", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="contracts_signatorypower_delegation_cited",
                        violation_error_message="Indiquez la délégation en vertu de laquelle il signe.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identifier", models.UUIDField(unique=True, verbose_name="identifiant")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("role_given", "Rôle donné"),
                            ("role_ended", "Fin de rôle"),
                            ("power_given", "Pouvoir délégué"),
                            ("power_ended", "Fin de délégation"),
                        ],
                        max_length=20,
                        verbose_name="genre",
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
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "scope",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="contracts.userscope",
                    ),
                ),
                (
                    "power",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="contracts.power",
                    ),
                ),
                ("last_day", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="motif")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
            ],
            options={
                "verbose_name": "changement de rôle ou de pouvoir",
                "verbose_name_plural": "changements de rôles et de pouvoirs",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ["role_given", "role_ended"]),
                                ("power__isnull", True),
                                ("scope__isnull", False),
                            ),
                            models.Q(
                                ("kind__in", ["power_given", "power_ended"]),
                                ("power__isnull", False),
                                ("scope__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_staffchange_of_a_role_or_a_power",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("author", models.F("user")), _negated=True),
                        name="contracts_staffchange_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConventionActEvidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.conventionact",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.evidencefile",
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce d’un événement",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("act", "file"), name="contracts_conventionactevidence_once"
                    )
                ],
            },
        ),
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
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verification",
                        to="contracts.evidencefile",
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
        migrations.CreateModel(
            name="IncomingLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identifier", models.UUIDField(unique=True, verbose_name="envoi")),
                (
                    "caisse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_letters",
                        to="contracts.caisse",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("number", models.PositiveIntegerField(verbose_name="numéro d’arrivée")),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("registered_letter", "Lettre recommandée avec avis de réception"),
                            (
                                "qualified_electronic_registered_letter",
                                "Lettre recommandée électronique qualifiée",
                            ),
                            ("served_by_commissaire_de_justice", "Acte de commissaire de justice"),
                            ("hand_delivered_letter", "Remise en main propre"),
                            ("ordinary_letter", "Lettre simple"),
                            ("email", "Courriel"),
                        ],
                        max_length=50,
                        verbose_name="forme",
                    ),
                ),
                (
                    "registered_number",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="numéro de recommandé"
                    ),
                ),
                ("postmark_on", models.DateField(blank=True, null=True, verbose_name="postée le")),
                ("received_on", models.DateField(verbose_name="reçue le")),
                ("sender", models.CharField(max_length=250, verbose_name="expéditeur")),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="objet")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_letters",
                        to="contracts.evidencefile",
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
                ("registered_at", models.DateTimeField(verbose_name="enregistrée le")),
            ],
            options={
                "verbose_name": "courrier reçu",
                "verbose_name_plural": "courriers reçus",
                "ordering": ["-year", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caisse", "year", "number"),
                        name="contracts_incomingletter_numbered_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("registered_number", ""), _negated=True),
                        fields=("caisse", "year", "registered_number"),
                        name="contracts_incomingletter_registered_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="contracts_incomingletter_number_from_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("registered_number", ""),
                            ("registered_number__regex", "^[A-Z0-9]{6,40}$"),
                            _connector="OR",
                        ),
                        name="contracts_incomingletter_registered_number_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("postmark_on__isnull", True),
                            ("postmark_on__lte", models.F("received_on")),
                            _connector="OR",
                        ),
                        name="contracts_incomingletter_posted_before_received",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "form__in",
                                [
                                    "registered_letter",
                                    "qualified_electronic_registered_letter",
                                    "served_by_commissaire_de_justice",
                                    "hand_delivered_letter",
                                    "ordinary_letter",
                                    "email",
                                ],
                            )
                        ),
                        name="contracts_incomingletter_form_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sender", ""), _negated=True),
                        name="contracts_incomingletter_sender_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Interpretation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "identifier",
                    models.UUIDField(blank=True, null=True, unique=True, verbose_name="envoi"),
                ),
                (
                    "rulebook_code",
                    models.CharField(max_length=100, verbose_name="modèle de convention"),
                ),
                ("question", models.CharField(max_length=60, verbose_name="genre de question")),
                ("answer", models.CharField(blank=True, max_length=60, verbose_name="réponse")),
                ("reasons", models.TextField(verbose_name="motifs")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("on", models.DateField(verbose_name="arrêtée le")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistrée le")),
            ],
            options={
                "verbose_name": "position de principe",
                "verbose_name_plural": "positions de principe",
                "ordering": ["rulebook_code", "question", "on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reasons", ""), _negated=True),
                        name="contracts_interpretation_reasoned",
                        violation_error_message="Indiquez les motifs de la position.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuedDocument",
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
                        related_name="documents",
                        to="contracts.convention",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("convention", "Convention"),
                            ("annex", "Annexe"),
                            ("form", "Formulaire"),
                            ("letter", "Courrier"),
                            ("avenant", "Avenant"),
                        ],
                        max_length=20,
                        verbose_name="nature",
                    ),
                ),
                ("code", models.CharField(max_length=60, verbose_name="modèle du document")),
                ("title", models.CharField(max_length=300, verbose_name="titre")),
                (
                    "rulebook_version",
                    models.PositiveIntegerField(verbose_name="version des règles"),
                ),
                (
                    "rulebook_digest",
                    models.CharField(max_length=64, verbose_name="empreinte des règles"),
                ),
                (
                    "template_digest",
                    models.CharField(max_length=64, verbose_name="empreinte du texte"),
                ),
                (
                    "content_digest",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="empreinte du contenu"
                    ),
                ),
                ("stamp", models.CharField(blank=True, max_length=12, verbose_name="repère")),
                ("data", models.JSONField(default=dict, verbose_name="données du document")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte sha256")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issued",
                        to="contracts.evidencefile",
                    ),
                ),
                ("dated", models.DateField(verbose_name="daté du")),
                ("issued_at", models.DateTimeField(verbose_name="émis le")),
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
            ],
            options={
                "verbose_name": "document émis",
                "verbose_name_plural": "documents émis",
                "ordering": ["issued_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stamp", ""), _negated=True),
                        fields=("stamp",),
                        name="contracts_issueddocument_stamp_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("stamp", ""),
                                (
                                    "stamp__regex",
                                    "^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}$",
                                ),
                                _connector="OR",
                            ),
                            models.Q(
                                ("content_digest", ""),
                                ("content_digest__regex", "^[0-9a-f]{64}$"),
                                _connector="OR",
                            ),
                        ),
                        name="contracts_issueddocument_stamp_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["convention", "annex", "form", "letter", "avenant"])
                        ),
                        name="contracts_issueddocument_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sha256__regex", "^[0-9a-f]{64}$"),
                            ("rulebook_digest__regex", "^[0-9a-f]{64}$"),
                            ("template_digest__regex", "^[0-9a-f]{64}$"),
                        ),
                        name="contracts_issueddocument_digests_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("code", ""), _negated=True),
                            models.Q(("title", ""), _negated=True),
                        ),
                        name="contracts_issueddocument_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignedCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "issued",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signed_copies",
                        to="contracts.issueddocument",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signed_copies",
                        to="contracts.evidencefile",
                    ),
                ),
                ("signed_by", models.JSONField(verbose_name="signée par")),
                (
                    "original_of",
                    models.CharField(blank=True, max_length=40, verbose_name="original de"),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("handwritten", "Manuscrite, numérisée"),
                            ("simple", "Électronique simple"),
                            ("advanced", "Électronique avancée"),
                            ("qualified", "Électronique qualifiée"),
                        ],
                        max_length=20,
                        verbose_name="niveau de preuve",
                    ),
                ),
                ("reason", models.TextField(verbose_name="ce qui fonde le niveau")),
                ("signed_on", models.DateField(verbose_name="signée le")),
                (
                    "match",
                    models.CharField(
                        choices=[
                            ("bytes", "Le fichier émis, octet pour octet, suivi des signatures"),
                            ("stamp", "Le repère du document est lu sur les pages"),
                            ("none", "Sans repère lisible : à comparer par une personne"),
                        ],
                        max_length=10,
                        verbose_name="rapport au texte émis",
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
                ("recorded_at", models.DateTimeField(verbose_name="déposée le")),
            ],
            options={
                "verbose_name": "copie signée",
                "verbose_name_plural": "copies signées",
                "ordering": ["recorded_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level__in", ["handwritten", "simple", "advanced", "qualified"])
                        ),
                        name="contracts_signedcopy_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="contracts_signedcopy_reasoned",
                    ),
                    models.UniqueConstraint(
                        fields=("issued", "file"), name="contracts_signedcopy_file_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ElectronicSignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="contracts.signedcopy",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="rang")),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.person",
                    ),
                ),
                (
                    "organisation",
                    models.CharField(blank=True, max_length=200, verbose_name="organisme"),
                ),
                (
                    "issuer",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="autorité du certificat"
                    ),
                ),
                (
                    "certificate_sha256",
                    models.CharField(max_length=64, verbose_name="empreinte du certificat"),
                ),
                ("signed_at", models.DateTimeField(verbose_name="signé le")),
                (
                    "time_source",
                    models.CharField(
                        choices=[
                            ("trusted", "Horodatage d’une autorité reconnue"),
                            ("unknown_authority", "Horodatage d’une autorité inconnue"),
                            ("claimed", "Horloge du signataire"),
                        ],
                        max_length=20,
                        verbose_name="source de l’heure",
                    ),
                ),
                ("covers_whole_file", models.BooleanField(verbose_name="couvre tout le fichier")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("handwritten", "Manuscrite, numérisée"),
                            ("simple", "Électronique simple"),
                            ("advanced", "Électronique avancée"),
                            ("qualified", "Électronique qualifiée"),
                        ],
                        max_length=20,
                        verbose_name="niveau de preuve",
                    ),
                ),
                ("reason", models.TextField(verbose_name="ce qui fonde le niveau")),
            ],
            options={
                "verbose_name": "signature électronique",
                "verbose_name_plural": "signatures électroniques",
                "ordering": ["copy", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("copy", "number"), name="contracts_electronicsignature_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level__in", ["simple", "advanced", "qualified"]),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="contracts_electronicsignature_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("time_source__in", ["trusted", "unknown_authority", "claimed"])
                        ),
                        name="contracts_electronicsignature_time_source_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("certificate_sha256__regex", "^[0-9a-f]{64}$")),
                        name="contracts_electronicsignature_sha256_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VoidedCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "copy",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voided",
                        to="contracts.signedcopy",
                    ),
                ),
                (
                    "because",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voided_copies",
                        to="contracts.issueddocument",
                    ),
                ),
                ("reason", models.TextField(verbose_name="motif")),
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
                ("voided_at", models.DateTimeField(verbose_name="annulée le")),
            ],
            options={
                "verbose_name": "copie annulée",
                "verbose_name_plural": "copies annulées",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="contracts_voidedcopy_reasoned",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FiledScan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filed",
                        to="contracts.scanbatch",
                    ),
                ),
                (
                    "issued",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="contracts.issueddocument",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="contracts.evidencefile",
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
                ("filed_at", models.DateTimeField(verbose_name="classée le")),
            ],
            options={
                "verbose_name": "copie numérisée",
                "verbose_name_plural": "copies numérisées",
                "ordering": ["filed_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SortedPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "page",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sorted",
                        to="contracts.scannedpage",
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="contracts.filedscan",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="motif")),
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
                ("sorted_at", models.DateTimeField(verbose_name="triée le")),
            ],
            options={
                "verbose_name": "page triée",
                "verbose_name_plural": "pages triées",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("scan__isnull", False)),
                            models.Q(
                                ("author__isnull", False),
                                ("scan__isnull", True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_sortedpage_filed_or_reasoned",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="contracts.bulkrun",
                    ),
                ),
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulk_lines",
                        to="contracts.convention",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "En attente"),
                            ("done", "Fait"),
                            ("refused", "Pas fait"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="résultat",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="raison")),
                (
                    "issued",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.issueddocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne d’une action groupée",
                "verbose_name_plural": "lignes d’une action groupée",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "convention"), name="contracts_bulkline_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome", "refused"), models.Q(("reason", ""), _negated=True)
                            ),
                            models.Q(("outcome__in", ["waiting", "done"]), ("reason", "")),
                            _connector="OR",
                        ),
                        name="contracts_bulkline_refused_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AvenantFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identifier", models.UUIDField(unique=True, verbose_name="identifiant")),
                (
                    "avenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="contracts.avenant",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sent", "Envoi pour signature"),
                            ("signed", "Signature"),
                            ("abandoned", "Classement sans suite"),
                        ],
                        max_length=20,
                        verbose_name="nature",
                    ),
                ),
                ("on", models.DateField(verbose_name="date")),
                ("party", models.CharField(blank=True, max_length=60, verbose_name="partie")),
                ("reason", models.TextField(blank=True, verbose_name="motif")),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.issueddocument",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.evidencefile",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
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
            ],
            options={
                "verbose_name": "événement d’un avenant",
                "verbose_name_plural": "événements d’un avenant",
                "ordering": ["recorded_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["sent", "signed", "abandoned"])),
                        name="contracts_avenantfact_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "signed"), models.Q(("party", ""), _negated=True)),
                            models.Q(models.Q(("kind", "signed"), _negated=True), ("party", "")),
                            _connector="OR",
                        ),
                        name="contracts_avenantfact_party_signs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "abandoned"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="contracts_avenantfact_abandoned_for_a_reason",
                    ),
                    models.UniqueConstraint(
                        fields=("avenant", "kind", "party"), name="contracts_avenantfact_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterFiling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identifier", models.UUIDField(unique=True, verbose_name="envoi")),
                (
                    "letter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filings",
                        to="contracts.incomingletter",
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(verbose_name="rang")),
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter_filings",
                        to="contracts.convention",
                    ),
                ),
                ("effect", models.CharField(max_length=40, verbose_name="effet")),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter_filings",
                        to="contracts.conventionact",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="motif")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("filed_at", models.DateTimeField(verbose_name="classé le")),
            ],
            options={
                "verbose_name": "classement d’un courrier reçu",
                "verbose_name_plural": "classements des courriers reçus",
                "ordering": ["letter", "place"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("letter", "place"), name="contracts_letterfiling_one_a_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("place", 1),
                            models.Q(("place__gt", 1), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="contracts_letterfiling_moved_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("effect", ""), _negated=True),
                        name="contracts_letterfiling_effect_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="place",
                        to="contracts.incomingletter",
                    ),
                ),
                (
                    "caisse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("to_file", "À rattacher"),
                            ("to_qualify", "À qualifier par un juriste"),
                            ("filed", "Classé"),
                        ],
                        max_length=12,
                        verbose_name="situation",
                    ),
                ),
                (
                    "filing",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.letterfiling",
                    ),
                ),
                (
                    "convention",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.convention",
                    ),
                ),
            ],
            options={
                "verbose_name": "situation d’un courrier reçu",
                "indexes": [
                    models.Index(fields=["caisse", "standing"], name="contracts_letterplace_queue")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("convention__isnull", True),
                                ("filing__isnull", True),
                                ("standing", "to_file"),
                            ),
                            models.Q(
                                ("convention__isnull", False),
                                ("filing__isnull", False),
                                ("standing__in", ["to_qualify", "filed"]),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_letterplace_follows_its_filing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberSequence",
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
                        related_name="number_sequences",
                        to="contracts.caisse",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="dernier numéro")),
            ],
            options={
                "verbose_name": "suite de numéros",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caisse", "year"), name="contracts_numbersequence_one_a_year"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenQuestion",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked",
                        to="contracts.convention",
                    ),
                ),
                ("identity", models.CharField(max_length=140, verbose_name="question")),
                ("kind", models.CharField(max_length=60, verbose_name="genre")),
                ("blocking", models.BooleanField(verbose_name="bloquante")),
                ("raised_on", models.DateField(verbose_name="posée le")),
                (
                    "matters_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="à trancher avant la fin du"
                    ),
                ),
                (
                    "answer",
                    models.CharField(blank=True, max_length=60, verbose_name="réponse de principe"),
                ),
            ],
            options={
                "verbose_name": "question à trancher",
                "verbose_name_plural": "questions à trancher",
                "ordering": [
                    "-blocking",
                    models.OrderBy(models.F("matters_on"), nulls_last=True),
                    "raised_on",
                    "pk",
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("answer", "")),
                        fields=["-blocking", "matters_on", "raised_on", "id"],
                        name="contracts_openquestion_order",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("convention", "identity"), name="contracts_openquestion_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "ambiguous_cure",
                                    "cure_on_next_working_day",
                                    "earlier_effect",
                                    "grey_zone",
                                    "notice_before_avenant",
                                    "notice_to_qualify",
                                    "other_reading_of_delay",
                                    "signed_before_deliberation",
                                    "unclaimed_formal_notice",
                                ],
                            )
                        ),
                        name="contracts_openquestion_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutgoingLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "issued",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="circuit",
                        to="contracts.issueddocument",
                    ),
                ),
                (
                    "caisse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outgoing_letters",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("prepared", "Préparé"),
                            ("to_sign", "À signer"),
                            ("returned", "Renvoyé par le signataire"),
                            ("to_post", "À poster"),
                            ("proof_awaited", "Preuve attendue"),
                            ("sent", "Posté, sans preuve attendue"),
                            ("proven", "Preuve reçue"),
                            ("given_up", "Abandonné"),
                        ],
                        max_length=20,
                        verbose_name="situation",
                    ),
                ),
                ("since", models.DateField(verbose_name="depuis le")),
                (
                    "registered_number",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="numéro de recommandé"
                    ),
                ),
                ("posted_on", models.DateField(blank=True, null=True, verbose_name="posté le")),
            ],
            options={
                "verbose_name": "courrier envoyé",
                "verbose_name_plural": "courriers envoyés",
                "indexes": [
                    models.Index(
                        fields=["caisse", "standing", "since"], name="contracts_outgoing_queue"
                    ),
                    models.Index(fields=["caisse", "posted_on"], name="contracts_outgoing_posted"),
                    models.Index(
                        condition=models.Q(("registered_number", ""), _negated=True),
                        fields=["registered_number"],
                        name="contracts_outgoing_number",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "standing__in",
                                [
                                    "prepared",
                                    "to_sign",
                                    "returned",
                                    "to_post",
                                    "proof_awaited",
                                    "sent",
                                    "proven",
                                    "given_up",
                                ],
                            )
                        ),
                        name="contracts_outgoingletter_standing_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("posted_on__isnull", False),
                            models.Q(
                                ("standing__in", ["proof_awaited", "sent", "proven"]), _negated=True
                            ),
                            _connector="OR",
                        ),
                        name="contracts_outgoingletter_posted_on_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("registered_number", ""), _negated=True),
                            models.Q(("standing__in", ["proof_awaited", "proven"]), _negated=True),
                            _connector="OR",
                        ),
                        name="contracts_outgoingletter_registered_numbered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterPassage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identifier", models.UUIDField(unique=True, verbose_name="envoi")),
                (
                    "letter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passages",
                        to="contracts.outgoingletter",
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(verbose_name="rang")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("submitted", "Mis à la signature"),
                            ("signed", "Signé"),
                            ("returned", "Renvoyé sans signature"),
                            ("given_up", "Abandonné"),
                            ("posted", "Posté en recommandé"),
                            ("posted_plain", "Posté sans recommandé"),
                            ("presented", "Première présentation"),
                            ("delivered", "Remis au destinataire"),
                            ("refused", "Refusé par le destinataire"),
                            ("unclaimed", "Revenu non réclamé"),
                            ("undeliverable", "Revenu, destinataire inconnu à l’adresse"),
                        ],
                        max_length=20,
                        verbose_name="passage",
                    ),
                ),
                ("on", models.DateField(verbose_name="le")),
                (
                    "signatory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.agent",
                    ),
                ),
                (
                    "power",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.power",
                    ),
                ),
                (
                    "registered_number",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="numéro de recommandé"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="année du dépôt"
                    ),
                ),
                (
                    "comment",
                    models.CharField(blank=True, max_length=500, verbose_name="commentaire"),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.evidencefile",
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter_passages",
                        to="contracts.conventionact",
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
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
            ],
            options={
                "verbose_name": "passage d’un courrier",
                "verbose_name_plural": "passages des courriers",
                "ordering": ["letter", "place"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("letter", "place"), name="contracts_letterpassage_one_a_place"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("registered_number", ""), _negated=True),
                        fields=("registered_number", "year"),
                        name="contracts_letterpassage_number_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "submitted",
                                    "signed",
                                    "returned",
                                    "given_up",
                                    "posted",
                                    "posted_plain",
                                    "presented",
                                    "delivered",
                                    "refused",
                                    "unclaimed",
                                    "undeliverable",
                                ],
                            )
                        ),
                        name="contracts_letterpassage_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "signed"),
                                ("power__isnull", False),
                                ("signatory__isnull", False),
                            ),
                            models.Q(
                                models.Q(("kind", "signed"), _negated=True),
                                ("power__isnull", True),
                                ("signatory__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_letterpassage_signed_under_a_power",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "posted"),
                                ("registered_number__regex", "^[A-Z0-9]{6,40}$"),
                                ("year", models.F("on__year")),
                            ),
                            models.Q(
                                models.Q(("kind", "posted"), _negated=True),
                                ("registered_number", ""),
                                ("year__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="contracts_letterpassage_posted_with_its_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["returned", "given_up"]), _negated=True),
                            models.Q(("comment", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="contracts_letterpassage_returned_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerKey",
            fields=[
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="search_key",
                        serialize=False,
                        to="contracts.partner",
                    ),
                ),
                ("words", models.TextField(verbose_name="mots")),
                (
                    "name_key",
                    models.CharField(db_index=True, max_length=250, verbose_name="clé du nom"),
                ),
                (
                    "postcode",
                    models.CharField(blank=True, max_length=5, verbose_name="code postal"),
                ),
                (
                    "email",
                    models.CharField(
                        blank=True,
                        db_index=True,
                        max_length=254,
                        verbose_name="adresse électronique",
                    ),
                ),
            ],
            options={
                "verbose_name": "clé de recherche d’un partenaire",
                "verbose_name_plural": "clés de recherche des partenaires",
            },
        ),
        migrations.AddField(
            model_name="conventionact",
            name="evidence",
            field=models.ManyToManyField(
                related_name="acts",
                through="contracts.ConventionActEvidence",
                to="contracts.evidencefile",
            ),
        ),
        migrations.AddField(
            model_name="convention",
            name="sites",
            field=models.ManyToManyField(
                related_name="conventions", through="contracts.ConventionSite", to="contracts.site"
            ),
        ),
        AppendOnly("ConventionActEvidence"),
        AppendOnly("PublishedRulebook"),
        NoOverlap("Power", ["agent", "kind"]),
        NoOverlap("SignatoryPower", ["signatory"]),
        NoOverlap("UserScope", ["user", "caisse", "role"]),
        AppendOnly("ConventionJournalEntry"),
        AppendOnly("SignedCopy"),
        AppendOnly("ElectronicSignature"),
        AppendOnly("VoidedCopy"),
        AppendOnly("ScanBatch"),
        AppendOnly("ScannedPage"),
        AppendOnly("FiledScan"),
        AppendOnly("SortedPage"),
        AppendOnly("IssuedDocument"),
        AppendOnly("Avenant"),
        AppendOnly("AvenantFact"),
        AppendOnly("AddressChange"),
        AppendOnly("DeadlineSet"),
        AppendOnly("PlannedDeadline"),
        AppendOnly("SecondFactorReset"),
        AppendOnly("Interpretation"),
        AppendOnly("PartnerDistinction"),
        AppendOnly("IncomingLetter"),
        AppendOnly("LetterFiling"),
        AppendOnly("Proposal"),
        AppendOnly("ProposalEvidence"),
        AppendOnly("ProposalAnswer"),
        ConfirmedByAnother("ProposalAnswer"),
        AppendOnly("StaffChange"),
        AppendOnly("ConventionNote"),
        AppendOnly("ConventionAct"),
        AppendOnly("LetterPassage"),
    ]
