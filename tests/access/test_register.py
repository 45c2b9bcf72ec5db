"""Who had access on a day: by the dates, and by what was known when."""

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.models import Account, Habilitation
from access.services import register
from access.services.register import After, who_had_access
from contracts.models import Convention, Person, PublishedRulebook
from tests.access.acting import happens
from tests.portfolio import noon, record
from workflows import access_decision, clock
from workflows.access_spans import span_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded")]

Grant = Callable[..., Habilitation]
Move = Callable[[str], None]
ONE_DAY = timedelta(days=1)
FAR = timedelta(days=150)
"""Past every act of these lives."""


def had_access(day: str, known_at: datetime | None = None) -> set[int]:
    found = who_had_access(Habilitation.objects.all(), date.fromisoformat(day), known_at)
    return {entry.habilitation.pk for entry in found}


def plainly(habilitation: Habilitation, day: date, known_at: datetime) -> tuple[date, date] | None:
    """The first and last days of access around ``day``: asked day by day, one life at a time."""
    life = habilitation.timeline(max(day, clock.civil_date(known_at)), known_at)

    def is_open(asked: date) -> bool:
        return access_decision.decide(life, clock.start_of_day(asked)).permit

    if not is_open(day):
        return None
    first = last = day
    while is_open(first - ONE_DAY):
        first -= ONE_DAY
    while is_open(last + ONE_DAY) and last < day + FAR:
        last += ONE_DAY
    return first, last


def test_an_end_recorded_late_changes_what_is_known_now_and_not_what_was_known(
    granted: Grant, convention: Convention, today: Move
) -> None:
    habilitation = granted()
    today("2024-05-01")
    record(
        convention,
        "mutual_termination",
        "2024-03-15",
        last_day="2024-03-31",
        agreed_by=["caisse", "partner"],
    )

    assert had_access("2024-03-31") == {habilitation.pk}
    assert had_access("2024-04-01") == set()
    assert had_access("2024-04-01", noon("2024-04-30")) == {habilitation.pk}
    assert had_access("2024-04-01", noon("2024-05-01")) == set()
    # What was not known yet gave nothing.
    assert had_access("2024-02-01", noon("2024-01-31")) == set()


def test_a_suspension_learnt_late_is_in_the_register_of_now_alone(
    granted: Grant, today: Move
) -> None:
    habilitation = granted()
    today("2024-03-20")
    happens(habilitation, "user_suspended", "2024-03-10", reason="Essai")
    today("2024-04-02")
    happens(habilitation, "user_suspension_lifted", "2024-04-02")

    assert had_access("2024-03-15") == set()
    assert had_access("2024-03-15", noon("2024-03-19")) == {habilitation.pk}
    (entry,) = who_had_access(Habilitation.objects.all(), date(2024, 3, 9))
    assert entry.days is not None
    assert (entry.days.since, entry.last_day) == (date(2024, 2, 1), date(2024, 3, 9))
    (entry,) = who_had_access(Habilitation.objects.all(), date(2024, 4, 2))
    assert entry.days is not None
    assert (entry.days.since, entry.last_day) == (date(2024, 4, 2), None)


def test_an_entry_says_who_under_what_and_by_which_article(
    granted: Grant, person: Person, convention: Convention
) -> None:
    habilitation = granted()
    (entry,) = who_had_access(Habilitation.objects.all(), date(2024, 2, 1))
    assert entry.habilitation == habilitation
    assert entry.habilitation.person == person
    assert entry.habilitation.convention.number == convention.number
    assert entry.service == convention.rules.services[0].label
    assert (entry.article, entry.fault) == ("4-2", "")


def test_nobody_enters_under_an_account_without_identifier(granted: Grant) -> None:
    habilitation = granted()
    assert had_access("2024-02-01") == {habilitation.pk}
    Account.objects.update(identifier="", state="absent", services=[])
    assert had_access("2024-02-01") == set()


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["user_suspended", "user_suspension_lifted", "departure", "credentials_lost"]
        ),
        st.integers(0, 60),
        st.integers(0, 60),
    ),
    max_size=4,
)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=ACTS, asked=st.integers(0, 130), known=st.integers(0, 130))
def test_the_register_says_what_each_life_says_day_by_day(
    granted: Grant, today: Move, told: list[tuple[str, int, int]], asked: int, known: int
) -> None:
    start = date(2024, 2, 1)
    today(start.isoformat())
    person = Person.objects.create(last_name="Essai")
    habilitation = granted(person=person)
    for kind, on, later in sorted(told, key=lambda act: act[1] + act[2]):
        today((start + timedelta(days=on + later)).isoformat())
        try:
            happens(habilitation, kind, (start + timedelta(days=on)).isoformat())
        except Exception as refused:
            assert type(refused).__name__ == "ActRefused"  # noqa: PT017
    today((start + timedelta(days=130)).isoformat())
    day, known_at = start + timedelta(days=asked), noon("2024-02-01") + timedelta(days=known)
    own = Habilitation.objects.filter(pk=habilitation.pk)

    for at in (None, known_at):
        expected = plainly(habilitation, day, at or clock.now())
        found = [*who_had_access(own, day, at)]
        assert len(found) == (expected is not None)
        for entry in found:
            assert expected is not None
            assert entry.days is not None
            assert entry.days.since == expected[0]
            assert entry.last_day in (expected[1], None)
            assert (entry.last_day is None) == (expected[1] == day + FAR)


def test_it_goes_on_from_any_place_chunk_after_chunk(
    granted: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "AT_ONCE", 2)
    keys = [granted(person=Person.objects.create(last_name=f"N{n}")).pk for n in range(5)]
    found = [*who_had_access(Habilitation.objects.all(), date(2024, 2, 1))]
    assert [entry.habilitation.pk for entry in found] == keys
    rest = who_had_access(Habilitation.objects.all(), date(2024, 2, 1), None, found[1].place)
    assert [entry.habilitation.pk for entry in rest] == keys[2:]
    nowhere = who_had_access(Habilitation.objects.all(), date(2024, 2, 1), None, After(10**9, 1))
    assert [*nowhere] == []


def test_its_queries_do_not_grow_with_the_habilitations(
    granted: Grant, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        granted(person=Person.objects.create(last_name=f"N{number}"))
    with django_assert_max_num_queries(7):
        assert len([*who_had_access(Habilitation.objects.all(), date(2024, 2, 1))]) == 6


def test_a_life_that_cannot_be_read_is_said_and_not_skipped(granted: Grant) -> None:
    habilitation = granted()
    unreadable = PublishedRulebook.objects.create(
        code="unreadable", version=1, content={}, digest="0" * 64, published_at=clock.now()
    )
    Convention.objects.update(pinned=unreadable)
    (entry,) = who_had_access(Habilitation.objects.all(), date(2024, 2, 1))
    assert (entry.habilitation, entry.days) == (habilitation, None)
    assert "ne peut pas être relue" in entry.fault


def test_a_span_ends_where_the_day_is_denied(granted: Grant) -> None:
    habilitation = granted()
    life = habilitation.timeline(date(2024, 2, 1))
    assert span_on(life, date(2024, 1, 31)) is None


def told(*args: str) -> str:
    out = StringIO()
    call_command("who_had_access", *args, stdout=out)
    return out.getvalue().replace("\N{NO-BREAK SPACE}", " ")


def test_the_command_tells_and_writes_a_file(granted: Grant, tmp_path: Path) -> None:
    habilitation = granted(
        person=Person.objects.create(first_name="=1+1", last_name="Essai", email="e@e.example")
    )
    said = told("2024-02-01")
    assert f"habilitation {habilitation.pk}" in said
    assert "1 accès le 1er février 2024." in said
    assert "0 accès" in told("2024-01-31")

    path = tmp_path / "acces.csv"
    assert "1 ligne" in told("2024-02-01", "--csv", str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file, delimiter=";")
    assert row["prénom"] == "'=1+1"
    assert row["identifiant"] == habilitation.account.identifier
    assert (row["accès depuis le"], row["dernier jour d’accès"]) == ("2024-02-01", "")


def test_the_command_narrows_to_a_caisse_a_service_a_partner(
    granted: Grant, convention: Convention
) -> None:
    service = granted().service
    asked = ("--caisse", "CAISSE1", "--service", service, "--partner", "commune d’essai")
    assert "1 accès" in told("2024-02-01", *asked)
    assert "1 accès" in told("2024-02-01", "--partner", convention.partner.siren)
    assert "0 accès" in told("2024-02-01", "--known-at", "2024-01-31T12:00:00+01:00")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (("2024-02-30",), "2024-02-30"),
        (("2024-02-01", "--caisse", "AUTRE"), "CAISSE1"),
        (("2024-02-01", "--service", "autre"), "Services habilités"),
        (("2024-02-01", "--partner", "inconnu"), "Donnez son SIREN"),
        (("2024-02-01", "--known-at", "2030-01-01T00:00:00+01:00"), "à venir"),
        (("2024-02-01", "--csv", "/nulle/part.csv"), "impossible à écrire"),
    ],
)
def test_the_command_says_what_it_cannot_read(
    granted: Grant, wrong: tuple[str, ...], words: str
) -> None:
    granted()
    with pytest.raises(CommandError, match=words):
        told(*wrong)
