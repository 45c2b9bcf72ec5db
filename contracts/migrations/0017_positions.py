from django.db import migrations, models

from workflows.triggers import AppendOnly, Changeable


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0016_second_factor_resets"),
    ]

    operations = [
        Changeable("Interpretation"),
        migrations.RemoveConstraint(
            model_name="interpretation",
            name="contracts_interpretation_one_a_day",
        ),
        migrations.RemoveIndex(
            model_name="openquestion",
            name="contracts_openquestion_order",
        ),
        migrations.AddField(
            model_name="interpretation",
            name="identifier",
            field=models.UUIDField(blank=True, null=True, unique=True, verbose_name="envoi"),
        ),
        migrations.AddField(
            model_name="openquestion",
            name="answer",
            field=models.CharField(blank=True, max_length=60, verbose_name="réponse de principe"),
        ),
        migrations.AlterField(
            model_name="interpretation",
            name="answer",
            field=models.CharField(blank=True, max_length=60, verbose_name="réponse"),
        ),
        migrations.AddIndex(
            model_name="openquestion",
            index=models.Index(
                condition=models.Q(("answer", "")),
                fields=["-blocking", "matters_on", "raised_on", "id"],
                name="contracts_openquestion_order",
            ),
        ),
        # Altered above: SQLite built the table anew, without its triggers.
        AppendOnly("Interpretation"),
    ]
