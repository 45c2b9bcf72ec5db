"""The whole suite, as `make test` runs it: all on SQLite, then on PostgreSQL its database tests.

Where a later Python is at hand, a short proof on the next Django follows.

Arguments are handed to pytest: `make test ARGS="-k notice"`.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

from tests.services import next_django
from tests.services.postgresql import private_server
from tests.services.programs import (
    CHROMIUM,
    DIRECTORY,
    POPPLER,
    POSTGRESQL,
    WORD_PROCESSOR,
    Service,
    install,
)

NO_TEST_SELECTED = 5


def run(arguments: Sequence[str]) -> int:
    """Run all of it and return the exit code: 0 only if nothing failed."""
    missing = _without_what_is_missing((POSTGRESQL, CHROMIUM, POPPLER, WORD_PROCESSOR, *DIRECTORY))
    if missing and os.environ.get("CI") == "true":
        _say("In CI nothing may be skipped for a missing service.")
        return 1
    without_browser = "not browser" if CHROMIUM in missing else ""
    results = [_pytest("SQLite", without_browser, arguments, {})]
    if POSTGRESQL not in missing:
        # What Chromium shows does not depend on the database, which the journeys go through whole.
        browser = without_browser or "(journey or not browser)"
        selection = f"database and {browser}"
        with private_server() as variables:
            results.append(_pytest("PostgreSQL", selection, arguments, variables))
    if not arguments:
        results.append(next_django.prove())
    if all(result == NO_TEST_SELECTED for result in results):
        return NO_TEST_SELECTED
    return max(0 if result == NO_TEST_SELECTED else result for result in results)


def _without_what_is_missing(services: Sequence[Service]) -> list[Service]:
    """Install what can be, then return what is still missing, having said what it costs."""
    missing = [service for service in services if service.find() is None]
    if to_install := [one for one in missing if os.geteuid() == 0 or one.distribution]:
        try:
            install(to_install)
        except (OSError, subprocess.CalledProcessError) as error:
            _say(f"They could not be installed: {error}")
        missing = [service for service in missing if service.find() is None]
    for service in missing:
        _say(
            f"SKIPPED: {service.needed_by}, because {service.name} is not installed and "
            f"cannot be from here. Install: {' '.join(service.packages)}."
        )
    return missing


def _pytest(
    database: str, selection: str, arguments: Sequence[str], variables: dict[str, str]
) -> int:
    _say(f"On {database}:")
    command = [sys.executable, "-m", "pytest", "--numprocesses=auto"]
    if selection:
        command += ["-m", selection]
    return subprocess.run(
        [*command, *arguments], env=os.environ | variables, check=False
    ).returncode


def _say(words: str) -> None:
    print(words, flush=True)


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    # Without this, a polite kill would leave the private server behind.
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(run(sys.argv[1:]))
