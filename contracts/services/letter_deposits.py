"""Handing signed letters over to the provider: asked by a person, done by the effects ledger."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from contracts.identifiers import validate_no_nir
from contracts.letter_circuit import SIGNED
from contracts.models import IssuedDocument, LetterDeposit, OutgoingLetter, User
from contracts.registered_mail.choice import chosen
from contracts.registered_mail.port import Deposit
from contracts.services.documents import content_of
from contracts.services.file_verification import released
from contracts.services.letter_addresses import address_moved
from contracts.services.outgoing_letters import CannotPass
from workflows import clock, effects
from workflows.effects import EffectContext, EffectFailed
from workflows.subjects import locked

DEPOSIT = "contracts.letter_deposit"
"""The name of the effect that hands a letter over."""

_PDF = "application/pdf"


def entrust(letter: OutgoingLetter, author: User, *, consent: str = "") -> LetterDeposit:
    """Have a signed letter handed over to the provider; asked again, it is handed over once.

    ``consent`` makes it electronic: on what that of its addressee rests. Raises ``CannotPass``.
    """
    with transaction.atomic():
        current = locked(OutgoingLetter.objects.all(), letter.pk)
        if known := LetterDeposit.objects.filter(letter=current).first():
            return known
        _check(current, consent)
        deposit = LetterDeposit.objects.create(
            letter=current,
            electronic=bool(consent),
            consent=consent,
            asked_by=author,
            asked_at=clock.now(),
        )
        name = f"letter:{current.pk}:deposit"
        effects.emit(DEPOSIT, name, name, {"deposit": deposit.pk})
    return deposit


def _check(letter: OutgoingLetter, consent: str) -> None:
    if letter.standing != "to_post":
        raise CannotPass(f"Ce courrier est « {letter.get_standing_display()} ».")
    try:
        validate_no_nir(consent)
    except ValidationError as refused:
        raise CannotPass(" ".join(refused.messages)) from refused
    if _file_of(letter).content_type != _PDF:
        raise CannotPass("Le prestataire ne prend que des PDF : émettez le courrier en PDF.")
    partner = letter.issued.convention.partner
    if consent and not partner.email:
        raise CannotPass("L’adresse électronique du partenaire n’est pas connue.")
    if not consent:
        if not partner.current_address:
            raise CannotPass("L’adresse du partenaire n’est pas connue.")
        if moved := address_moved(letter.issued, clock.today()):
            raise CannotPass(moved)


@effects.handler(DEPOSIT)
def hand_over(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Hand one letter over: the same reference again is the same letter for the provider."""
    deposit = LetterDeposit.objects.select_related(
        "letter__issued__convention__partner", "letter__caisse", "letter__issued__file"
    ).get(pk=payload["deposit"])
    provider, letter = chosen(), deposit.letter
    if letter.standing != "to_post":
        return  # Posted by hand, or given up meanwhile.
    if provider is None:
        raise EffectFailed("Aucun prestataire de recommandés n’est réglé.")
    partner = letter.issued.convention.partner
    pdf = _content_of(letter)
    provider.deposit(
        Deposit(
            reference=letter.key,
            electronic=deposit.electronic,
            pdf=pdf,
            sha256=sha256(pdf).hexdigest(),
            sender=letter.caisse.name,
            addressee=partner.name,
            address="" if deposit.electronic else partner.address_on(letter.issued.dated),
            email=partner.email if deposit.electronic else "",
        )
    )
    LetterDeposit.objects.filter(pk=deposit.pk).update(handed_over_at=clock.now())


def _file_of(letter: OutgoingLetter) -> Any:
    """The signed letter where it was joined, else the letter as issued."""
    signed = letter.passages.filter(kind=SIGNED, file__isnull=False).order_by("place").last()
    return signed.file if signed is not None else letter.issued.file


def _content_of(letter: OutgoingLetter) -> bytes:
    file, issued = _file_of(letter), letter.issued
    if file == issued.file:
        return content_of(IssuedDocument.objects.get(pk=issued.pk))
    with released(file) as opened:
        content: bytes = opened.read()
    return content
