"""Write the diagram of the instruction, as the flow stands, among the images of the documentation.

A test compares the written files with the flow: run it again after a change of the flow.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from forms_annexes.process_diagram import IMAGES, diagram


class Command(BaseCommand):
    help = "Écrit le schéma de l’instruction des demandes, en BPMN et en SVG."

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder to write in."""
        parser.add_argument("--out", type=Path, default=IMAGES, help="Dossier où écrire.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write both files."""
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        for name, text in diagram().items():
            (out / name).write_text(text, encoding="utf-8")
            self.stdout.write(str(out / name))
