import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0018_partner_keys"),
    ]

    operations = [
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
                ("registered_at", models.DateTimeField(verbose_name="enregistrée le")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "caisse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_letters",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_letters",
                        to="contracts.evidencefile",
                    ),
                ),
            ],
            options={
                "verbose_name": "courrier reçu",
                "verbose_name_plural": "courriers reçus",
                "ordering": ["-year", "-number"],
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
                ("place", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("effect", models.CharField(max_length=40, verbose_name="effet")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="motif")),
                ("filed_at", models.DateTimeField(verbose_name="classé le")),
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
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter_filings",
                        to="contracts.convention",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filings",
                        to="contracts.incomingletter",
                    ),
                ),
            ],
            options={
                "verbose_name": "classement d’un courrier reçu",
                "verbose_name_plural": "classements des courriers reçus",
                "ordering": ["letter", "place"],
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
                    "caisse",
                    models.ForeignKey(
                        db_index=False,
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
                        related_name="+",
                        to="contracts.convention",
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
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="place",
                        to="contracts.incomingletter",
                    ),
                ),
            ],
            options={
                "verbose_name": "situation d’un courrier reçu",
            },
        ),
        migrations.AddConstraint(
            model_name="incomingletter",
            constraint=models.UniqueConstraint(
                fields=("caisse", "year", "number"), name="contracts_incomingletter_numbered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingletter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("registered_number", ""), _negated=True),
                fields=("caisse", "year", "registered_number"),
                name="contracts_incomingletter_registered_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)),
                name="contracts_incomingletter_number_from_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("registered_number", ""),
                    ("registered_number__regex", "^[A-Z0-9]{6,40}$"),
                    _connector="OR",
                ),
                name="contracts_incomingletter_registered_number_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("postmark_on__isnull", True),
                    ("postmark_on__lte", models.F("received_on")),
                    _connector="OR",
                ),
                name="contracts_incomingletter_posted_before_received",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingletter",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="incomingletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("sender", ""), _negated=True),
                name="contracts_incomingletter_sender_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterfiling",
            constraint=models.UniqueConstraint(
                fields=("letter", "place"), name="contracts_letterfiling_one_a_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="letterfiling",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("place", 1),
                    models.Q(("place__gt", 1), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="contracts_letterfiling_moved_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterfiling",
            constraint=models.CheckConstraint(
                condition=models.Q(("effect", ""), _negated=True),
                name="contracts_letterfiling_effect_given",
            ),
        ),
        migrations.AddIndex(
            model_name="letterplace",
            index=models.Index(fields=["caisse", "standing"], name="contracts_letterplace_queue"),
        ),
        migrations.AddConstraint(
            model_name="letterplace",
            constraint=models.CheckConstraint(
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
            ),
        ),
        AppendOnly("IncomingLetter"),
        AppendOnly("LetterFiling"),
    ]
