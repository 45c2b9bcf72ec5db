"""Documents for the tests: fictitious facts, and the eyes that read the files again."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
from PIL import Image
from pypdf import PdfReader

from templates_conventions.catalogue import ROOT, rulebook
from templates_conventions.document import Document, words
from templates_conventions.facts import (
    ConventionFacts,
    DocumentFacts,
    PartyFacts,
    StructureFacts,
)
from tests.services.programs import POPPLER
from workflows.rulebook import Rulebook

NURSERY = "psu-msa-picardie"
RSACG = "rsacg-msa-provence-azur"
DAY = date(2026, 1, 2)

FACTS = DocumentFacts(
    convention=ConventionFacts(number="CAISSE1-PSU-2026-00042"),
    caisse=PartyFacts(
        name="Caisse d’essai",
        address="1 rue de l’Essai\n80000 Essai",
        representative="Alix Exemple",
        quality="directrice de la caisse",
    ),
    partner=PartyFacts(
        name="Crèche Les Premiers Exemples",
        address="2 rue de l’Essai\n80000 Essai",
        representative="Camille Exemple",
        quality="présidente",
        number="T-EXEMPLE-01",
    ),
    structure=StructureFacts(name="Multi-accueil Le Premier Exemple"),
)

ANSWERS = {
    "structure": [{"structure.name": "Multi-accueil Le Premier Exemple"}],
    "user": [
        {
            "user.last_name": "Exemple",
            "user.first_name": "Claude",
            "user.email": "claude@creche.example",
        }
    ],
    "signatory": [{"signatory.name": "Camille Exemple", "signatory.signed_on": "2026-01-02"}],
}

LETTERS = {
    "invitation-directeur": {"expires_on": date(2026, 1, 16)},
    "accuse-reception-demande": {
        "received_on": DAY,
        "user": "Claude Exemple",
        "expected_on": date(2026, 1, 20),
    },
    "demande-piece": {
        "received_on": DAY,
        "user": "Claude Exemple",
        "missing": ["la signature du directeur", "la date de la signature"],
    },
    "notification-habilitation": {
        "user": "Claude Exemple",
        "identifier": "EXT-000123",
        "opens_on": date(2026, 1, 20),
    },
    "rappel-limite-denonciation": {
        "advised_on": date(2026, 10, 14),
        "legal_on": date(2026, 10, 14),
        "last_working_on": date(2026, 10, 14),
        "term_last_day": date(2027, 1, 14),
        "explanation": "La lettre part au moins 3 mois avant la fin de la période.",
    },
    "fin-convention": {
        "cause": "elle a été dénoncée",
        "last_day_in_force": date(2027, 1, 14),
        "closed_on": date(2027, 1, 15),
    },
}
"""What each letter of the nursery convention says, secrets excepted."""


def rules(**changes: object) -> Rulebook:
    """The rulebook of the nursery convention, rules changed by their path (``notice__length``)."""
    named = {path.replace("__", "."): value for path, value in changes.items()}
    return rulebook(NURSERY).amended(named)


def text_of(document: Document) -> str:
    """All that a document says, with plain spaces."""
    return plain("\n".join(words(document.blocks)))


def plain(text: str) -> str:
    """The text with plain spaces in the place of no-break ones."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def pdf_text(content: bytes) -> str:
    """The words of a PDF, on one line."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    return " ".join(plain(" ".join(pages)).split())


def docx_text(content: bytes) -> str:
    """The words of a DOCX, tables, heads and feet included, on one line."""
    file = docx.Document(io.BytesIO(content))
    parts = [paragraph.text for paragraph in file.paragraphs]
    for section in file.sections:
        parts += [one.text for part in (section.header, section.footer) for one in part.paragraphs]
    parts += [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return " ".join(plain(" ".join(parts)).split())


def drawn_pages(content: bytes, dots_an_inch: int) -> list[Image.Image]:
    """The pages of a PDF as images, painted by Poppler."""
    program = POPPLER.find()
    assert program is not None
    with TemporaryDirectory() as folder:
        file = Path(folder) / "document.pdf"
        file.write_bytes(content)
        command = [program, "-r", str(dots_an_inch), "-png", file, file.with_name("page")]
        subprocess.run(command, check=True)
        pages = [Image.open(page) for page in sorted(Path(folder).glob("page-*.png"))]
        for page in pages:
            page.load()
    return pages


def own_texts(folder: Path, code: str = NURSERY) -> Path:
    """A copy of the texts of a type of convention that a test may spoil; returns its root."""
    shutil.copytree(ROOT / code, folder / code)
    return folder
