"""The antivirus, asked through a socket by the protocol of clamd."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile

from contracts.antivirus.choice import chosen
from contracts.antivirus.clamav import PIECE, ClamAV
from contracts.antivirus.port import AntivirusUnavailable, Verdict
from settings import antivirus
from tests.services.antivirus_daemon import EICAR, Daemon, antivirus_daemon
from tests.services.postgresql import LOOPBACK, free_port


@pytest.fixture(params=["tcp", "unix"])
def daemon(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Daemon]:
    with antivirus_daemon(tmp_path / "clamd.ctl" if request.param == "unix" else None) as running:
        yield running


def scan(daemon: Daemon, content: bytes, seconds: float = 10) -> Verdict:
    return ClamAV(daemon.address, seconds).scan(ContentFile(content))


def why_not(daemon: Daemon, content: bytes, seconds: float = 10) -> str:
    with pytest.raises(AntivirusUnavailable) as raised:
        scan(daemon, content, seconds)
    return str(raised.value)


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE + 7])
def test_the_whole_file_is_sent_and_found_clean(daemon: Daemon, size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    assert scan(daemon, content) == Verdict()
    assert daemon.received == [content]


def test_what_is_found_is_named(daemon: Daemon) -> None:
    assert scan(daemon, bytes(PIECE) + EICAR) == Verdict("Win.Test.EICAR_HDB-1")


def test_a_name_with_anything_in_it_is_kept_as_a_code(daemon: Daemon) -> None:
    daemon.answer = b"stream: Nom <b>de virus</b> FOUND\0"
    assert scan(daemon, b"a").found == "Nom-b-de-virus-/b-"


def test_a_file_beyond_its_limit_is_not_called_clean(daemon: Daemon) -> None:
    daemon.stream_limit = 1000
    assert "StreamMaxLength" in why_not(daemon, b"a" * 1001)
    assert "StreamMaxLength" in why_not(daemon, b"a" * 40 * PIECE)


@pytest.mark.parametrize("content", [b"a" * 5000, b"a" * 40 * PIECE])
def test_a_connection_cut_in_the_middle_is_no_verdict(daemon: Daemon, content: bytes) -> None:
    daemon.cuts_after = 4000
    assert "coupé la connexion" in why_not(daemon, content)


@pytest.mark.parametrize("answer", [b"", b"stream: OK", b"stream: O"])
def test_an_answer_without_its_end_is_no_verdict(daemon: Daemon, answer: bytes) -> None:
    daemon.answer = answer
    assert "coupé la connexion" in why_not(daemon, b"a")


@pytest.mark.parametrize(
    "answer",
    [b"stream: Can't allocate memory ERROR\0", b"\0", b"stream: OK FOUNDED\0", b"a" * 9000 + b"\0"],
)
def test_any_other_answer_is_no_verdict(daemon: Daemon, answer: bytes) -> None:
    daemon.answer = answer
    assert "antivirus" in why_not(daemon, b"a")


def test_a_slow_answer_is_not_waited_for(daemon: Daemon) -> None:
    daemon.silent = threading.Event()
    assert "0.2 secondes" in why_not(daemon, b"a", seconds=0.2)


def test_a_daemon_that_is_not_there_is_said_to_be_away(tmp_path: Path) -> None:
    for address in (str(tmp_path / "nothing.ctl"), (LOOPBACK, free_port())):
        assert "TACITE_CLAMAV" in why_not(Daemon(address), b"a")


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, Any] | None:
    for name in ("ANTIVIRUS", "CLAMAV", "CLAMAV_SECONDS", "CLAMAV_CLEAR_TEXT"):
        monkeypatch.delenv(f"TACITE_{name}", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(f"TACITE_{name}", value)
    return antivirus.chosen()


def test_there_is_none_unless_one_is_chosen(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    assert read(monkeypatch) is None
    assert read(monkeypatch, ANTIVIRUS="none") is None
    assert chosen().name == "none"
    settings.TACITE_ANTIVIRUS = {"address": "/run/clamd.ctl", "seconds": 5}
    assert chosen().name == "clamav"


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("unix:///run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("tcp://127.0.0.1:3311", ("127.0.0.1", 3311)),
        ("tcp://localhost", ("localhost", 3310)),
        ("tcp://[::1]:3310", ("::1", 3310)),
    ],
)
def test_the_daemon_is_read_with_its_address(
    monkeypatch: pytest.MonkeyPatch, given: str, address: Any
) -> None:
    found = read(monkeypatch, ANTIVIRUS="clamav", CLAMAV=given)
    assert found == {"address": address, "seconds": 15}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"ANTIVIRUS": "oui"}, "expected one of none, clamav"),
        ({"ANTIVIRUS": "clamav"}, "TACITE_CLAMAV is not set"),
        ({"CLAMAV": "tcp://127.0.0.1"}, "would not be scanned"),
        ({"ANTIVIRUS": "clamav", "CLAMAV": "127.0.0.1:3310"}, "expected unix:///"),
        ({"ANTIVIRUS": "clamav", "CLAMAV": "tcp://127.0.0.1:999999"}, "expected unix:///"),
        ({"ANTIVIRUS": "clamav", "CLAMAV": "tcp://127.0.0.1:0"}, "expected unix:///"),
        ({"ANTIVIRUS": "clamav", "CLAMAV": "unix://run/clamd.ctl"}, "expected unix:///"),
        ({"ANTIVIRUS": "clamav", "CLAMAV": f"unix:///{'a' * 108}"}, "107 bytes"),
        ({"ANTIVIRUS": "clamav", "CLAMAV": "tcp://clamd.example:3310"}, "in clear"),
        (
            {"ANTIVIRUS": "clamav", "CLAMAV": "tcp://127.0.0.1", "CLAMAV_SECONDS": "0"},
            "whole number of seconds",
        ),
    ],
)
def test_a_wrong_setting_is_said_at_the_start(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=expected):
        read(monkeypatch, **variables)


def test_another_machine_is_allowed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = {"CLAMAV": "tcp://clamd.example", "CLAMAV_CLEAR_TEXT": "1"}
    found = read(monkeypatch, ANTIVIRUS="clamav", **allowed)
    assert found == {"address": ("clamd.example", 3310), "seconds": 15}
