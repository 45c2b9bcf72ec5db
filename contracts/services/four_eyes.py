"""Acts that two people decide: what ends a convention, or an access for good.

No act is one person's that takes from the other party what it cannot take back: a letter by which
the caisse ends the convention, an agreement that ends it, a suspension that will not be lifted.
The gate stands where every act is recorded: pages, API, commands and imports all pass through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.letter_circuit import SIGNED, SUBMITTED
from contracts.models import Convention, LetterPassage, OutgoingLetter, Proposal, ProposalAnswer
from workflows import acts as kinds
from workflows.act_payloads import payload_of
from workflows.acts import Act
from workflows.french import date_in_words, typeset
from workflows.subjects import NotRecorded, Subject

CAISSE = "caisse"
"""The party that the staff speaks for, in every rulebook."""


class WantsTwoPeople(NotRecorded):
    """The act is decided by two people, and nobody but its author is known to have decided it."""

    def __init__(self, act: Act) -> None:
        super().__init__(
            typeset(
                f"« {act.label} » du {date_in_words(act.on)} : deux personnes le décident. "
                "Proposez-le d’abord ; une autre personne le confirme."
            )
        )


def wants_two_people(acts: Sequence[Act]) -> bool:
    """Whether one of these acts is decided by two people."""
    return any(_is_for_two(act) for act in acts)


def _is_for_two(act: Act) -> bool:
    match act:
        case kinds.FormalNotice():
            return act.by == CAISSE
        case kinds.MutualTermination() | kinds.ForceMajeureTermination():
            return True
        case kinds.AccessSuspended() | kinds.UserSuspended():
            return act.nature == "definitive"
    return False


def require_two_people(subject: Subject, act: Act, author: Any) -> None:
    """Raise ``WantsTwoPeople`` unless a second person is known to have decided such an act.

    Either another person proposed this very act and ``author`` confirmed it, or it is carried by a
    letter that somebody had signed and that another had put to the signature.
    """
    if not _is_for_two(act) or _is_confirmed(subject, act, author):
        return
    if isinstance(act, kinds.FormalNotice) and _left_by_two_hands(subject, act.letter):
        return
    raise WantsTwoPeople(act)


def said(act: Act) -> dict[str, Any]:
    """The act as a proposal keeps it: all but the instant of its recording."""
    return {
        "kind": act.kind,
        "id": act.id,
        "on": act.on.isoformat(),
        "fields": payload_of(act),
    }


def _is_confirmed(subject: Any, act: Act, author: Any) -> bool:
    if author is None:
        return False
    convention = subject.pk if isinstance(subject, Convention) else subject.convention_id
    proposals = Proposal.objects.filter(
        identifier=act.id,
        convention=convention,
        answer__outcome=ProposalAnswer.Outcome.CONFIRMED,
        answer__author=author,
    ).exclude(proposed_by=author)
    return any(said(act) in proposal.payload.get("acts", ()) for proposal in proposals)


def _left_by_two_hands(subject: Subject, key: str) -> bool:
    number = key.removeprefix(OutgoingLetter.KEY)
    if number == key or not number.isdigit():
        return False
    letter = OutgoingLetter.objects.filter(pk=int(number), issued__convention=subject.pk).first()
    if letter is None:
        return False
    passages = list(letter.passages.order_by("place"))
    signed = [one.author_id for one in passages if one.kind == SIGNED]
    return bool(signed) and signed[-1] != put_to_signature_by(letter, passages)


def put_to_signature_by(letter: OutgoingLetter, passages: Sequence[LetterPassage]) -> int | None:
    """Who put a letter to the signature last; who wrote it, where nobody did."""
    submitted = [one.author_id for one in passages if one.kind == SUBMITTED]
    return submitted[-1] if submitted else letter.issued.author_id
