"""The last logins of a whole directory, read once a night from one listing."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from access.directory import choice
from access.directory.embedded import EmbeddedDirectory
from access.directory.port import FoundEntry
from access.models import DirectoryEntry, DirectoryHealth, Habilitation
from access.services.logins import read_logins, read_logins_once_a_day
from contracts.models import Caisse, Partner, Site
from tests.access.acting import has_credentials
from tests.portfolio import noon
from workflows import clock, scheduler

pytestmark = pytest.mark.django_db

Grant = Callable[..., Habilitation]


@pytest.fixture
def users(partner: Partner, granted: Grant, embedded: Caisse) -> list[Habilitation]:
    """The users of two structures, their credentials sent."""
    found = [granted(site=Site.objects.create(partner=partner, name=f"Crèche {n}")) for n in "AB"]
    for habilitation in found:
        has_credentials(habilitation)
    return found


def logs_in(habilitation: Habilitation, at: datetime) -> None:
    entries = DirectoryEntry.objects.filter(identifier=habilitation.account.identifier)
    entries.update(last_login_at=at)


def states(users: list[Habilitation]) -> list[tuple[str, date | None]]:
    for one in users:
        one.refresh_from_db()
    return [(one.state, one.last_login_on) for one in users]


def test_who_logged_in_becomes_active_and_who_did_not_stays(
    users: list[Habilitation], embedded: Caisse, today: Callable[[str], None]
) -> None:
    today("2024-02-05")
    logs_in(users[0], noon("2024-02-03"))
    read = read_logins(embedded)
    assert (read.entries, read.recorded, read.failing) == (2, 1, 0)
    assert states(users) == [("active", date(2024, 2, 3)), ("credentials_sent", None)]


def test_read_again_nothing_is_recorded_twice_and_a_later_login_is(
    users: list[Habilitation], embedded: Caisse, today: Callable[[str], None]
) -> None:
    today("2024-02-05")
    logs_in(users[0], noon("2024-02-03"))
    assert [read_logins(embedded).recorded for _ in range(2)] == [1, 0]
    logs_in(users[0], noon("2024-02-04"))
    assert read_logins(embedded).recorded == 1
    assert states(users)[0] == ("active", date(2024, 2, 4))
    assert users[0].acts.filter(kind="last_login").count() == 2


def test_a_login_after_midnight_in_paris_is_of_the_new_day(
    users: list[Habilitation], embedded: Caisse, today: Callable[[str], None]
) -> None:
    today("2024-02-05")
    logs_in(users[0], datetime.fromisoformat("2024-02-03T23:30:00+00:00"))
    read_logins(embedded)
    assert states(users)[0] == ("active", date(2024, 2, 4))


def test_an_entry_of_nobody_is_passed_over(users: list[Habilitation], embedded: Caisse) -> None:
    DirectoryEntry.objects.create(
        caisse=embedded, identifier="Inconnu1", last_login_at=noon("2024-02-01")
    )
    read = read_logins(embedded)
    assert (read.entries, read.recorded) == (3, 0)


def test_the_directory_is_listed_once_a_day(
    users: list[Habilitation],
    embedded: Caisse,
    today: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed: list[str] = []

    class Counting(EmbeddedDirectory):
        """One that remembers when it was listed."""

        def entries(self, caisse: Caisse) -> Iterator[FoundEntry] | None:
            listed.append(clock.today().isoformat())
            return super().entries(caisse)

    monkeypatch.setitem(choice.DIRECTORIES, "embedded", Counting)
    today("2024-02-02")
    for _ in range(2):
        scheduler.run_day(clock.today())
    today("2024-02-03")
    scheduler.run_day(clock.today())
    assert listed == ["2024-02-02", "2024-02-03"]
    assert DirectoryHealth.objects.get().logins_read_on == date(2024, 2, 3)


def test_a_directory_kept_by_hand_tells_nothing(granted: Grant, caisse: Caisse) -> None:
    granted()
    assert not read_logins(caisse).readable
    read_logins_once_a_day(clock.today())
    assert not DirectoryHealth.objects.filter(logins_read_on__isnull=False).exists()


def test_the_command_says_what_it_found(
    users: list[Habilitation], embedded: Caisse, today: Callable[[str], None]
) -> None:
    today("2024-02-05")
    logs_in(users[1], noon("2024-02-03"))
    out = StringIO()
    call_command("directory", "logins", stdout=out)
    words = out.getvalue().replace("\N{NO-BREAK SPACE}", " ")
    assert "CAISSE1 : 2 entrées, 1 connexion à retenir." in words
