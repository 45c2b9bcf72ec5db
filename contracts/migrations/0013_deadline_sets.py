import django.db.models.deletion
from django.db import migrations, models

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0012_address_changes"),
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
            name="PlannedDeadline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
            },
        ),
        migrations.AddField(
            model_name="convention",
            name="deadline_set",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conventions",
                to="contracts.deadlineset",
                verbose_name="échéances",
            ),
        ),
        migrations.AddIndex(
            model_name="convention",
            index=models.Index(
                condition=models.Q(("deadline_set__isnull", False)),
                fields=["deadline_set", "caisse", "rulebook_code", "id"],
                name="contracts_convention_deadlines",
            ),
        ),
        migrations.AddField(
            model_name="planneddeadline",
            name="set",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deadlines",
                to="contracts.deadlineset",
            ),
        ),
        migrations.AddIndex(
            model_name="planneddeadline",
            index=models.Index(fields=["due_on", "id"], name="contracts_deadline_due"),
        ),
        migrations.AddIndex(
            model_name="planneddeadline",
            index=models.Index(fields=["last_working_day", "id"], name="contracts_deadline_worked"),
        ),
        migrations.AddConstraint(
            model_name="planneddeadline",
            constraint=models.UniqueConstraint(
                fields=("set", "number"), name="contracts_deadline_ranked"
            ),
        ),
        migrations.AddConstraint(
            model_name="planneddeadline",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_working_day__lte", models.F("due_on"))),
                name="contracts_deadline_worked_before",
            ),
        ),
        migrations.AddConstraint(
            model_name="planneddeadline",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", ""), _negated=True), name="contracts_deadline_of_a_kind"
            ),
        ),
        AppendOnly("DeadlineSet"),
        AppendOnly("PlannedDeadline"),
    ]
