"""The calendars people subscribe to: read by two readers, the same events as dates move."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import icalendar
import pytest
from django.test import Client
from ical.calendar_stream import IcsCalendarStream
from pytest_django import DjangoAssertNumQueries

from contracts.models import Caisse, Convention, User, UserScope
from notifications.calendars import addresses
from notifications.models import CalendarAddress
from tests.portfolio import record
from workflows import clock
from workflows.effect_worker import drain
from workflows.sweep import sweep

Move = Callable[[str], None]

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscribed(officer: User, caisse: Caisse, client: Client) -> Callable[[], dict[str, Any]]:
    """Read the calendar of the caisse, by both readers: its events by kind and day."""
    secret = addresses.make(officer, caisse, 0, identifier=uuid4()).secret

    def read() -> dict[str, Any]:
        return told(client, secret)

    return read


def page(secret: str) -> str:
    return f"/calendriers/echeances.ics?cle={secret}"


def text(client: Client, secret: str) -> str:
    answer = client.get(page(secret))
    assert answer.status_code == 200
    return b"".join(answer).decode()


def told(client: Client, secret: str) -> dict[str, Any]:
    """The events by identifier, the same for both readers."""
    written = text(client, secret)
    first = {
        str(one["uid"]): (
            one["dtstart"].dt,
            str(one["summary"]),
            int(one["sequence"]),
            str(one["status"]),
            str(one["description"]),
        )
        for one in icalendar.Calendar.from_ical(written).walk("VEVENT")
    }
    second = {
        one.uid: (one.dtstart, one.summary, one.sequence, str(one.status.value), one.description)
        for one in IcsCalendarStream.calendar_from_ics(written).events
    }
    assert {uid: (*one[:3], one[3], one[4]) for uid, one in second.items()} == first
    return first


def of(events: dict[str, Any], title: str, day: str) -> tuple[str, Any]:
    """The one event of a title on a day, with its identifier."""
    wanted = date.fromisoformat(day)
    found = [(uid, one) for uid, one in events.items() if one[0] == wanted and title in one[1]]
    assert len(found) == 1, [one[:2] for one in events.values()]
    return found[0]


def signed(convention: Convention, day: str) -> Convention:
    record(convention, "cnil", day, basis="transmission", reference="T")
    for party in ("partner", "caisse"):
        record(convention, "signature", day, party=party)
    return convention


LIMIT = "Dernier jour d’envoi d’une dénonciation"


def test_a_date_says_why_and_names_nobody(
    subscribed: Callable[[], dict[str, Any]], convention: Convention, today: Move
) -> None:
    today("2024-02-01")
    events = subscribed()
    _, limit = of(events, LIMIT, "2024-10-14")
    assert limit[1] == f"{convention.number} · {LIMIT}"
    assert "14\xa0octobre 2024 + 3\xa0mois = 14\xa0janvier 2025" in limit[4]
    assert "Article 2" in limit[4] or "Article" in limit[4]
    # Twelve months ahead and no further: the next limit is not told yet.
    assert {str(one[0]) for one in events.values()} == {"2024-10-14", "2025-01-14"}
    _, end = of(events, "Dernier jour de la 1ʳᵉ période", "2025-01-14")
    assert end[1].endswith("reconduite le lendemain")


def test_a_limit_on_a_holiday_is_told_twice(
    subscribed: Callable[[], dict[str, Any]], draft: Callable[..., Convention], today: Move
) -> None:
    today("2024-02-12")
    signed(draft(), "2024-02-12")
    events = subscribed()
    # Monday 11 November is a public holiday: the letter leaves on the Friday.
    _, limit = of(events, LIMIT, "2024-11-11")
    _, worked = of(events, "Dernier jour ouvré avant", "2024-11-08")
    assert "lundi 11\xa0novembre 2024 et ne se déplace pas" in worked[4]
    assert limit[3] == worked[3] == "CONFIRMED"


def test_over_a_year_the_same_date_is_the_same_event(
    subscribed: Callable[[], dict[str, Any]], convention: Convention, today: Move
) -> None:
    """A notice, its withdrawal, a renewal, a breach letter received later than was believed."""
    today("2024-02-01")
    first_end, _ = of(subscribed(), "1ʳᵉ période", "2025-01-14")
    limit, _ = of(subscribed(), LIMIT, "2024-10-14")

    today("2024-06-03")
    notice = record(
        convention, "notice", "2024-06-03", by="partner", form="registered_letter", letter="l1"
    )
    record(convention, "letter_posted", "2024-06-03", letter="l1")
    given = subscribed()
    assert given[limit][2:4] == (1, "CANCELLED")
    assert given[first_end][1].endswith("fin de la convention")
    assert given[first_end][2:4] == (1, "CONFIRMED")

    today("2024-06-10")
    record(
        convention,
        "notice_withdrawn",
        "2024-06-10",
        agreed_by=["partner", "caisse"],
        notice=notice.identifier,
    )
    assert subscribed()[limit][2:4] == (2, "CONFIRMED")
    assert subscribed()[first_end][2] == 2

    today("2025-01-15")
    before = subscribed()
    sweep(clock.today())
    renewed = subscribed()
    assert of(renewed, LIMIT, "2025-10-14")[0] in before
    assert limit not in renewed, "older than a month"
    assert renewed[first_end][3] == "CONFIRMED", "what happened stays"

    today("2025-03-10")
    record(
        convention, "formal_notice", "2025-03-03", by="caisse", form="registered_letter",
        letter="l2",
    )  # fmt: skip
    record(convention, "letter_posted", "2025-03-03", letter="l2")
    delivered = record(convention, "letter_delivered", "2025-03-05", letter="l2")
    moving, before_move = of(subscribed(), "si rien n’arrête la résiliation", "2025-04-04")
    record(convention, "annulment", "2025-03-10", of=delivered.identifier, reason="Mal lu.")
    record(convention, "letter_delivered", "2025-03-06", letter="l2")
    moved = subscribed()[moving]
    assert moved[0] == date(2025, 4, 5)
    assert moved[2] > before_move[2]
    # The end of the delay comes before the limit, which has no object any more.
    assert of(subscribed(), LIMIT, "2025-10-14")[1][3] == "CANCELLED"
    today("2025-06-10")
    assert all(one[3] == "CONFIRMED" for one in subscribed().values()), "told for long enough"


def test_an_unchanged_calendar_is_not_sent_twice(
    officer: User, caisse: Caisse, convention: Convention, client: Client, today: Move
) -> None:
    secret = addresses.make(officer, caisse, 0, identifier=uuid4()).secret
    first = client.get(page(secret))
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Cache-Control"] == "private, no-cache"
    again = client.get(page(secret), headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    today("2024-03-01")
    record(
        convention,
        "deadline_set",
        "2024-03-01",
        topic="force_majeure",
        task="Relire la lettre avec Camille Exemple",
        due_on="2024-05-13",
        ground="Code civil, article 1218",
    )
    changed = client.get(page(secret), headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    _, by_hand = of(told(client, secret), "Échéance posée à la main", "2024-05-13")
    assert "Camille" not in by_hand[1], "what a person typed may name somebody"
    assert "Camille" in by_hand[4]


def test_an_address_gives_what_its_user_may_read_today(
    officer: User, caisse: Caisse, convention: Convention, client: Client
) -> None:
    made = addresses.make(officer, caisse, 0, identifier=uuid4())
    own = addresses.make(officer, None, 0, identifier=uuid4())
    of_caisse, of_own = page(made.secret), page(own.secret)
    assert told(client, own.secret) == {}
    Convention.objects.filter(pk=convention.pk).update(assignee=officer)
    assert set(told(client, own.secret)) == set(told(client, made.secret)) != set()

    UserScope.objects.filter(user=officer).delete()
    assert client.get(of_caisse).status_code == client.get(of_own).status_code == 410

    other = Caisse.objects.create(code="CAISSE2", name="Autre caisse d’essai")
    UserScope.objects.create(
        user=officer, caisse=other, role="legal_officer", first_day=clock.today()
    )
    assert client.get(of_caisse).status_code == 410
    assert told(client, own.secret) == {}, "followed, but of a caisse that is not read any more"


def test_a_revoked_address_is_gone_and_its_secret_is_kept_nowhere(
    officer: User, caisse: Caisse, convention: Convention, client: Client
) -> None:
    identifier = uuid4()
    made = addresses.make(officer, caisse, 0, identifier=identifier)
    assert made.secret not in str(CalendarAddress.objects.values().get())
    assert addresses.make(officer, caisse, 0, identifier=identifier).secret == ""
    addresses.revoke(made.address)
    assert client.get(page(made.secret)).status_code == 410
    assert client.get(page(made.secret[:-1])).status_code == 404


def test_a_calendar_may_remind_before_each_date(
    officer: User, caisse: Caisse, convention: Convention, client: Client
) -> None:
    secret = addresses.make(officer, caisse, 7, identifier=uuid4()).secret
    read = IcsCalendarStream.calendar_from_ics(text(client, secret))
    assert read.events
    for event in read.events:
        # Seven days before the midnight at which the day begins, but at nine in the morning.
        assert [alarm.trigger.total_seconds() for alarm in event.alarm] == [-(7 * 24 - 9) * 3600]


def test_however_many_conventions_there_are_the_queries_are_the_same(
    officer: User,
    caisse: Caisse,
    draft: Callable[..., Convention],
    client: Client,
    today: Move,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    today("2024-02-20")
    for _ in range(11):
        signed(draft(), "2024-02-14")
    secret = addresses.make(officer, caisse, 0, identifier=uuid4()).secret
    with django_assert_max_num_queries(20):
        first = told(client, secret)
    assert len({one[1].split(" ·")[0] for one in first.values()}) == 12
    with django_assert_max_num_queries(8):
        assert told(client, secret) == first


def test_a_new_address_is_prepared_before_it_is_read(
    officer: User, caisse: Caisse, convention: Convention
) -> None:
    addresses.make(officer, caisse, 0, identifier=uuid4())
    assert not convention.calendar_events.exists()
    drain()
    assert convention.calendar_events.exists()
