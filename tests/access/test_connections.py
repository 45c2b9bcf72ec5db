"""Connections told by the portal, a file or the directory: once each, counted, then let go."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction

from access.connection_reading import Told
from access.models import (
    Account,
    ConnectionCount,
    ConnectionEvent,
    ConnectionPurge,
    Habilitation,
)
from access.services.connection_counts import Figures, counted_again, stored
from access.services.connection_daily import keep_connections
from access.services.connection_logins import days_to_record
from access.services.connections import BATCH, accept, from_directory
from contracts.models import Caisse, Convention
from tests.access.connecting import told

pytestmark = pytest.mark.django_db

Grant = Callable[..., Habilitation]
FEBRUARY = date(2024, 2, 1)


@pytest.fixture
def used(embedded: Caisse, granted: Grant, today: Callable[[str], None]) -> Habilitation:
    """A habilitation granted on 1 February 2024 to an open account, seen on 20 March."""
    habilitation = granted()
    assert habilitation.account.state == "open"
    today("2024-03-20")
    return habilitation


@pytest.fixture
def tell(used: Habilitation, django_capture_on_commit_callbacks: Any) -> Callable[..., list[str]]:
    """Tell connections of the account as the portal does; what became of each comes back."""

    def send(*rows: Told, source: str = "api") -> list[str]:
        with django_capture_on_commit_callbacks(execute=True):
            outcomes = accept(used.account.caisse, source, rows)
        used.refresh_from_db()
        return [one.code or one.status for one in outcomes]

    return send


@pytest.fixture
def one(used: Habilitation) -> Callable[..., Told]:
    """A connection of the account to its service."""

    def make(when: str, kind: str = "connection", **changes: str) -> Told:
        wanted = {"identifier": used.account.identifier, "service": used.service} | changes
        return told(wanted["identifier"], wanted["service"], when, kind, wanted.get("key", ""))

    return make


Tell = Callable[..., list[str]]
One = Callable[..., Told]


def test_a_connection_is_kept_under_the_convention_that_gave_the_service(
    tell: Tell, one: One, used: Habilitation
) -> None:
    assert tell(one("2024-03-05T08:30")) == ["accepted"]
    event = ConnectionEvent.objects.get()
    assert (event.account, event.convention) == (used.account, used.convention)
    assert event.at == datetime(2024, 3, 5, 7, 30, tzinfo=UTC)


def test_told_again_it_is_known_and_counts_once(tell: Tell, one: One) -> None:
    row = one("2024-03-05T08:30", key="A-1")
    assert tell(row, row) == ["accepted", "known"]
    assert tell(row) == ["known"]
    assert ConnectionCount.objects.get().connections == 1


def test_two_sources_have_their_own_keys(tell: Tell, one: One) -> None:
    row = one("2024-03-05T08:30", key="A-1")
    assert tell(row) == ["accepted"]
    assert tell(row, source="csv") == ["accepted"]


def test_the_key_of_another_event_is_refused(tell: Tell, one: One) -> None:
    assert tell(one("2024-03-05T08:30", key="A-1")) == ["accepted"]
    assert tell(one("2024-03-06T08:30", key="A-1")) == ["same_key"]
    assert ConnectionEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"when": "2024-03-20T12:02"}, "future"),
        ({"when": "2023-03-31T23:59"}, "too_old"),
        ({"when": "2024-03-05T08:30", "identifier": "nobody"}, "unknown_identifier"),
        ({"when": "2024-03-05T08:30", "service": "inconnu"}, "unknown_service"),
        ({"when": "2024-03-05T08:30", "key": "deux mots"}, "bad_key"),
        ({"when": "2024-03-05T08:30", "key": "295109912611193"}, "bad_key"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    tell: Tell, one: One, row: dict[str, str], code: str
) -> None:
    good = one("2024-03-05T09:00")
    assert tell(one(**row), good) == [code, "accepted"]
    assert ConnectionEvent.objects.get().event_id == good.event_id


def test_a_clock_a_little_ahead_is_believed(tell: Tell, one: One) -> None:
    assert tell(one("2024-03-20T12:00:59")) == ["accepted"]


def test_an_attempt_under_an_unknown_identifier_is_counted_without_it(tell: Tell, one: One) -> None:
    # Anything may have been typed in place of an identifier.
    row = one("2024-03-05T08:30", "refused", identifier="2 95 10 99 126 111 93")
    assert tell(row) == ["unknown_identifier_not_kept"]
    event = ConnectionEvent.objects.values().get()
    assert "126" not in str({key: event[key] for key in event if key not in ("id", "recorded_at")})
    assert (event["account_id"], event["convention_id"]) == (None, None)
    assert ConnectionCount.objects.get().refused == 1


def test_the_identifier_is_read_whatever_its_case(tell: Tell, one: One, used: Habilitation) -> None:
    assert tell(one("2024-03-05T08:30", identifier=used.account.identifier.upper())) == ["accepted"]
    assert ConnectionEvent.objects.get().account == used.account


def test_the_identifier_of_another_caisse_is_unknown(tell: Tell, one: One) -> None:
    other = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    row = one("2024-03-05T08:30")
    assert accept(other, "api", [row])[0].status == "refused"


def test_more_than_a_batch_is_refused_whole(used: Habilitation, one: One) -> None:
    with pytest.raises(ValueError, match="Au plus"):
        accept(used.account.caisse, "api", [one("2024-03-05T08:30")] * (BATCH + 1))


# Counts


def test_a_month_counts_connections_attempts_and_distinct_accounts(
    tell: Tell,
    one: One,
    used: Habilitation,
    granted: Grant,
    convention: Convention,
    today: Callable[[str], None],
) -> None:
    today("2024-02-01")
    nursery = convention.partner.sites.create(name="Crèche des Essais")
    other = granted(site=nursery).account
    today("2024-03-20")
    tell(
        one("2024-03-01T00:00"),
        one("2024-03-19T23:59"),
        one("2024-03-05T08:30", "refused"),
        one("2024-03-05T08:30", identifier=other.identifier),
        one("2024-02-29T23:59"),
    )
    tell(one("2024-03-06T08:30"))
    caisse, group = used.account.caisse, (used.service, used.convention_id, "")
    assert stored(caisse, date(2024, 3, 1)) == {
        (date(2024, 3, 1), *group): Figures(connections=4, refused=1, logins_seen=0, users=2)
    }
    assert stored(caisse, FEBRUARY) == {(FEBRUARY, *group): Figures(connections=1, users=1)}


def test_counts_kept_up_are_those_made_again_from_the_events(
    tell: Tell, one: One, used: Habilitation
) -> None:
    caisse = used.account.caisse
    for number in range(40):
        day = f"2024-0{2 + number % 2}-{1 + number % 19:02}"
        kind = "refused" if number % 5 == 0 else "connection"
        who = "personne" if number % 10 == 0 else used.account.identifier
        tell(one(f"{day}T{number % 24:02}:15", kind, identifier=who))
        if number % 7 == 0:
            from_directory(used.account, datetime(2024, 3, 1 + number % 19, 5, tzinfo=UTC))
    for month in (FEBRUARY, date(2024, 3, 1)):
        assert stored(caisse, month) == counted_again(caisse, month)
    total = sum(row.connections + row.refused + row.logins_seen for row in _counts())
    assert total == ConnectionEvent.objects.count() == 46


def _counts() -> Any:
    return ConnectionCount.objects.all()


def test_a_count_that_went_wrong_is_named(tell: Tell, one: One) -> None:
    tell(one("2024-03-05T08:30"))
    call_command("connections", "verify", stdout=io.StringIO())
    ConnectionCount.objects.update(connections=2)
    shown = io.StringIO()
    with pytest.raises(CommandError):
        call_command("connections", "verify", stdout=shown)
    assert "03/2024" in shown.getvalue()


# Logins


def logins(habilitation: Habilitation) -> list[str]:
    rows = habilitation.acts.filter(kind="last_login").order_by("revision")
    return [row.on.isoformat() for row in rows]


def test_the_first_connection_makes_the_habilitation_active(
    tell: Tell, one: One, used: Habilitation
) -> None:
    assert used.state == "granted"
    tell(one("2024-03-05T08:30"), one("2024-03-05T09:30"))
    assert (used.state, used.last_login_on) == ("active", date(2024, 3, 5))


def test_a_month_of_connections_leaves_one_act_then_its_last_day(
    tell: Tell,
    one: One,
    used: Habilitation,
    today: Callable[[str], None],
    django_capture_on_commit_callbacks: Any,
) -> None:
    for day in range(1, 20):
        tell(one(f"2024-03-{day:02}T08:30"))
    assert logins(used) == ["2024-03-01"]
    today("2024-04-01")
    with django_capture_on_commit_callbacks(execute=True):
        keep_connections(date(2024, 4, 1))
    assert logins(used) == ["2024-03-01", "2024-03-19"]
    with django_capture_on_commit_callbacks(execute=True):
        keep_connections(date(2024, 4, 1))
    assert logins(used) == ["2024-03-01", "2024-03-19"]


def test_a_refused_attempt_is_no_login(tell: Tell, one: One, used: Habilitation) -> None:
    tell(one("2024-03-05T08:30", "refused"))
    assert (used.state, logins(used)) == ("credentials_sent", [])


def test_a_connection_before_the_grant_makes_no_login(
    tell: Tell, one: One, used: Habilitation
) -> None:
    assert tell(one("2024-01-31T08:30")) == ["accepted"]
    assert (used.state, logins(used)) == ("credentials_sent", [])


def test_the_days_recorded_are_the_first_of_each_month_and_the_last_of_a_month_over() -> None:
    days = [date(2024, 1, 5), date(2024, 1, 9), date(2024, 1, 30), date(2024, 2, 2)]
    seen_on = date(2024, 2, 20)
    assert days_to_record(None, days, seen_on) == [days[0], days[2], days[3]]
    assert days_to_record(date(2024, 1, 9), days, seen_on) == [days[2], days[3]]
    assert days_to_record(days[3], days, seen_on) == []


# The directory


def test_a_stamp_of_the_directory_is_an_event_once_and_counts_apart(used: Habilitation) -> None:
    stamp = datetime(2024, 3, 5, 7, 30, tzinfo=UTC)
    assert from_directory(used.account, stamp) is not None
    assert from_directory(used.account, stamp) is None
    event = ConnectionEvent.objects.get()
    assert (event.source, event.service, event.convention) == (
        "directory",
        used.service,
        used.convention,
    )
    count = ConnectionCount.objects.get()
    assert (count.connections, count.logins_seen, count.users) == (0, 1, 1)
    assert not used.acts.filter(kind="last_login").exists()


def test_a_stamp_of_an_account_of_several_services_says_not_which(used: Habilitation) -> None:
    Account.objects.update(services=["autre", used.service])
    used.account.refresh_from_db()
    event = from_directory(used.account, datetime(2024, 3, 5, 7, 30, tzinfo=UTC))
    assert event is not None
    assert (event.service, event.convention) == ("", None)


# Retention


def test_an_event_is_never_changed_nor_deleted_while_it_is_kept(tell: Tell, one: One) -> None:
    tell(one("2024-03-05T08:30"))
    for change in (
        lambda: ConnectionEvent.objects.update(kind="refused"),
        lambda: ConnectionEvent.objects.get().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert ConnectionEvent.objects.count() == 1


def test_after_twelve_months_only_the_counts_stay(
    tell: Tell, one: One, used: Habilitation, today: Callable[[str], None]
) -> None:
    tell(one("2024-03-05T08:30"), one("2024-03-06T00:10"))
    before = list(ConnectionCount.objects.values())
    today("2025-03-06")
    keep_connections(date(2025, 3, 6))
    assert [event.at for event in ConnectionEvent.objects.all()] == [
        datetime(2024, 3, 5, 23, 10, tzinfo=UTC)
    ]
    assert list(ConnectionCount.objects.values()) == before
    purge = ConnectionPurge.objects.get()
    assert (purge.events, purge.before) == (1, datetime(2024, 3, 5, 23, tzinfo=UTC))
    keep_connections(date(2025, 3, 6))
    assert ConnectionPurge.objects.count() == 1
    # Its month is no longer whole: nothing more comes into it.
    assert tell(one("2024-03-07T08:30")) == ["too_old"]
    assert tell(one("2024-04-01T08:30")) == ["accepted"]


def test_a_caisse_may_keep_them_for_a_shorter_time(
    tell: Tell, one: One, used: Habilitation
) -> None:
    tell(one("2024-02-10T08:30"))
    Caisse.objects.update(settings={"directory": "embedded", "connection_retention": 1})
    shown = io.StringIO()
    call_command("connections", "purge", "--dry-run", stdout=shown)
    assert "1\N{NO-BREAK SPACE}connexion à purger" in shown.getvalue()
    assert ConnectionEvent.objects.count() == 1
    call_command("connections", "purge", stdout=io.StringIO())
    assert ConnectionEvent.objects.count() == 0


@pytest.mark.parametrize("months", [0, -1, "12", 1.5, True])
def test_a_retention_that_is_no_number_of_months_is_named(
    used: Habilitation, months: object
) -> None:
    Caisse.objects.update(settings={"connection_retention": months})
    with pytest.raises(ImproperlyConfigured, match="connection_retention"):
        keep_connections(date(2024, 3, 20))
    with pytest.raises(CommandError, match="connection_retention"):
        call_command("connections", "purge", stdout=io.StringIO())


def test_the_purge_of_one_caisse_lets_nothing_go_in_another(
    tell: Tell, one: One, used: Habilitation, today: Callable[[str], None]
) -> None:
    tell(one("2024-02-10T08:30"))
    other = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    ConnectionPurge.objects.create(
        caisse=other,
        before=datetime(2024, 3, 1, tzinfo=UTC),
        events=0,
        purged_at=datetime(2024, 3, 20, tzinfo=UTC),
    )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ConnectionEvent.objects.get().delete()


def test_a_purge_stays_as_it_was_told(used: Habilitation) -> None:
    ConnectionPurge.objects.create(
        caisse=used.account.caisse,
        before=datetime(2024, 1, 1, tzinfo=UTC),
        events=0,
        purged_at=datetime(2024, 3, 20, tzinfo=UTC),
    )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ConnectionPurge.objects.update(events=3)


def test_a_connection_without_account_is_none(used: Habilitation) -> None:
    with pytest.raises(IntegrityError, match="by_an_account"), transaction.atomic():
        ConnectionEvent.objects.create(
            caisse=used.account.caisse,
            service=used.service,
            at=datetime(2024, 3, 1, tzinfo=UTC),
            kind="connection",
            source="api",
            event_id="A-1",
            recorded_at=datetime(2024, 3, 1, tzinfo=UTC),
        )
