"""A directory that is away: nothing is lost, and what is known of it is written and told."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from access.desired import DirectoryState
from access.directory import choice
from access.directory.embedded import EmbeddedDirectory
from access.directory.port import DirectoryUnreachable, FoundEntry
from access.models import Account, DirectoryEntry, DirectoryHealth, Habilitation
from access.services import directory_health
from access.services.directory_health import note
from access.services.directory_states import standings
from access.services.habilitations import grant
from access.services.logins import read_logins_once_a_day
from contracts.models import Caisse, Convention, Person
from tests.access.acting import happens, has_credentials
from workflows import clock, effects
from workflows.effect_worker import Outcome, drain

pytestmark = pytest.mark.django_db

Grant = Callable[..., Habilitation]

SILENCE = "aucune réponse de l’annuaire en 5 secondes"


class AwayDirectory(EmbeddedDirectory):
    """One whose server is switched off."""

    def ensure(self, account: Account, wanted: DirectoryState) -> DirectoryState:
        raise DirectoryUnreachable(SILENCE)

    def entries(self, caisse: Caisse) -> Iterator[FoundEntry] | None:
        raise DirectoryUnreachable(SILENCE)


@pytest.fixture(autouse=True)
def _nothing_was_seen_before() -> None:
    directory_health._answering.clear()


@pytest.fixture
def switch(monkeypatch: pytest.MonkeyPatch, embedded: Caisse) -> Callable[[bool], None]:
    """Switch the server of the directory on, or off."""

    def set_to(on: bool) -> None:
        kind = EmbeddedDirectory if on else AwayDirectory
        monkeypatch.setitem(choice.DIRECTORIES, "embedded", kind)

    return set_to


def health(caisse: Caisse) -> DirectoryHealth:
    return DirectoryHealth.objects.get(caisse=caisse)


def told() -> str:
    out = StringIO()
    call_command("directory", "status", stdout=out)
    return out.getvalue().replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_asked_of_a_directory_away_waits_and_is_done_once_it_is_back(
    switch: Callable[[bool], None],
    embedded: Caisse,
    convention: Convention,
    person: Person,
    service: str,
) -> None:
    switch(False)
    habilitation = grant(convention, person, service, None, clock.today())
    assert drain().outcomes[Outcome.FAILED] == 1
    seen = health(embedded)
    assert (seen.is_answering, seen.cause, seen.last_success_at) == (False, SILENCE, None)
    [standing] = standings(Caisse.objects.all())
    assert (standing.is_away, standing.waiting) == (True, 1)
    switch(True)
    drain(now=lambda: clock.system_time() + timedelta(hours=1))
    assert DirectoryEntry.objects.count() == 1
    habilitation.account.refresh_from_db()
    assert habilitation.account.state == "open"
    [standing] = standings(Caisse.objects.all())
    assert (standing.waiting, standing.oldest) == (0, None)


def test_it_is_said_since_when_and_why_a_directory_does_not_answer(
    switch: Callable[[bool], None],
    granted: Grant,
    embedded: Caisse,
    today: Callable[[str], None],
) -> None:
    habilitation = granted()
    assert health(embedded).is_answering
    assert "CAISSE1 : répond depuis le 1er février 2024 à 12 h 00" in told()
    switch(False)
    today("2024-02-02")
    happens(habilitation, "user_suspended", "2024-02-02")
    drain()
    today("2024-02-03")
    drain(now=lambda: clock.system_time() + timedelta(days=1))
    seen = health(embedded)
    assert clock.civil_date(seen.since).isoformat() == "2024-02-02"
    assert seen.last_failure_at == clock.now()
    assert seen.last_success_at is not None
    out = StringIO()
    with pytest.raises(CommandError, match="1\N{NO-BREAK SPACE}annuaire ne répond pas"):
        call_command("directory", "status", stdout=out)
    words = out.getvalue().replace("\N{NO-BREAK SPACE}", " ")
    assert f"ne répond pas depuis le 2 février 2024 à 12 h 00 ({SILENCE})" in words
    assert "1 changement en attente, le plus ancien du 2 février 2024 à 12 h 00" in words


def test_the_same_answer_is_written_once_in_a_while(
    embedded: Caisse, today: Callable[[str], None]
) -> None:
    today("2024-02-01")
    note(embedded.pk)
    first = DirectoryHealth.objects.values().get()
    with clock.set_to(clock.now() + timedelta(minutes=9)):
        note(embedded.pk)
        assert DirectoryHealth.objects.values().get() == first
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        note(embedded.pk)
        seen = health(embedded)
        assert (seen.last_success_at, seen.since) == (clock.now(), first["since"])


def test_a_directory_that_is_back_keeps_its_last_failure(
    embedded: Caisse, today: Callable[[str], None]
) -> None:
    today("2024-02-01")
    note(embedded.pk, SILENCE)
    failed = clock.now()
    today("2024-02-02")
    note(embedded.pk)
    seen = health(embedded)
    assert (seen.is_answering, seen.since) == (True, clock.now())
    assert (seen.last_failure_at, seen.cause) == (failed, SILENCE)


def test_the_database_refuses_a_failure_without_its_cause(embedded: Caisse) -> None:
    with pytest.raises(IntegrityError, match="seen_so"), transaction.atomic():
        DirectoryHealth.objects.create(
            caisse=embedded, is_answering=False, since=clock.now(), last_failure_at=clock.now()
        )


def test_a_directory_kept_by_hand_neither_answers_nor_fails(granted: Grant, caisse: Caisse) -> None:
    granted()
    [standing] = standings(Caisse.objects.all())
    assert (standing.is_manual, standing.is_away, standing.waiting) == (True, False, 1)
    assert standing.oldest == clock.now()
    assert "CAISSE1 : tenu à la main ; 1 changement en attente" in told()


def test_one_directory_away_hides_the_logins_of_no_other(
    granted: Grant, embedded: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    Caisse.objects.create(code="AAA", name="Injoignable", settings={"directory": "away"})
    monkeypatch.setitem(choice.DIRECTORIES, "away", AwayDirectory)
    habilitation = granted()
    has_credentials(habilitation)
    DirectoryEntry.objects.update(last_login_at=clock.now())
    read_logins_once_a_day(clock.today())
    habilitation.refresh_from_db()
    assert habilitation.state == "active"
    assert not DirectoryHealth.objects.get(caisse__code="AAA").is_answering
    assert effects.dead_letters().count() == 0


def test_a_directory_that_goes_away_while_it_is_mended_loses_nothing(
    granted: Grant, embedded: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    class GoesAway(AwayDirectory):
        """One that could still be listed."""

        def entries(self, caisse: Caisse) -> Iterator[FoundEntry] | None:
            return EmbeddedDirectory.entries(self, caisse)

    has_credentials(granted())
    DirectoryEntry.objects.all().delete()
    with monkeypatch.context() as patched:
        patched.setitem(choice.DIRECTORIES, "embedded", GoesAway)
        with pytest.raises(CommandError, match="injoignable"):
            call_command("directory", "reconcile", stdout=StringIO())
        assert not health(embedded).is_answering
    drain()
    entry = DirectoryEntry.objects.get()
    # Made anew, it has a password that was sent anew.
    assert not entry.locked
    assert entry.password
