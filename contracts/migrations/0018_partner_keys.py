import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from contracts.partner_words import name_key, postcode_of, search_text
from workflows.triggers import AppendOnly


def fill(apps: Any, schema_editor: Any) -> None:
    """Write the keys of the partners already there."""
    key = apps.get_model("contracts", "PartnerKey")
    partners = apps.get_model("contracts", "Partner").objects.order_by("pk")
    for partner in partners.prefetch_related("sites", "numbers", "address_changes").iterator(1000):
        told = list(partner.address_changes.all())
        addresses = [partner.address, *(one.address for one in told if one.site_id is None)]
        texts = [partner.name, partner.siren, partner.siret, partner.email, partner.address]
        texts += [one.address for one in told]
        texts += [one.number for one in partner.numbers.all()]
        for site in partner.sites.all():
            texts += [site.name, site.siret, site.address]
        key.objects.create(
            partner=partner,
            words=search_text(texts),
            name_key=name_key(partner.name),
            postcode=next(filter(None, map(postcode_of, reversed(addresses))), ""),
            email=partner.email.lower(),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0017_positions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="partner",
            index=models.Index(fields=["name", "id"], name="contracts_partner_by_name"),
        ),
        migrations.CreateModel(
            name="PartnerKey",
            fields=[
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="search_key",
                        serialize=False,
                        to="contracts.partner",
                    ),
                ),
                ("words", models.TextField(verbose_name="mots")),
                (
                    "name_key",
                    models.CharField(db_index=True, max_length=250, verbose_name="clé du nom"),
                ),
                (
                    "postcode",
                    models.CharField(blank=True, max_length=5, verbose_name="code postal"),
                ),
                (
                    "email",
                    models.CharField(
                        blank=True,
                        db_index=True,
                        max_length=254,
                        verbose_name="adresse électronique",
                    ),
                ),
            ],
            options={
                "verbose_name": "clé de recherche d’un partenaire",
                "verbose_name_plural": "clés de recherche des partenaires",
            },
        ),
        migrations.CreateModel(
            name="PartnerDistinction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "identifier",
                    models.UUIDField(
                        default=uuid.uuid4, unique=True, verbose_name="envoi du formulaire"
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="motif")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.partner",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "distinction de deux partenaires",
                "verbose_name_plural": "distinctions de partenaires",
                "ordering": ["recorded_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("first", "second"), name="contracts_partnerdistinction_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("second__gt", models.F("first"))),
                        name="contracts_partnerdistinction_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="contracts_partnerdistinction_reasoned",
                    ),
                ],
            },
        ),
        AppendOnly("PartnerDistinction"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
