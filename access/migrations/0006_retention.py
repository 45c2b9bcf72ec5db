from django.db import migrations

from workflows.erasure import ErasableOnly


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_import_deposits"),
    ]

    operations = [
        ErasableOnly("ImportRow", {"problems": "[]"}),
    ]
