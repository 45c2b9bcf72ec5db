"""Documents of a convention: made from what is known of it, and issued once for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import slugify

from contracts.models import (
    Convention,
    IssuedDocument,
    Partner,
    Power,
    SignatoryPower,
    Site,
    User,
)
from contracts.services.evidence import store_evidence
from contracts.services.file_verification import why_gone
from contracts.services.signing import proposed_signer
from contracts.services.versions import (
    content_digest,
    new_stamp,
    superseded,
    void,
    would_void,
)
from templates_conventions import assembly, family_letter, letter_assembly
from templates_conventions.assembly import Answers
from templates_conventions.document import Document
from templates_conventions.facts import (
    ConventionFacts,
    DocumentFacts,
    PartyFacts,
    PersonFacts,
    StructureFacts,
)
from templates_conventions.rendering import docx, pdf
from workflows import clock
from workflows.french import date_in_words, typeset
from workflows.read_once import once
from workflows.subjects import locked


class Format(StrEnum):
    """The formats in which a document may be issued."""

    PDF = "pdf"
    DOCX = "docx"


class CannotIssue(Exception):
    """The document must not be stored; nothing was written."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


class WouldVoidSignatures(CannotIssue):
    """Another version was signed already: issuing this one voids its signatures, if one wants."""


class Altered(Exception):
    """A stored file is no longer what was issued."""


def facts_of(
    convention: Convention, on: date | None = None, site: Site | None = None
) -> DocumentFacts:
    """What the documents of a convention show, as known on ``on`` (today by default).

    ``site`` is the structure concerned; without it, the only one the convention covers, or else the
    partner itself. A representative is named only when one alone may sign that day: between
    several, the choice is a person's, and the line stays to be written.
    """
    day = on or clock.today()
    asked = ("facts", convention.pk, day, site.pk if site else None)
    return once(asked, lambda: _facts_of(convention, day, site))


def names_of(convention: Convention) -> DocumentFacts:
    """The convention and the names of its parties, without asking the database for more."""
    return DocumentFacts(
        convention=_convention(convention),
        caisse=PartyFacts(name=convention.caisse.name),
        partner=PartyFacts(name=convention.partner.name),
    )


def _facts_of(convention: Convention, day: date, site: Site | None) -> DocumentFacts:
    partner, caisse = convention.party_on(day), convention.caisse
    sites = [site] if site else list(convention.sites.order_by("name", "pk"))
    structure = sites[0] if len(sites) == 1 else partner
    number = partner.numbers.filter(caisse=caisse).first()
    return DocumentFacts(
        convention=_convention(convention),
        caisse=PartyFacts(
            name=caisse.name,
            address=caisse.address,
            email=str(caisse.settings.get("partner_mailbox", "")),
            **_director(convention, day),
        ),
        partner=PartyFacts(
            name=partner.name,
            address=partner.address_on(day),
            number=number.number if number else "",
            in_the_place_of=_predecessor(convention, day),
            **_signatory(partner, day),
        ),
        structure=_structure(structure, partner, day),
        structures=tuple(_structure(one, partner, day) for one in sites),
    )


def convention_document(
    convention: Convention, on: date | None = None, persons: Sequence[PersonFacts] = ()
) -> Document:
    """The convention with its annexes, forms pre-filled. Raises ``SourceFault``.

    ``persons`` are those that an annex lists, for whoever knows them; without, lines to write on.
    """
    day = on or clock.today()
    facts = facts_of(convention, day).model_copy(update={"persons": tuple(persons)})
    return assembly.convention_document(convention.rules, facts, day)


def annex_document(
    convention: Convention,
    code: str,
    on: date | None = None,
    persons: Sequence[PersonFacts] = (),
) -> Document:
    """One annex of the convention. Raises ``CannotAssemble`` or ``SourceFault``."""
    day = on or clock.today()
    facts = facts_of(convention, day).model_copy(update={"persons": tuple(persons)})
    return assembly.annex_document(convention.rules, code, facts, day)


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


def family_letter_document(
    convention: Convention,
    *,
    site: Site | None = None,
    on: date | None = None,
    header: Sequence[str] = (),
) -> Document:
    """The letter that a structure hands out to its families, under its own letterhead if given.

    Raises ``CannotAssemble``.
    """
    day = on or clock.today()
    facts = facts_of(convention, day, site)
    return family_letter.family_letter(convention.rules, facts, day, header=header)


def rendered(document: Document, file_format: Format = Format.PDF) -> bytes:
    """The bytes of a document in one format. Raises ``NotArchivable``."""
    return renderer(file_format)(document)


def draft_of(document: Document, file_format: Format) -> bytes:
    """The bytes of a document that is not issued: each page says that it is a draft."""
    return rendered(replace(document, draft=True), file_format)


def renderer(file_format: Format) -> Callable[[Document], bytes]:
    """What draws a document in that format: it needs no database, and may run in a process of
    its own."""
    if file_format is Format.PDF:
        return pdf.render
    chosen = settings.TACITE_DOCX_REFERENCE
    return partial(docx.render, reference_document=Path(chosen)) if chosen else docx.render


def file_name(document: Document, file_format: str) -> str:
    """« convention-msapic-psu-2026-00042.pdf »: what the file is called outside."""
    named = document.label or ("courrier" if document.letter else "")
    parts = (slugify(named), document.code, slugify(document.reference))
    return "-".join(dict.fromkeys(filter(None, parts))) + f".{file_format}"


def issue(
    convention: Convention,
    document: Document,
    author: User | None,
    file_format: Format = Format.PDF,
    content: bytes | None = None,
    *,
    new_version: bool = False,
) -> IssuedDocument:
    """Stamp a document, render it and store it for good; what says the same is the same row.

    ``new_version``: whether the signatures of an earlier version are to be voided, which stay
    readable. ``content`` are the bytes where it was stamped and rendered already, as in a batch.
    Raises ``WouldVoidSignatures`` where there are some and it is not said, and ``CannotIssue`` for
    a document of another convention or one that shows a password.
    """
    _check_issuable(convention, document)
    digest = content_digest(document)
    with transaction.atomic():
        # One writer at a time for a convention, so that the same content is stored once.
        locked(Convention.objects.all(), convention.pk)
        known = _known(convention, document, digest, file_format)
        if known is not None:
            return known
        voided = would_void(convention, document)
        if voided and not new_version:
            raise WouldVoidSignatures(
                "Ce document a déjà été signé dans une autre version. Émettre celle-ci annule les "
                f"signatures recueillies ({len(voided)}) : elles restent lisibles, et le document "
                "est à signer de nouveau par chaque partie."
            )
        if content is None:
            document = replace(document, stamp=new_stamp())
            content = rendered(document, file_format)
        issued = _stored(convention, document, content, digest, author, file_format)
        void(voided, issued, author)
        return issued


def _check_issuable(convention: Convention, document: Document) -> None:
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


def _known(
    convention: Convention, document: Document, digest: str, file_format: Format
) -> IssuedDocument | None:
    """What was issued already with this content in this format.

    A text given up and taken up again is a version of its own: its signatures were voided.
    """
    if superseded(convention, document.kind.value, document.code, digest):
        return None
    return IssuedDocument.objects.filter(
        convention=convention,
        content_digest=digest,
        file__original_name__endswith=f".{file_format}",
    ).last()


def _stored(
    convention: Convention,
    document: Document,
    content: bytes,
    digest: str,
    author: User | None,
    file_format: Format,
) -> IssuedDocument:
    file = store_evidence(ContentFile(content), file_name(document, file_format), author)
    return IssuedDocument.objects.create(
        convention=convention,
        kind=document.kind.value,
        code=document.code,
        title=document.title[:300],
        rulebook_version=document.origin.rulebook_version,
        rulebook_digest=document.origin.rulebook_digest,
        template_digest=document.origin.template_digest,
        content_digest=digest,
        stamp=document.stamp,
        data=pdf.embedded_facts(document),
        sha256=sha256(content).hexdigest(),
        file=file,
        dated=document.dated,
        issued_at=clock.now(),
        author=author,
    )


def content_of(issued: IssuedDocument) -> bytes:
    """The bytes as issued. Raises ``Altered`` if the stored file is no longer they, or gone."""
    if went := why_gone(issued.file):
        raise Altered(went)
    with issued.file.file.open("rb") as stored:
        content: bytes = stored.read()
    if sha256(content).hexdigest() != issued.sha256:
        raise Altered(
            f"Le fichier du document {issued.pk} n’est plus celui qui a été émis le "
            f"{issued.issued_at:%d/%m/%Y}. Ne le diffusez pas, et retrouvez-le dans une sauvegarde."
        )
    return content


def _convention(convention: Convention) -> ConventionFacts:
    return ConventionFacts(
        number=convention.number,
        effect_on=convention.effect_on,
        term_last_day=convention.term_last_day,
        last_day_in_force=convention.last_day_in_force,
    )


def _structure(structure: Site | Partner, partner: Partner, day: date) -> StructureFacts:
    address = structure.address_on(day) or partner.address_on(day)
    return StructureFacts(name=structure.name, address=address)


def _director(convention: Convention, day: date) -> dict[str, str]:
    name, quality = proposed_signer(convention.caisse, Power.Kind.SIGN_CONVENTIONS, day)
    return {"representative": name, "quality": quality} if name else {}


def _predecessor(convention: Convention, day: date) -> str:
    """« Commune d’Essai depuis le 1er janvier 2026 (arrêté…) », for who took its place."""
    place = convention.place_on(day)
    if place is None or place.partner_id == convention.contracting_partner_id:
        return ""
    words = f"{convention.contracting_partner.name} depuis le {date_in_words(place.first_day)}"
    return f"{words} ({place.succession.reference})" if place.succession else words


def _signatory(partner: Partner, day: date) -> dict[str, str]:
    powers = SignatoryPower.objects.on(day).filter(signatory__partner=partner)
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
