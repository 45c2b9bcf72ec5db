import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_triggers"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="habilitationjournalentry",
            name="access_habilitationjournalentry_chained",
        ),
        migrations.RemoveConstraint(
            model_name="habilitationjournalentry",
            name="access_habilitationjournalentry_digest_form",
        ),
        migrations.AddField(
            model_name="habilitation",
            name="snapshot",
            field=models.TextField(blank=True, verbose_name="état replié"),
        ),
        migrations.AlterField(
            model_name="habilitation",
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
            model_name="habilitationact",
            name="subject",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acts",
                to="access.habilitation",
            ),
        ),
        migrations.AlterField(
            model_name="habilitationjournalentry",
            name="subject",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="journal",
                to="access.habilitation",
            ),
        ),
        migrations.AddConstraint(
            model_name="habilitationjournalentry",
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
                name="access_habilitationjournalentry_chained",
            ),
        ),
        migrations.AddConstraint(
            model_name="habilitationjournalentry",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    django.db.models.functions.text.Length("digest"), 64
                ),
                name="access_habilitationjournalentry_digest_form",
            ),
        ),
        # SQLite rebuilt these tables, and their triggers went with the old ones.
        AppendOnly("HabilitationAct"),
        AppendOnly("HabilitationJournalEntry"),
    ]
