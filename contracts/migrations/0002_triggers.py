from django.db import migrations

from workflows.triggers import AppendOnly, NoOverlap


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial")]

    operations = [
        AppendOnly("ConventionAct"),
        AppendOnly("ConventionActEvidence"),
        AppendOnly("ConventionJournalEntry"),
        AppendOnly("PublishedRulebook"),
        AppendOnly("Interpretation"),
        NoOverlap("Power", ["agent", "kind"]),
        NoOverlap("SignatoryPower", ["signatory"]),
        NoOverlap("UserScope", ["user", "caisse", "role"]),
    ]
