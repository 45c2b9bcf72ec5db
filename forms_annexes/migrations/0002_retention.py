from django.db import migrations

from workflows.erasure import ERASED, ErasableOnly


class Migration(migrations.Migration):
    dependencies = [
        ("forms_annexes", "0001_first_release"),
    ]

    operations = [
        ErasableOnly("RequestMessage", {"text": ERASED}),
        ErasableOnly("InternalNote", {"text": ERASED}),
        ErasableOnly("PrerequisiteCheck", {"note": ERASED}),
        ErasableOnly("StructureAnswer", {"reason": ERASED}),
        ErasableOnly("ClosingCorrection", {"reason": ERASED}),
    ]
