"""Rows of a former register, and runs that take them over."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from access.imports.running import carry_out
from access.imports.source import SourceRow
from access.models import ImportRow, ImportRun
from contracts.models import Caisse, User
from workflows import clock

PARTNER = {
    "partner_name": "Commune d’Essai",
    "partner_kind": "Commune",
    "siren": "214202798",
}
SIGNED = {"partner_signed_on": "10/01/2019", "caisse_signed_on": "14/01/2019"}
CNIL = {"cnil_basis": "Déclaration transmise", "cnil_on": "2019-01-12"}


def rows(sheet: str, *every: Mapping[str, str]) -> list[SourceRow]:
    """Rows of one table, under their titles."""
    return [SourceRow(line, sheet, one) for line, one in enumerate(every, start=2)]


def begun(caisse: Caisse, author: User, *, dry: bool = False) -> ImportRun:
    """A run that has read nothing yet."""
    return ImportRun.objects.create(
        identifier=uuid4(),
        caisse=caisse,
        file_name="portefeuille.csv",
        file_sha256="0" * 64,
        is_dry_run=dry,
        author=author,
        asked_at=clock.now(),
    )


def take_over(
    caisse: Caisse,
    author: User,
    *,
    conventions: Sequence[Mapping[str, str]] = (),
    events: Sequence[Mapping[str, str]] = (),
    users: Sequence[Mapping[str, str]] = (),
    dry: bool = False,
    **more: Any,
) -> ImportRun:
    """A run over rows of the three tables."""
    given = [*rows("conventions", *conventions), *rows("events", *events), *rows("users", *users)]
    return carry_out(begun(caisse, author, dry=dry), given, **more)


def told(run: ImportRun) -> dict[str, tuple[str, list[str]]]:
    """What became of each convention of a run, with the kinds of its problems, by its number."""
    return {
        row.number: (row.outcome, [problem["kind"] for problem in row.problems])
        for row in ImportRow.objects.filter(run=run)
    }
