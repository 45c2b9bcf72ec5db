import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0025_hand_set_deadlines"),
    ]

    operations = [
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
                    "issued",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="circuit",
                        to="contracts.issueddocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "courrier envoyé",
                "verbose_name_plural": "courriers envoyés",
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
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
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
                    "letter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passages",
                        to="contracts.outgoingletter",
                    ),
                ),
            ],
            options={
                "verbose_name": "passage d’un courrier",
                "verbose_name_plural": "passages des courriers",
                "ordering": ["letter", "place"],
            },
        ),
        migrations.AddIndex(
            model_name="outgoingletter",
            index=models.Index(
                fields=["caisse", "standing", "since"], name="contracts_outgoing_queue"
            ),
        ),
        migrations.AddIndex(
            model_name="outgoingletter",
            index=models.Index(fields=["caisse", "posted_on"], name="contracts_outgoing_posted"),
        ),
        migrations.AddIndex(
            model_name="outgoingletter",
            index=models.Index(
                condition=models.Q(("registered_number", ""), _negated=True),
                fields=["registered_number"],
                name="contracts_outgoing_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingletter",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="outgoingletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("posted_on__isnull", False),
                    models.Q(("standing__in", ["proof_awaited", "sent", "proven"]), _negated=True),
                    _connector="OR",
                ),
                name="contracts_outgoingletter_posted_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("registered_number", ""), _negated=True),
                    models.Q(("standing__in", ["proof_awaited", "proven"]), _negated=True),
                    _connector="OR",
                ),
                name="contracts_outgoingletter_registered_numbered",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterpassage",
            constraint=models.UniqueConstraint(
                fields=("letter", "place"), name="contracts_letterpassage_one_a_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="letterpassage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("registered_number", ""), _negated=True),
                fields=("registered_number", "year"),
                name="contracts_letterpassage_number_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterpassage",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="letterpassage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "signed"), ("power__isnull", False), ("signatory__isnull", False)
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
        ),
        migrations.AddConstraint(
            model_name="letterpassage",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="letterpassage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["returned", "given_up"]), _negated=True),
                    models.Q(("comment", ""), _negated=True),
                    _connector="OR",
                ),
                name="contracts_letterpassage_returned_for_a_reason",
            ),
        ),
        AppendOnly("LetterPassage"),
    ]
