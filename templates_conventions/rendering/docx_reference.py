"""The reference document: the DOCX file whose styles, margins and pages every DOCX takes over.

A communications officer edits it in a word processor; its text is only there to show the styles,
and is dropped. What its header and footer hold (a logo) stays, above what the renderer adds.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import OpcError

from workflows.french import typeset

REFERENCE = Path(__file__).resolve().parent / "reference.docx"

STYLES = MappingProxyType(
    {
        "text": "Normal",
        "issuer": "Émetteur",
        "title": "Title",
        "subtitle": "Subtitle",
        "heading-1": "Heading 1",
        "heading-2": "Heading 2",
        "heading-3": "Heading 3",
        "heading-4": "Heading 4",
        "bullet": "List Bullet",
        "numbered": "List Number",
        "quotation": "Quote",
        "note": "Caption",
        "cell": "Cellule",
        "recipient": "Destinataire",
        "head": "Header",
        "foot": "Footer",
        "contents-title": "TOC Heading",
        "contents-1": "toc 1",
        "contents-2": "toc 2",
        "table": "Table Grid",
    }
)
"""What the renderer needs, and the name of the style that gives its look."""


class ReferenceFault(Exception):
    """The reference document cannot serve; the message says why, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference document that was read and has every style."""

    content: bytes
    styles: Mapping[str, str]
    """The identifier of each style inside the file, by what it is for."""

    def opened(self) -> Any:
        """A copy to write in, its sample text gone."""
        file = docx.Document(io.BytesIO(self.content))
        body = file.element.body
        for child in [one for one in body if one is not body.sectPr]:
            body.remove(child)
        return file


def reference(path: Path = REFERENCE) -> Reference:
    """The reference document in this file, read again when it has changed.

    Raises ``ReferenceFault`` if it is missing, is no DOCX or lacks a style.
    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise ReferenceFault(
            f"Le document de référence {path} est introuvable. Attendu : un fichier DOCX lisible."
        ) from error
    return _read(path, changed)


@lru_cache(maxsize=32)
def _read(path: Path, changed: int) -> Reference:
    content = path.read_bytes()
    try:
        file = docx.Document(io.BytesIO(content))
    except (BadZipFile, OpcError, KeyError, ValueError) as error:
        raise ReferenceFault(
            f"Le document de référence {path} n’est pas un fichier DOCX. Enregistrez-le depuis le "
            "traitement de texte au format « Document Word (.docx) »."
        ) from error
    known = {style.name: style.style_id for style in file.styles}
    if missing := sorted(set(STYLES.values()) - set(known)):
        raise ReferenceFault(
            f"Le document de référence {path} n’a pas le style {', '.join(missing)}. Repartez "
            f"d’une copie de {REFERENCE.name}, dont aucun style ne doit être supprimé."
        )
    return Reference(content, MappingProxyType({use: known[name] for use, name in STYLES.items()}))
