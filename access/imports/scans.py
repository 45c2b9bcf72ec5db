"""Whether the files that a dossier names came along with it, and may be kept."""

from __future__ import annotations

from dataclasses import replace

from access.imports.column import Column
from access.imports.columns import TABLES
from access.imports.faults import of_row
from access.imports.source import Problem, Severity
from access.imports.storing import Scans
from access.imports.told import Dossier, Place
from workflows.french import typeset


def check_scans(dossier: Dossier, scans: Scans | None) -> None:
    """Refuse a dossier that names a missing or bad file; doubt one whose files were not sent."""
    if dossier.told is None:
        return
    names = {name: act for act, names in dossier.told.files.items() for name in names}
    missing = [name for name in names if scans is None or not scans.has(name)]
    for name in missing:
        place = dossier.told.places.get(names[name], dossier.place)
        column = TABLES[place.sheet].column("files")
        dossier.problems.append(_missing(place, column, name, scans))
    for name in names:
        fault = scans.fault(name) if scans is not None and name not in missing else None
        if fault is not None:
            place = dossier.told.places.get(names[name], dossier.place)
            column = TABLES[place.sheet].column("files")
            dossier.problems.append(of_row(place.line, place.sheet, fault, column, name))


def _missing(place: Place, column: Column, name: str, scans: Scans | None) -> Problem:
    near = scans.near(name) if scans is not None else ""
    told = Problem(
        row=place.line,
        column=column.header,
        value=name,
        kind="scan_missing",
        message=typeset("Ce fichier n’est pas parmi ceux qui ont été envoyés."),
        expected="le nom exact d’un fichier envoyé",
        to_do=typeset(
            f"S’il s’agit de « {near} », corrigez le nom ; sinon ajoutez le fichier aux pièces."
            if near
            else "Vérifiez le nom, ou ajoutez le fichier aux pièces."
        ),
        sheet=place.sheet,
    )
    if scans is not None:
        return told
    return replace(
        told,
        kind="scans_not_sent",
        message=typeset("Aucune pièce n’a été envoyée : la convention est reprise sans elle."),
        to_do="Joignez la pièce à la convention, une fois reprise.",
        severity=Severity.DOUBTFUL,
    )
