"""The partner confirms its users; silence may suspend them, and never touches the convention."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from access.decisions import decide
from access.models import Habilitation, ReviewedUser, UserReview
from access.services.review_answers import ReviewRefused, confirm_review
from access.services.reviews import MEASURE, open_due_reviews, run_reviews, suspend_silent
from contracts.models import Caisse, Contact, Convention, Partner, Person, User
from tests.access.acting import happens
from workflows import breaker, clock
from workflows.effect_worker import drain
from workflows.scheduler import run_day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded")]

Grant = Callable[..., Habilitation]
Move = Callable[[str], None]

# In force since 15 January 2024: the first list is due on 15 January 2025, reminders on 30 January
# and 14 February, the answer by 1 March.


@pytest.fixture
def reviewing(caisse: Caisse, embedded: Caisse) -> Caisse:
    """A caisse that decided to review its users each year."""
    caisse.settings = {
        **embedded.settings,
        "user_review": {
            "every": "P1Y",
            "reminders": ["P15D", "P30D"],
            "suspend_after": "P45D",
            "visa": "JUR-2024-3",
        },
    }
    caisse.save()
    return caisse


@pytest.fixture
def contact(partner: Partner) -> Person:
    person = Person.objects.create(last_name="Contact", email="contact@partenaire.example")
    Contact.objects.create(
        partner=partner, person=person, quality="Direction", first_day=date(2024, 1, 1)
    )
    return person


@pytest.fixture
def director(db: None) -> User:
    return User.objects.create_user("direction@partenaire.example")


@pytest.fixture
def users(granted: Grant, contact: Person) -> list[Habilitation]:
    """Two users of the partner, with access."""
    other = Person.objects.create(last_name="Second", email="second@structure.example")
    return [granted(), granted(person=other)]


@pytest.fixture
def day(today: Move) -> Callable[[str], list[str]]:
    """Let a day pass, its work and its mails; tell the subjects about the list of users."""

    def pass_day(on: str) -> list[str]:
        today(on)
        mail.outbox.clear()
        run_day(clock.today())
        drain()
        return [one.subject for one in mail.outbox if "encore besoin" in one.subject]

    return pass_day


def states(users: list[Habilitation]) -> list[str]:
    found = Habilitation.objects.in_bulk([one.pk for one in users])
    return [found[one.pk].state for one in users]


def test_without_the_setting_nothing_is_asked(
    users: list[Habilitation], day: Callable[[str], list[str]]
) -> None:
    assert day("2026-06-01") == []
    assert not UserReview.objects.exists()


def test_the_list_leaves_after_a_year_then_two_reminders_then_silence_suspends(
    users: list[Habilitation],
    convention: Convention,
    reviewing: Caisse,
    day: Callable[[str], list[str]],
) -> None:
    assert day("2025-01-14") == []
    assert len(day("2025-01-15")) == 1
    assert day("2025-01-29") == []
    assert [subject.startswith("Rappel") for subject in day("2025-01-30")] == [True]
    assert day("2025-01-31") == []
    assert len(day("2025-02-14")) == 1
    day("2025-03-01")
    assert "suspended" not in states(users)
    day("2025-03-02")

    assert states(users) == ["suspended", "suspended"]
    convention.refresh_from_db()
    assert convention.state == "active"
    review = UserReview.objects.get()
    assert (review.due_on, review.suspended_on, review.article) == (
        date(2025, 3, 1),
        date(2025, 3, 2),
        "",
    )
    row = users[0].acts.get(kind="user_suspended")
    assert (row.payload["reason_code"], row.payload["visa"], row.payload["nature"]) == (
        "review_silence",
        "JUR-2024-3",
        "temporary",
    )
    account = users[0].account
    account.refresh_from_db()
    answer = decide(reviewing, account.identifier, users[0].service)
    # No clause of the convention commands it: no article is cited.
    assert (answer.code, answer.article) == ("habilitation_suspended", "")


def test_the_answer_lifts_what_silence_did_and_closes_who_left(
    users: list[Habilitation],
    reviewing: Caisse,
    director: User,
    day: Callable[[str], list[str]],
) -> None:
    day("2025-01-15")
    day("2025-03-02")
    day("2025-03-10")
    review = UserReview.objects.get()

    confirm_review(review, users[:1], users[1:], director)

    assert states(users) == ["credentials_sent", "closed"]
    assert Habilitation.objects.get(pk=users[1].pk).close_cause == "departure"
    assert dict(review.users.values_list("habilitation", "answer")) == {
        users[0].pk: ReviewedUser.Answer.KEPT,
        users[1].pk: ReviewedUser.Answer.REMOVED,
    }
    assert users[1].acts.get(kind="departure").payload["request"] == f"review-{review.pk}"
    with pytest.raises(ReviewRefused, match="déjà confirmée"):
        confirm_review(review, users[:1], users[1:], director)
    # The next one comes a year after this one was sent.
    assert day("2026-01-14") == []
    assert len(day("2026-01-15")) == 1


def test_a_suspension_for_another_reason_outlives_the_answer(
    users: list[Habilitation],
    reviewing: Caisse,
    director: User,
    day: Callable[[str], list[str]],
) -> None:
    day("2025-01-15")
    day("2025-03-02")
    day("2025-03-03")
    happens(users[0], "user_suspended", "2025-03-03", reason_code="suspected_fraud")

    confirm_review(UserReview.objects.get(), users, [], director)

    assert states(users)[0] == "suspended"
    assert states(users)[1] != "suspended"


def test_an_answer_speaks_of_each_user_once(
    users: list[Habilitation],
    granted: Grant,
    reviewing: Caisse,
    director: User,
    day: Callable[[str], list[str]],
) -> None:
    day("2025-01-15")
    review = UserReview.objects.get()
    stranger = granted(person=Person.objects.create(last_name="Nouvelle"))

    for kept, removed, said in (
        (users[:1], [], "sans réponse"),
        (users, users[:1], "à la fois"),
        ([*users, stranger], [], "pas de cette liste"),
    ):
        with pytest.raises(ReviewRefused, match=said):
            confirm_review(review, kept, removed, director)
    review.refresh_from_db()
    assert review.is_open


def test_a_partner_without_a_contact_is_asked_once_it_has_one(
    users: list[Habilitation], reviewing: Caisse, today: Move
) -> None:
    contact = Contact.objects.get()
    Contact.objects.all().delete()
    today("2025-01-15")
    assert open_due_reviews(clock.today()) == 0

    contact.save(force_insert=True)
    today("2025-02-01")
    assert open_due_reviews(clock.today()) == 1
    assert UserReview.objects.get().due_on == date(2025, 3, 18)


def test_nobody_is_suspended_for_not_answering_what_left_late_or_never(
    users: list[Habilitation], reviewing: Caisse, today: Move
) -> None:
    today("2025-01-15")
    open_due_reviews(clock.today())
    # The mail server is away until 1 March.
    today("2025-03-02")
    assert suspend_silent(clock.today()) == 0
    drain()
    assert suspend_silent(clock.today()) == 0
    today("2025-04-16")
    assert suspend_silent(clock.today()) == 0
    today("2025-04-17")
    assert suspend_silent(clock.today()) == 2


def test_done_twice_in_a_day_it_asks_and_suspends_once(
    users: list[Habilitation], reviewing: Caisse, today: Move
) -> None:
    today("2025-01-15")
    assert (open_due_reviews(clock.today()), open_due_reviews(clock.today())) == (1, 0)
    drain()
    today("2025-03-02")
    assert (suspend_silent(clock.today()), suspend_silent(clock.today())) == (2, 0)


def test_too_many_to_suspend_at_once_wait_for_a_person(
    users: list[Habilitation], reviewing: Caisse, today: Move, director: User, settings: Any
) -> None:
    settings.TACITE_BREAKER_NUMBER = settings.TACITE_BREAKER_FLOOR = 1
    today("2025-01-15")
    run_reviews(clock.today())
    drain()
    today("2025-03-02")

    assert suspend_silent(clock.today()) == 0
    held = breaker.open_runs().get(measure=MEASURE)
    assert held.count == 2
    breaker.confirm(held, director, "Vu avec le partenaire", 2)
    assert suspend_silent(clock.today()) == 2


def test_the_command_does_the_days_work_and_says_what_waits(
    users: list[Habilitation], convention: Convention, reviewing: Caisse, today: Move
) -> None:
    today("2025-01-15")
    tried, done = StringIO(), StringIO()
    call_command("user_reviews", "--dry-run", stdout=tried)
    assert not UserReview.objects.exists()
    call_command("user_reviews", stdout=done)

    assert "1 liste à envoyer" in tried.getvalue().replace("\u00a0", " ")
    assert "Listes envoyées : 1" in done.getvalue().replace("\u00a0", " ")
    assert convention.number in done.getvalue()
    assert "1er mars 2025 (hors texte)" in done.getvalue().replace("\u00a0", " ")


@pytest.mark.parametrize(
    "setting",
    [
        {"every": "un an"},
        {"reminders": ["P15D"]},
        {"every": "P1Y", "reminders": ["P30D", "P15D"]},
        {"every": "P1Y", "reminders": ["P60D"], "suspend_after": "P45D"},
        {"every": "P1Y", "suspend_aftr": "P45D"},
    ],
)
def test_a_setting_that_cannot_be_read_is_said_and_asks_nothing(
    setting: dict[str, Any], users: list[Habilitation], caisse: Caisse, today: Move
) -> None:
    caisse.settings = {**caisse.settings, "user_review": setting}
    caisse.save()
    today("2025-01-15")

    with pytest.raises(CommandError, match="user_review"):
        call_command("user_reviews", stdout=StringIO())
    assert not UserReview.objects.exists()
