import django.db.models.functions.text
import django.db.models.lookups
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from workflows.chains import chain_acts
from workflows.triggers import AppendOnly, Changeable


def chain(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    chain_acts(apps.get_model("contracts", "ConventionAct"), ["evidence"])


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0006_sweep"),
    ]

    operations = [
        Changeable("ConventionAct"),
        migrations.AddField(
            model_name="conventionact",
            name="previous_digest",
            field=models.CharField(blank=True, max_length=64, verbose_name="empreinte précédente"),
        ),
        migrations.AddField(
            model_name="conventionact",
            name="digest",
            field=models.CharField(default="", max_length=64, verbose_name="empreinte"),
            preserve_default=False,
        ),
        migrations.RunPython(chain, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="conventionact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("previous_digest", ""),
                    models.Q(
                        ("revision__gt", 1),
                        django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("previous_digest"), 64
                        ),
                    ),
                    _connector="OR",
                ),
                name="contracts_conventionact_chained",
            ),
        ),
        migrations.AddConstraint(
            model_name="conventionact",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    django.db.models.functions.text.Length("digest"), 64
                ),
                name="contracts_conventionact_digest_form",
            ),
        ),
        AppendOnly("ConventionAct"),
    ]
