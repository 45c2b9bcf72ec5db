"""The review of the users: opened in its time, recalled, confirmed by the partner.

Silence may suspend the users of the list, where the caisse decided so; never the convention. It is
a security measure, lifted as soon as the partner confirms.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from access.models import Habilitation, ReviewedUser, UserReview
from access.review_policy import SETTING, ReviewPolicy, ReviewSettingWrong, policy_of
from contracts.models import Caisse, Convention, PublishedRulebook
from contracts.services.partner_people import partner_contact
from contracts.services.rulebooks import published_rulebooks
from notifications.models import Message, MessageState
from notifications.services import send
from workflows import acts, breaker, clock, subjects
from workflows.breaker import Measure
from workflows.calendar import add
from workflows.convention import IN_FORCE
from workflows.recording import ActRefused
from workflows.subjects import locked

ASKED = "user_review"
"""The message that sends the list to the partner."""
REMINDER = "user_review_reminder"
MEASURE = "user_reviews"
"""What the breaker counts: users that silence would suspend on one day."""

logger = logging.getLogger(__name__)

_OPEN_RIGHT = ~Q(state__in=["closed", "requested"])
Answer = ReviewedUser.Answer


class Done(NamedTuple):
    """What one day's work on the reviews did."""

    opened: int
    reminded: int
    suspended: int


def run_reviews(today: date) -> Done:
    """The day's work: open what is due, recall, then suspend where silence does."""
    return Done(open_due_reviews(today), remind_reviews(today), suspend_silent(today))


def due_conventions(today: date) -> Iterator[tuple[Convention, ReviewPolicy]]:
    """The conventions whose users are to be reviewed on that day, each with how.

    The first review comes one period after the effect, or after the convention was taken over from
    another register, which had its own; each next one a period after the last was sent. A review
    still unanswered stays the current one. A caisse whose setting cannot be read is
    passed over, and logged.
    """
    with_setting = Caisse.objects.filter(**{f"settings__{SETTING}__isnull": False})
    with_clause = [row.pk for row in published_rulebooks() if _has_clause(row)]
    conventions = (
        Convention.objects.filter(
            Q(caisse__in=with_setting) | Q(pinned__in=with_clause),
            Exists(Habilitation.objects.filter(_OPEN_RIGHT, convention=OuterRef("pk"))),
            ~Exists(UserReview.objects.filter(convention=OuterRef("pk"), confirmed_on=None)),
            state__in=IN_FORCE,
        )
        .annotate(last_review_on=Max("user_reviews__opened_on"))
        .select_related("pinned", "caisse", "partner")
        .order_by("pk")
    )
    for convention in conventions.iterator(chunk_size=500):
        policy = _policy(convention)
        since = convention.last_review_on or _known_since(convention)
        if policy is not None and since is not None and add(since, policy.every) <= today:
            yield convention, policy


def _known_since(convention: Convention) -> date | None:
    if convention.effect_on is None or convention.taken_over_at is None:
        return convention.effect_on
    return max(convention.effect_on, clock.civil_date(convention.taken_over_at))


def open_due_reviews(today: date) -> int:
    """Send the lists that are due; return how many. Doing it again sends none twice.

    A partner without a contact is asked once it has one.
    """
    opened = 0
    for convention, policy in list(due_conventions(today)):
        with transaction.atomic():
            opened += _open(convention, policy, today)
    return opened


def remind_reviews(today: date) -> int:
    """Recall the lists that nobody confirmed; return how many reminders are to leave.

    After days without work the latest reminder alone leaves.
    """
    reminded = 0
    for review in open_reviews().filter(due_on__gte=today):
        policy = _policy(review.convention)
        number = policy.reminder(review.opened_on, today) if policy else 0
        key = f"{REMINDER}:{review.pk}:{number}"
        if number and not Message.objects.filter(key=key).exists():
            reminded += _write(REMINDER, key, review, today)
    return reminded


def to_suspend(day: date) -> QuerySet[Habilitation]:
    """The users whom silence would suspend on that day: what the breaker counts.

    Only where the list did leave: nobody is suspended for not answering what was never asked.
    """
    silent = open_reviews().filter(due_on__lt=day, suspended_on=None)
    keys = [review.pk for review in silent if _is_silent(review, day)]
    return Habilitation.objects.filter(
        reviews__review__in=keys, state__in=["granted", "credentials_sent", "active"]
    ).order_by("pk")


def suspend_silent(today: date) -> int:
    """Suspend the users of the lists that nobody confirmed in time; return how many.

    Each as a security measure, for a time. Too many at once waits for a person (``breaker``).
    """
    breaker.hold(today)
    if breaker.open_runs().filter(measure=MEASURE).exists():
        return 0
    keys = set(to_suspend(today).values_list("reviews__review", flat=True))
    suspended = 0
    for review in open_reviews().filter(pk__in=keys, due_on__lt=today, suspended_on=None):
        with transaction.atomic():
            suspended += _suspend(review, today)
    return suspended


def open_reviews() -> QuerySet[UserReview]:
    """The reviews that wait for the partner, under conventions still in force; oldest first."""
    return (
        UserReview.objects.filter(confirmed_on=None, convention__state__in=IN_FORCE)
        .select_related("convention__pinned", "convention__caisse", "convention__partner")
        .order_by("opened_on", "pk")
    )


def silence_act(review_pk: int) -> str:
    """Identifier of the act by which the silence on a review suspends a user."""
    return f"review-{review_pk}-silence"


def _open(convention: Convention, policy: ReviewPolicy, today: date) -> int:
    current = locked(Convention.objects.select_related("caisse", "partner"), convention.pk)
    if partner_contact(current, today) is None:
        logger.warning("Convention %s : aucun contact à qui envoyer la liste.", current.pk)
        return 0
    users = list(current.habilitations.filter(_OPEN_RIGHT).order_by("pk"))
    if not users or current.user_reviews.filter(confirmed_on=None).exists():
        return 0  # Another run opened it, or the last user left, since it was looked for.
    review = UserReview.objects.create(
        convention=current,
        opened_on=today,
        due_on=policy.due_on(today),
        article=policy.article,
    )
    ReviewedUser.objects.bulk_create(ReviewedUser(review=review, habilitation=one) for one in users)
    _write(ASKED, f"{ASKED}:{review.pk}", review, today)
    return 1


def _write(kind: str, key: str, review: UserReview, today: date) -> int:
    """Ask for a message to the partner's contact; return 0 where the partner has none left."""
    contact = partner_contact(review.convention, today)
    if contact is None:
        return 0
    send(
        kind,
        key=key,
        recipient_person=contact,
        subject=review.convention,
        context={"review": review.pk},
    )
    return 1


def _suspend(review: UserReview, today: date) -> int:
    policy = _policy(review.convention)
    assert policy is not None  # Asked of those that suspend.
    suspended = 0
    for line in review.users.filter(answer=Answer.PENDING).select_related("habilitation"):
        habilitation = line.habilitation
        if habilitation.state in ("closed", "suspended"):
            continue
        act = acts.UserSuspended(
            id=silence_act(review.pk),
            on=today,
            recorded_at=clock.now(),
            user=habilitation.user_key,
            visa=policy.visa,
            reason_code="review_silence",
        )
        try:
            subjects.record(habilitation, act, author=None)
        except ActRefused as refused:
            logger.warning("Revue %s, %s : %s", review.pk, habilitation, refused)
            continue
        suspended += 1
    review.suspended_on = today
    review.save(update_fields=["suspended_on"])
    return suspended


def _is_silent(review: UserReview, day: date) -> bool:
    """Whether the partner had all its time to answer a list that did leave."""
    policy = _policy(review.convention)
    if policy is None or policy.suspend_after is None:
        return False
    asked = Message.objects.filter(key=f"{ASKED}:{review.pk}", state=MessageState.SENT).first()
    if asked is None or asked.sent_at is None:
        return False
    return add(clock.civil_date(asked.sent_at), policy.suspend_after) < day


def _policy(convention: Convention) -> ReviewPolicy | None:
    try:
        return policy_of(convention)
    except ReviewSettingWrong as wrong:
        logger.warning("%s", wrong)
        return None


def _has_clause(published: PublishedRulebook) -> bool:
    return published.rulebook.habilitation.review is not None


def _watched() -> int:
    return Habilitation.objects.filter(_OPEN_RIGHT).count()


SILENCES = Measure(
    MEASURE,
    "Suspensions pour revue sans réponse",
    "utilisateur serait suspendu",
    "utilisateurs seraient suspendus",
    "habilitations ouvertes",
    to_suspend,
    _watched,
    stops_sweep=False,
)
