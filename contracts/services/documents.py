"""Documents of a convention: made from what is known of it, and issued once for all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import slugify

from contracts.models import (
    Agent,
    Convention,
    IssuedDocument,
    Power,
    SignatoryPower,
    Site,
    User,
)
from contracts.services.evidence import store_evidence
from templates_conventions import assembly, letter_assembly
from templates_conventions.assembly import Answers
from templates_conventions.document import Document
from templates_conventions.facts import (
    ConventionFacts,
    DocumentFacts,
    PartyFacts,
    StructureFacts,
)
from templates_conventions.rendering import docx, pdf
from workflows import clock
from workflows.french import typeset
from workflows.subjects import locked


class Format(StrEnum):
    """The formats in which a document may be issued."""

    PDF = "pdf"
    DOCX = "docx"


class CannotIssue(Exception):
    """The document must not be stored; nothing was written."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


class Altered(Exception):
    """A stored file is no longer what was issued."""


_RENDERERS = {Format.PDF: pdf.render, Format.DOCX: docx.render}


def facts_of(
    convention: Convention, on: date | None = None, site: Site | None = None
) -> DocumentFacts:
    """What the documents of a convention show, as known on ``on`` (today by default).

    ``site`` is the structure concerned; without it, the only one the convention covers, or else the
    partner itself. A representative is named only when one alone may sign that day: between
    several, the choice is a person's, and the line stays to be written.
    """
    day = on or clock.today()
    partner, caisse = convention.partner, convention.caisse
    site = site or _only(convention.sites.all())
    structure = site or partner
    number = partner.numbers.filter(caisse=caisse).first()
    return DocumentFacts(
        convention=ConventionFacts(
            number=convention.number,
            effect_on=convention.effect_on,
            term_last_day=convention.term_last_day,
            last_day_in_force=convention.last_day_in_force,
        ),
        caisse=PartyFacts(name=caisse.name, address=caisse.address, **_director(convention, day)),
        partner=PartyFacts(
            name=partner.name,
            address=partner.address,
            number=number.number if number else "",
            **_signatory(convention, day),
        ),
        structure=StructureFacts(name=structure.name, address=structure.address or partner.address),
    )


def convention_document(convention: Convention, on: date | None = None) -> Document:
    """The convention with its annexes, forms pre-filled. Raises ``SourceFault``."""
    day = on or clock.today()
    return assembly.convention_document(convention.rules, facts_of(convention, day), day)


def annex_document(convention: Convention, code: str, on: date | None = None) -> Document:
    """One annex of the convention. Raises ``CannotAssemble`` or ``SourceFault``."""
    day = on or clock.today()
    return assembly.annex_document(convention.rules, code, facts_of(convention, day), day)


def form_document(
    convention: Convention,
    code: str,
    answers: Answers | None = None,
    *,
    site: Site | None = None,
    on: date | None = None,
) -> Document:
    """One form, filled with ``answers`` or pre-filled. Raises ``CannotAssemble``."""
    day = on or clock.today()
    facts = facts_of(convention, day, site)
    return assembly.form_document(convention.rules, code, facts, day, answers)


def letter_document(
    convention: Convention,
    code: str,
    values: Mapping[str, Any],
    *,
    to: str = "",
    signatory: tuple[str, str] = ("", ""),
    secrets: Mapping[str, str] | None = None,
    site: Site | None = None,
    on: date | None = None,
) -> Document:
    """One letter; with ``secrets`` it may be sent and never stored. Raises ``CannotAssemble``."""
    day = on or clock.today()
    return letter_assembly.letter_document(
        convention.rules,
        code,
        facts_of(convention, day, site),
        day,
        values,
        to=to,
        signatory=signatory,
        secrets=secrets,
    )


def rendered(document: Document, file_format: Format = Format.PDF) -> bytes:
    """The bytes of a document in one format. Raises ``NotArchivable``."""
    return _RENDERERS[file_format](document)


def file_name(document: Document, file_format: str) -> str:
    """« convention-msapic-psu-2026-00042.pdf »: what the file is called outside."""
    named = document.label or ("" if document.code == "convention" else "courrier")
    parts = (slugify(named), document.code, slugify(document.reference))
    return "-".join(dict.fromkeys(filter(None, parts))) + f".{file_format}"


def issue(
    convention: Convention,
    document: Document,
    author: User | None,
    file_format: Format = Format.PDF,
) -> IssuedDocument:
    """Render a document and store it for good; the same bytes issued again are the same row.

    Raises ``CannotIssue`` for a document of another convention or one that shows a password.
    """
    if document.holds_secret:
        raise CannotIssue(
            "Ce document contient un mot de passe ou un lien personnel : il s’envoie et ne se "
            "conserve pas. Émettez-en la copie masquée, faite sans « secrets »."
        )
    if document.reference != convention.number:
        raise CannotIssue(
            f"Ce document porte le n° « {document.reference} », la convention le n° "
            f"« {convention.number} ». Refaites-le pour cette convention."
        )
    content = rendered(document, file_format)
    digest = sha256(content).hexdigest()
    with transaction.atomic():
        # One writer at a time for a convention, so that the same bytes are stored once.
        locked(Convention.objects.all(), convention.pk)
        known = IssuedDocument.objects.filter(convention=convention, sha256=digest).first()
        if known is not None:
            return known
        name = file_name(document, file_format)
        file = store_evidence(ContentFile(content), name, author)
        return IssuedDocument.objects.create(
            convention=convention,
            kind=document.kind.value,
            code=document.code,
            title=document.title[:300],
            rulebook_version=document.origin.rulebook_version,
            rulebook_digest=document.origin.rulebook_digest,
            template_digest=document.origin.template_digest,
            sha256=digest,
            file=file,
            dated=document.dated,
            issued_at=clock.now(),
            author=author,
        )


def content_of(issued: IssuedDocument) -> bytes:
    """The bytes as issued. Raises ``Altered`` if the stored file is no longer they."""
    with issued.file.file.open("rb") as stored:
        content: bytes = stored.read()
    if sha256(content).hexdigest() != issued.sha256:
        raise Altered(
            f"Le fichier du document {issued.pk} n’est plus celui qui a été émis le "
            f"{issued.issued_at:%d/%m/%Y}. Ne le diffusez pas, et retrouvez-le dans une sauvegarde."
        )
    return content


def _director(convention: Convention, day: date) -> dict[str, str]:
    powers = Power.objects.on(day).filter(
        agent__caisse=convention.caisse, kind=Power.Kind.SIGN_CONVENTIONS
    )
    agent = _only(Agent.objects.filter(pk__in=powers.values("agent")).select_related("person"))
    if agent is None:
        return {}
    return {"representative": agent.person.get_full_name(), "quality": agent.title}


def _signatory(convention: Convention, day: date) -> dict[str, str]:
    powers = SignatoryPower.objects.on(day).filter(signatory__partner=convention.partner)
    power = _only(powers.select_related("signatory__person"))
    if power is None:
        return {}
    signatory = power.signatory
    return {
        "representative": signatory.person.get_full_name(),
        "quality": signatory.quality,
    }


def _only(rows: Any) -> Any:
    """The row if there is just one."""
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None
