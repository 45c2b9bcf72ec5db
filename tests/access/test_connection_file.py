"""A file of connections: taken in line by line, each fault told with its line, and only once."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from access.models import ConnectionEvent, Habilitation
from access.services.connection_file import NotACsv, import_file
from contracts.models import Caisse

pytestmark = pytest.mark.django_db

HEADING = b"evenement;identifiant;service;instant;resultat\n"


@pytest.fixture
def used(
    embedded: Caisse, granted: Callable[..., Habilitation], today: Callable[[str], None]
) -> Habilitation:
    """A habilitation whose account is open, seen on 20 March 2024."""
    habilitation = granted()
    today("2024-03-20")
    return habilitation


def line(used: Habilitation, key: str, when: str, result: str = "connexion") -> bytes:
    return f"{key};{used.account.identifier};{used.service};{when};{result}\r\n".encode()


def test_a_file_is_taken_in_and_given_again_changes_nothing(used: Habilitation) -> None:
    lines = [HEADING, line(used, "F-1", "05/03/2024 08:30"), line(used, "F-2", "2024-03-05T09:00")]
    caisse = used.account.caisse
    assert import_file(caisse, lines).counts == {"accepted": 2}
    assert import_file(caisse, lines).counts == {"known": 2}
    assert ConnectionEvent.objects.count() == 2


def test_the_order_of_columns_and_other_columns_do_not_matter(used: Habilitation) -> None:
    heading = b"\xef\xbb\xbfservice,instant,poste,resultat,identifiant,evenement\n"
    row = f"{used.service},05/03/2024 08:30,12,refus,{used.account.identifier},F-1\n".encode()
    assert import_file(used.account.caisse, [heading, row]).counts == {"accepted": 1}
    assert ConnectionEvent.objects.get().kind == "refused"


def test_each_faulty_line_is_named_and_the_others_are_taken_in(used: Habilitation) -> None:
    lines = [
        HEADING,
        line(used, "F-1", "05/03/2024 08:30"),
        "F-2;é;s;05/03/2024 08:30;connexion\n".encode("latin-1"),
        line(used, "F-3", "27/10/2024 02:30"),
        line(used, "F-4", "29/10/2023 02:30"),
        line(used, "F-5", "05/03/2024 08:30", "peut-être"),
        b"F-6;trop court\n",
        b"\n",
        line(used, "F-8", "21/03/2024 08:30"),
        b"F-9;\x00;s;05/03/2024 08:30;refus\n",
        b"F-10;nobody;" + used.service.encode() + b";05/03/2024 08:30;connexion\n",
        b"F-11;nobody;" + used.service.encode() + b";05/03/2024 08:30;refus\n",
        line(used, "F-12", "05/03/2024 08:31"),
    ]
    report = import_file(used.account.caisse, lines)
    assert report.counts == {"accepted": 3, "refused": 8}
    assert [(one.number, one.outcome.code) for one in report.to_say] == [
        (3, "encoding"),
        (4, "bad_instant"),
        (5, "bad_instant"),
        (6, "unknown_result"),
        (7, "cells_missing"),
        (9, "future"),
        (10, "unreadable"),
        (11, "unknown_identifier"),
        (12, "unknown_identifier_not_kept"),
    ]


def test_a_file_of_several_batches_is_taken_in_whole(used: Habilitation) -> None:
    rows = [line(used, f"F-{n}", f"{1 + n % 19:02}/03/2024 08:{n % 60:02}") for n in range(1_500)]
    report = import_file(used.account.caisse, [HEADING, *rows, *rows[:10]])
    assert report.counts == {"accepted": 1_500, "known": 10}


@pytest.mark.parametrize("heading", [b"", b"a;b;c\n", b"\xff\xfe\n", b"evenement;identifiant\n"])
def test_a_file_without_its_heading_is_refused_whole(used: Habilitation, heading: bytes) -> None:
    with pytest.raises(NotACsv, match="resultat"):
        import_file(used.account.caisse, [heading, line(used, "F-1", "05/03/2024 08:30")])
    assert not ConnectionEvent.objects.exists()


def test_the_command_tries_then_imports_then_knows(used: Habilitation, tmp_path: Path) -> None:
    file = tmp_path / "connexions.csv"
    file.write_bytes(HEADING + line(used, "F-1", "05/03/2024 08:30"))
    assert "à accepter\N{NO-BREAK SPACE}: 1" in told(file, "--dry-run")
    assert not ConnectionEvent.objects.exists()
    assert "acceptées\N{NO-BREAK SPACE}: 1" in told(file)
    assert "déjà connues\N{NO-BREAK SPACE}: 1" in told(file)
    assert ConnectionEvent.objects.count() == 1


def test_the_command_fails_when_a_line_is_refused(used: Habilitation, tmp_path: Path) -> None:
    file = tmp_path / "connexions.csv"
    file.write_bytes(HEADING + line(used, "F-1", "demain"))
    shown = io.StringIO()
    with pytest.raises(CommandError, match="à corriger"):
        call_command("connections", "import", str(file), stdout=shown)
    assert "ligne 2\N{NO-BREAK SPACE}: Instant illisible" in shown.getvalue()


def test_the_command_says_what_it_lacks(used: Habilitation, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="illisible"):
        told(tmp_path / "absent.csv")
    file = tmp_path / "autre.csv"
    file.write_bytes(b"a;b\n")
    with pytest.raises(CommandError, match="Colonnes absentes"):
        told(file)
    with pytest.raises(CommandError, match="Codes connus"):
        told(file, "--caisse", "ZZZ")
    Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    with pytest.raises(CommandError, match="--caisse"):
        told(file)


def told(file: Path, *options: str) -> str:
    shown = io.StringIO()
    call_command("connections", "import", str(file), *options, stdout=shown)
    return shown.getvalue()
