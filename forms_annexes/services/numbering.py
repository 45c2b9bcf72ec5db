"""The number of a request: one sequence a caisse and year, without gap."""

from __future__ import annotations

from contracts.models import Caisse
from forms_annexes.models import RequestSequence
from workflows.subjects import locked


def next_number(caisse: Caisse, year: int) -> str:
    """Take the next number, ``CAISSE-DA-AAAA-NNNNN``, in the transaction that stores the request.

    Whoever asks next waits for its end; if it fails the number was never taken.
    """
    sequence, _ = RequestSequence.objects.get_or_create(caisse=caisse, year=year)
    sequence = locked(RequestSequence.objects.all(), sequence.pk)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    return f"{caisse.code}-DA-{year}-{sequence.last:05d}"
