from django.db import migrations

from workflows.erasure import ErasableOnly


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_partner_successions"),
    ]

    operations = [
        ErasableOnly("ImportRow", {"problems": "[]"}),
    ]
