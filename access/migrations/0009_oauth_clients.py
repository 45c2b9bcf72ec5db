import django.db.models.deletion
from django.contrib.auth.hashers import make_password
from django.db import migrations, models

from workflows.triggers import Unchangeable


def hand_over_to_the_token_server(apps, schema_editor):
    """Make each client one of the OAuth 2 server's, under the same identifier.

    Its secret was kept as a hash of another kind: it must be given a new one
    (`manage.py api_client renew`), and its program must ask for tokens anyway.
    """
    oauth_clients = apps.get_model("allauth_idp_oidc", "Client").objects
    clients = apps.get_model("access", "ApiClient").objects
    bindings = apps.get_model("access", "ApiClientCaisse").objects
    for client in clients.order_by("pk"):
        client.oauth = oauth_clients.create(
            id=client.client_id,
            name=client.name,
            secret=make_password(None),
            scopes="decisions",
            default_scopes="decisions",
            grant_types="client_credentials",
            response_types="",
        )
        client.save()
        bindings.create(client=client, caisse_id=client.caisse_id)
    if schema_editor.connection.vendor == "postgresql":
        # The tables change next, which keys still to be checked would forbid.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_credentials"),
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
        ("contracts", "0009_avenants"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiClientCaisse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bindings",
                        to="access.apiclient",
                    ),
                ),
            ],
            options={"verbose_name": "caisse d’un client de l’API"},
        ),
        migrations.AddConstraint(
            model_name="apiclientcaisse",
            constraint=models.UniqueConstraint(
                fields=("client", "caisse"), name="access_apiclientcaisse_once"
            ),
        ),
        migrations.AddField(
            model_name="apiclient",
            name="oauth",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="api_client",
                to="allauth_idp_oidc.client",
            ),
        ),
        migrations.AddField(
            model_name="apiclient",
            name="services",
            field=models.JSONField(blank=True, default=list, verbose_name="services"),
        ),
        migrations.AddField(
            model_name="apiclient",
            name="certificate",
            field=models.CharField(
                blank=True, default="", max_length=64, verbose_name="empreinte du certificat"
            ),
            preserve_default=False,
        ),
        # Backwards only while there is no client: its secret could not be given back.
        migrations.RunPython(hand_over_to_the_token_server, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            name="apiclient",
            options={"ordering": ["name", "pk"], "verbose_name": "client de l’API"},
        ),
        migrations.RemoveConstraint(model_name="apiclient", name="access_apiclient_secret_hashed"),
        migrations.RemoveField(model_name="apiclient", name="caisse"),
        migrations.RemoveField(model_name="apiclient", name="client_id"),
        migrations.RemoveField(model_name="apiclient", name="secret_digest"),
        migrations.AlterField(
            model_name="apiclient",
            name="oauth",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="api_client",
                to="allauth_idp_oidc.client",
            ),
        ),
        migrations.AddField(
            model_name="apiclient",
            name="caisses",
            field=models.ManyToManyField(
                related_name="api_clients", through="access.ApiClientCaisse", to="contracts.caisse"
            ),
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("certificate", ""), ("certificate__regex", "^[0-9a-f]{64}$"), _connector="OR"
                ),
                name="access_apiclient_certificate_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.UniqueConstraint(
                condition=models.Q(("certificate", ""), _negated=True),
                fields=("certificate",),
                name="access_apiclient_one_a_certificate",
                violation_error_message="Ce certificat est celui d’un autre client.",
            ),
        ),
        migrations.CreateModel(
            name="DecisionLog",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="répondu le")),
                ("identifier", models.CharField(max_length=64, verbose_name="identifiant")),
                ("service", models.CharField(max_length=100, verbose_name="service")),
                ("permit", models.BooleanField(verbose_name="accès ouvert")),
                ("code", models.CharField(max_length=40, verbose_name="motif")),
                (
                    "asked_about",
                    models.DateTimeField(blank=True, null=True, verbose_name="instant demandé"),
                ),
                ("version", models.BigIntegerField(verbose_name="version")),
                (
                    "caisse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.caisse",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.apiclient",
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse de l’API",
                "verbose_name_plural": "réponses de l’API",
                "indexes": [models.Index(fields=["at"], name="access_decisionlog_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        name="access_decisionlog_reasoned",
                    )
                ],
            },
        ),
        Unchangeable("DecisionLog"),
    ]
