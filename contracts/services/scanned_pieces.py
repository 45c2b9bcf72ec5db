"""Cutting a batch: some of its pages as a PDF of their own."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf
from django.core.files.base import ContentFile

from contracts.models import ScanBatch


def piece_of(batch: ScanBatch, numbers: Sequence[int]) -> ContentFile:
    """The pages of a batch, from 1 and in the order given, as a PDF."""
    out = io.BytesIO()
    with (
        batch.file.file.open("rb") as stored,
        pikepdf.open(stored) as whole,
        pikepdf.new() as piece,
    ):
        for number in numbers:
            piece.pages.append(whole.pages[number - 1])
        piece.save(out, deterministic_id=True)
    return ContentFile(out.getvalue())
