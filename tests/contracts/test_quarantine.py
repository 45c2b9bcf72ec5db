"""An uploaded file waits aside until it was looked into; a refused one is gone."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from contracts.models import EvidenceFile, FileVerification, User
from contracts.services.file_verification import NotReleased, released, take_in
from contracts.services.stored_files import faults
from tests.forms_annexes.files import a_pdf
from tests.quarantined import daemon
from tests.services.antivirus_daemon import EICAR, Daemon, antivirus_daemon
from workflows import clock
from workflows.effect_worker import drain
from workflows.models import Effect

__all__ = ["daemon"]

pytestmark = pytest.mark.django_db

State = FileVerification.State
LETTER = "courrier.txt"


def taken_in(content: bytes = b"le courrier", by: User | None = None) -> EvidenceFile:
    return take_in(ContentFile(content), LETTER, by)


def standing_of(row: EvidenceFile) -> str:
    return FileVerification.objects.get(file=row).state


def later() -> Any:
    return clock.system_time() + timedelta(days=1)


def test_without_an_antivirus_a_file_waits_for_nothing() -> None:
    row = taken_in()
    assert standing_of(row) == State.PASSED
    assert row.verification.engine == "none"
    with released(row) as content:
        assert content.read() == b"le courrier"
    assert not Effect.objects.exists()


def test_a_file_is_nobodys_until_the_antivirus_has_seen_it(daemon: Daemon) -> None:
    row = taken_in()
    with pytest.raises(NotReleased, match="en cours de vérification"):
        released(row)
    drain()
    assert daemon.received == [b"le courrier"]
    verification = FileVerification.objects.get(file=row)
    assert (verification.state, verification.engine) == (State.PASSED, "clamav")
    with released(row) as content:
        assert content.read() == b"le courrier"


def test_what_is_found_is_deleted_and_its_day_stays(
    daemon: Daemon, django_capture_on_commit_callbacks: Any
) -> None:
    row = taken_in(b"un courrier, puis " + EICAR)
    with django_capture_on_commit_callbacks(execute=True):
        drain()
    verification = FileVerification.objects.get(file=row)
    assert (verification.state, verification.finding) == (State.REFUSED, "Win.Test.EICAR_HDB-1")
    assert clock.civil_date(verification.settled_at) == clock.today()
    assert not row.file.storage.exists(row.file.name)
    with pytest.raises(NotReleased, match="refusé par l’antivirus le"):
        released(row)
    assert [fault for fault in faults() if fault.name == row.file.name] == []


def test_a_refused_file_that_stayed_is_told(daemon: Daemon) -> None:
    row = taken_in(EICAR)
    drain()
    [fault] = [fault for fault in faults() if fault.name == row.file.name]
    assert "supprimez-le sans l’ouvrir" in fault.problem


def test_while_the_antivirus_is_away_the_file_waits_and_nothing_is_lost(settings: Any) -> None:
    with antivirus_daemon() as daemon:
        settings.TACITE_ANTIVIRUS = {"address": daemon.address, "seconds": 10}
    row = taken_in()
    drain()
    effect = Effect.objects.get()
    assert (effect.state, effect.attempts) == ("pending", 1)
    assert "L’antivirus ne répond pas" in effect.last_error
    assert standing_of(row) == State.PENDING
    with antivirus_daemon() as daemon:
        settings.TACITE_ANTIVIRUS = {"address": daemon.address, "seconds": 10}
        drain(now=later)
    assert standing_of(row) == State.PASSED


@pytest.mark.parametrize("trouble", ["limit", "cut", "slow", "error"])
def test_whatever_is_no_verdict_leaves_the_file_waiting(
    daemon: Daemon, settings: Any, trouble: str
) -> None:
    match trouble:
        case "limit":
            daemon.stream_limit = 3
        case "cut":
            daemon.cuts_after = 3
        case "slow":
            daemon.silent = threading.Event()
            settings.TACITE_ANTIVIRUS["seconds"] = 0.2
        case "error":
            daemon.answer = b"stream: some ERROR\0"
    row = taken_in()
    drain()
    assert standing_of(row) == State.PENDING
    assert Effect.objects.get().attempts == 1
    with row.file.open("rb") as kept:
        assert kept.read() == b"le courrier"


def test_a_file_that_is_no_good_is_not_even_stored(daemon: Daemon) -> None:
    with pytest.raises(ValidationError):
        take_in(ContentFile(b"MZ programme"), "annexe.pdf", None)
    assert not EvidenceFile.objects.exists()
    assert not FileVerification.objects.exists()
    assert not Effect.objects.exists()


def test_a_file_taken_in_for_nothing_leaves_nothing_to_look_into(daemon: Daemon) -> None:
    @transaction.atomic
    def undone() -> None:
        taken_in()
        raise LookupError

    with pytest.raises(LookupError):
        undone()
    drain()
    assert daemon.received == []
    assert not FileVerification.objects.exists()


def test_a_verification_is_settled_once_and_says_by_what() -> None:
    row = taken_in(a_pdf())
    for change in (
        {"state": "refused"},
        {"state": "passed", "settled_at": None},
        {"engine": ""},
        {"finding": "rien"},
        {"state": "autre"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            FileVerification.objects.filter(file=row).update(**change)
