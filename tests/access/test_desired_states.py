"""What the directory should hold of many accounts, read together."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from access.desired import ABSENT, LOCKED, REMOVED, DirectoryState, desired, removal_on
from access.models import Account, AccountState, Habilitation
from access.retention import retention_in
from access.services.accounts import desired_state
from access.services.desired_states import desired_states
from contracts.models import Caisse, Convention, Partner, Site
from tests.access.acting import happens
from tests.portfolio import record
from workflows import clock
from workflows.access_decision import REASONS, AccessDecision
from workflows.calendar import Duration

Grant = Callable[..., Habilitation]

A_YEAR = Duration.parse("P1Y")


def test_an_account_is_kept_for_the_retention_after_its_last_right() -> None:
    ends = [date(2023, 5, 1), date(2024, 3, 1)]
    assert removal_on(ends, A_YEAR) == date(2025, 3, 1)


@pytest.mark.parametrize("ends", [[], [date(2020, 1, 1), None]])
def test_an_account_is_kept_while_a_right_is_not_over_or_none_was_given(
    ends: list[date | None],
) -> None:
    assert removal_on(ends, A_YEAR) is None


def test_what_is_past_its_retention_is_removed_and_never_while_it_opens_a_service() -> None:
    closed = ("service", AccessDecision("habilitation_closed", ""))
    permitted = ("service", AccessDecision("permitted", REASONS["permitted"]))
    assert desired([closed], is_past_retention=True).removes
    assert not desired([closed]).removes
    assert desired([closed, permitted], is_past_retention=True).state == AccountState.OPEN


def test_only_what_must_not_be_there_is_removed() -> None:
    with pytest.raises(ValueError, match="se retire"):
        DirectoryState(AccountState.LOCKED, removes=True)


def test_a_caisse_keeps_accounts_for_a_year_unless_it_says_otherwise() -> None:
    assert retention_in({}, "CAISSE1") == A_YEAR
    assert retention_in({"account_retention": "P18M"}, "CAISSE1") == Duration(18, 0)
    assert retention_in({"account_retention": None}, "CAISSE1") is None


@pytest.mark.parametrize("value", ["un an", "P0D", "", 12])
def test_an_unreadable_retention_names_the_caisse_and_what_was_expected(value: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"account_retention.*CAISSE1.*P1Y"):
        retention_in({"account_retention": value}, "CAISSE1")


@pytest.mark.django_db
def test_after_a_year_without_any_right_the_account_is_to_be_removed(
    granted: Grant, embedded: Caisse, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    happens(habilitation, "departure", "2024-02-01")
    today("2024-02-03")
    assert desired_state(habilitation.account, clock.now()) == LOCKED
    today("2025-01-31")
    assert desired_state(habilitation.account, clock.now()) == LOCKED
    today("2025-02-01")
    wanted = desired_state(habilitation.account, clock.now())
    assert (wanted, wanted.removes) == (REMOVED, True)
    embedded.settings |= {"account_retention": None}
    embedded.save()
    assert desired_state(habilitation.account, clock.now()) == LOCKED


@pytest.mark.django_db
def test_an_account_that_a_coming_convention_will_open_is_not_removed(
    granted: Grant,
    embedded: Caisse,
    draft: Callable[..., Convention],
    today: Callable[[str], None],
) -> None:
    habilitation = granted()
    happens(habilitation, "departure", "2024-02-01")
    granted(convention=draft())
    today("2026-01-01")
    assert not desired_state(habilitation.account, clock.now()).removes


@pytest.mark.django_db
def test_each_account_has_its_own_state_whatever_their_number_and_the_queries_stay_few(
    granted: Grant,
    embedded: Caisse,
    partner: Partner,
    draft: Callable[..., Convention],
    django_assert_max_num_queries: Any,
) -> None:
    still, gone = (
        granted(site=Site.objects.create(partner=partner, name=f"Crèche {name}")) for name in "AB"
    )
    coming = granted(site=Site.objects.create(partner=partner, name="Crèche C"), convention=draft())
    happens(gone, "user_suspended", "2024-02-01")
    accounts = list(Account.objects.order_by("pk"))
    with django_assert_max_num_queries(8):
        states = desired_states(accounts, clock.now())
    assert states == {
        still.account_id: DirectoryState(AccountState.OPEN, (still.service,)),
        gone.account_id: LOCKED,
        coming.account_id: ABSENT,
    }


@pytest.mark.django_db
def test_an_account_that_cannot_be_told_does_not_hide_the_others(
    granted: Grant, embedded: Caisse, partner: Partner
) -> None:
    told = granted(site=Site.objects.create(partner=partner, name="Crèche A"))
    other = Caisse.objects.create(
        code="CAISSE2", name="Autre", settings={"account_retention": "un an"}
    )
    untold = Account.objects.create(caisse=other, partner=partner)
    states = desired_states([untold, told.account], clock.now())
    assert isinstance(states[untold.pk], ImproperlyConfigured)
    assert states[told.account_id] == DirectoryState(AccountState.OPEN, (told.service,))


@pytest.mark.django_db
def test_what_was_wanted_at_a_past_instant_is_told_with_what_was_known_then(
    granted: Grant, convention: Convention, today: Callable[[str], None], embedded: Caisse
) -> None:
    habilitation = granted()
    before = clock.now()
    today("2024-02-02")
    record(convention, "suspension", "2024-02-01")
    assert desired_state(habilitation.account, before).state == AccountState.OPEN
    assert desired_state(habilitation.account, clock.now()).state == AccountState.LOCKED
