import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly, PurgedOnly, Unchangeable


class Migration(migrations.Migration):
    # A database migrated before these were one goes on from here.
    replaces = [
        ("access", "0001_initial"),
        ("access", "0002_triggers"),
        ("access", "0003_sweep"),
        ("access", "0004_act_chain"),
        ("access", "0005_user_life"),
        ("access", "0006_evidence_of_user_acts"),
        ("access", "0007_directory_health"),
        ("access", "0008_credentials"),
        ("access", "0009_oauth_clients"),
        ("access", "0010_access_course"),
        ("access", "0011_connections"),
        ("access", "0012_review_answers"),
        ("access", "0013_hand_set_deadlines"),
    ]

    initial = True

    dependencies = [
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
        ("contracts", "0001_first_release"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
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
                        related_name="accounts",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="contracts.partner",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="contracts.site",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="contracts.person",
                    ),
                ),
                (
                    "identifier",
                    models.CharField(blank=True, max_length=64, verbose_name="identifiant"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("absent", "Pas encore inscrit"),
                            ("locked", "Verrouillé"),
                            ("open", "Ouvert"),
                        ],
                        default="absent",
                        max_length=10,
                        verbose_name="état connu",
                    ),
                ),
                (
                    "services",
                    models.JSONField(blank=True, default=list, verbose_name="services ouverts"),
                ),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="révision")),
            ],
            options={
                "verbose_name": "compte",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("partner__isnull", False),
                                ("person__isnull", True),
                                ("site__isnull", True),
                            ),
                            models.Q(
                                ("partner__isnull", True),
                                ("person__isnull", True),
                                ("site__isnull", False),
                            ),
                            models.Q(
                                ("partner__isnull", True),
                                ("person__isnull", False),
                                ("site__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="access_account_one_holder",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("partner__isnull", False)),
                        fields=("caisse", "partner"),
                        name="access_account_one_a_partner",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("site__isnull", False)),
                        fields=("caisse", "site"),
                        name="access_account_one_a_site",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("caisse", "person"),
                        name="access_account_one_a_person",
                    ),
                    models.UniqueConstraint(
                        models.F("caisse"),
                        django.db.models.functions.text.Lower("identifier"),
                        condition=models.Q(("identifier", ""), _negated=True),
                        name="access_account_identifier_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("identifier", ""),
                            ("identifier__regex", "^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"),
                            _connector="OR",
                        ),
                        name="access_account_identifier_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "absent"),
                            models.Q(
                                ("state__in", ["locked", "open"]),
                                models.Q(("identifier", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="access_account_state_identified",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountIdentifier",
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
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identifiers",
                        to="access.account",
                    ),
                ),
                ("identifier", models.CharField(max_length=64, verbose_name="identifiant")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
            ],
            options={
                "verbose_name": "identifiant donné",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("caisse"),
                        django.db.models.functions.text.Lower("identifier"),
                        name="access_accountidentifier_never_reused",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiClient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "oauth",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_client",
                        to="allauth_idp_oidc.client",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="nom")),
                ("services", models.JSONField(blank=True, default=list, verbose_name="services")),
                (
                    "certificate",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="empreinte du certificat"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="créé le")),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="révoqué le"),
                ),
            ],
            options={
                "verbose_name": "client de l’API",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="access_apiclient_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("certificate", ""),
                            ("certificate__regex", "^[0-9a-f]{64}$"),
                            _connector="OR",
                        ),
                        name="access_apiclient_certificate_form",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("certificate", ""), _negated=True),
                        fields=("certificate",),
                        name="access_apiclient_one_a_certificate",
                        violation_error_message="Ce certificat est celui d’un autre client.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiClientCaisse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bindings",
                        to="access.apiclient",
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
            ],
            options={
                "verbose_name": "caisse d’un client de l’API",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("client", "caisse"), name="access_apiclientcaisse_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConnectionCount",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="connection_counts",
                        to="contracts.caisse",
                    ),
                ),
                ("month", models.DateField(verbose_name="mois")),
                ("service", models.CharField(blank=True, max_length=100, verbose_name="service")),
                (
                    "convention",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="connection_counts",
                        to="contracts.convention",
                    ),
                ),
                ("profile", models.CharField(blank=True, max_length=100, verbose_name="profil")),
                ("connections", models.PositiveIntegerField(default=0, verbose_name="connexions")),
                (
                    "refused",
                    models.PositiveIntegerField(default=0, verbose_name="tentatives refusées"),
                ),
                (
                    "logins_seen",
                    models.PositiveIntegerField(
                        default=0, verbose_name="connexions vues par l’annuaire"
                    ),
                ),
                ("users", models.PositiveIntegerField(default=0, verbose_name="comptes distincts")),
            ],
            options={
                "verbose_name": "nombre de connexions",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("convention__isnull", False)),
                        fields=("caisse", "month", "service", "convention", "profile"),
                        name="access_connectioncount_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("convention__isnull", True)),
                        fields=("caisse", "month", "service", "profile"),
                        name="access_connectioncount_once_without",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "users__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("connections"), "+", models.F("logins_seen")
                                ),
                            )
                        ),
                        name="access_connectioncount_users_connected",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConnectionEvent",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="connection_events",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="connection_events",
                        to="access.account",
                    ),
                ),
                ("service", models.CharField(blank=True, max_length=100, verbose_name="service")),
                (
                    "convention",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.convention",
                    ),
                ),
                ("profile", models.CharField(blank=True, max_length=100, verbose_name="profil")),
                ("at", models.DateTimeField(verbose_name="instant")),
                (
                    "kind",
                    models.CharField(
                        choices=[("connection", "Connexion"), ("refused", "Tentative refusée")],
                        max_length=10,
                        verbose_name="résultat",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("api", "Portail"), ("csv", "Fichier"), ("directory", "Annuaire")],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                ("event_id", models.CharField(max_length=100, verbose_name="clé de l’expéditeur")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
            ],
            options={
                "verbose_name": "connexion",
                "indexes": [
                    models.Index(fields=["caisse", "at"], name="access_connectionevent_at"),
                    models.Index(
                        fields=["account", "service", "at"], name="access_connectionevent_used"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caisse", "source", "event_id"), name="access_connectionevent_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["connection", "refused"])),
                        name="access_connectionevent_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["api", "csv", "directory"])),
                        name="access_connectionevent_source_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("event_id__regex", "^[A-Za-z0-9][A-Za-z0-9._:+-]{0,99}$")
                        ),
                        name="access_connectionevent_key_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "refused"), ("account__isnull", False), _connector="OR"
                        ),
                        name="access_connectionevent_by_an_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source", "directory"),
                            models.Q(("service", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="access_connectionevent_service_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConnectionPurge",
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
                        related_name="connection_purges",
                        to="contracts.caisse",
                    ),
                ),
                ("before", models.DateTimeField(verbose_name="événements antérieurs au")),
                ("events", models.PositiveIntegerField(verbose_name="événements purgés")),
                ("purged_at", models.DateTimeField(verbose_name="purgé le")),
            ],
            options={
                "verbose_name": "purge des connexions",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("before__lt", models.F("purged_at"))),
                        name="access_connectionpurge_of_the_past",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DecisionLog",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="répondu le")),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.apiclient",
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
                ("identifier", models.CharField(max_length=64, verbose_name="identifiant")),
                ("service", models.CharField(max_length=100, verbose_name="service")),
                ("permit", models.BooleanField(verbose_name="accès ouvert")),
                ("code", models.CharField(max_length=40, verbose_name="motif")),
                (
                    "asked_about",
                    models.DateTimeField(blank=True, null=True, verbose_name="instant demandé"),
                ),
                ("version", models.BigIntegerField(verbose_name="version")),
            ],
            options={
                "verbose_name": "réponse de l’API",
                "verbose_name_plural": "réponses de l’API",
                "indexes": [models.Index(fields=["at"], name="access_decisionlog_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        name="access_decisionlog_reasoned",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectoryEntry",
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
                ("identifier", models.CharField(max_length=64, verbose_name="identifiant")),
                (
                    "password",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="empreinte du mot de passe"
                    ),
                ),
                (
                    "must_change",
                    models.BooleanField(default=True, verbose_name="à changer à la connexion"),
                ),
                ("locked", models.BooleanField(default=False, verbose_name="verrouillé")),
                ("services", models.JSONField(blank=True, default=list, verbose_name="services")),
                (
                    "last_login_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="dernière connexion"),
                ),
                (
                    "failures",
                    models.PositiveIntegerField(default=0, verbose_name="échecs de suite"),
                ),
                (
                    "retry_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="nouvel essai à partir de"
                    ),
                ),
            ],
            options={
                "verbose_name": "entrée de l’annuaire embarqué",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("caisse"),
                        django.db.models.functions.text.Lower("identifier"),
                        name="access_directoryentry_identifier_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("password", ""),
                            ("password__regex", "^[a-z0-9_]+\\$.+\\$"),
                            _connector="OR",
                        ),
                        name="access_directoryentry_password_hashed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectoryHealth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "caisse",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="directory_health",
                        to="contracts.caisse",
                    ),
                ),
                ("is_answering", models.BooleanField(verbose_name="répond")),
                ("since", models.DateTimeField(verbose_name="depuis")),
                (
                    "last_success_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="dernière réponse"),
                ),
                (
                    "last_failure_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="dernier échec"),
                ),
                ("cause", models.CharField(blank=True, max_length=300, verbose_name="cause")),
                (
                    "logins_read_on",
                    models.DateField(blank=True, null=True, verbose_name="connexions relevées le"),
                ),
            ],
            options={
                "verbose_name": "état d’un annuaire",
                "verbose_name_plural": "états des annuaires",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_answering", True), ("last_success_at__isnull", False)),
                            models.Q(
                                ("is_answering", False),
                                ("last_failure_at__isnull", False),
                                models.Q(("cause", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="access_directoryhealth_seen_so",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectoryTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="access.account",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("register_holder", "Inscrire le titulaire au registre des tiers"),
                            ("register", "Inscrire le compte"),
                            ("open", "Rouvrir le compte"),
                            ("lock", "Verrouiller le compte"),
                            ("change_services", "Changer les services du compte"),
                            ("remove", "Retirer le compte"),
                        ],
                        max_length=20,
                        verbose_name="à faire",
                    ),
                ),
                (
                    "wanted_state",
                    models.CharField(
                        choices=[
                            ("absent", "Pas encore inscrit"),
                            ("locked", "Verrouillé"),
                            ("open", "Ouvert"),
                        ],
                        max_length=10,
                        verbose_name="état voulu",
                    ),
                ),
                (
                    "wanted_services",
                    models.JSONField(blank=True, default=list, verbose_name="services voulus"),
                ),
                ("opened_at", models.DateTimeField(verbose_name="demandée le")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "À faire"),
                            ("done", "Faite"),
                            ("superseded", "Devenue sans objet"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="issue",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="close le")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="faite le")),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.agent",
                    ),
                ),
            ],
            options={
                "verbose_name": "tâche d’annuaire",
                "ordering": ["opened_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")),
                        fields=("account",),
                        name="access_directorytask_one_pending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("outcome", "")),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("outcome__in", ["done", "superseded"]),
                            ),
                            _connector="OR",
                        ),
                        name="access_directorytask_closed_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "done"), _negated=True),
                            models.Q(("done_by__isnull", False), ("done_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="access_directorytask_done_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectoryTaskStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="access.directorytask",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("code", models.CharField(max_length=40, verbose_name="registre")),
                ("label", models.CharField(max_length=200, verbose_name="intitulé")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="faite le")),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.agent",
                    ),
                ),
            ],
            options={
                "verbose_name": "étape d’une tâche d’annuaire",
                "ordering": ["task", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "number"), name="access_directorytaskstep_number_unique"
                    ),
                    models.UniqueConstraint(
                        fields=("task", "code"), name="access_directorytaskstep_code_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_by__isnull", True), ("done_on__isnull", True)),
                            models.Q(("done_by__isnull", False), ("done_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="access_directorytaskstep_done_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Habilitation",
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
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="habilitations",
                        to="contracts.convention",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="habilitations",
                        to="contracts.person",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="habilitations",
                        to="contracts.site",
                    ),
                ),
                ("service", models.CharField(max_length=100, verbose_name="service")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="habilitations",
                        to="access.account",
                    ),
                ),
                (
                    "request_reference",
                    models.CharField(blank=True, max_length=64, verbose_name="demande"),
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
                ("profile", models.CharField(blank=True, max_length=40, verbose_name="profil")),
                ("scope", models.JSONField(blank=True, default=dict, verbose_name="périmètre")),
                ("granted_on", models.DateField(blank=True, null=True, verbose_name="accordée le")),
                (
                    "notified_on",
                    models.DateField(blank=True, null=True, verbose_name="identifiants envoyés le"),
                ),
                (
                    "last_login_on",
                    models.DateField(blank=True, null=True, verbose_name="dernière connexion le"),
                ),
                ("closes_on", models.DateField(blank=True, null=True, verbose_name="fermée le")),
                (
                    "close_cause",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="cause de la fermeture"
                    ),
                ),
                (
                    "dormancy_warning_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="inactivité à signaler le"
                    ),
                ),
                (
                    "dormant_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="fermeture pour inactivité possible le"
                    ),
                ),
                ("access_course", models.TextField(blank=True, verbose_name="réponses au portail")),
                (
                    "dormancy_warned_for",
                    models.DateField(
                        blank=True, null=True, verbose_name="inactivité signalée pour le"
                    ),
                ),
                (
                    "dormancy_proposed_for",
                    models.DateField(
                        blank=True, null=True, verbose_name="fermeture proposée pour le"
                    ),
                ),
            ],
            options={
                "verbose_name": "habilitation",
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_change_on__isnull", False)),
                        fields=["next_change_on", "id"],
                        name="access_habilitation_due",
                    ),
                    models.Index(
                        condition=models.Q(("dormancy_warning_on__isnull", False)),
                        fields=["dormancy_warning_on"],
                        name="access_habilitation_unused",
                    ),
                    models.Index(
                        condition=models.Q(("dormant_on__isnull", False)),
                        fields=["dormant_on"],
                        name="access_habilitation_dormant",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("next_change_on__isnull", True),
                            ("next_change_on__gt", models.F("as_of")),
                            _connector="OR",
                        ),
                        name="access_habilitation_next_change_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "requested",
                                    "granted",
                                    "credentials_sent",
                                    "active",
                                    "suspended",
                                    "closed",
                                ],
                            )
                        ),
                        name="access_habilitation_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            models.Q(
                                ("closes_on__isnull", False),
                                models.Q(("close_cause", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="access_habilitation_closed_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "requested"), ("granted_on__isnull", False), _connector="OR"
                        ),
                        name="access_habilitation_granted_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("service", ""), _negated=True),
                        name="access_habilitation_service_given",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("request_reference", ""), _negated=True),
                        fields=("request_reference", "service"),
                        name="access_habilitation_one_a_request",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True), ("site__isnull", False)
                        ),
                        fields=("convention", "person", "service", "site"),
                        name="access_habilitation_once_a_site",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True), ("site__isnull", True)
                        ),
                        fields=("convention", "person", "service"),
                        name="access_habilitation_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActivationLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activation_links",
                        to="access.account",
                    ),
                ),
                (
                    "habilitation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activation_links",
                        to="access.habilitation",
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="empreinte")),
                ("made_at", models.DateTimeField(verbose_name="fait le")),
                ("expires_at", models.DateTimeField(verbose_name="tient jusqu’au")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="utilisé le")),
                (
                    "superseded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="remplacé le"),
                ),
            ],
            options={
                "verbose_name": "lien d’activation",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="access_activationlink_digest",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("used_at__isnull", True),
                            ("superseded_at__isnull", True),
                            _connector="OR",
                        ),
                        name="access_activationlink_one_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("made_at"))),
                        name="access_activationlink_holds_a_while",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("superseded_at__isnull", True), ("used_at__isnull", True)
                        ),
                        fields=("account",),
                        name="access_activationlink_one_an_account",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HabilitationAct",
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
                        to="access.habilitation",
                    ),
                ),
            ],
            options={
                "verbose_name": "événement d’une habilitation",
                "ordering": ["revision"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "identifier"),
                        name="access_habilitationact_identifier_unique",
                    ),
                    models.UniqueConstraint(
                        fields=("subject", "revision"), name="access_habilitationact_one_a_revision"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("identifier__regex", "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
                        ),
                        name="access_habilitationact_identifier_form",
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
                        name="access_habilitationact_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("revision__gte", 1)),
                        name="access_habilitationact_revision_from_one",
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
                        name="access_habilitationact_chained",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("digest"), 64
                        ),
                        name="access_habilitationact_digest_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HabilitationActEvidence",
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
                        to="access.habilitationact",
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
                "verbose_name": "pièce d’un événement d’une habilitation",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("act", "file"), name="access_habilitationactevidence_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HabilitationJournalEntry",
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
                        to="access.habilitation",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne du journal d’une habilitation",
                "ordering": ["number"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "number"),
                        name="access_habilitationjournalentry_number_unique",
                    ),
                    models.UniqueConstraint(
                        fields=("subject", "belief", "kind"),
                        name="access_habilitationjournalentry_belief_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "retracted"),
                            models.Q(("because", ""), ("kind", "asserted")),
                            _connector="OR",
                        ),
                        name="access_habilitationjournalentry_kind_known",
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
                        name="access_habilitationjournalentry_chained",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("digest"), 64
                        ),
                        name="access_habilitationjournalentry_digest_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HolderNumber",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holder_number",
                        to="access.account",
                    ),
                ),
                ("number", models.CharField(max_length=50, verbose_name="n° tiers")),
            ],
            options={
                "verbose_name": "numéro de tiers d’un titulaire",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caisse", "number"), name="access_holdernumber_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        name="access_holdernumber_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrintedLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "habilitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="printed_letters",
                        to="access.habilitation",
                    ),
                ),
                ("printed_at", models.DateTimeField(verbose_name="imprimé le")),
                (
                    "printed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte")),
            ],
            options={
                "verbose_name": "courrier d’identifiants imprimé",
                "ordering": ["printed_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="access_printedletter_digest",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Renewal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="access.account",
                    ),
                ),
                (
                    "habilitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="access.habilitation",
                    ),
                ),
                ("because", models.CharField(max_length=100, verbose_name="cause")),
                ("asked_at", models.DateTimeField(verbose_name="demandé le")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="fait le")),
            ],
            options={
                "verbose_name": "renouvellement d’identifiants",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "because"), name="access_renewal_once_a_cause"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("because", ""), _negated=True),
                        name="access_renewal_has_a_cause",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UserReview",
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
                        related_name="user_reviews",
                        to="contracts.convention",
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="ouverte le")),
                ("due_on", models.DateField(verbose_name="réponse attendue le")),
                ("article", models.CharField(blank=True, max_length=40, verbose_name="article")),
                (
                    "confirmed_on",
                    models.DateField(blank=True, null=True, verbose_name="confirmée le"),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "answered_on",
                    models.DateField(blank=True, null=True, verbose_name="réponse reçue le"),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("paper", "Papier, par la poste ou remis en main propre"),
                            ("email", "Courriel"),
                        ],
                        max_length=10,
                        verbose_name="voie de la réponse",
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.evidencefile",
                    ),
                ),
                (
                    "suspended_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="utilisateurs suspendus le"
                    ),
                ),
            ],
            options={
                "verbose_name": "revue des utilisateurs",
                "verbose_name_plural": "revues des utilisateurs",
                "ordering": ["-opened_on", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_on__isnull", True)),
                        fields=("convention",),
                        name="access_userreview_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("opened_on"))),
                        name="access_userreview_due_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_by__isnull", True), ("confirmed_on__isnull", True)
                            ),
                            models.Q(
                                ("confirmed_by__isnull", False),
                                ("confirmed_on__gte", models.F("opened_on")),
                            ),
                            _connector="OR",
                        ),
                        name="access_userreview_confirmed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_on__isnull", True),
                            models.Q(
                                ("answered_on__gte", models.F("opened_on")),
                                ("confirmed_on__gte", models.F("answered_on")),
                            ),
                            _connector="OR",
                        ),
                        name="access_userreview_answered_then_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel", ""),
                            models.Q(
                                ("answered_on__isnull", False), ("channel__in", ["paper", "email"])
                            ),
                            _connector="OR",
                        ),
                        name="access_userreview_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("suspended_on__isnull", True),
                            ("suspended_on__gt", models.F("due_on")),
                            _connector="OR",
                        ),
                        name="access_userreview_suspended_once_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewedUser",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="users",
                        to="access.userreview",
                    ),
                ),
                (
                    "habilitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="access.habilitation",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("pending", "À confirmer"),
                            ("kept", "Garde son accès"),
                            ("removed", "N’en a plus besoin"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="réponse",
                    ),
                ),
            ],
            options={
                "verbose_name": "utilisateur revu",
                "ordering": ["review", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("review", "habilitation"), name="access_revieweduser_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["pending", "kept", "removed"])),
                        name="access_revieweduser_answer_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="apiclient",
            name="caisses",
            field=models.ManyToManyField(
                related_name="api_clients", through="access.ApiClientCaisse", to="contracts.caisse"
            ),
        ),
        migrations.AddField(
            model_name="habilitationact",
            name="evidence",
            field=models.ManyToManyField(
                related_name="habilitation_acts",
                through="access.HabilitationActEvidence",
                to="contracts.evidencefile",
            ),
        ),
        AppendOnly("AccountIdentifier"),
        AppendOnly("HabilitationJournalEntry"),
        AppendOnly("HabilitationActEvidence"),
        AppendOnly("PrintedLetter"),
        Unchangeable("DecisionLog"),
        AppendOnly("ConnectionPurge"),
        PurgedOnly("ConnectionEvent", purge_name="ConnectionPurge"),
        AppendOnly("HabilitationAct"),
    ]
