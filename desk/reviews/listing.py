"""The lists of users: which one sees, and what each waits for, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from access.models import ReviewedUser, UserReview
from access.review_policy import NO_CONSEQUENCE, ReviewSettingWrong, asked_by, policy_of
from access.services.reviews import ASKED, open_reviews
from contracts.models import Convention, User
from contracts.services.visibility import visible_conventions
from notifications.models import Message, MessageState
from workflows.calendar import add
from workflows.french import date_in_words, typeset

DECIDED = 20
"""How many past answers are shown."""

_Answer = ReviewedUser.Answer


@dataclass(frozen=True, slots=True)
class Row:
    """One list, and what waits for its answer."""

    review: UserReview
    users: int
    """How many rights of the list are still open."""
    silence: str
    """What happens without an answer."""
    ground: str
    """What asks for it: an article, or nothing but the caisse."""
    left: bool
    """Whether the list reached the mail of the partner."""


def visible_reviews(user: User, today: date) -> QuerySet[UserReview]:
    """The lists of the conventions that the user may see."""
    seen = visible_conventions(user, today).order_by().values("pk")
    return UserReview.objects.filter(convention__in=seen).select_related(
        "convention__pinned", "convention__caisse", "convention__partner", "confirmed_by", "proof"
    )


def waiting(user: User, today: date) -> QuerySet[UserReview]:
    """Those that wait for an answer, the first expected first."""
    seen = visible_conventions(user, today).order_by().values("pk")
    still_open = Count("users", filter=~Q(users__habilitation__state="closed"))
    return (
        open_reviews()
        .filter(convention__in=seen)
        .annotate(still_open=still_open)
        .order_by("due_on", "pk")
    )


def waiting_of(convention: Convention) -> UserReview | None:
    """The list of a convention that waits for an answer, if there is one."""
    return open_reviews().filter(convention=convention).first()


def confirmed(user: User, today: date) -> QuerySet[UserReview]:
    """The latest answers, with how many users keep the access and how many do not."""
    return (
        visible_reviews(user, today)
        .filter(confirmed_on__isnull=False)
        .annotate(
            kept=Count("users", filter=Q(users__answer=_Answer.KEPT)),
            removed=Count("users", filter=Q(users__answer=_Answer.REMOVED)),
        )
        .order_by("-confirmed_on", "-pk")[:DECIDED]
    )


def rows_of(reviews: Iterable[UserReview]) -> list[Row]:
    """The rows of some open lists, in the order given."""
    reviews = list(reviews)
    keys = [f"{ASKED}:{review.pk}" for review in reviews]
    sent = dict(
        Message.objects.filter(key__in=keys, state=MessageState.SENT).values_list("key", "pk")
    )
    return [_row(review, left=f"{ASKED}:{review.pk}" in sent) for review in reviews]


def _row(review: UserReview, *, left: bool) -> Row:
    still_open = getattr(review, "still_open", None)
    if still_open is None:
        still_open = review.users.exclude(habilitation__state="closed").count()
    return Row(review, still_open, silence_of(review, left=left), asked_by(review), left)


def silence_of(review: UserReview, *, left: bool) -> str:
    """What the silence of the partner does, or did, to the users of the list."""
    if review.suspended_on is not None:
        return typeset(
            f"Sans réponse à temps, ces accès sont suspendus depuis le "
            f"{date_in_words(review.suspended_on)}. La réponse lève ces suspensions."
        )
    try:
        policy = policy_of(review.convention)
    except ReviewSettingWrong as wrong:
        return str(wrong)
    if policy is not None and policy.suspend_after is not None:
        if not left:
            return "La liste n’est pas encore partie : d’ici là, personne n’est suspendu."
        after = add(review.opened_on, policy.suspend_after)
        return typeset(
            f"Sans réponse au {date_in_words(max(after, review.due_on))}, ces accès sont suspendus "
            "le lendemain, par mesure de sécurité. La convention continue."
        )
    if policy is not None and policy.proposes_suspension:
        return typeset(
            "Sans réponse, une personne peut décider de suspendre ces accès ; rien n’est fait "
            "d’office."
        )
    return NO_CONSEQUENCE
