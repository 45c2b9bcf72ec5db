"""What a file may be called: a plain name, that hides nothing of what it is."""

from __future__ import annotations

import unicodedata
from typing import Final

from contracts.identifiers import validate_no_nir
from contracts.services.upload_checks import refused

LONGEST: Final = 200
"""Characters: systems of files stop at 255 bytes."""

_RUN: Final = frozenset(
    ending
    for row in (
        "app bat cgi class cmd com cpl dll docm dotm exe hta htm html iso jar js jse jsp lnk msc",
        "msi php pif pptm ps1 py reg scr sh svg swf url vb vbe vbs wsf xhtml xlsm xml zip 7z rar",
    )
    for ending in row.split()
)
"""Endings of files that run, or hold files that do."""


def check_file_name(name: str) -> None:
    """Check the name under which somebody sends a file.

    Raises ``ValidationError`` for a name that holds a path, characters that are not seen or turn
    the reading round, the ending of a program before its own, or a social security number.
    """
    if not name.strip() or name.startswith(".") or len(name) > LONGEST:
        raise refused(
            f"Le nom de ce fichier est vide, caché ou dépasse {LONGEST} caractères. Renommez-le.",
            "upload_name",
        )
    if "/" in name or "\\" in name or name.strip() in {".", ".."}:
        raise refused(
            "Le nom de ce fichier contient un chemin. Renommez-le, sans barre.", "upload_name"
        )
    # Control characters, marks that turn the direction of reading, lone halves of characters.
    if any(unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for one in name):
        raise refused(
            "Le nom de ce fichier contient des caractères invisibles. Renommez-le.", "upload_name"
        )
    *_, before = ["", *name.lower().split(".")[1:-1]]
    if before.strip() in _RUN:
        raise refused(
            f"Le nom de ce fichier a deux fins, dont « .{before.strip()} ». Si c’est bien un "
            "document, renommez-le.",
            "upload_name",
        )
    validate_no_nir(name)
