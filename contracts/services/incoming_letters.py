"""Letters received: registered in the order of their arrival, filed, and filed elsewhere.

A letter is registered before anybody knows what it does, so that nothing that arrived can be lost.
Filing it under a convention records what it does there, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from contracts.identifiers import validate_no_nir
from contracts.models import (
    Caisse,
    Convention,
    EvidenceFile,
    IncomingLetter,
    LetterFiling,
    LetterPlace,
    User,
)
from contracts.services.visibility import scopes_held, visible_conventions
from workflows import acts, clock
from workflows.acts import Act
from workflows.french import typeset
from workflows.together import record_all

TO_QUALIFY = "to_qualify"
"""The effect of a letter that waits for a lawyer to say what it does."""

_SAME_NUMBER_WITHIN = timedelta(days=366)
"""Operators give their numbers again after some time."""

Standing = LetterPlace.Standing


class CannotRegister(Exception):
    """The letter is not registered; the message says why and what to do."""


class AlreadyRegistered(CannotRegister):
    """A letter of this number is registered already: ``letter``."""

    def __init__(self, letter: IncomingLetter) -> None:
        super().__init__(
            typeset(
                f"Le recommandé {letter.registered_number} est déjà enregistré sous le n° "
                f"{letter.reference}. Vérifiez le numéro ; si c’est le même pli, il n’y a rien à "
                "refaire."
            )
        )
        self.letter = letter


class CannotFile(Exception):
    """The letter is not filed; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the envelope and the slip say."""

    form: str
    registered_number: str
    """Normalised; empty for a letter without one."""
    postmark_on: date | None
    received_on: date
    sender: str
    subject: str = ""


def register_letter(
    envelope: Envelope, caisse: Caisse, file: EvidenceFile, author: User, identifier: UUID
) -> IncomingLetter:
    """Give a letter the next number of the caisse's year; the same identifier, the same letter.

    Raises ``AlreadyRegistered`` for a number registered less than a year ago.
    """
    today = clock.today()
    with transaction.atomic():
        # One registration at a time for a caisse, so that the numbers follow without a gap.
        Caisse.objects.select_for_update(no_key=True).get(pk=caisse.pk)
        if known := IncomingLetter.objects.filter(identifier=identifier).first():
            return known
        of_caisse = IncomingLetter.objects.filter(caisse=caisse)
        if envelope.registered_number:
            same = of_caisse.filter(
                year__in=(today.year, today.year - 1),
                registered_number=envelope.registered_number,
                received_on__gt=envelope.received_on - _SAME_NUMBER_WITHIN,
            ).first()
            if same is not None:
                raise AlreadyRegistered(same)
        last = of_caisse.filter(year=today.year).aggregate(last=Max("number"))["last"] or 0
        letter = IncomingLetter.objects.create(
            identifier=identifier,
            caisse=caisse,
            year=today.year,
            number=last + 1,
            form=envelope.form,
            registered_number=envelope.registered_number,
            postmark_on=envelope.postmark_on,
            received_on=envelope.received_on,
            sender=envelope.sender,
            subject=envelope.subject,
            file=file,
            author=author,
            registered_at=clock.now(),
        )
        LetterPlace.objects.create(letter=letter, caisse=caisse, standing=Standing.TO_FILE)
    return letter


def visible_letters(user: User, on: date) -> QuerySet[IncomingLetter]:
    """The letters that a user may see.

    Those of the caisse where no service limits the role; elsewhere the user's own, and those filed
    under a convention that the user sees: a letter that nobody filed may concern any service.
    """
    scopes = scopes_held(user, on)
    whole = {scope.caisse_id for scope in scopes if not scope.services}
    limited = {scope.caisse_id for scope in scopes} - whole
    seen = Q(caisse__in=whole)
    if limited:
        seen |= Q(caisse__in=limited) & (
            Q(author=user) | Q(place__convention__in=visible_conventions(user, on))
        )
    return IncomingLetter.objects.filter(seen)


def reversal(filing: LetterFiling | None, reason: str, identifier: UUID) -> tuple[Act, ...]:
    """The annulments of all that a filing recorded, the last act first; those annulled left out."""
    if filing is None or filing.act is None:
        return ()
    name = filing.act.identifier
    annulled = {
        row.payload.get("of") for row in filing.convention.acts.filter(kind=acts.Annulment.kind)
    }
    rows = filing.convention.acts.filter(
        Q(identifier=name) | Q(identifier__startswith=f"{name}.")
    ).order_by("-revision")
    today, now = clock.today(), clock.now()
    return tuple(
        acts.Annulment(
            id=f"{identifier.hex}.x{place}",
            on=today,
            recorded_at=now,
            of=row.identifier,
            reason=reason,
        )
        for place, row in enumerate(row for row in rows if row.identifier not in annulled)
    )


def file_letter(
    letter: IncomingLetter,
    convention: Convention,
    effect: str,
    author: User,
    *,
    identifier: UUID,
    seen_filings: int,
    seen_revision: int | None = None,
    made: Sequence[Act] = (),
    reason: str = "",
) -> LetterFiling:
    """File a letter under a convention, recording the acts ``made``; the last filing holds.

    ``seen_filings`` is how many filings the form was shown with. What an earlier filing recorded is
    annulled with ``reason``. The same identifier gives the same filing. Raises ``CannotFile``, and
    what ``subjects.record`` raises; nothing is written then.
    """
    reason = " ".join(reason.split())
    with transaction.atomic():
        place = LetterPlace.objects.select_for_update().get(letter=letter)
        if known := LetterFiling.objects.filter(identifier=identifier).first():
            return known
        earlier = letter.filings.select_related("convention", "act").last()
        _check(letter, convention, earlier, seen_filings, reason)
        undone = reversal(earlier, reason, identifier)
        if earlier is not None and earlier.convention_id != convention.pk:
            record_all(earlier.convention, undone, author, [letter.file])
            undone = ()
        rows: Sequence[Any] = record_all(
            convention, (*undone, *made), author, [letter.file], seen_revision
        )
        filing = LetterFiling.objects.create(
            identifier=identifier,
            letter=letter,
            place=seen_filings + 1,
            convention=convention,
            effect=effect,
            act=rows[len(undone)] if made else None,
            reason=reason,
            author=author,
            filed_at=clock.now(),
        )
        _put(place, filing)
    return filing


def place_again(letter: IncomingLetter) -> LetterPlace:
    """Make the cached place of a letter anew from its filings."""
    with transaction.atomic():
        place = LetterPlace.objects.select_for_update().get(letter=letter)
        _put(place, letter.filings.last())
    return place


def _put(place: LetterPlace, filing: LetterFiling | None) -> None:
    place.filing = filing
    place.convention = filing.convention if filing else None
    place.standing = standing_of(filing)
    place.save(update_fields=["filing", "convention", "standing"])


def standing_of(filing: LetterFiling | None) -> str:
    """Where a letter stands, from the filing that holds."""
    if filing is None:
        return Standing.TO_FILE
    return Standing.TO_QUALIFY if filing.effect == TO_QUALIFY else Standing.FILED


def _check(
    letter: IncomingLetter,
    convention: Convention,
    earlier: LetterFiling | None,
    seen_filings: int,
    reason: str,
) -> None:
    if convention.caisse_id != letter.caisse_id:
        raise CannotFile("Cette convention est celle d’une autre caisse que celle du courrier.")
    if (earlier.place if earlier else 0) != seen_filings:
        raise CannotFile("Ce courrier vient d’être classé par quelqu’un d’autre. Relisez sa fiche.")
    if earlier is not None and not reason:
        raise CannotFile("Dites pourquoi ce courrier change de classement.")
    try:
        validate_no_nir(reason)
    except ValidationError as refused:
        raise CannotFile(" ".join(refused.messages)) from refused
