"""What happens to a database of the first release on an empty machine, told as JSON.

Run by ``test_upgrading.py`` in a process of its own, with the settings of a real site.
"""

import io
import json
import sys
import tarfile
from datetime import datetime
from pathlib import Path
from typing import Any

import django

LIVED = Path(__file__).with_name("lived.tar.gz")
FIRST = "0001_first_release"
PAGES = ("/", "/conventions/", "/partenaires/", "/echeances/", "/questions/")


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from workflows import clock

    with tarfile.open(LIVED) as archive:
        rows = json.loads(_read(archive, "rows.json"))
        made_at = datetime.fromisoformat(json.loads(_read(archive, "made_at.json")))
        clock.install(lambda: made_at)
        fill(rows, archive)
    call_command("migrate", verbosity=0)
    said = io.StringIO()
    for command in ("journal", "cache", "documents"):
        call_command(command, "verify", stdout=said, stderr=said)
    json.dump(
        {"said": said.getvalue(), "pages": pages(), "schema": schema(), "kept": kept(rows)},
        sys.stdout,
    )


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    assert file is not None
    return file.read()


def fill(rows: list[dict[str, Any]], archive: tarfile.TarFile) -> None:
    """Make the tables as the first release did, and put into them what it held."""
    from django.core.files.base import ContentFile
    from django.core.management.color import no_style
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from contracts.models.evidence import evidence_storage

    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    ours = {app for app, name in graph.nodes if name == FIRST}
    targets = [(app, FIRST) for app in ours]
    targets += [leaf for leaf in graph.leaf_nodes() if leaf[0] not in ours]
    apps = executor.migrate(targets).apps
    with transaction.atomic():
        for row in rows:
            put(apps.get_model(row["model"]), row)
        models = list(apps.get_models())
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
    for name in archive.getnames():
        if name.startswith("evidence/"):
            stored = name.removeprefix("evidence/")
            assert evidence_storage().save(stored, ContentFile(_read(archive, name))) == stored


def put(model: Any, row: dict[str, Any]) -> None:
    """Insert one row of a serialisation through the model of its time."""
    values: dict[str, Any] = {}
    several: dict[str, list[Any]] = {}
    for name, value in row["fields"].items():
        field = model._meta.get_field(name)
        if field.many_to_many:
            several[name] = value
        elif field.remote_field is not None:
            values[field.attname] = value
        else:
            values[name] = field.to_python(value)
    instance = model(pk=model._meta.pk.to_python(row["pk"]), **values)
    instance.save_base(raw=True, force_insert=True)
    for name, keys in several.items():
        getattr(instance, name).set(keys)


def pages() -> dict[str, int]:
    """What the site answers to a lawyer, and to a director on the state of the system."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from contracts.models import Convention, User

    if settings.STATIC_ROOT:
        # A site in production knows its style sheets once they are gathered.
        call_command("collectstatic", interactive=False, verbosity=0)
    settings.TACITE_SECOND_FACTOR_DEMANDED = False
    some = Convention.objects.order_by("pk").values_list("pk", flat=True)[:5]
    asked = {"legal_officer": [*PAGES, *(f"/conventions/{pk}/" for pk in some)]}
    asked["director"] = ["/etat/"]
    answers: dict[str, int] = {}
    for role, addresses in asked.items():
        client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
        client.force_login(User.objects.filter(scopes__role=role).order_by("pk")[0])
        for address in addresses:
            answers[address] = client.get(address, secure=True).status_code
    return answers


_SCHEMA = {
    "sqlite": ["SELECT type, name, sql FROM sqlite_master"],
    "postgresql": [
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, "
        "column_default FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace",
        "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE NOT tgisinternal",
    ],
}


def schema() -> list[str]:
    """Every column, index, constraint and trigger, a line each."""
    from django.db import connection

    found: list[str] = []
    with connection.cursor() as cursor:
        for asked in _SCHEMA[connection.vendor]:
            cursor.execute(asked)
            found += map(repr, cursor.fetchall())
    return sorted(found)


def kept(rows: list[dict[str, Any]]) -> list[str]:
    """The kinds of rows of which some are missing."""
    from collections import Counter

    from django.apps import apps

    were = Counter(row["model"] for row in rows)
    return [name for name, number in were.items() if apps.get_model(name).objects.count() < number]


if __name__ == "__main__":
    main()
