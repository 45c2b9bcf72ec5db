"""``manage.py render``: write the documents of a convention into a folder."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.management import conventions
from contracts.models import Convention
from contracts.services.documents import (
    Format,
    annex_document,
    convention_document,
    file_name,
    rendered,
)
from templates_conventions.document import Document, DocumentKind
from templates_conventions.rendering import html, pdf
from templates_conventions.sources import SourceFault
from templates_conventions.texts import has_text
from workflows.french import count, typeset
from workflows.management.inputs import day
from workflows.management.terminal import writing


class Command(BaseCommand):
    help = "Écrit la convention et ses annexes, en PDF, DOCX et HTML, dans un dossier."

    def add_arguments(self, parser: ArgumentParser) -> None:
        conventions.add_arguments(parser)
        parser.add_argument("--out", type=Path, required=True, metavar="DOSSIER")
        parser.add_argument(
            "--on", type=day, metavar="AAAA-MM-JJ", help="date du document ; aujourd’hui par défaut"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        convention = conventions.numbered(options["number"], options["caisse"])
        if not has_text(convention.rulebook_code):
            raise CommandError(
                typeset(f"Les textes du modèle « {convention.rulebook_code} » ne sont pas écrits.")
            )
        folder: Path = options["out"]
        try:
            with writing(folder):
                folder.mkdir(parents=True, exist_ok=True)
                written = [
                    self._write(folder / name, content)
                    for document in _documents(convention, options["on"])
                    for name, content in _files(document)
                ]
        except SourceFault as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count(len(written), 'fichier')} dans {folder}")

    def _write(self, path: Path, content: bytes) -> Path:
        path.write_bytes(content)
        self.stdout.write(f"  {path.name}")
        return path


def _documents(convention: Convention, on: Any) -> list[Document]:
    annexes = convention.rules.documents.annexes
    return [
        convention_document(convention, on),
        *(annex_document(convention, annex.code, on) for annex in annexes),
    ]


def _files(document: Document) -> list[tuple[str, bytes]]:
    """Nothing is issued here: each page says that it is a draft, but for blanks to fill in."""
    draft = replace(document, draft=True)
    files = [(file_name(document, one), rendered(draft, one)) for one in Format]
    files.append((file_name(document, "html"), html.page(draft).encode()))
    if document.kind is DocumentKind.FORM:
        files.append((file_name(document, "a-remplir.pdf"), pdf.render_fillable(document)))
    return files
