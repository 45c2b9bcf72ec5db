from django.db import migrations

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("forms_annexes", "0001_initial")]

    operations = [AppendOnly("RequestTransition"), AppendOnly("Signature")]
