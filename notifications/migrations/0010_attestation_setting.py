from django.db import migrations


def move_setting(apps, schema_editor):
    """What a caisse decided about its requests stands with its other reminders."""
    for caisse in apps.get_model("contracts", "Caisse").objects.all():
        if (own := caisse.settings.pop("attestation_requests", None)) is not None:
            reminders = caisse.settings.get("deadline_reminders") or {}
            caisse.settings["deadline_reminders"] = {**reminders, "attestation": own}
            caisse.save(update_fields=["settings"])


class Migration(migrations.Migration):
    dependencies = [("notifications", "0009_partner_reminders")]

    operations = [migrations.RunPython(move_setting, migrations.RunPython.noop)]
