"""The sweep writes what dates alone command, at its legal date, once."""

from collections.abc import Callable
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from contracts.models import Convention, ConventionJournalEntry, PublishedRulebook
from contracts.services.rulebooks import publish
from tests.portfolio import corrupt, life, noon, record
from workflows import clock, subjects
from workflows.rulebook import Rulebook
from workflows.sweep import Swept, sweep

pytestmark = pytest.mark.django_db


def everything_stored() -> tuple[object, ...]:
    return (
        list(Convention.objects.order_by("pk").values()),
        list(ConventionJournalEntry.objects.order_by("pk").values()),
    )


def sign(opened: Convention, day: str) -> Convention:
    record(opened, "cnil", day, basis="transmission", reference="T-1")
    record(opened, "signature", day, party="partner")
    record(opened, "signature", day, party="caisse")
    return opened


def test_three_missed_years_give_three_renewals_in_order(
    convention: Convention, today: Callable[[str], None]
) -> None:
    today("2027-03-01")
    result = sweep(clock.today())
    assert result.steps == 3
    renewals = convention.journal.filter(name="renew").order_by("number")
    assert [(row.on.isoformat(), row.term) for row in renewals] == [
        ("2025-01-15", 2),
        ("2026-01-15", 3),
        ("2027-01-15", 4),
    ]
    assert {row.believed_at for row in renewals} == {noon("2027-03-01")}
    convention.refresh_from_db()
    assert (convention.term_number, convention.next_change_on) == (4, date(2028, 1, 15))


def test_what_was_missed_is_caught_up_day_by_day(
    draft: Callable[..., Convention], today: Callable[[str], None]
) -> None:
    """As if no day had been missed, and not one convention after the other."""
    for day in ("2024-03-10", "2024-01-20"):
        today(day)
        sign(draft(), day)
    today("2027-02-01")
    result = sweep(clock.today())
    assert (result.swept, result.steps) == (2, 5)
    renewals = ConventionJournalEntry.objects.filter(name="renew").order_by("pk")
    assert [row.on.isoformat() for row in renewals] == [
        "2025-01-20",
        "2025-03-10",
        "2026-01-20",
        "2026-03-10",
        "2027-01-20",
    ]


def test_a_second_sweep_writes_nothing(
    convention: Convention, today: Callable[[str], None]
) -> None:
    today("2027-03-01")
    sweep(clock.today())
    before = everything_stored()
    again = sweep(clock.today())
    assert (again.swept, again.set_aside) == (0, [])
    assert everything_stored() == before


def test_nothing_is_due_the_day_before(convention: Convention) -> None:
    assert sweep(date(2025, 1, 14)).swept == 0
    assert sweep(date(2025, 1, 15)).steps == 1


def test_a_dry_run_says_what_is_due_and_writes_nothing(convention: Convention) -> None:
    before = everything_stored()
    told: list[Swept] = []
    sweep(date(2027, 3, 1), dry_run=True, tell=told.append)
    assert [step.on.isoformat() for step in told[0].steps] == [
        "2025-01-15",
        "2026-01-15",
        "2027-01-15",
    ]
    assert everything_stored() == before


def test_sweeping_every_year_believes_the_same_as_sweeping_late(convention: Convention) -> None:
    for day in ("2025-01-20", "2026-06-01", "2027-03-01"):
        assert sweep(date.fromisoformat(day)).steps == 1
    assert life(convention)[3:] == [
        ("renew", "2025-01-15"),
        ("renew", "2026-01-15"),
        ("renew", "2027-01-15"),
    ]


def test_a_notice_ends_the_convention_at_its_term(
    convention: Convention, today: Callable[[str], None]
) -> None:
    today("2024-09-10")
    record(convention, "notice", "2024-09-01", by="caisse", form="registered_letter", letter="L")
    record(convention, "letter_posted", "2024-09-01", letter="L")
    record(convention, "letter_delivered", "2024-09-03", letter="L")
    assert convention.next_change_on == date(2025, 1, 15)
    today("2026-01-01")
    sweep(clock.today())
    convention.refresh_from_db()
    assert life(convention)[-1] == ("expire", "2025-01-15")
    assert (convention.state, convention.end_cause) == ("expired", "notice")
    assert convention.next_change_on is None


def test_one_bad_subject_does_not_stop_the_others(
    draft: Callable[..., Convention], today: Callable[[str], None]
) -> None:
    today("2024-01-20")
    first, bad, last = (sign(draft(), "2024-01-20") for _ in range(3))
    corrupt(bad)
    today("2025-02-01")
    told: list[Swept] = []
    result = sweep(clock.today(), tell=told.append)
    assert [one.pk for one in told] == [first.pk, last.pk]
    assert [one.pk for one in result.set_aside] == [bad.pk]
    bad.refresh_from_db()
    assert "hearsay" in bad.sweep_error
    assert bad.term_number == 1
    before = everything_stored()
    assert [one.pk for one in sweep(clock.today()).set_aside] == [bad.pk]
    assert everything_stored() == before


def test_one_that_cannot_be_written_is_found_and_the_rest_of_its_chunk_is_swept(
    draft: Callable[..., Convention], today: Callable[[str], None]
) -> None:
    """A line that nobody wrote stands in its journal where the next one should go."""
    today("2024-01-20")
    first, bad, last = (sign(draft(), "2024-01-20") for _ in range(3))
    line = bad.journal.latest("number")
    line.pk, line.number, line.belief = None, line.number + 1, "renew:2:1"
    line.on, line.name, line.term = date(2025, 1, 1), "renew", 2
    line.previous_digest = line.digest
    line.save(force_insert=True)
    today("2025-02-01")
    told: list[Swept] = []
    result = sweep(clock.today(), tell=told.append)
    assert [one.pk for one in told] == [first.pk, last.pk]
    [aside] = result.set_aside
    assert aside.pk == bad.pk
    assert "renew au 1er janvier 2025" in aside.error.replace("\N{NO-BREAK SPACE}", " ")
    bad.refresh_from_db()
    assert (bad.term_number, bad.sweep_error) == (1, aside.error)


def test_rules_that_cannot_be_read_stop_their_own_conventions_alone(
    draft: Callable[..., Convention], today: Callable[[str], None], yearly: PublishedRulebook
) -> None:
    """As a version of Tacite that no longer reads an old rulebook would meet it."""
    today("2024-01-20")
    bad, good = sign(draft(), "2024-01-20"), sign(draft(), "2024-01-20")
    unreadable = PublishedRulebook.objects.create(
        code=yearly.code,
        version=99,
        content={"code": yearly.code},
        digest="0" * 64,
        published_at=clock.now(),
    )
    Convention.objects.filter(pk=bad.pk).update(pinned=unreadable)
    today("2025-02-01")
    told: list[Swept] = []
    result = sweep(clock.today(), tell=told.append)
    assert [one.pk for one in told] == [good.pk]
    assert [one.pk for one in result.set_aside] == [bad.pk]


def test_an_error_is_forgotten_once_the_sweep_succeeds(convention: Convention) -> None:
    Convention.objects.filter(pk=convention.pk).update(sweep_error="Base indisponible")
    sweep(date(2025, 1, 15))
    convention.refresh_from_db()
    assert convention.sweep_error == ""


def test_a_sweep_retracts_nothing(convention: Convention, yearly: PublishedRulebook) -> None:
    """What no act explains is for a person to look at, not for the night to apply."""
    elsewhere = Rulebook.model_validate(yearly.content | {"version": 2})
    other, _ = publish(elsewhere.amended({"effect.rule": "document_date"}))
    Convention.objects.filter(pk=convention.pk).update(pinned=other)
    result = sweep(date(2025, 2, 1))
    assert result.swept == 0
    assert "cache verify" in result.set_aside[0].error
    assert not ConventionJournalEntry.objects.filter(kind="retracted").exists()


def test_a_term_longer_than_the_projection_still_ends(
    draft: Callable[..., Convention], today: Callable[[str], None], yearly: PublishedRulebook
) -> None:
    long = Rulebook.model_validate(yearly.content | {"version": 2}).amended(
        {"term.length": "P5Y", "term.renewal.length": "P5Y"}
    )
    publish(long)
    today("2024-01-20")
    opened = sign(draft(), "2024-01-20")
    assert opened.next_change_on == date(2029, 1, 20)
    today("2029-02-01")
    assert sweep(clock.today()).steps == 1
    assert life(opened)[-1] == ("renew", "2029-01-20")


def test_the_sweep_tells_how_far_it_is(
    draft: Callable[..., Convention], today: Callable[[str], None]
) -> None:
    today("2024-01-20")
    sign(draft(), "2024-01-20")
    sign(draft(), "2024-01-20")
    told: list[tuple[int, int]] = []
    sweep(date(2025, 2, 1), progress=lambda done, total: told.append((done, total)), chunk=1)
    assert told == [(1, 2), (2, 2)]


def test_the_command_sweeps_to_the_day_it_is_given(convention: Convention) -> None:
    out = StringIO()
    call_command("sweep", "--as-of", "2027-03-01", stdout=out)
    assert "3\N{NO-BREAK SPACE}étapes appliquées" in out.getvalue()
    assert f"2026-01-15  {convention.number}" in out.getvalue()


def test_the_command_fails_when_a_subject_is_set_aside(convention: Convention) -> None:
    corrupt(convention)
    errors = StringIO()
    with pytest.raises(CommandError, match="mis de côté"):
        call_command("sweep", "--as-of", "2025-02-01", stdout=StringIO(), stderr=errors)
    assert convention.number in errors.getvalue()


@pytest.mark.parametrize("day", ["2025-02-30", "demain", "01/02/2025"])
def test_the_command_refuses_what_is_no_date(day: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises((CommandError, SystemExit)) as error:
        call_command("sweep", "--as-of", day)
    assert "AAAA-MM-JJ" in str(error.value) + capsys.readouterr().err


def test_a_lock_is_refused_outside_a_transaction(transactional_db: None) -> None:
    with pytest.raises(Exception, match="dans une transaction"):
        subjects.locked(Convention.objects.all(), 1)
