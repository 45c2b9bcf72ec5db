"""The suite on the next Django, which asks for a later Python than the one that serves.

It has an environment of its own, ``.venv/next``, kept from one run to the next, and built with the
pins of ``constraints.txt`` but for Django's.

``make test-next`` runs the suite on it, ``make test`` a short proof.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from tests.services.programs import PYTHON_LDAP

ROOT = Path(__file__).resolve().parents[2]
DJANGO = "6.1.3"
OLDEST_PYTHON = (3, 12)
ENVIRONMENT = ROOT / ".venv" / "next"
PYTHON = ENVIRONMENT / "bin" / "python"
LONGEST = 300
"""Seconds for its building: a registry that is away is not waited for longer."""

NONE_FOUND = (
    f"SKIPPED: what runs on Django {DJANGO}, because no Python {'.'.join(map(str, OLDEST_PYTHON))} "
    "or later is at hand. Install one beside the other and put it on the PATH."
)
PROOF = (
    "tests/ui",
    "tests/settings",
    "tests/notifications/test_notices.py",
    "tests/contracts/test_what_must_never_be.py",
    "tests/desk/test_system_state.py",
    "tests/desk/test_reachable.py",
)
"""What proves in three minutes that nothing has gone out of reach of the next Django.

The last one opens each page in each role.
"""


def python() -> Path | None:
    """The Python of its environment, built if need be; None, and why is said, without one."""
    found = next(_late_enough(), None)
    if found is None:
        print(NONE_FOUND, flush=True)
        return None
    with_directory = PYTHON_LDAP.find() is not None
    asked = f"{found} Django=={DJANGO}, directory: {with_directory}\n" + _constraints()
    stamp = ENVIRONMENT / "built-from"
    built_from = sha256(asked.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == built_from:
        return PYTHON
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    try:
        _run([str(found), "-m", "venv", str(ENVIRONMENT)])
        constraints = ENVIRONMENT / "constraints.txt"
        constraints.write_text(_constraints())
        quietly = ["--quiet", "--quiet", "--disable-pip-version-check"]
        extras = f"{ROOT}[dev,postgres,production,s3]"
        install = [str(PYTHON), "-m", "pip", "install", *quietly, "--constraint", str(constraints)]
        _run([*install, "--editable", extras])
    except (OSError, subprocess.SubprocessError) as error:
        print(f"SKIPPED: what runs on Django {DJANGO}: {error}", flush=True)
        return None
    if with_directory:
        # Built when it is installed, for which this Python may lack what the other has.
        try:
            _run([*install, PYTHON_LDAP.distribution])
        except (OSError, subprocess.SubprocessError) as error:
            print(f"SKIPPED on Django {DJANGO}: {PYTHON_LDAP.needed_by}: {error}", flush=True)
    stamp.write_text(built_from)
    return PYTHON


def prove() -> int:
    """Run the short proof and return its exit code; 0 where there is no Python for it."""
    own = python()
    if own is None:
        return 0
    print(f"On Django {DJANGO}, in short:", flush=True)
    settings = ["--settings", "settings.test"]
    for command in (
        ["manage.py", "check", "--fail-level", "WARNING", *settings],
        ["manage.py", "makemigrations", "--check", "--dry-run", *settings],
        ["-m", "pytest", "--quiet", "-n", "0", *PROOF],
    ):
        if code := subprocess.run([str(own), *command], cwd=ROOT, check=False).returncode:
            return code
    return 0


def _constraints() -> str:
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    kept = [pin for pin in pins if not pin.startswith("Django==")]
    return "\n".join([*kept, f"Django=={DJANGO}", ""])


def _late_enough() -> Iterator[Path]:
    """The interpreters that Django takes: this one, those of the PATH, those of pyenv."""
    minors = range(20, OLDEST_PYTHON[1] - 1, -1)
    named = [shutil.which(f"python3.{minor}") for minor in minors]
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    of_pyenv = [one for minor in minors for one in sorted(kept.glob(f"3.{minor}.*/bin/python3"))]
    for candidate in (sys.executable, *filter(None, named), *of_pyenv):
        asked = f"import sys; sys.exit(sys.version_info[:2] < {OLDEST_PYTHON})"
        # What pyenv puts on the PATH may stand for a version that is not chosen.
        told = subprocess.run([candidate, "-c", asked], capture_output=True, check=False)
        if told.returncode == 0:
            yield Path(candidate)


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, timeout=LONGEST)


def run(arguments: Sequence[str]) -> int:
    """Run the suite, or what ``arguments`` choose of it, and return its exit code."""
    own = python()
    if own is None:
        return 1
    return subprocess.run([str(own), "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
