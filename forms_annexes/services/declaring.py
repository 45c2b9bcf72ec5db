"""Declaring something to the caisse, online or on the partner's behalf; completing, taking back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django_fsm import TransitionNotAllowed

from contracts.identifiers import validate_no_nir
from contracts.models import Convention, Site
from contracts.services.file_verification import take_in
from forms_annexes.declarations.answers import checked_answers
from forms_annexes.declarations.kinds import Kind
from forms_annexes.declarations.offers import why_not
from forms_annexes.models import (
    Declaration,
    DeclarationLine,
    DeclarationPiece,
)
from forms_annexes.receiving import Received
from forms_annexes.services import declaration_telling as telling
from forms_annexes.services.declaration_situation import situation_of
from forms_annexes.services.numbering import next_declaration_number
from forms_annexes.uploads import checked_upload
from workflows import clock
from workflows.french import date_in_words, typeset
from workflows.subjects import locked

Name = DeclarationLine.Name


class DeclarationRefused(Exception):
    """What was asked cannot be done to this declaration; nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


class StaleDeclaration(DeclarationRefused):
    """It has moved since the page was shown, or the convention has."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is declared, as a page or a letter says it."""

    answers: Mapping[str, str]
    declared_on: date | None = None
    """The day of the fact; None where the kind asks none, or asks an instant."""
    aware_at: datetime | None = None
    site: Site | None = None
    files: tuple[File, ...] = ()


def declare(
    convention: Convention,
    kind: Kind,
    author: Any,
    told: Told,
    *,
    whole_partner: bool = True,
    received: Received | None = None,
    form_token: uuid.UUID | None = None,
) -> Declaration:
    """Store a declaration and hand it to the caisse; the same form sent again gives the same one.

    ``whole_partner`` says whether the author answers for the partner, and not for one structure.
    Raises ``ValidationError`` with a dictionary by field for what was typed, and
    ``StaleDeclaration`` when the convention does not allow it now.
    """
    received = received or Received()
    received_on = received.on or clock.today()
    with transaction.atomic():
        # Two clicks at once wait for each other here, and the second finds what the first wrote.
        current = locked(
            Convention.objects.select_related("caisse", "partner", "pinned"), convention.pk
        )
        known = Declaration.objects.filter(form_token=form_token).first() if form_token else None
        if known and known.convention_id == current.pk and known.created_by_id == author.pk:
            return known
        if reason := why_not(kind, situation_of(current, whole_partner=whole_partner)):
            raise StaleDeclaration(reason)
        answers = _checked(current, kind, told, received_on)
        if told.site is None and not whole_partner:
            raise ValidationError({"site": "Dites de quelle structure il s’agit."})
        declaration = Declaration(
            convention=current,
            site=told.site,
            number=next_declaration_number(current.caisse, clock.today().year),
            # A token that is somebody else's tells nothing of this form.
            form_token=uuid.uuid4() if known or form_token is None else form_token,
            kind=kind.code,
            declared_on=_fact_day(told, received_on),
            aware_at=told.aware_at if kind.fact == "aware_at" else None,
            channel=received.channel,
            received_on=received_on,
            answers=answers,
            created_by=author,
            created_at=clock.now(),
        )
        declaration.save(force_insert=True)
        _join(declaration, told.files, author)
        note(declaration, Name.SEND, author)
        telling.sent(declaration)
    return declaration


def send_again(
    declaration: Declaration, author: Any, told: Told, seen_revision: int | None
) -> Declaration:
    """Send a declaration completed. Raises what ``declare`` raises, stale pages included."""
    with changing(declaration, seen_revision) as current:
        kind = current.definition
        has_piece = current.pieces.exists()
        answers = _checked(current.convention, kind, told, clock.today(), has_piece=has_piece)
        source = current.status
        current.send_again()
        current.answers, current.site = answers, told.site
        current.declared_on = _fact_day(told, current.declared_on)
        if kind.fact == "aware_at":
            current.aware_at = told.aware_at
        _join(current, told.files, author)
        note(current, Name.SEND_AGAIN, author, source)
        telling.sent(current)
    return current


def withdraw(declaration: Declaration, author: Any, seen_revision: int | None) -> Declaration:
    """Take a declaration back. Raises ``StaleDeclaration`` once it is handled."""
    with changing(declaration, seen_revision) as current:
        source = current.status
        current.withdraw()
        note(current, Name.WITHDRAW, author, source)
    return current


def join_piece(
    declaration: Declaration, author: Any, file: File, seen_revision: int | None
) -> Declaration:
    """Join a document that was not at hand. Raises ``ValidationError`` by field."""
    with changing(declaration, seen_revision) as current:
        if current.definition.pieces == "none" or not current.is_in_progress:
            raise StaleDeclaration("Cette déclaration ne prend pas, ou plus, de pièce.")
        _check_files(current.definition, (file,))
        _join(current, (file,), author)
        note(current, Name.JOIN, author, current.status)
    return current


@contextmanager
def changing(declaration: Declaration, seen_revision: int | None) -> Iterator[Declaration]:
    """The locked declaration, whose change becomes a new revision at the end of the block.

    ``seen_revision`` is the revision that the page showed, None where no page did. Raises
    ``StaleDeclaration`` when it has moved since, or allows the move no more.
    """
    with transaction.atomic():
        rows = Declaration.objects.select_related(
            "convention__pinned", "convention__partner", "convention__caisse", "site"
        )
        current = locked(rows, declaration.pk)
        if seen_revision is not None and seen_revision != current.revision:
            raise StaleDeclaration(
                "Cette déclaration a changé depuis que vous avez ouvert la page. Relisez-la, puis "
                "recommencez s’il le faut."
            )
        try:
            yield current
        except TransitionNotAllowed as error:
            raise StaleDeclaration(
                f"La déclaration est maintenant : {current.status_label.lower()}. Ce que vous "
                "demandez a déjà été fait, ou n’est plus possible."
            ) from error
        current.revision += 1
        current.save()


def note(current: Declaration, name: DeclarationLine.Name, author: Any, source: str = "") -> None:
    """Add one line to the history of a locked declaration."""
    DeclarationLine.objects.create(
        declaration=current,
        number=current.lines.count() + 1,
        name=name,
        source=source,
        target=current.status,
        author=author,
        at=clock.now(),
    )


def check_received_on(day: date) -> None:
    """Raise ``ValidationError`` for a day of reception that has not come."""
    if day > clock.today():
        raise ValidationError(
            {"received_on": f"Le {date_in_words(day)} est à venir. Vérifiez la date de réception."}
        )


def _checked(
    convention: Convention, kind: Kind, told: Told, received_on: date, *, has_piece: bool = False
) -> dict[str, str]:
    """The answers to keep. Raises ``ValidationError`` with every fault by field."""
    faults: dict[str, Any] = {}
    answers: dict[str, str] = {}
    for check in (
        lambda: check_received_on(received_on),
        lambda: _check_fact(convention, kind, told, received_on),
        lambda: _check_site(convention, kind, told),
        lambda: _check_files(kind, told.files),
        lambda: _check_piece(convention, kind, has_piece=has_piece or bool(told.files)),
        lambda: answers.update(
            checked_answers(kind, convention.rules, told.answers, clock.today())
        ),
    ):
        try:
            check()
        except ValidationError as fault:
            faults |= fault.message_dict
    if faults:
        raise ValidationError(faults)
    return answers


def _check_fact(convention: Convention, kind: Kind, told: Told, received_on: date) -> None:
    if kind.fact == "aware_at":
        if told.aware_at is None:
            raise ValidationError({"aware_at": "Dites quand vous l’avez su : jour et heure."})
        if told.aware_at > clock.now():
            raise ValidationError({"aware_at": "Cet instant est à venir. Vérifiez jour et heure."})
        if clock.civil_date(told.aware_at) > received_on:
            raise ValidationError(
                {"aware_at": "La déclaration n’a pas pu être reçue avant ce jour. Vérifiez."}
            )
    if kind.fact != "on":
        return
    day = told.declared_on
    if day is None:
        raise ValidationError({"declared_on": "Indiquez la date. Attendu : JJ/MM/AAAA."})
    if day > received_on and not kind.may_be_future:
        raise ValidationError(
            {
                "declared_on": f"Le {date_in_words(day)} vient après la réception "
                f"({date_in_words(received_on)}). Vérifiez la date."
            }
        )
    end = convention.last_day_in_force
    if kind.code == "attestation" and end is not None and day < end:
        raise ValidationError(
            {
                "declared_on": f"La convention a été en vigueur jusqu’au {date_in_words(end)} : "
                "l’attestation ne peut pas être plus ancienne."
            }
        )


def _check_site(convention: Convention, kind: Kind, told: Told) -> None:
    if told.site is None:
        return
    known = convention.sites.filter(pk=told.site.pk).exists()
    if kind.scope == "partner" or not known:
        raise ValidationError({"site": "Cette structure n’est pas couverte par la convention."})


def _check_piece(convention: Convention, kind: Kind, *, has_piece: bool) -> None:
    if kind.wants_piece(convention.rules) and not has_piece:
        raise ValidationError({"piece": "Joignez la pièce demandée."})


def _check_files(kind: Kind, files: tuple[File, ...]) -> None:
    if kind.pieces == "none" and files:
        raise ValidationError(
            {"piece": "Aucune pièce ici : elle désignerait la personne. Employez le canal sûr."}
        )
    for file in files:
        try:
            validate_no_nir(file.name or "")
            checked_upload(file)
        except ValidationError as fault:
            raise ValidationError({"piece": fault.messages}) from fault


def _fact_day(told: Told, otherwise: date) -> date:
    if told.aware_at is not None:
        return clock.civil_date(told.aware_at)
    return told.declared_on or otherwise


def _join(current: Declaration, files: Iterable[File], author: Any) -> None:
    for file in files:
        evidence = take_in(file, file.name or "piece.pdf", author)
        DeclarationPiece.objects.create(declaration=current, evidence=evidence)
