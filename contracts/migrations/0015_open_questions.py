import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0014_search_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="OpenQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identity", models.CharField(max_length=140, verbose_name="question")),
                ("kind", models.CharField(max_length=60, verbose_name="genre")),
                ("blocking", models.BooleanField(verbose_name="bloquante")),
                ("raised_on", models.DateField(verbose_name="posée le")),
                (
                    "matters_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="à trancher avant la fin du"
                    ),
                ),
            ],
            options={
                "verbose_name": "question à trancher",
                "verbose_name_plural": "questions à trancher",
                "ordering": [
                    "-blocking",
                    models.OrderBy(models.F("matters_on"), nulls_last=True),
                    "raised_on",
                    "pk",
                ],
            },
        ),
        migrations.AddIndex(
            model_name="conventionact",
            index=models.Index(
                models.OrderBy(models.F("recorded_at"), descending=True),
                condition=models.Q(("kind", "decision")),
                name="contracts_conventionact_ruled",
            ),
        ),
        migrations.AddField(
            model_name="openquestion",
            name="convention",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="asked",
                to="contracts.convention",
            ),
        ),
        migrations.AddIndex(
            model_name="openquestion",
            index=models.Index(
                fields=["-blocking", "matters_on", "raised_on", "id"],
                name="contracts_openquestion_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="openquestion",
            constraint=models.UniqueConstraint(
                fields=("convention", "identity"), name="contracts_openquestion_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="openquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "ambiguous_cure",
                            "cure_on_next_working_day",
                            "earlier_effect",
                            "grey_zone",
                            "notice_before_avenant",
                            "notice_to_qualify",
                            "other_reading_of_delay",
                            "signed_before_deliberation",
                            "unclaimed_formal_notice",
                        ],
                    )
                ),
                name="contracts_openquestion_kind_known",
            ),
        ),
    ]
