"""``manage.py lifecycle``: bring the states and transitions of the documentation up to date."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.french import NO_BREAK_SPACE
from workflows.lifecycle_reference import with_reference
from workflows.rulebook_reference import NoPlaceForTable


class Command(BaseCommand):
    """The lifecycle of a convention, without a database."""

    help = "Met à jour les états et transitions d’une page de documentation."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("page", type=Path, metavar="PAGE")

    def handle(self, *args: Any, page: Path, **options: Any) -> None:
        try:
            text = page.read_text(encoding="utf-8")
            page.write_text(with_reference(text), encoding="utf-8")
        except (OSError, NoPlaceForTable) as error:
            raise CommandError(f"{page}{NO_BREAK_SPACE}: {error}") from error
