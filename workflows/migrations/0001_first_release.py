import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    # A database migrated before these were one goes on from here.
    replaces = [
        ("workflows", "0001_initial"),
        ("workflows", "0002_journal_heads"),
        ("workflows", "0003_held_runs"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Effect",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("handler", models.CharField(max_length=60, verbose_name="traitement")),
                ("key", models.CharField(max_length=200, verbose_name="clé")),
                ("lane", models.CharField(max_length=100, verbose_name="file")),
                ("payload", models.JSONField(blank=True, default=dict, verbose_name="faits")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "En attente"),
                            ("leased", "En cours"),
                            ("done", "Fait"),
                            ("dead", "En échec"),
                            ("set_aside", "Écarté"),
                        ],
                        default="pending",
                        max_length=20,
                        verbose_name="état",
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="essais manqués")),
                ("losses", models.PositiveIntegerField(default=0, verbose_name="baux perdus")),
                (
                    "next_attempt_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="prochain essai le"),
                ),
                (
                    "lease_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="pris jusqu’au"),
                ),
                ("fence", models.PositiveBigIntegerField(default=0, verbose_name="numéro de bail")),
                (
                    "last_error",
                    models.CharField(blank=True, max_length=300, verbose_name="dernière erreur"),
                ),
                ("created_at", models.DateTimeField(verbose_name="demandé le")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="terminé le")),
            ],
            options={
                "verbose_name": "envoi en attente",
                "verbose_name_plural": "envois en attente",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_attempt_at__isnull", False)),
                        fields=["next_attempt_at", "id"],
                        name="workflows_effect_due",
                    ),
                    models.Index(
                        condition=models.Q(("lease_until__isnull", False)),
                        fields=["lease_until"],
                        name="workflows_effect_leased",
                    ),
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["lane", "id"],
                        name="workflows_effect_lane_open",
                    ),
                    models.Index(
                        condition=models.Q(("state", "dead")),
                        fields=["id"],
                        name="workflows_effect_dead_letters",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="workflows_effect_key_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key", ""), _negated=True),
                            models.Q(("handler", ""), _negated=True),
                            models.Q(("lane", ""), _negated=True),
                        ),
                        name="workflows_effect_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["pending", "leased", "done", "dead", "set_aside"])
                        ),
                        name="workflows_effect_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_attempt_at__isnull", False), ("state", "pending")),
                            models.Q(
                                models.Q(("state", "pending"), _negated=True),
                                ("next_attempt_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="workflows_effect_pending_has_its_hour",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("fence__gte", 1),
                                ("lease_until__isnull", False),
                                ("state", "leased"),
                            ),
                            models.Q(
                                models.Q(("state", "leased"), _negated=True),
                                ("lease_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="workflows_effect_leased_has_its_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("done_at__isnull", False), ("state__in", ["done", "set_aside"])
                            ),
                            models.Q(
                                models.Q(("state__in", ["done", "set_aside"]), _negated=True),
                                ("done_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="workflows_effect_finished_has_its_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["dead", "set_aside"]), _negated=True),
                            models.Q(("last_error", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="workflows_effect_dead_has_its_cause",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JournalHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="rang")),
                ("day", models.DateField(unique=True, verbose_name="jour")),
                ("taken_at", models.DateTimeField(verbose_name="établie le")),
                ("subjects", models.PositiveIntegerField(verbose_name="dossiers")),
                ("entries", models.PositiveBigIntegerField(verbose_name="lignes")),
                ("last_entries", models.JSONField(verbose_name="dernières lignes")),
                ("root", models.CharField(max_length=64, verbose_name="racine")),
                (
                    "previous_digest",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="empreinte précédente"
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte")),
            ],
            options={
                "verbose_name": "empreinte des journaux",
                "verbose_name_plural": "empreintes des journaux",
                "ordering": ["number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", 1), ("previous_digest", "")),
                            models.Q(
                                ("number__gt", 1), ("previous_digest__regex", "^[0-9a-f]{64}$")
                            ),
                            _connector="OR",
                        ),
                        name="workflows_journalhead_chained",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("digest__regex", "^[0-9a-f]{64}$"), ("root__regex", "^[0-9a-f]{64}$")
                        ),
                        name="workflows_journalhead_digest_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EffectDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "effect",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="workflows.effect",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("replayed", "Relancé"), ("set_aside", "Écarté")],
                        max_length=20,
                        verbose_name="décision",
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
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="motif")),
                ("error", models.CharField(max_length=300, verbose_name="erreur d’alors")),
                ("decided_at", models.DateTimeField(verbose_name="décidé le")),
            ],
            options={
                "verbose_name": "décision sur un envoi",
                "verbose_name_plural": "décisions sur un envoi",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "replayed"),
                            models.Q(
                                ("kind", "set_aside"), models.Q(("reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="workflows_effectdecision_set_aside_has_its_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HeldRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure", models.CharField(max_length=40, verbose_name="mesure")),
                ("day", models.DateField(verbose_name="jour du traitement")),
                ("count", models.PositiveIntegerField(verbose_name="nombre")),
                ("total", models.PositiveIntegerField(verbose_name="sur")),
                ("allowed", models.PositiveIntegerField(verbose_name="admis sans confirmation")),
                ("held_at", models.DateTimeField(verbose_name="retenu le")),
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
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="confirmé le"),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="motif")),
                (
                    "settled_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="levé sans décision le"
                    ),
                ),
            ],
            options={
                "verbose_name": "traitement retenu",
                "verbose_name_plural": "traitements retenus",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("confirmed_at__isnull", True), ("settled_at__isnull", True)
                        ),
                        fields=("measure",),
                        name="workflows_heldrun_one_open_a_measure",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_at__isnull", True),
                                ("confirmed_by__isnull", True),
                                ("reason", ""),
                            ),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="workflows_heldrun_confirmed_by_somebody_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("count__gt", models.F("allowed"))),
                        name="workflows_heldrun_more_than_allowed",
                    ),
                ],
            },
        ),
        AppendOnly("EffectDecision"),
        AppendOnly("JournalHead"),
    ]
