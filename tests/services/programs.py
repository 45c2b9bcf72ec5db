"""Finding the programs of the services, and installing their packages where that is allowed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

CONSTRAINTS = Path(__file__).resolve().parents[2] / "constraints.txt"


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


def word_processor() -> Path | None:
    """Return LibreOffice, or None."""
    found = shutil.which("soffice")
    return Path(found) if found else None


def directory_server() -> Path | None:
    """Return the OpenLDAP server, or None. It stands among the programs of administrators."""
    found = shutil.which("slapd", path=os.pathsep.join((os.environ["PATH"], "/usr/sbin")))
    return Path(found) if found else None


def directory_clients() -> Path | None:
    """Return the folder of the LDAP command line clients, or None."""
    found = shutil.which("ldapwhoami")
    return Path(found).parent if found else None


def directory_library() -> Path | None:
    """Return where python-ldap is installed in this environment, or None."""
    found = find_spec("ldap")
    return Path(found.origin) if found and found.origin else None


@dataclass(frozen=True)
class Service:
    """A service of the suite: its name, how to find it, its Debian packages, what needs it."""

    name: str
    find: Callable[[], Path | None]
    packages: tuple[str, ...]
    needed_by: str
    distribution: str = ""
    """What pip installs in this environment once the packages are there."""


POSTGRESQL = Service(
    "PostgreSQL",
    postgresql_programs,
    ("postgresql",),
    "the second run of the database tests, on PostgreSQL",
)
CHROMIUM = Service("Chromium", chromium_program, ("chromium",), "the tests in tests/browser/")

WORD_PROCESSOR = Service(
    "LibreOffice",
    word_processor,
    ("libreoffice-writer-nogui",),
    "the test that opens the DOCX files in a word processor",
)

POPPLER = Service(
    "Poppler", page_painter, ("poppler-utils",), "the tests that look at the pages of a PDF"
)

SLAPD = Service("OpenLDAP (slapd)", directory_server, ("slapd",), "the tests of the LDAP directory")
LDAP_CLIENTS = Service(
    "The LDAP clients", directory_clients, ("ldap-utils",), "the tests of the LDAP directory"
)
PYTHON_LDAP = Service(
    "python-ldap",
    directory_library,
    ("gcc", "libc6-dev", "python3-dev", "libldap-dev", "libsasl2-dev"),
    "the tests of the LDAP directory",
    distribution="python-ldap",
)
"""Built when it is installed: its packages are what the building needs."""

DIRECTORY = (SLAPD, LDAP_CLIENTS, PYTHON_LDAP)


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
    """Install what the services lack: Debian packages with apt, which only root can, then pip's.

    Raises `OSError` or `subprocess.CalledProcessError` when apt or pip fails.
    """
    services = list(services)
    if os.geteuid() == 0:
        _install_packages([package for service in services for package in service.packages])
    if distributions := [one.distribution for one in services if one.distribution]:
        _install_distributions(distributions)


def _install_packages(packages: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {', '.join(packages)} with apt-get.", flush=True)
    subprocess.run(["apt-get", "update", "--quiet=2"], check=True, env=environment)
    subprocess.run(
        ["apt-get", "install", "--quiet=2", "--yes", "--no-install-recommends", *packages],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )


def _install_distributions(distributions: list[str]) -> None:
    print(f"Installing {', '.join(distributions)} with pip.", flush=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--constraint", CONSTRAINTS, *distributions], check=True)
    invalidate_caches()
