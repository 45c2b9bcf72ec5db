"""A standing interpretation answers its kind of question for every convention of the type."""

from collections.abc import Callable
from datetime import date

import pytest

from contracts.models import Convention, Interpretation, User
from contracts.services.interpretations import CannotInterpret, establish_interpretation
from tests.portfolio import record
from workflows import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_doubt(convention: Convention, today: Callable[[str], None]) -> Convention:
    """Given notice on the anniversary less three months: a day short of the term's last day."""
    today("2024-10-20")
    record(convention, "notice", "2024-10-15", by="partner", form="registered_letter", letter="L")
    record(convention, "letter_posted", "2024-10-15", letter="L")
    record(convention, "letter_delivered", "2024-10-17", letter="L")
    assert (convention.state, convention.open_questions) == ("active", 1)
    return convention


def establish(convention: Convention, author: User, **changes: object) -> tuple[Convention, ...]:
    position = {
        "rulebook_code": convention.rulebook_code,
        "question": "grey_zone",
        "answer": "in_time",
        "reasons": "Le délai tient en entier avant l’anniversaire.",
        "author": author,
        "on": clock.today(),
    }
    return establish_interpretation(**(position | changes)).changed


def test_it_settles_the_doubts_already_open(in_doubt: Convention, agent: User) -> None:
    revision = in_doubt.revision
    (changed,) = establish(in_doubt, agent)
    assert changed == in_doubt
    assert (changed.state, changed.open_questions) == ("notice_given", 0)
    assert changed.last_day_in_force == date(2025, 1, 14)
    assert changed.revision == revision + 1


def test_it_answers_beforehand_the_doubts_to_come(
    convention: Convention, agent: User, today: Callable[[str], None]
) -> None:
    assert establish(convention, agent) == ()
    today("2024-10-20")
    record(convention, "notice", "2024-10-15", by="partner", form="registered_letter", letter="L")
    record(convention, "letter_posted", "2024-10-15", letter="L")
    assert (convention.state, convention.open_questions) == ("notice_given", 0)


def test_it_leaves_other_types_alone(in_doubt: Convention, agent: User) -> None:
    assert establish(in_doubt, agent, rulebook_code="another-type") == ()
    in_doubt.refresh_from_db()
    assert in_doubt.open_questions == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"question": "weather"}, "Genre de question inconnu"),
        ({"answer": "perhaps"}, "in_time, late"),
        ({"reasons": "  "}, "motifs"),
        ({"on": date(2024, 10, 21)}, "à venir"),
    ],
)
def test_a_bad_position_is_refused_and_changes_nothing(
    in_doubt: Convention, agent: User, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(CannotInterpret, match=message):
        establish(in_doubt, agent, **changes)
    assert not Interpretation.objects.exists()
