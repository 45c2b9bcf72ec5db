import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0011_file_verifications"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "identifier",
                    models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="envoi"),
                ),
                ("address", models.TextField(verbose_name="adresse")),
                ("first_day", models.DateField(verbose_name="à compter du")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="address_changes",
                        to="contracts.partner",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="address_changes",
                        to="contracts.site",
                    ),
                ),
            ],
            options={
                "verbose_name": "changement d’adresse",
                "verbose_name_plural": "changements d’adresse",
                "ordering": ["first_day", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("address", ""), _negated=True),
                        name="contracts_addresschange_says_where",
                    )
                ],
            },
        ),
        AppendOnly("AddressChange"),
    ]
