"""Settings that come from environment variables."""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured


def required(name: str, meaning: str) -> str:
    """Return the variable `name`; raise `ImproperlyConfigured` when it is missing or empty."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(
            f"The environment variable {name} is not set: it must hold {meaning}. "
            "Set it and start again."
        )
    return value


def required_list(name: str, meaning: str) -> list[str]:
    """Return the comma-separated values of the variable `name`, at least one."""
    return [item.strip() for item in required(name, meaning).split(",") if item.strip()]


def optional_list(name: str) -> list[str]:
    """Return the comma-separated values of the variable `name`, none without it."""
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


def whole_number(name: str, default: int, unit: str, most: int | None = None) -> int:
    """Return the variable `name`, a whole number of `unit` above zero, or `default` without it.

    Raises `ImproperlyConfigured` for anything else, or for more than `most`.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or int(text) == 0:
        raise ImproperlyConfigured(
            f"{name} is {text!r}: expected a whole number of {unit} above zero."
        )
    if most is not None and int(text) > most:
        raise ImproperlyConfigured(f"{name} is {text!r}: expected at most {most} {unit}.")
    return int(text)


def database(sqlite_file: Path) -> dict[str, Any]:
    """Return the default database chosen by TACITE_DATABASE: `sqlite` (default) or `postgresql`.

    Raises `ImproperlyConfigured` for another engine, or for PostgreSQL without a database name.
    """
    engine = os.environ.get("TACITE_DATABASE", "sqlite")
    if engine == "sqlite":
        return sqlite(sqlite_file)
    if engine == "postgresql":
        return postgresql()
    raise ImproperlyConfigured(f"TACITE_DATABASE is {engine!r}: expected 'sqlite' or 'postgresql'.")


def sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            # Readers do not wait for the writer, and a transaction that reads before it writes
            # takes the write lock at once instead of failing half-way.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        },
    }


def postgresql() -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": required("TACITE_DATABASE_NAME", "the name of the PostgreSQL database"),
        "USER": os.environ.get("TACITE_DATABASE_USER", ""),
        "PASSWORD": os.environ.get("TACITE_DATABASE_PASSWORD", ""),
        "HOST": os.environ.get("TACITE_DATABASE_HOST", ""),
        "PORT": os.environ.get("TACITE_DATABASE_PORT", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
