import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0005_form_tokens"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="conventionjournalentry",
            name="contracts_conventionjournalentry_chained",
        ),
        migrations.RemoveConstraint(
            model_name="conventionjournalentry",
            name="contracts_conventionjournalentry_digest_form",
        ),
        migrations.AddField(
            model_name="convention",
            name="snapshot",
            field=models.TextField(blank=True, verbose_name="état replié"),
        ),
        migrations.AlterField(
            model_name="convention",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="convention",
            name="caisse",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conventions",
                to="contracts.caisse",
            ),
        ),
        migrations.AlterField(
            model_name="conventionact",
            name="subject",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acts",
                to="contracts.convention",
            ),
        ),
        migrations.AlterField(
            model_name="conventionjournalentry",
            name="subject",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="journal",
                to="contracts.convention",
            ),
        ),
        migrations.AddConstraint(
            model_name="conventionjournalentry",
            constraint=models.CheckConstraint(
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
                name="contracts_conventionjournalentry_chained",
            ),
        ),
        migrations.AddConstraint(
            model_name="conventionjournalentry",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    django.db.models.functions.text.Length("digest"), 64
                ),
                name="contracts_conventionjournalentry_digest_form",
            ),
        ),
        # SQLite rebuilt these tables, and their triggers went with the old ones.
        AppendOnly("ConventionAct"),
        AppendOnly("ConventionJournalEntry"),
    ]
