import django.db.models.deletion
from django.db import migrations, models

from workflows.triggers import AppendOnly, Changeable


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_user_life"),
        ("contracts", "0009_avenants"),
    ]

    operations = [
        Changeable("HabilitationAct"),
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
        migrations.AddField(
            model_name="habilitationact",
            name="evidence",
            field=models.ManyToManyField(
                related_name="habilitation_acts",
                through="access.HabilitationActEvidence",
                to="contracts.evidencefile",
            ),
        ),
        AppendOnly("HabilitationActEvidence"),
        # SQLite rebuilt this table, and its triggers went with the old one.
        AppendOnly("HabilitationAct"),
    ]
