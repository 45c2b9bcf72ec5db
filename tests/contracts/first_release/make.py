"""Makes ``lived.tar.gz``: what the first release holds once its demonstration was loaded and lived.

Kept to say where that file comes from. It ran once, in a checkout of the first release (the commit
« Call the schema of the first release the first migration ») with its environment, on an empty
TACITE_VAR:

    TACITE_VAR=… python manage.py shell --no-imports -c "$(cat …/make.py)"

The rows are Django's own serialisation, so that both databases can take them; people and bodies
are those of the demonstration, plainly fictitious.
"""

import io
import json
import tarfile
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.core.serializers import serialize

from workflows import clock
from workflows.scheduler import run_day

call_command("migrate", verbosity=0)
call_command("load_demo", stdout=io.StringIO())
run_day(clock.today())
call_command("work", "--once")
# But for what Django makes by itself in any database, and what a visit leaves.
models = [
    model
    for model in apps.get_models()
    if model._meta.app_label not in ("contenttypes", "sessions") and model is not Permission
]
rows = [row for model in models for row in serialize("python", model.objects.order_by("pk"))]
members = {
    # Instants to the microsecond, as the digests cover them: dumpdata would cut them short.
    "rows.json": json.dumps(rows, default=lambda one: one.isoformat()).encode(),
    "made_at.json": json.dumps(clock.now().isoformat()).encode(),
}
evidence = settings.VAR / "evidence"
for file in sorted(one for one in evidence.rglob("*") if one.is_file()):
    members[f"evidence/{file.relative_to(evidence)}"] = file.read_bytes()
with tarfile.open(Path("lived.tar.gz"), "w:gz") as archive:
    for name, content in members.items():
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
