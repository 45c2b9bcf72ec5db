"""The numbers given to requests and declarations: a sequence a caisse and year, without gap."""

from __future__ import annotations

from contracts.models import Caisse
from forms_annexes.models import DeclarationSequence, RequestSequence
from workflows.subjects import locked


def next_number(caisse: Caisse, year: int) -> str:
    """Take the next number of a request, ``CAISSE-DA-AAAA-NNNNN``; see ``_next``."""
    return _next(RequestSequence, "DA", caisse, year)


def next_declaration_number(caisse: Caisse, year: int) -> str:
    """Take the next number of a declaration, ``CAISSE-DC-AAAA-NNNNN``; see ``_next``."""
    return _next(DeclarationSequence, "DC", caisse, year)


def _next(
    sequences: type[RequestSequence | DeclarationSequence], letters: str, caisse: Caisse, year: int
) -> str:
    """Take the next number in the transaction that stores the row.

    Whoever asks next waits for its end; if it fails the number was never taken.
    """
    sequence, _ = sequences.objects.get_or_create(caisse=caisse, year=year)
    sequence = locked(sequences.objects.all(), sequence.pk)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    return f"{caisse.code}-{letters}-{year}-{sequence.last:05d}"
