from django.db import migrations

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        AppendOnly("HabilitationAct"),
        AppendOnly("HabilitationJournalEntry"),
        AppendOnly("AccountIdentifier"),
    ]
