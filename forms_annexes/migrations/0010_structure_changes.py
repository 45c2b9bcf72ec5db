import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0010_user_life"),
        ("forms_annexes", "0009_messages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                    "kind",
                    models.CharField(
                        choices=[("add", "Structure ajoutée"), ("close", "Structure fermée")],
                        max_length=10,
                        verbose_name="nature",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=250, verbose_name="nom")),
                ("siret", models.CharField(blank=True, max_length=14, verbose_name="SIRET")),
                ("address", models.TextField(blank=True, verbose_name="adresse")),
                ("closes_on", models.DateField(blank=True, null=True, verbose_name="ferme le")),
                ("declared_at", models.DateTimeField(verbose_name="déclarée le")),
                (
                    "convention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="structure_changes",
                        to="contracts.convention",
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
            ],
            options={
                "verbose_name": "changement de structure",
                "verbose_name_plural": "changements de structures",
                "ordering": ["declared_at", "pk"],
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
                ("reason", models.TextField(blank=True, verbose_name="motif du refus")),
                ("at", models.DateTimeField(verbose_name="répondu le")),
                (
                    "author",
                    models.ForeignKey(
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
                        related_name="+",
                        to="contracts.site",
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
            ],
            options={
                "verbose_name": "réponse à un changement de structure",
                "verbose_name_plural": "réponses aux changements de structures",
            },
        ),
        migrations.AddConstraint(
            model_name="structurechange",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="structurechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("siret", ""), ("siret__regex", "^[0-9]{14}$"), _connector="OR"),
                name="forms_annexes_structurechange_siret_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="structurechange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "close")),
                fields=("site",),
                name="forms_annexes_structurechange_closed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="structureanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), ("site__isnull", False)),
                    models.Q(("site__isnull", True), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="forms_annexes_structureanswer_one_way",
                violation_error_message="Donnez le motif du refus.",
            ),
        ),
        AppendOnly("StructureChange"),
        AppendOnly("StructureAnswer"),
    ]
