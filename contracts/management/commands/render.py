"""``manage.py render``: write the documents of a convention into a folder."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.models import Convention
from contracts.services.documents import annex_document, convention_document, file_name
from templates_conventions.document import Document, DocumentKind
from templates_conventions.rendering import docx, html, pdf
from templates_conventions.sources import SourceFault
from templates_conventions.texts import has_text
from workflows.french import count, typeset
from workflows.management.inputs import day


class Command(BaseCommand):
    help = "Écrit la convention et ses annexes, en PDF, DOCX et HTML, dans un dossier."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", metavar="NUMÉRO", help="numéro de la convention")
        parser.add_argument("--out", type=Path, required=True, metavar="DOSSIER")
        parser.add_argument("--caisse", metavar="CODE", help="si deux caisses ont ce numéro")
        parser.add_argument(
            "--on", type=day, metavar="AAAA-MM-JJ", help="date du document ; aujourd’hui par défaut"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        convention = _convention(options["number"], options["caisse"])
        if not has_text(convention.rulebook_code):
            raise CommandError(
                typeset(f"Les textes du modèle « {convention.rulebook_code} » ne sont pas écrits.")
            )
        folder: Path = options["out"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            written = [
                self._write(folder / name, content)
                for document in _documents(convention, options["on"])
                for name, content in _files(document)
            ]
        except SourceFault as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"Impossible d’écrire dans {folder} ({error.strerror}). Vérifiez le chemin et les "
                "droits."
            ) from error
        self.stdout.write(f"{count(len(written), 'fichier')} dans {folder}")

    def _write(self, path: Path, content: bytes) -> Path:
        path.write_bytes(content)
        self.stdout.write(f"  {path.name}")
        return path


def _convention(number: str, caisse: str | None) -> Convention:
    found = Convention.objects.filter(number=number).select_related("caisse", "partner", "pinned")
    if caisse:
        found = found.filter(caisse__code=caisse)
    conventions = list(found)
    if not conventions:
        raise CommandError(typeset(f"Aucune convention n’a le numéro « {number} »."))
    if len(conventions) > 1:
        codes = ", ".join(sorted(one.caisse.code for one in conventions))
        raise CommandError(
            typeset(f"Plusieurs caisses ont ce numéro : ajoutez --caisse ({codes}).")
        )
    return conventions[0]


def _documents(convention: Convention, on: Any) -> list[Document]:
    annexes = convention.rules.documents.annexes
    return [
        convention_document(convention, on),
        *(annex_document(convention, annex.code, on) for annex in annexes),
    ]


def _files(document: Document) -> list[tuple[str, bytes]]:
    files = [
        (file_name(document, "pdf"), pdf.render(document)),
        (file_name(document, "docx"), docx.render(document)),
        (file_name(document, "html"), html.page(document).encode()),
    ]
    if document.kind is DocumentKind.FORM:
        files.append((file_name(document, "a-remplir.pdf"), pdf.render_fillable(document)))
    return files
