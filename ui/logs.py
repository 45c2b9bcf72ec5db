"""Logs that name nobody, as lines for people or as JSON for the programs that gather them."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """Leave the message of an exception out of the logs: it may quote a person's data.

    PostgreSQL, for one, repeats the whole row that a constraint refused. The type of each
    exception and the lines of code it passed through remain.
    """

    def formatException(self, ei: _Raised) -> str:  # noqa: N802  (the name is logging's)
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            lines += traceback.format_tb(error.__traceback__)
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}\n")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(lines).rstrip()


class DiscreetJsonFormatter(DiscreetFormatter, JsonFormatter):
    """One JSON object a line: instant in UTC, level, logger, reference, message.

    What a record carries besides is left out, the request above all: it holds what was typed.
    """

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        super().add_fields(log_data, record, message_dict)
        known = {"at", "level", "logger", "reference", "message", "exc_info"}
        for name in set(log_data) - known:
            del log_data[name]
