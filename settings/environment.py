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


def one_of(name: str, known: tuple[str, ...], default: str) -> str:
    """Return the variable `name`, one of `known`, or `default` without it.

    Raises `ImproperlyConfigured` for any other value.
    """
    value = os.environ.get(name, "").strip() or default
    if value not in known:
        raise ImproperlyConfigured(f"{name} is {value!r}: expected one of {', '.join(known)}.")
    return value


def flag(name: str) -> bool:
    """Return whether the variable `name` is 1; only 0 or nothing mean that it is not."""
    return one_of(name, ("0", "1"), "0") == "1"


def required_secret(name: str, name_of_file: str, meaning: str) -> str:
    """Return the secret in the variable `name`, or in the file that `name_of_file` names.

    A file keeps it out of the process's environment. Raises `ImproperlyConfigured` without
    either, with both, or when the file cannot be read.
    """
    file = os.environ.get(name_of_file, "").strip()
    if not file:
        return required(name, f"{meaning} (or {name_of_file} the path of a file with it)")
    if os.environ.get(name, "").strip():
        raise ImproperlyConfigured(f"{name} and {name_of_file} are both set: keep one of them.")
    try:
        secret = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"{name_of_file} is {file!r}, which cannot be read ({type(error).__name__}): it must "
            f"be a text file that holds {meaning}."
        ) from error
    if not secret:
        raise ImproperlyConfigured(f"{name_of_file} is {file!r}, which is empty.")
    return secret


def required_list(name: str, meaning: str) -> list[str]:
    """Return the comma-separated values of the variable `name`, at least one."""
    return [item.strip() for item in required(name, meaning).split(",") if item.strip()]


def optional_list(name: str) -> list[str]:
    """Return the comma-separated values of the variable `name`, none without it."""
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


def optional_folder(name: str) -> Path | None:
    """Return the folder that the variable `name` gives, None without it.

    Raises `ImproperlyConfigured` when there is no such folder.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    if not Path(text).is_dir():
        raise ImproperlyConfigured(
            f"{name} is {text!r}, which is no folder: make it, or correct the path."
        )
    return Path(text)


def whole_number(
    name: str, default: int, unit: str, most: int | None = None, *, least: int = 1
) -> int:
    """Return the variable `name`, a whole number of `unit`, or `default` without it.

    Raises `ImproperlyConfigured` for anything else, for less than `least` or more than `most`.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        bound = "above zero" if least == 1 else f"from {least}"
        raise ImproperlyConfigured(
            f"{name} is {text!r}: expected a whole number of {unit} {bound}."
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
        "PORT": whole_number("TACITE_DATABASE_PORT", 0, "port", 65535) or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def evidence_storage(folder: Path) -> dict[str, Any]:
    """Where evidence files are kept: `folder`, or a bucket that the variables name.

    The keys of the bucket's account are read by the library itself, from `AWS_ACCESS_KEY_ID` and
    `AWS_SECRET_ACCESS_KEY` or from the machine's role.
    """
    bucket = os.environ.get("TACITE_EVIDENCE_BUCKET", "").strip()
    if not bucket:
        for name in ("TACITE_EVIDENCE_ENDPOINT", "TACITE_EVIDENCE_REGION"):
            if os.environ.get(name, "").strip():
                raise ImproperlyConfigured(
                    f"{name} is set but TACITE_EVIDENCE_BUCKET is not: documents would stay on "
                    f"this machine. Name the bucket, or unset {name}."
                )
        return {
            "BACKEND": "contracts.private_files.PrivateStorage",
            "OPTIONS": {"location": folder},
        }
    options = {
        "bucket_name": bucket,
        "endpoint_url": os.environ.get("TACITE_EVIDENCE_ENDPOINT", "").strip() or None,
        "region_name": os.environ.get("TACITE_EVIDENCE_REGION", "").strip() or None,
    }
    return {"BACKEND": "contracts.private_bucket.PrivateBucket", "OPTIONS": options}
