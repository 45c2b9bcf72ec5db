from django.db import migrations

from workflows.erasure import ErasableOnly


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_take_overs"),
    ]

    operations = [
        ErasableOnly("ImportRow", {"problems": "[]"}),
    ]
