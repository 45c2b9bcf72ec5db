"""The command that takes a former register over: its report, and what it refuses to begin."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from access.imports.convention_columns import CONVENTIONS
from access.models import ImportRun
from contracts.models import Caisse, Convention, PublishedRulebook, User, UserScope
from tests.access.imports.telling import CNIL, PARTNER, SIGNED

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(today: Callable[[str], None]) -> None:
    today("2026-11-22")


def test_the_command_reports_each_row_and_says_when_one_is_refused(
    caisse: Caisse, agent: User, yearly: PublishedRulebook, now: None, tmp_path: Path
) -> None:
    row = PARTNER | SIGNED | CNIL | {"rulebook": yearly.code}
    columns = [one for one in CONVENTIONS.columns if one.key in {"number", *row}]
    lines = [";".join([*(one.header for one in columns), "Couleur du dossier"])]
    for number, siren in (("A-1", row["siren"]), ("A-2", "000000001")):
        told_of = row | {"number": number, "siren": siren}
        lines.append(";".join([*(told_of[one.key] for one in columns), "vert"]))
    file = tmp_path / "conventions.csv"
    file.write_text("\n".join(lines))
    out = StringIO()
    with pytest.raises(CommandError, match="convention refusée"):
        call_command("import_conventions", file, dry_run=True, stdout=out, stderr=StringIO())
    said = out.getvalue().replace("\xa0", " ")
    assert "« Couleur du dossier » n’est pas du modèle : elle ne sera pas reprise" in said
    assert "Conventions, ligne 2, A-1 : Acceptée" in said
    assert "Conventions, ligne 3, SIREN : Ce n’est pas un numéro SIREN. Lu : « 000000001 »" in said
    assert not Convention.objects.exists()
    with pytest.raises(CommandError, match="--by"):
        call_command("import_conventions", file, stdout=out, stderr=StringIO())
    with pytest.raises(CommandError, match="ne peut pas répondre"):
        call_command("import_conventions", file, by=agent.email, stdout=out, stderr=StringIO())
    UserScope.objects.create(
        user=agent, caisse=caisse, role="legal_officer", first_day=date(2020, 1, 1)
    )
    with pytest.raises(CommandError, match="convention refusée"):
        call_command("import_conventions", file, by=agent.email, stdout=out, stderr=StringIO())
    assert Convention.objects.get().number == "A-1"


def test_the_command_takes_no_table_twice_and_none_that_is_empty(
    caisse: Caisse, tmp_path: Path
) -> None:
    titles = [one.header for one in CONVENTIONS.columns if one.always]
    one, two = tmp_path / "2018.csv", tmp_path / "2019.csv"
    one.write_text(";".join(titles))
    two.write_text(";".join(titles))
    for files, why in (((one, two), "même tableau"), ((one,), "aucune ligne à reprendre")):
        with pytest.raises(CommandError, match=why):
            call_command("import_conventions", *files, dry_run=True, stdout=StringIO())
    assert not ImportRun.objects.exists()
