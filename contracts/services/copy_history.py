"""What became of the documents to sign of a convention: originals back, versions, void copies."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from contracts.models import Convention, ConventionAct, SignedCopy, User
from contracts.services.signed_copies import standing
from contracts.services.versions import SIGNED_KINDS
from workflows.french import date_in_words, typeset
from workflows.timeline import Timeline


class Original(NamedTuple):
    """One of the signed originals that the convention asks for, one a party."""

    role: str
    designation: str
    copy: SignedCopy | None
    """None while it has not come back."""


class Happening(NamedTuple):
    """A line of the history."""

    at: datetime
    words: str
    author: User | None


def originals(convention: Convention) -> tuple[Original, ...]:
    """The signed originals of the convention itself, one a party, with those that came back.

    None where the text asks for a single copy.
    """
    rules = convention.rules
    if rules.documents.copies < 2:
        return ()
    back = {
        copy.original_of: copy
        for copy in standing(convention).filter(issued__kind="convention")
        if copy.original_of
    }
    return tuple(
        Original(party.role, party.designation, back.get(party.role)) for party in rules.parties
    )


def copies_of(convention: Convention) -> list[SignedCopy]:
    """Every signed copy, the latest first, those that no longer count included."""
    return list(
        SignedCopy.objects.filter(issued__convention=convention)
        .select_related(
            "issued__file",
            "file__verification",
            "author",
            "voided__because__file",
            "voided__author",
        )
        .prefetch_related("signatures__signer")
        .order_by("-recorded_at", "-pk")
    )


def resting_on_void(convention: Convention, timeline: Timeline) -> list[ConventionAct]:
    """The signatures recorded, and standing, that only copies since void prove.

    Each is for a person to annul: the machine changes no act.
    """
    void = SignedCopy.objects.filter(issued__convention=convention, voided__isnull=False)
    resting = (
        convention.acts.filter(kind="signature", evidence__in=void.values("file"))
        .exclude(evidence__in=standing(convention).values("file"))
        .distinct()
    )
    stand = {act.id for act in timeline.acts}
    return [row for row in resting.order_by("on", "pk") if row.identifier in stand]


def history_of(convention: Convention) -> list[Happening]:
    """What happened to the documents to sign, the latest first."""
    lines = [
        Happening(
            document.issued_at,
            typeset(f"{document.get_kind_display()} émise, repère {document.stamp or 'absent'}"),
            document.author,
        )
        for document in convention.documents.filter(kind__in=SIGNED_KINDS).select_related("author")
    ]
    for copy in copies_of(convention):
        name = copy.file.original_name
        lines.append(
            Happening(
                copy.recorded_at,
                typeset(f"Copie signée le {date_in_words(copy.signed_on)} déposée : {name}"),
                copy.author,
            )
        )
        if hasattr(copy, "voided"):
            void = copy.voided
            words = typeset(f"Copie signée annulée : {name}. {void.reason}")
            lines.append(Happening(void.voided_at, words, void.author))
    return sorted(lines, key=lambda line: line.at)[::-1]
