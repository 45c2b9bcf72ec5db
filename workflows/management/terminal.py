"""What the commands share: reading a date, and telling how far a long work is."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date
from typing import TextIO

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


def progress_on(stream: TextIO) -> Callable[[int, int], None]:
    """A callback that rewrites one line of ``stream``; silent where nobody watches."""

    def show(done: int, total: int) -> None:
        if stream.isatty() and (done == total or done % 100 == 0):
            stream.write(f"\r{done}{NO_BREAK_SPACE}sur {total}" + "\n" * (done == total))
            stream.flush()

    return show
