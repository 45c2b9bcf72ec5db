"""``manage.py import_columns``: write the page of the columns of a take-over."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from access.imports.dictionary import as_markdown
from workflows.french import NO_BREAK_SPACE


class Command(BaseCommand):
    help = "Écrit la page de documentation des colonnes d’une reprise de portefeuille."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("page", type=Path, metavar="PAGE")

    def handle(self, *args: Any, page: Path, **options: Any) -> None:
        try:
            page.write_text(as_markdown(), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{page}{NO_BREAK_SPACE}: {error}") from error
