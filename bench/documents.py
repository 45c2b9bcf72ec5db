"""What a full convention costs as DOCX and PDF/A, against plainer and slower ways, and letters.

The same text each time: the nursery convention, its annexes and its form. The plain ways write its
paragraphs and nothing else: no title page, contents, tables, heads, feet, facts or validation. The
other way is the usual one: a template filled by docxtpl, then turned into PDF by LibreOffice.
"""

from __future__ import annotations

import io
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import docx as python_docx
from docxtpl import DocxTemplate
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from templates_conventions.assembly import convention_document
from templates_conventions.catalogue import rulebook
from templates_conventions.document import Document, words
from templates_conventions.facts import ConventionFacts, DocumentFacts, PartyFacts
from templates_conventions.letter_assembly import letter_document
from templates_conventions.rendering import docx, pdf

MODEL, LETTER = "psu-msa-picardie", "fin-convention"
DAY = date(2026, 1, 2)
STAMP = "7K3F-9QXM-2T"
TIMES = 11
LETTERS, PROCESSES, IN_HAND = 1_000, 2, 20


def main(letters: int = LETTERS) -> None:
    """Print the times of one convention, then the batch of letters."""
    document = replace(convention_document(rulebook(MODEL), _facts(42), DAY), stamp=STAMP)
    texts = list(words(document.blocks))
    print(f"One convention, {len(texts)} texts, median of {TIMES}:")
    ways: dict[str, Callable[[], Any]] = {
        "DOCX on the reference document": lambda: docx.render(document),
        "PDF/A-3b, validated": lambda: pdf.render(document),
        "both": lambda: (docx.render(document), pdf.render(document)),
        "python-docx alone, the same paragraphs": lambda: _bare_docx(texts),
        "reportlab alone, the same paragraphs": lambda: _bare_pdf(texts),
    }
    taken = {label: _timed(way) for label, way in ways.items()}
    if shutil.which("soffice"):
        taken["docxtpl, then LibreOffice"] = _timed(lambda: _by_office(texts), times=3)
    for label, milliseconds in taken.items():
        print(f"  {label:42} {milliseconds:8.1f} ms")
    docx_time, bare = (
        taken["DOCX on the reference document"],
        taken["python-docx alone, the same paragraphs"],
    )
    print(f"  {'DOCX, against python-docx alone':42} {docx_time / bare:8.2f} times as long")
    if "docxtpl, then LibreOffice" in taken:
        ratio = taken["docxtpl, then LibreOffice"] / taken["both"]
        print(f"  {'both, against docxtpl and LibreOffice':42} {ratio:8.1f} times as fast")
    print(flush=True)
    _batch(letters)


def _timed(way: Callable[[], Any], times: int = TIMES) -> float:
    """The median time of one way, in milliseconds; the first run only warms it up."""
    way()
    taken = []
    for _ in range(times):
        start = perf_counter()
        way()
        taken.append((perf_counter() - start) * 1000)
    return median(taken)


# The other ways.


def _bare_docx(texts: list[str]) -> None:
    file = python_docx.Document()
    for text in texts:
        file.add_paragraph(text)
    file.save(io.BytesIO())


def _bare_pdf(texts: list[str]) -> None:
    style = getSampleStyleSheet()["BodyText"]
    SimpleDocTemplate(io.BytesIO()).build([Paragraph(text, style) for text in texts])


def _by_office(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        template = python_docx.Document()
        for line in ("{%p for text in texts %}", "{{ text }}", "{%p endfor %}"):
            template.add_paragraph(line)
        template.save(folder / "template.docx")
        filled = DocxTemplate(folder / "template.docx")
        filled.render({"texts": texts}, autoescape=True)
        filled.save(folder / "convention.docx")
        command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", name]
        subprocess.run([*command, folder / "convention.docx"], check=True, capture_output=True)
        assert (folder / "convention.pdf").is_file()


# Letters.


def _batch(count: int) -> None:
    """Letters to as many partners, on two processes, with the memory of the larger one."""
    print(f"{count} letters as PDF/A-3b, {PROCESSES} processes:")
    start, size, peaks = perf_counter(), 0, []
    with ProcessPoolExecutor(PROCESSES) as workers:
        for number, (length, peak) in enumerate(_written(workers, count), start=1):
            size += length
            peaks.append(peak)
            if number % max(1, count // 10) == 0:
                _progress(f"  {number} of {count}, {perf_counter() - start:.0f} s")
    seconds = perf_counter() - start
    _progress("")
    early = max(peaks[: max(1, count // 10)])
    print(f"  {'in all':42} {seconds:8.1f} s, {size / 1e6:.0f} MB written")
    print(f"  {'a letter':42} {seconds / count * 1000:8.1f} ms")
    print(f"  {'memory after a tenth, and at the end':42} {early:5.0f}, {max(peaks):.0f} MB")


def _written(workers: ProcessPoolExecutor, count: int) -> Iterator[tuple[int, float]]:
    """The letters in order; few are in hand at a time, however many there are to write."""
    numbers = iter(range(count))
    waiting = [workers.submit(_letter, number) for number in islice(numbers, IN_HAND)]
    while waiting:
        yield waiting.pop(0).result()
        waiting += [workers.submit(_letter, number) for number in islice(numbers, 1)]


def _letter(number: int) -> tuple[int, float]:
    """Write one letter: the size of its file, and the most memory of this process, in MB."""
    document = replace(_of_partner(number), stamp=STAMP)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return len(pdf.render(document)), peak / (1_000_000 if sys.platform == "darwin" else 1_000)


def _of_partner(number: int) -> Document:
    values = {
        "cause": "elle a été dénoncée",
        "last_day_in_force": date(2027, 1, 14),
        "closed_on": date(2027, 1, 15),
        "explanation": "La période en cours va jusqu’à ce jour (article 9-1).",
    }
    return letter_document(rulebook(MODEL), LETTER, _facts(number), DAY, values)


def _facts(number: int) -> DocumentFacts:
    caisse = PartyFacts(name="Caisse de mesure", address="1 rue de l’Essai, 80000 Essai")
    partner = PartyFacts(name=f"Crèche de mesure {number}", address="2 rue de l’Essai, 80000 Essai")
    convention = ConventionFacts(number=f"MESURE-PSU-2026-{number:05}")
    return DocumentFacts(convention=convention, caisse=caisse, partner=partner)


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text:60}" if text else f"\r{'':60}\r")
        sys.stderr.flush()
