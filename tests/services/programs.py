"""Finding the programs of the services, and installing their packages where that is allowed."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


class MissingProgram(Exception):
    """A program that the tests need is not installed."""


def postgresql_programs() -> Path | None:
    """Return the folder of the newest PostgreSQL server's programs, or None."""
    packaged = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3])
    )
    if packaged:
        return packaged[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def chromium_program() -> Path | None:
    """Return the Chromium browser, or None."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return Path(found) if found else None


def page_painter() -> Path | None:
    """Return the program that draws the pages of a PDF, or None."""
    found = shutil.which("pdftoppm")
    return Path(found) if found else None


@dataclass(frozen=True)
class Service:
    """A service of the suite: its name, how to find it, its Debian packages, what needs it."""

    name: str
    find: Callable[[], Path | None]
    packages: tuple[str, ...]
    needed_by: str


POSTGRESQL = Service(
    "PostgreSQL",
    postgresql_programs,
    ("postgresql",),
    "the second run of the database tests, on PostgreSQL",
)
CHROMIUM = Service("Chromium", chromium_program, ("chromium",), "the tests in tests/browser/")

POPPLER = Service(
    "Poppler", page_painter, ("poppler-utils",), "the tests that look at the pages of a PDF"
)


def required(service: Service) -> Path:
    """Return where the service's programs are; raise `MissingProgram` saying what to install."""
    found = service.find()
    if found is None:
        raise MissingProgram(
            f"{service.name} is not installed. "
            f"Install {' '.join(service.packages)} (Debian, Ubuntu), or run `make test` as root."
        )
    return found


def install(services: Iterable[Service]) -> None:
    """Install the Debian packages of the services with apt; only root can.

    Raises `subprocess.CalledProcessError` when apt fails.
    """
    packages = [package for service in services for package in service.packages]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {', '.join(packages)} with apt-get.", flush=True)
    subprocess.run(["apt-get", "update", "--quiet=2"], check=True, env=environment)
    subprocess.run(
        ["apt-get", "install", "--quiet=2", "--yes", "--no-install-recommends", *packages],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
