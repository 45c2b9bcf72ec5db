from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0012_review_answers"),
        ("contracts", "0010_user_life"),
        ("forms_annexes", "0003_answer_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="accessrequest",
            name="forms_annexes_request_one_draft_a_site",
        ),
        migrations.RemoveConstraint(
            model_name="accessrequest",
            name="forms_annexes_request_one_draft",
        ),
        migrations.AddField(
            model_name="requesteduser",
            name="leaves_on",
            field=models.DateField(blank=True, null=True, verbose_name="jour du départ"),
        ),
        migrations.AddField(
            model_name="requesteduser",
            name="new_profile",
            field=models.CharField(blank=True, max_length=40, verbose_name="nouveau profil"),
        ),
        migrations.AddField(
            model_name="requesteduser",
            name="new_scope",
            field=models.JSONField(blank=True, null=True, verbose_name="nouveau périmètre"),
        ),
        migrations.AlterField(
            model_name="accessrequest",
            name="form_code",
            field=models.CharField(blank=True, max_length=100, verbose_name="formulaire"),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("kind", "create"), ("site__isnull", False), ("status", "draft")
                ),
                fields=("convention", "site", "form_code"),
                name="forms_annexes_request_one_draft_a_site",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "create"), ("site__isnull", True), ("status", "draft")),
                fields=("convention", "form_code"),
                name="forms_annexes_request_one_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="requesteduser",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaces__isnull", False),
                    models.Q(
                        ("leaves_on__isnull", True),
                        ("new_profile", ""),
                        ("new_scope__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="forms_annexes_user_change_of_a_right",
            ),
        ),
        migrations.AddConstraint(
            model_name="requesteduser",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces__isnull", False)),
                fields=("request", "replaces"),
                name="forms_annexes_user_each_right_once",
            ),
        ),
    ]
