"""`manage.py serve`: the site and its scheduler in one process, on an empty folder."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Served(NamedTuple):
    process: subprocess.Popen[str]
    address: str
    said: list[str]


@pytest.fixture
def folder(tmp_path: Path) -> dict[str, str]:
    """The embedded mode, on a folder of its own."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("TACITE_")},
        "DJANGO_SETTINGS_MODULE": "settings.development",
        "TACITE_VAR": str(tmp_path),
    }


def manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def server(folder: dict[str, str]) -> Iterator[Served]:
    assert manage(folder, "migrate", "--verbosity", "0").returncode == 0
    with subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", "0"],
        cwd=ROOT,
        env=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            address, said = "", []
            for line in process.stdout:
                said.append(line)
                if found := re.search(r"http://localhost:\d+/", line):
                    address = found[0]
                    break
            assert address
            yield Served(process, address, said)
        finally:
            process.kill()


def test_it_answers_sweeps_and_stops_politely(
    server: Served,
) -> None:
    process = server.process
    try:
        status = urlopen(f"{server.address}static/ui/vendor/missing.css", timeout=30).status
    except HTTPError as error:
        status = error.code
        error.close()
    assert status == 404
    assert process.stdout is not None
    assert any("Balayage du" in line for line in chain(server.said, process.stdout))
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


def test_it_refuses_a_port_already_taken(server: Served, folder: dict[str, str]) -> None:
    port = server.address.rstrip("/").rpartition(":")[2]
    second = manage(folder, "serve", "--port", port)
    assert second.returncode == 1
    assert "--port" in second.stderr


def test_it_refuses_a_database_that_is_not_up_to_date(folder: dict[str, str]) -> None:
    refused = manage(folder, "serve", "--port", "0")
    assert refused.returncode == 1
    assert "manage.py migrate" in refused.stderr


def test_it_refuses_what_is_no_port(folder: dict[str, str]) -> None:
    refused = manage(folder, "serve", "--port", "http")
    assert refused.returncode == 2
    assert "1 à 65535" in refused.stderr


@pytest.mark.parametrize("command", [("sweep",), ("serve", "--port", "0")])
def test_a_command_before_migrate_says_so_in_one_line(
    folder: dict[str, str], command: tuple[str, ...]
) -> None:
    ended = manage(folder, *command)
    assert ended.returncode == 1
    said = ended.stderr.replace("\N{NO-BREAK SPACE}", " ").removeprefix("CommandError: ")
    assert said == (
        "La base de données n’est pas à jour. Lancez « manage.py migrate », puis recommencez.\n"
    )
