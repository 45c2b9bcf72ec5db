"""Profile, territory, suspension, want of use: what each act makes of the right, in any order."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.lives import CALAIS, PICARDIE, PROVENCE, life, making
from tests.workflows.test_habilitation import habilitation, names, user
from workflows import acts, habilitation_life
from workflows.acts import Act
from workflows.clock import PARIS
from workflows.habilitation_life import HabilitationLife
from workflows.input_faults import Wrong
from workflows.scopes import Scope
from workflows.timeline import Timeline
from workflows.user_acts import SUSPENSION_REASONS, SuspensionReason

RSA = [*making("2024-10-02")[:2], user("granted", "2024-10-02", profile="2")]
PSU = [*making("2025-01-15"), user("granted", "2025-01-20")]


def codes(state: Any) -> list[str]:
    return [refusal.code for refusal in state.refused]


def test_every_reason_of_a_suspension_has_its_words() -> None:
    assert set(SUSPENSION_REASONS) == set(get_args(SuspensionReason))


def test_the_warning_comes_a_month_before_the_months_are_complete() -> None:
    state = habilitation(PROVENCE, [*RSA, user("last_login", "2025-01-10")], "2025-12-01")

    # 8 completed months: 10 September; 9: 10 October; each the day after.
    assert state.dormancy_warning_from == date(2025, 9, 11)
    assert state.dormant_from == date(2025, 10, 11)


def test_a_login_after_the_warning_puts_it_off() -> None:
    facts = [*RSA, user("last_login", "2025-01-10"), user("last_login", "2025-09-20")]

    state = habilitation(PROVENCE, facts, "2025-12-01")

    assert state.dormancy_warning_from == date(2026, 5, 21)


def test_a_backdated_change_of_profile_leaves_the_later_one_standing() -> None:
    facts = [
        *RSA,
        user("profile_changed", "2025-03-01", profile="5"),
        user("profile_changed", "2025-02-01", profile="3", recorded_on="2025-04-01"),
    ]

    assert habilitation(PROVENCE, facts, "2025-05-01").profile == "5"


@pytest.mark.parametrize(
    ("code", "fact", "refused"),
    [
        (PROVENCE, user("profile_changed", "2025-02-01", profile="7"), "profile_not_listed"),
        (PICARDIE, user("profile_changed", "2025-02-01", profile="1"), "no_profiles"),
        (
            PROVENCE,
            user("scope_changed", "2025-02-01", scope={"establishments": ["E1"]}),
            "scope_too_wide",
        ),
        (
            CALAIS,
            user("scope_changed", "2025-02-01", scope={"departement": "62"}),
            "scope_too_wide",
        ),
        (PICARDIE, user("user_suspended", "2025-02-01", reason_code="other"), "reason_not_said"),
        (
            PICARDIE,
            user("user_suspended", "2025-02-01", reason_code="review_silence"),
            "review_without_visa",
        ),
    ],
)
def test_what_the_rules_do_not_allow_changes_nothing(
    code: str, fact: dict[str, Any], refused: str
) -> None:
    made = {
        PROVENCE: making("2025-01-15")[:2],
        PICARDIE: making("2025-01-15"),
        CALAIS: [*making("2025-01-15")[:2], {"kind": "document_date", "on": "2025-01-15"}],
    }[code]
    before = habilitation(code, [*made, user("granted", "2025-01-20")], "2025-03-01")

    state = habilitation(code, [*made, user("granted", "2025-01-20"), fact], "2025-03-01")

    assert codes(state) == [refused]
    assert (state.status, state.profile, state.scope) == (
        before.status,
        before.profile,
        before.scope,
    )


def test_a_temporary_suspension_may_become_definitive_and_is_then_not_lifted() -> None:
    facts = [
        *PSU,
        user("user_suspended", "2025-02-01", reason_code="suspected_fraud"),
        user("user_suspended", "2025-02-10", nature="definitive", reason_code="misuse"),
        user("user_suspension_lifted", "2025-02-20"),
    ]

    state = habilitation(PICARDIE, facts, "2025-03-01")

    assert (state.status, codes(state)) == ("suspended", ["definitive_suspension"])
    assert [(one.since.day, one.until and one.until.day) for one in state.suspensions] == [
        (1, 10),
        (10, None),
    ]
    assert names(state)[:2] == ["grant", "suspend"]


def test_a_suspension_for_silence_gives_way_to_a_suspicion_of_fraud() -> None:
    facts = [
        *PSU,
        user("user_suspended", "2025-02-01", reason_code="review_silence", visa="V-1"),
        user("user_suspended", "2025-02-05", reason_code="suspected_fraud"),
    ]

    state = habilitation(PICARDIE, facts, "2025-03-01")

    assert state.suspension is not None
    assert (state.suspension.since, state.suspension.reason_code) == (
        date(2025, 2, 5),
        "suspected_fraud",
    )


def test_a_second_suspension_for_a_time_is_refused_while_one_runs() -> None:
    facts = [
        *PSU,
        user("user_suspended", "2025-02-01", reason_code="misuse"),
        user("user_suspended", "2025-02-05", reason_code="suspected_fraud"),
    ]

    assert codes(habilitation(PICARDIE, facts, "2025-03-01")) == ["not_in_this_state"]


@pytest.mark.parametrize(
    "content",
    [
        {"circonscription": "83-02"},
        {"departement": "83", "establishments": ("E1",)},
        {"departement": "Le Var, chez Mme Exemple"},
        {"establishments": ("",)},
    ],
)
def test_a_territory_is_said_in_codes_that_agree(content: dict[str, Any]) -> None:
    with pytest.raises(Wrong):
        Scope(**content)


# In any order.

DAY = date(2025, 2, 1)
KINDS: tuple[tuple[type[Act], dict[str, Any]], ...] = (
    (acts.CredentialsSent, {}),
    (acts.LastLogin, {}),
    (acts.ProfileChanged, {"profile": "3"}),
    (acts.ProfileChanged, {"profile": "6"}),
    (acts.ScopeChanged, {"scope": Scope(departement="83")}),
    (acts.UserSuspended, {"reason_code": "misuse"}),
    (acts.UserSuspended, {"reason_code": "review_silence", "visa": "V-1"}),
    (acts.UserSuspended, {"reason_code": "misuse", "nature": "definitive"}),
    (acts.UserSuspensionLifted, {}),
    (acts.CredentialsLost, {}),
)


@pytest.fixture(scope="module")
def convention() -> Timeline:
    """A convention with six profiles and a dormancy clause, in force since 15 January 2025."""
    return life(PROVENCE, making("2025-01-15")[:2], "2025-12-01")


def at(kind: type[Act], on: date, recorded: datetime, name: str, **more: Any) -> Act:
    return kind(id=name, on=on, recorded_at=recorded, user="1", **more)


def granted() -> Act:
    noon = datetime(2025, 1, 20, 12, tzinfo=PARIS)
    return at(acts.Granted, noon.date(), noon, "g", profile="1")


def told(convention: Timeline, facts: list[Act]) -> object:
    """All that a life tells but the order in which acts were refused."""
    found: HabilitationLife = habilitation_life.replay(convention, facts, date(2025, 12, 1))
    data = found.data
    return (
        found.steps,
        found.state,
        (data.profile, data.scope, data.suspensions),
        (data.closes_on, data.close_cause, data.dormant_from, data.dormancy_warning_from),
        {(refusal.act.id, refusal.code) for refusal in found.refused},
    )


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[tuple[type[Act], dict[str, Any], date]], list[int]]:
    """Facts of different days, and an order in which they are recorded."""
    drawn = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))
    days = draw(st.lists(st.integers(0, 40), min_size=6, max_size=6, unique=True))
    facts = [
        (kind, more, DAY + timedelta(days=day))
        for (kind, more), day in zip(drawn, days, strict=False)
    ]
    return facts, draw(st.permutations(range(len(facts))))


@settings(max_examples=60)
@given(lives())
def test_the_order_of_recording_changes_nothing_of_facts_of_different_days(
    convention: Timeline, drawn: tuple[list[tuple[type[Act], dict[str, Any], date]], list[int]]
) -> None:
    facts, order = drawn
    noon = datetime(2025, 6, 1, 12, tzinfo=PARIS)

    def recorded(places: list[int]) -> list[Act]:
        return [
            granted(),
            *(
                at(facts[n][0], facts[n][2], noon + timedelta(minutes=k), f"a{n}", **facts[n][1])
                for k, n in enumerate(places)
            ),
        ]

    assert told(convention, recorded(list(range(len(facts))))) == told(convention, recorded(order))


@settings(max_examples=60)
@given(lives(), st.integers(0, 5))
def test_an_act_annulled_leaves_the_life_as_if_it_had_never_been_told(
    convention: Timeline,
    drawn: tuple[list[tuple[type[Act], dict[str, Any], date]], list[int]],
    which: int,
) -> None:
    facts, _ = drawn
    noon = datetime(2025, 6, 1, 12, tzinfo=PARIS)
    known = [at(kind, day, noon, f"a{n}", **more) for n, (kind, more, day) in enumerate(facts)]
    target = known[which % len(known)]
    later = noon + timedelta(hours=1)
    annulment = acts.Annulment(
        id="z", on=later.date(), recorded_at=later, of=target.id, reason="erreur de saisie"
    )

    without = [granted(), *(act for act in known if act is not target)]

    assert told(convention, [granted(), *known, annulment]) == told(convention, without)


@settings(max_examples=60)
@given(lives())
def test_suspensions_follow_one_another_and_none_runs_beside_another(
    convention: Timeline, drawn: tuple[list[tuple[type[Act], dict[str, Any], date]], list[int]]
) -> None:
    facts, _ = drawn
    noon = datetime(2025, 6, 1, 12, tzinfo=PARIS)
    known = [at(kind, day, noon, f"a{n}", **more) for n, (kind, more, day) in enumerate(facts)]

    state = habilitation_life.replay(convention, [granted(), *known], date(2025, 12, 1)).data

    for earlier, later in pairwise(state.suspensions):
        assert earlier.until is not None
        assert earlier.since <= earlier.until <= later.since
    if state.status == "suspended":
        assert state.suspension is not None
