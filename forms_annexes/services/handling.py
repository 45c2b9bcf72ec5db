"""The caisse's side of a declaration: handling it, giving it back with what is missing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from contracts.identifiers import validate_no_nir
from contracts.services.addresses import change_address
from contracts.services.partners import add_signatory
from forms_annexes.models import Declaration, DeclarationLine
from forms_annexes.services import declaration_telling as telling
from forms_annexes.services.declaring import changing, note
from workflows import acts, clock, subjects
from workflows.acts import Act
from workflows.french import date_in_words, typeset

Name = DeclarationLine.Name


def handle(
    declaration: Declaration,
    author: Any,
    handled_on: date,
    handling_note: str = "",
    *,
    enters: bool = True,
    seen_revision: int | None = None,
) -> Declaration:
    """Say that the caisse did what the declaration asks, on a day, and enter what follows from it.

    ``enters`` is whether the agent lets it be entered where the kind leaves the choice. Raises
    ``ValidationError`` by field, ``recording.ActRefused`` for an act that the rules do not take,
    and ``StaleDeclaration``.
    """
    with changing(declaration, seen_revision) as current:
        _check_handled(current, handled_on, handling_note)
        source = current.status
        current.handle()
        current.handled_on, current.handled_by = handled_on, author
        current.handling_note = handling_note.strip()
        follow = _FOLLOWING.get(current.kind)
        current.outcome = typeset(follow(current, author, enters)) if follow else ""
        note(current, Name.HANDLE, author, source)
        telling.handled(current)
    return current


def give_back(
    declaration: Declaration, author: Any, comment: str, seen_revision: int | None = None
) -> Declaration:
    """Give a declaration back with what is missing.

    Raises ``ValidationError`` without a comment, and ``StaleDeclaration``.
    """
    comment = comment.strip()
    if not comment:
        raise ValidationError({"comment": "Dites ce qui manque : le partenaire le lira."})
    _without_nir(comment, "comment")
    with changing(declaration, seen_revision) as current:
        source = current.status
        current.give_back()
        current.return_comment = comment
        note(current, Name.GIVE_BACK, author, source)
        telling.returned(current)
    return current


def _check_handled(current: Declaration, day: date, handling_note: str) -> None:
    _without_nir(handling_note, "note")
    if day > clock.today():
        raise ValidationError(
            {"handled_on": "Ce jour est à venir. Attendu : aujourd’hui, ou avant."}
        )
    if day < current.received_on:
        raise ValidationError(
            {
                "handled_on": f"La déclaration a été reçue le {date_in_words(current.received_on)}"
                " : elle n’a pas pu être traitée avant."
            }
        )


def _without_nir(text: str, field: str) -> None:
    try:
        validate_no_nir(text)
    except ValidationError as refused:
        raise ValidationError({field: refused.messages}) from refused


# What follows from each kind. Each returns what it wrote, or did not, as a sentence for the staff.


def _record(current: Declaration, act: Act, author: Any) -> None:
    pieces = current.pieces.select_related("evidence").order_by("pk")
    subjects.record(current.convention, act, author, [piece.evidence for piece in pieces])


def _common(current: Declaration, on: date) -> dict[str, Any]:
    # Its own: the declaration makes one act, however often the page is sent.
    identifier = str(uuid.uuid5(current.form_token, "act"))
    return {"id": identifier, "on": on, "recorded_at": clock.now()}


def _address(current: Declaration, author: Any, _: bool) -> str:
    """The day that counts is that on which it was told: of the letter, else of the reception."""
    posted = current.answers.get("letter_posted_on")
    told_on = date.fromisoformat(posted) if posted else current.received_on
    _record(current, acts.AddressChanged(**_common(current, told_on), by="partner"), author)
    site = current.site
    change_address(
        # A structure stays on the record of whoever signed, even under a successor.
        site.partner if site is not None else current.convention.partner,
        current.answers["address"],
        current.declared_on,
        author,
        identifier=uuid.uuid5(current.form_token, "address"),
        site=site,
    )
    whose = "de la structure" if current.site is not None else "du partenaire"
    return (
        "L’événement « Changement d’adresse notifié » est au dossier. La nouvelle adresse est "
        f"celle {whose} à compter du {date_in_words(current.declared_on)} : les courriers écrits "
        "depuis ce jour la portent, ceux déjà émis ne changent pas."
    )


def _signatory(current: Declaration, author: Any, enters: bool) -> str:
    if not enters:
        return "Personne n’a été inscrit parmi les signataires : rien d’autre n’est modifié."
    add_signatory(
        current.convention.partner,
        first_name=current.answers["first_name"],
        last_name=current.answers["last_name"],
        quality=current.answers["quality"],
        on=current.declared_on,
    )
    return (
        f"Inscrit parmi les signataires à compter du {date_in_words(current.declared_on)}. Les "
        "signataires précédents gardent leur pouvoir jusqu’à ce qu’il soit retiré de leur fiche."
    )


def _attestation(current: Declaration, author: Any, _: bool) -> str:
    act = acts.DutyDone(**_common(current, current.declared_on), duty="attestation")
    _record(current, act, author)
    return "L’obligation est accomplie : le dossier n’attend plus cette attestation."


_FOLLOWING: Mapping[str, Callable[[Declaration, Any, bool], str]] = {
    "address": _address,
    "signatory": _signatory,
    "attestation": _attestation,
}
