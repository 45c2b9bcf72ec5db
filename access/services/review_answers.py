"""The partner's answer to a review of its users: who keeps the access, who needs it no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from access.models import Habilitation, ReviewedUser, UserReview
from access.services.reviews import ASKED, REMINDER, silence_act
from contracts.models import EvidenceFile, User
from notifications.models import Message
from notifications.services import withdraw
from workflows import acts, clock, subjects
from workflows.acts import UserAct
from workflows.french import date_in_words, typeset
from workflows.subjects import locked

Answer = ReviewedUser.Answer


class ReviewRefused(Exception):
    """The answer cannot be written as it is; nothing was."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


@dataclass(frozen=True, slots=True)
class Received:
    """How an answer that the caisse typed in reached it."""

    on: date
    channel: str
    """One of ``UserReview.Channel``."""
    proof: EvidenceFile | None = None


def confirm_review(
    review: UserReview,
    kept: Collection[Habilitation],
    removed: Collection[Habilitation],
    by: User,
    received: Received | None = None,
    left_on: Mapping[int, date] | None = None,
) -> UserReview:
    """Write the partner's answer: who keeps the access, who needs it no more.

    It speaks of each right of the list still open, once. A removed user has left, on the day that
    ``left_on`` gives for that right by its key, else today, unless a departure is already recorded,
    whose day stays; the suspensions that silence brought are lifted,
    those decided for another reason stay. The proof is attached to the acts that the answer makes.
    Raises ``ReviewRefused``, and ``recording.ActRefused``.
    """
    today = clock.today()
    with transaction.atomic():
        current = locked(UserReview.objects.select_related("convention"), review.pk)
        if not current.is_open:
            raise ReviewRefused("Cette liste est déjà confirmée. Rechargez la page.")
        if received is not None:
            check_received(current, received.on)
        lines = {
            line.habilitation_id: line
            for line in current.users.select_related("habilitation").order_by("pk")
        }
        keeping, leaving = {one.pk for one in kept}, {one.pk for one in removed}
        left_on = left_on or {}
        _check_answer(lines, keeping, leaving)
        _check_departures(left_on)
        evidence = [received.proof] if received and received.proof else []
        for key, line in lines.items():
            if key not in keeping | leaving:
                continue
            line.answer = Answer.REMOVED if key in leaving else Answer.KEPT
            line.save(update_fields=["answer"])
            act = act_of(line, removed=key in leaving, left_on=left_on.get(key))
            if act is not None:
                subjects.record(line.habilitation, act, by, evidence)
        current.confirmed_on, current.confirmed_by = today, by
        current.answered_on = received.on if received else today
        current.channel = received.channel if received else ""
        current.proof = received.proof if received else None
        current.save(
            update_fields=["confirmed_on", "confirmed_by", "answered_on", "channel", "proof"]
        )
        withdraw(_messages(current), "La liste des utilisateurs est confirmée.")
    return current


def act_of(line: ReviewedUser, *, removed: bool, left_on: date | None = None) -> UserAct | None:
    """The act that an answer about one user makes today; None where nothing changes.

    ``left_on`` is the day on which a removed user left, today when it is not known.
    """
    habilitation, today = line.habilitation, clock.today()
    if removed and habilitation.state != "closed":
        if habilitation.timeline(today).data.left_on is not None:
            return None  # Already announced: the right ends on that day.
        return acts.Departure(
            id=f"review-{line.review_id}-departure",
            on=left_on or today,
            recorded_at=clock.now(),
            user=habilitation.user_key,
            request=f"review-{line.review_id}",
        )
    if removed or habilitation.state != "suspended":
        return None
    running = habilitation.timeline(today).data.suspension
    if running is None or running.act != silence_act(line.review_id):
        return None  # Suspended for another reason, which the partner does not judge.
    return acts.UserSuspensionLifted(
        id=f"review-{line.review_id}-confirmed",
        on=today,
        recorded_at=clock.now(),
        user=habilitation.user_key,
        reason="Liste des utilisateurs confirmée par le partenaire",
    )


def check_received(review: UserReview, on: date) -> None:
    """Raise ``ReviewRefused`` for a day on which no answer could come."""
    if on < review.opened_on:
        raise ReviewRefused(
            f"La liste a été envoyée le {date_in_words(review.opened_on)} : la réponse ne peut pas "
            "être arrivée avant. Vérifiez le jour."
        )
    if on > clock.today():
        raise ReviewRefused("Ce jour est à venir. Attendu : le jour où la réponse est arrivée.")


def _check_departures(left_on: Mapping[int, date]) -> None:
    if any(day > clock.today() for day in left_on.values()):
        raise ReviewRefused("Un départ à venir n’est pas un départ. Attendu : ce jour, ou avant.")


def _check_answer(lines: dict[int, ReviewedUser], keeping: set[int], leaving: set[int]) -> None:
    if keeping & leaving:
        raise ReviewRefused("Un même utilisateur est à la fois gardé et retiré. Choisissez.")
    if (keeping | leaving) - set(lines):
        raise ReviewRefused("Un utilisateur n’est pas de cette liste. Rechargez la page.")
    standing = {key for key, line in lines.items() if line.habilitation.state != "closed"}
    if missing := standing - keeping - leaving:
        raise ReviewRefused(
            f"Il reste {len(missing)} utilisateur(s) sans réponse : dites de chacun s’il garde son "
            "accès."
        )


def _messages(review: UserReview) -> QuerySet[Message]:
    return Message.objects.filter(kind__in=[ASKED, REMINDER], context__review=review.pk)
