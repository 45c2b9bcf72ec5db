import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly, Changeable


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0012_address_changes"),
        ("forms_annexes", "0010_structure_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                ("at", models.DateTimeField(verbose_name="corrigée le")),
            ],
            options={
                "verbose_name": "correction d’une fermeture",
                "verbose_name_plural": "corrections de fermetures",
            },
        ),
        Changeable("StructureChange"),
        migrations.RemoveConstraint(
            model_name="structurechange",
            name="forms_annexes_structurechange_closed_once",
        ),
        migrations.AddField(
            model_name="closingcorrection",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
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
        migrations.AddField(
            model_name="structurechange",
            name="follows",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="forms_annexes.closingcorrection",
            ),
        ),
        migrations.AddConstraint(
            model_name="structurechange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("follows__isnull", True), ("kind", "close")),
                fields=("site",),
                name="forms_annexes_structurechange_closed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="structurechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "close"), ("follows__isnull", True), _connector="OR"),
                name="forms_annexes_structurechange_follows_a_correction",
            ),
        ),
        migrations.AddConstraint(
            model_name="closingcorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="forms_annexes_closingcorrection_for_a_reason",
                violation_error_message="Donnez le motif de la correction.",
            ),
        ),
        AppendOnly("StructureChange"),
        AppendOnly("ClosingCorrection"),
    ]
