"""What the pages of declarations share, on both sides: whose they are, a conflict, a piece."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from contracts.models import Caisse
from contracts.services.file_verification import released
from forms_annexes.declarations.answers import shown_answers
from forms_annexes.declarations.kinds import Kind, kind_at
from forms_annexes.declarations.settings import settings_of
from forms_annexes.models import Declaration
from forms_annexes.services.declaration_standing import clocks_of, declaration_standing
from forms_annexes.services.declaration_visibility import (
    caisse_declarations,
    partner_declarations,
)
from ui.attachments import attachment
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY
from workflows.rulebook import Rulebook


def own_declaration(request: HttpRequest, pk: int) -> Declaration:
    """The declaration of the page, if it is one of the user's partner; no other exists."""
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(partner_declarations(request.user, clock.today()), pk=pk)


def seen_declaration(request: HttpRequest, pk: int) -> Declaration:
    """The declaration of the page, if it is under a convention that the staff may see."""
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(caisse_declarations(request.user, clock.today()), pk=pk)


def kind_in(slug: str) -> Kind:
    """The kind at that address."""
    kind = kind_at(slug)
    if kind is None:
        raise Http404
    return kind


def told_of(declaration: Declaration) -> dict[str, Any]:
    """What every page about one declaration shows."""
    kind = declaration.definition
    return {
        "declaration": declaration,
        "kind": kind,
        "article": kind.article(declaration.convention.rules),
        "standing": declaration_standing(declaration),
        "clocks": clocks_of(declaration),
        "answers": shown_answers(kind, declaration.answers),
        "pieces": declaration.pieces.select_related("evidence").order_by("pk"),
        "history": declaration.lines.select_related("author"),
    }


def explained(kind: Kind, rules: Rulebook, caisse: Caisse) -> dict[str, Any]:
    """What a kind says before its questions, with what the caisse and the convention add."""
    settings = settings_of(caisse)
    return {
        "kind": kind,
        "article": kind.article(rules),
        "remarks": [typeset(one) for one in _REMARKS.get(kind.code, lambda _: ())(rules)],
        "secure_channel": settings.secure_channel if kind.code == "right_request" else "",
        "breach_address": settings.breach_address if kind.code == "breach" else "",
    }


def given_out(declaration: Declaration, piece: int) -> HttpResponseBase:
    """A piece as a file to keep, never as a page to show. Raises ``NotReleased``."""
    if piece > LARGEST_KEY:
        raise Http404
    found = get_object_or_404(declaration.pieces.select_related("evidence"), pk=piece)
    file = found.evidence
    return attachment(released(file), file.original_name, file.content_type)


def _right_remarks(rules: Rulebook) -> tuple[str, ...]:
    rights = rules.provisions.rights_of_persons
    if rights is None:
        return ()
    said = []
    if rights.legitimate_grounds:
        said.append("La personne qui s’oppose donne à la caisse des motifs légitimes.")
    if rights.identity_proven:
        said.append("La personne prouve son identité à la caisse.")
    if rights.closes_file:
        said.append("Une fois l’opposition enregistrée, son dossier ne vous est plus ouvert.")
    return tuple(said)


def _address_remarks(rules: Rulebook) -> tuple[str, ...]:
    correspondence = rules.provisions.correspondence
    if correspondence is None or correspondence.change_form != "registered_letter":
        return ()
    return (
        "La convention veut que le changement soit notifié par lettre recommandée. Cette "
        "déclaration ne la remplace pas : postez la lettre, puis donnez-en ici le numéro et la "
        "date, avec sa copie.",
    )


def _breach_remarks(rules: Rulebook) -> tuple[str, ...]:
    report = rules.provisions.data_breach_report
    if report is None:
        return ()
    said = []
    if report.suspected_too:
        said.append("Un simple soupçon se déclare aussi.")
    if report.with_documents:
        said.append("La convention demande de joindre les documents utiles.")
    return tuple(said)


_REMARKS: dict[str, Callable[[Rulebook], tuple[str, ...]]] = {
    "right_request": _right_remarks,
    "address": _address_remarks,
    "breach": _breach_remarks,
}
