"""What became of the documents to sign of a convention: originals back, versions, void copies."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import CharField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from contracts.models import Convention, ConventionAct, IssuedDocument, SignedCopy
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
    author: str
    """Their name, or their address where the account has none; empty where nobody did it."""


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
    """What happened to the documents to sign, the latest first: one query."""
    issued = convention.documents.filter(kind__in=SIGNED_KINDS)
    rows = issued.values_list("pk", "kind", "stamp", "issued_at", _name_of("author"), *_OF_COPY)
    lines: dict[tuple[str, int], Happening] = {}
    for pk, kind, stamp, issued_at, author, *of_copy in rows:
        words = f"{_KINDS[kind]} émise, repère {stamp or 'absent'}"
        lines["issued", pk] = Happening(issued_at, typeset(words), author)
        copy, at, signed_on, name, author, voided_at, reason, voided_by = of_copy
        if copy is None:
            continue
        words = f"Copie signée le {date_in_words(signed_on)} déposée : {name}"
        lines["copy", copy] = Happening(at, typeset(words), author)
        if voided_at is not None:
            words = f"Copie signée annulée : {name}. {reason}"
            lines["voided", copy] = Happening(voided_at, typeset(words), voided_by)
    return sorted(lines.values(), key=lambda line: line.at)[::-1]


def _name_of(author: str) -> Combinable:
    name = Concat(f"{author}__first_name", Value(" "), f"{author}__last_name")
    known = NullIf(Trim(name), Value(""))
    return Coalesce(known, f"{author}__email", Value(""), output_field=CharField())


_KINDS = dict(IssuedDocument.Kind.choices)
_OF_COPY = (
    "signed_copies__pk",
    "signed_copies__recorded_at",
    "signed_copies__signed_on",
    "signed_copies__file__original_name",
    _name_of("signed_copies__author"),
    "signed_copies__voided__voided_at",
    "signed_copies__voided__reason",
    _name_of("signed_copies__voided__author"),
)
