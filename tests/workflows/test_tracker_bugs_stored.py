"""Bugs of other trackers that what is stored must be free of, each under the name of its report.

``test_tracker_bugs`` says the same of one replay; here the scheduler carries the rows from day to
day, whichever way it computes them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from access.decisions import Decision, decide
from access.models import Account, Habilitation
from access.services.following import FOLLOWING
from contracts.models import Caisse, Convention, Partner, User, UserScope
from notifications.models import Message
from tests.portfolio import corrupt, life, noon, record
from tests.workflows.twins import YEARLY, at, named_user, rules, sign, tick, told
from workflows import clock, effects
from workflows.deadlines import deadlines_of
from workflows.effect_worker import drain
from workflows.effects import EffectContext
from workflows.models import Effect
from workflows.recording import ActRefused
from workflows.rulebook import Rulebook
from workflows.scheduler import Scheduler

pytestmark = pytest.mark.django_db

Sign = Callable[..., Convention]


@pytest.fixture
def embedded(caisse: Caisse) -> Caisse:
    """The caisse, its accounts held in the embedded directory."""
    caisse.settings = {"directory": "embedded"}
    caisse.save()
    return caisse


@pytest.fixture
def signed(embedded: Caisse, partner: Partner) -> Sign:
    """Conventions signed by both on a day, and recorded on it."""

    def sign_one(on: str, rules: Rulebook = YEARLY, number: str = "C-1") -> Convention:
        with at(noon(on)):
            return sign(embedded, partner, number, rules, on)

    return sign_one


def ticks(*days: str) -> Scheduler:
    """One scheduler that only runs on these days."""
    scheduler = Scheduler()
    for day in days:
        tick(scheduler, noon(day))
    return scheduler


def stored(convention: Convention) -> Convention:
    return Convention.objects.get(pk=convention.pk)


def notice_limit(convention: Convention, on: str) -> date:
    """The next prudent limit, read from the stored convention."""
    deadlines = deadlines_of(stored(convention).timeline(date.fromisoformat(on)))
    return next(one.due_on for one in deadlines if one.kind == "notice_prudent")


def test_glpi_23084_notice_is_counted_from_the_renewed_term_once_it_is_stored(
    signed: Sign,
) -> None:
    """Renewed to 28 August 2026, notice of two months: 28 June 2026, and not 2025."""
    convention = signed("2024-08-29", rules("deux-mois", notice__length="P2M"))
    ticks("2025-09-15")
    assert stored(convention).term_last_day == date(2026, 8, 28)
    assert notice_limit(convention, "2025-09-15") == date(2026, 6, 28)


def test_glpi_6004_the_first_term_is_stored_as_long_as_it_is(signed: Sign) -> None:
    """Thirty-six months from 1 August 2020: it ends on 31 July 2023, and not in 2026."""
    three_years_then_one = rules(
        "trente-six-puis-douze", term__length="P36M", term__renewal__length="P12M"
    )
    convention = signed("2020-08-01", three_years_then_one)
    assert convention.term_last_day == date(2023, 7, 31)
    assert convention.next_change_on == date(2023, 8, 1)


def test_glpi_15893_the_renewals_are_stored_as_short_as_they_are(signed: Sign) -> None:
    """Thirty-six months then twelve: the limits are those of a year each from the third on."""
    three_years_then_one = rules(
        "trente-six-puis-douze", term__length="P36M", term__renewal__length="P12M"
    )
    convention = signed("2020-08-01", three_years_then_one)
    ticks("2023-08-01")
    assert stored(convention).term_last_day == date(2024, 7, 31)
    assert notice_limit(convention, "2023-08-01") == date(2024, 4, 30)


def test_clamped_dates_do_not_drift_from_one_night_to_the_next(signed: Sign) -> None:
    """Monthly terms from 31 January, each written by another run: 31 March again, and not 28."""
    monthly = rules("mensuelle", term__length="P1M", term__renewal__length="P1M", notice=None)
    convention = signed("2025-01-31", monthly)
    first_days = []
    for day in ("2025-02-28", "2025-03-30", "2025-03-31", "2025-04-30", "2025-05-31"):
        ticks(day)
        first_days.append(stored(convention).term_first_day)
    assert first_days == [
        date(2025, 2, 28),
        date(2025, 2, 28),
        date(2025, 3, 31),
        date(2025, 4, 30),
        date(2025, 5, 31),
    ]


def test_a_convention_of_29_february_finds_its_day_again_four_runs_later(signed: Sign) -> None:
    convention = signed("2024-02-29")
    ticks("2025-02-28", "2026-02-28", "2027-02-28", "2028-02-28")
    assert stored(convention).term_first_day == date(2027, 2, 28)
    ticks("2028-02-29")
    assert stored(convention).term_first_day == date(2028, 2, 29)


# « == today ».


def test_equal_today_a_day_without_a_run_loses_no_change(signed: Sign) -> None:
    """Due on 15 January: the scheduler runs on the 14th, and next on the 16th."""
    convention = signed("2024-01-15")
    ticks("2025-01-14", "2025-01-16")
    assert life(stored(convention))[-1] == ("renew", "2025-01-15")
    assert stored(convention).next_change_on == date(2026, 1, 15)


def test_equal_today_a_day_without_a_run_loses_no_alert(signed: Sign, embedded: Caisse) -> None:
    """The first alert is due on 16 June, 120 days before the limit of 14 October."""
    officer = User.objects.create_user("juriste@caisse.example")
    UserScope.objects.create(
        user=officer, caisse=embedded, role="legal_officer", first_day=date(2024, 1, 1)
    )
    signed("2024-01-15")
    ticks("2024-06-15")
    assert not Message.objects.exists()
    ticks("2024-06-18", "2024-06-19")
    assert list(Message.objects.values_list("state", flat=True)) == ["sent"]


def test_one_renewal_a_run_an_outage_of_several_terms_is_made_up_for_by_one_run(
    signed: Sign,
) -> None:
    convention = signed("2022-01-15")
    ticks("2025-02-01")
    renewals = [step for step in life(stored(convention)) if step[0] == "renew"]
    assert renewals == [
        ("renew", "2023-01-15"),
        ("renew", "2024-01-15"),
        ("renew", "2025-01-15"),
    ]
    assert stored(convention).term_number == 4


def test_one_renewal_a_run_an_end_behind_several_terms_is_reached_by_one_run(
    signed: Sign,
) -> None:
    """Two renewals at most, from 2022: it ended on 14 January 2025."""
    convention = signed("2022-01-15", rules("deux-fois", term__renewal__maximum=2))
    ticks("2026-06-01")
    assert stored(convention).state == "expired"
    assert life(stored(convention))[-1] == ("expire", "2025-01-15")


# The effective date.


def test_apilos_the_stored_state_changes_on_the_effective_date_not_at_the_decision(
    signed: Sign,
) -> None:
    """Agreed on 10 June for 30 September: lists and searches show it in force until then."""
    convention = signed("2025-01-15")
    with at(noon("2025-06-10")):
        told(
            convention,
            "mutual_termination",
            "2025-06-10",
            0,
            last_day="2025-09-30",
            agreed_by=["caisse", "partner"],
        )
    states = {"2025-06-10": stored(convention).state}
    for day in ("2025-09-30", "2025-10-01"):
        ticks(day)
        states[day] = stored(convention).state
    assert states == {"2025-06-10": "active", "2025-09-30": "active", "2025-10-01": "terminated"}


# A late « approve » after « revoke ».


@pytest.fixture
def revoked(signed: Sign) -> Habilitation:
    """Granted on 1 February 2025; the person left on the 10th."""
    convention = signed("2025-01-15")
    with at(noon("2025-02-01")):
        habilitation = named_user(convention, clock.today())
        drain()
    with at(noon("2025-02-10")):
        habilitation.refresh_from_db()
        told(habilitation, "departure", "2025-02-10", 0, user=habilitation.user_key)
        drain()
    ticks("2025-02-11")
    habilitation.refresh_from_db()
    return habilitation


def asked(habilitation: Habilitation) -> Decision:
    account = Account.objects.get(pk=habilitation.account_id)
    return decide(account.caisse, account.identifier, habilitation.service)


def test_late_approve_the_account_stays_locked_when_the_effect_of_the_grant_comes_again(
    revoked: Habilitation,
) -> None:
    """Whichever comes last, the directory is brought to what is true now."""
    approval = Effect.objects.filter(handler=FOLLOWING).earliest("pk")
    with at(noon("2025-02-12")):
        late = EffectContext(approval.key, approval.lane, attempt=1, held=lambda: True)
        effects.handler_of(FOLLOWING)(approval.payload, late)
        assert Account.objects.get().state == "locked"
        assert not asked(revoked).permit


def test_late_approve_a_login_learnt_late_does_not_reopen_the_right(
    revoked: Habilitation,
) -> None:
    with at(noon("2025-02-12")):
        told(revoked, "last_login", "2025-02-05", 1, user=revoked.user_key)
        drain()
        assert stored_state(revoked) == "closed"
        for kind in ("granted", "last_login", "user_suspension_lifted"):
            with pytest.raises(ActRefused):
                told(revoked, kind, "2025-02-12", 2, user=revoked.user_key)
        assert stored_state(revoked) == "closed"
        assert not asked(revoked).permit
    assert Account.objects.get().state == "locked"


def stored_state(habilitation: Habilitation) -> str:
    return str(Habilitation.objects.values_list("state", flat=True).get(pk=habilitation.pk))


def test_late_approve_the_version_of_the_answer_only_grows(signed: Sign) -> None:
    """Who keeps the answer of the greatest version never goes back to an older permission."""
    convention = signed("2024-01-15")
    answers: list[Decision] = []
    with at(noon("2024-02-01")):
        habilitation = named_user(convention, clock.today())
        drain()
        answers.append(asked(habilitation))
        ending: dict[str, Any] = {"last_day": "2024-02-20", "agreed_by": ["caisse", "partner"]}
        ended = record(convention, "mutual_termination", "2024-02-01", **ending)
        answers.append(asked(habilitation))
    # Nobody swept when access ended; then a sweep of several days, then the end is annulled.
    with at(noon("2024-02-21")):
        answers.append(asked(habilitation))
    ticks("2024-02-23")
    with at(noon("2024-02-23")):
        answers.append(asked(habilitation))
        record(convention, "annulment", "2024-02-23", of=ended.identifier, reason="Autre dossier")
        answers.append(asked(habilitation))
    # Three years without a sweep, then with it.
    with at(noon("2027-03-01")):
        answers.append(asked(habilitation))
    ticks("2027-03-01")
    with at(noon("2027-03-01")):
        answers.append(asked(habilitation))
    assert [answer.permit for answer in answers] == [True, True, False, False, True, True, True]
    versions = [answer.version for answer in answers]
    assert versions == sorted(set(versions))


# One bad row.


def test_one_bad_row_stops_neither_the_batch_nor_the_days_after(signed: Sign) -> None:
    """It is the first in legal order, unreadable, and has a named user; it stays in sight."""
    bad = signed("2024-01-10", number="A-MAUVAISE")
    good = [signed("2024-01-15", number="B-BONNE"), signed("2024-01-20", number="C-BONNE")]
    with at(noon("2024-02-01")):
        for convention in (bad, *good):
            named_user(convention, clock.today())
        drain()
    with at(noon("2024-02-01")):
        corrupt(bad)
    ticks("2025-02-01", "2026-02-01")
    assert [stored(one).term_number for one in good] == [3, 3]
    assert stored(bad).term_number == 1
    assert "hearsay" in stored(bad).sweep_error
    assert [stored(one).sweep_error for one in good] == ["", ""]
