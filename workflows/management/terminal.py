"""What the commands share: reading a date, writing a file, telling how far a long work is."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TextIO

from django.core.management.base import CommandError

from workflows.french import NO_BREAK_SPACE


def civil_day(text: str) -> date:
    """Read an ISO civil date; raises ``ArgumentTypeError`` saying what was expected."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(
            f"«{NO_BREAK_SPACE}{text}{NO_BREAK_SPACE}» n’est pas une date. Attendu"
            f"{NO_BREAK_SPACE}: AAAA-MM-JJ, par exemple 2026-01-15."
        ) from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the system refuses while ``path`` is written into a ``CommandError``."""
    try:
        yield
    except OSError as error:
        raise CommandError(
            f"Impossible d’écrire {path} ({error.strerror}). Vérifiez le chemin et les droits."
        ) from error


def progress_on(stream: TextIO, every: int = 100) -> Callable[[int, int], None]:
    """A callback that rewrites one line of ``stream`` each so many; silent where nobody watches."""

    def show(done: int, total: int) -> None:
        if stream.isatty() and (done == total or done % every == 0):
            stream.write(f"\r{done}{NO_BREAK_SPACE}sur {total}" + "\n" * (done == total))
            stream.flush()

    return show
