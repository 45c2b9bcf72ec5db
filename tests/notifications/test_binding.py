"""What binds, and what of it is still to be told: decided from facts alone."""

from datetime import date
from typing import Any

import pytest

from notifications.binding import STEPS, Binding, bindings, to_tell
from notifications.confirmation_words import told, words
from templates_conventions.catalogue import rulebook
from tests.portfolio import YEARLY
from workflows.act_payloads import parse
from workflows.acts import Act
from workflows.convention import TRANSITIONS
from workflows.replay import replay
from workflows.timeline import Timeline

DAY = date(2025, 2, 1)
IN_FORCE = Binding("in_force", "", date(2024, 1, 15))
RENEWED = Binding("renewed", "2", date(2025, 1, 15))
NOTICE = Binding("notice_given", "n", date(2024, 9, 2))
WITHDRAWN = Binding("notice_withdrawn", "n", date(2024, 9, 20))
EXPIRED = Binding("expired", "", date(2025, 1, 15))
SIGNED = Binding("signed", "", date(2024, 1, 15))


def act(kind: str, on: str, identifier: str, **fields: Any) -> Act:
    return parse(kind, {"id": identifier, "on": on, "recorded_at": f"{on}T12:00:00Z", **fields})


def life(*more: Act, as_of: date = DAY) -> Timeline:
    made = [act("cnil", "2024-01-12", "c", basis="transmission", reference="T")]
    made += [act("signature", "2024-01-15", party, party=party) for party in ("partner", "caisse")]
    return replay(rulebook(YEARLY), [*made, *more], as_of)


NOTICE_ACTS = (
    act("notice", "2024-09-02", "n", by="partner", form="registered_letter", letter="L"),
    act("letter_posted", "2024-09-02", "p", letter="L"),
)


def test_only_what_has_happened_binds_and_not_what_is_projected() -> None:
    assert bindings(life(), date(2025, 1, 14)) == {SIGNED: False, IN_FORCE: False}
    assert bindings(life(), DAY) == {SIGNED: False, IN_FORCE: False, RENEWED: False}


def test_the_past_that_was_never_told_is_not_told_now() -> None:
    decision = to_tell(bindings(life(), date(2025, 1, 14)), bindings(life(), DAY), ())
    assert decision == ((RENEWED,), ())


def test_what_was_told_and_proves_untrue_is_taken_back_and_what_is_so_instead_is_told() -> None:
    before, after = bindings(life(), DAY), bindings(life(*NOTICE_ACTS), DAY)
    assert to_tell(before, after, {RENEWED}) == ((NOTICE, EXPIRED), (RENEWED,))
    assert to_tell(before, after, ()).untrue == (), "nobody was told"


def test_a_withdrawal_is_told_after_its_notice_and_does_not_take_it_back() -> None:
    withdrawn = act("notice_withdrawn", "2024-09-20", "w", agreed_by=["partner", "caisse"])
    before = bindings(life(*NOTICE_ACTS), date(2024, 9, 19))
    after = bindings(life(*NOTICE_ACTS, withdrawn), date(2024, 9, 20))
    assert to_tell(before, after, {NOTICE}) == ((WITHDRAWN,), ())
    unknown = bindings(life(), date(2024, 9, 1))
    assert to_tell(unknown, after, ()) == ((), ()), "of a notice that nobody was told of"


def test_what_is_in_doubt_is_neither_told_nor_taken_back() -> None:
    grey = (
        act("notice", "2024-10-15", "n", by="partner", form="registered_letter", letter="L"),
        act("letter_posted", "2024-10-15", "p", letter="L"),
    )
    doubtful = bindings(life(*grey), DAY)
    assert doubtful[RENEWED] is True
    before = bindings(life(), date(2024, 10, 1))
    assert to_tell(before, doubtful, ()) == ((), ())
    assert to_tell(before, doubtful, {RENEWED}) == ((), ())


def test_what_moved_to_another_day_is_told_again_though_it_was_past_by_the_last_run() -> None:
    moved = Binding("in_force", "", date(2024, 1, 20))
    decision = to_tell({moved: False}, {moved: False}, {IN_FORCE})
    assert decision == ((moved,), (IN_FORCE,))


@pytest.mark.parametrize("one", [IN_FORCE, RENEWED, NOTICE, Binding("avenant", "a:b", DAY)])
def test_a_binding_is_found_again_from_its_identity(one: Binding) -> None:
    assert Binding.of(one.identity) == one


def test_every_step_that_binds_is_a_transition_and_has_its_words() -> None:
    assert set(STEPS) <= set(TRANSITIONS)
    assert set(STEPS.values()) <= set(words())


def test_the_words_of_every_kind_hold_nothing_that_its_facts_do_not_give() -> None:
    breach = (
        act("formal_notice", "2024-05-02", "f", by="caisse", form="registered_letter", letter="M"),
        act("letter_delivered", "2024-05-06", "d", letter="M"),
    )
    stopped = act("formal_notice_withdrawn", "2024-05-20", "x")
    withdrawn = act("notice_withdrawn", "2024-09-20", "w", agreed_by=["partner", "caisse"])
    suspended = act("suspension", "2024-05-02", "s", nature="temporary")
    lifted = act("suspension_lifted", "2024-05-10", "l")
    lives = [
        life(*NOTICE_ACTS),
        life(*NOTICE_ACTS, withdrawn),
        life(*breach),
        life(*breach, stopped),
        life(suspended, lifted),
        life(act("suspension", "2024-05-02", "s", nature="definitive")),
    ]
    said = set()
    for timeline in lives:
        for one in bindings(timeline, DAY):
            for to_partner in (True, False):
                sentences = told(one, timeline, to_partner=to_partner)
                assert all(sentences)
                assert "{" not in "".join(sentences)
            said.add(one.kind)
    # Those of an avenant and of a succession ask the database for a number and for names; that of a
    # cure, a clause of another type.
    assert set(words()) - said == {"avenant", "succeeded", "breach_cured"}
