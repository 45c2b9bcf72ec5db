import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly, Changeable


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_act_chain"),
        ("contracts", "0009_avenants"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Changeable("HabilitationAct"),
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
                ("opened_on", models.DateField(verbose_name="ouverte le")),
                ("due_on", models.DateField(verbose_name="réponse attendue le")),
                ("article", models.CharField(blank=True, max_length=40, verbose_name="article")),
                (
                    "confirmed_on",
                    models.DateField(blank=True, null=True, verbose_name="confirmée le"),
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
            },
        ),
        migrations.RemoveConstraint(
            model_name="habilitationact",
            name="access_habilitationact_kind_known",
        ),
        migrations.AddField(
            model_name="habilitation",
            name="dormancy_proposed_for",
            field=models.DateField(
                blank=True, null=True, verbose_name="fermeture proposée pour le"
            ),
        ),
        migrations.AddField(
            model_name="habilitation",
            name="dormancy_warned_for",
            field=models.DateField(
                blank=True, null=True, verbose_name="inactivité signalée pour le"
            ),
        ),
        migrations.AddField(
            model_name="habilitation",
            name="dormancy_warning_on",
            field=models.DateField(blank=True, null=True, verbose_name="inactivité à signaler le"),
        ),
        migrations.AddField(
            model_name="habilitation",
            name="dormant_on",
            field=models.DateField(
                blank=True, null=True, verbose_name="fermeture pour inactivité possible le"
            ),
        ),
        migrations.AddField(
            model_name="habilitation",
            name="profile",
            field=models.CharField(blank=True, max_length=40, verbose_name="profil"),
        ),
        migrations.AddField(
            model_name="habilitation",
            name="scope",
            field=models.JSONField(blank=True, default=dict, verbose_name="périmètre"),
        ),
        migrations.AddIndex(
            model_name="habilitation",
            index=models.Index(
                condition=models.Q(("dormancy_warning_on__isnull", False)),
                fields=["dormancy_warning_on"],
                name="access_habilitation_unused",
            ),
        ),
        migrations.AddIndex(
            model_name="habilitation",
            index=models.Index(
                condition=models.Q(("dormant_on__isnull", False)),
                fields=["dormant_on"],
                name="access_habilitation_dormant",
            ),
        ),
        migrations.AddConstraint(
            model_name="habilitationact",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddField(
            model_name="revieweduser",
            name="habilitation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reviews",
                to="access.habilitation",
            ),
        ),
        migrations.AddField(
            model_name="userreview",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="userreview",
            name="convention",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="user_reviews",
                to="contracts.convention",
            ),
        ),
        migrations.AddField(
            model_name="revieweduser",
            name="review",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="users",
                to="access.userreview",
            ),
        ),
        migrations.AddConstraint(
            model_name="userreview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_on__isnull", True)),
                fields=("convention",),
                name="access_userreview_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="userreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("opened_on"))),
                name="access_userreview_due_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="userreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_by__isnull", True), ("confirmed_on__isnull", True)),
                    models.Q(
                        ("confirmed_by__isnull", False),
                        ("confirmed_on__gte", models.F("opened_on")),
                    ),
                    _connector="OR",
                ),
                name="access_userreview_confirmed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="userreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("suspended_on__isnull", True),
                    ("suspended_on__gt", models.F("due_on")),
                    _connector="OR",
                ),
                name="access_userreview_suspended_once_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="revieweduser",
            constraint=models.UniqueConstraint(
                fields=("review", "habilitation"), name="access_revieweduser_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="revieweduser",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["pending", "kept", "removed"])),
                name="access_revieweduser_answer_known",
            ),
        ),
        AppendOnly("HabilitationAct"),
    ]
