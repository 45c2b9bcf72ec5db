"""What nobody means to type, and how a form that was found on a page is filled with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zlib import crc32

import lxml.html
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.forms_annexes.files import a_pdf
from workflows import clock

SCRIPT = "<script>alert('tacite')</script>"

VALUES = {
    "nothing": "",
    "blanks": " \t\u00a0",
    "markup": f"\"'>{SCRIPT}<img src=x onerror=alert(1)>",
    "a query": "'; DROP TABLE contracts_convention; --",
    "a template": "{{ 7|add:7 }}{% load nothing %}%s%(x)s{0}",
    "a null character": "a\x00b",
    "a hundred kilobytes": "é" * 50_000,
    "the last of days": "9999-12-31",
    "the first of days": "0001-01-01",
    "a day that is none": "31/02/2025",
    "a day of next century": "01/01/2126",
    "a negative": "-1",
    "a number too big": "9" * 40,
    "an infinite": "1e999",
    "emoji": "👩‍👩‍👧",
    "right to left": "\u202egnp.exe\u202c",
    "a line too many": "a@exemple.example\r\nBcc: b@exemple.example",
    "a path": "../../../../etc/passwd",
}
FILES = {
    "an empty file": ("vide.pdf", b""),
    "a program": ("facture.pdf.exe", b"MZ\x90\x00" + b"\x00" * 200),
    "a page": ("scan.pdf", f"<html>{SCRIPT}</html>".encode()),
    "half a document": ("scan.pdf", a_pdf()[:60]),
    "a hostile name": ("..\\\u202e;<b>'.pdf", a_pdf()),
}
NEVER_A_DAY = {"a day that is none", "markup", "a null character", "a number too big"}
"""What no field for a day may take, whatever it asks."""

ALWAYS = ("nothing", "markup", "a null character", "a hundred kilobytes", "a number too big")
"""What every form is given in all its fields; of the others, some in turn."""

IN_TURN = 2
ALONE = 1
"""How many of the others a form is given in all its fields, and a field alone."""


class FoundForm:
    """A form of a page: where it is sent, and what it asks."""

    def __init__(self, page: str, form: Any) -> None:
        self.method = form.get("method", "get").lower()
        self.address = (form.get("action") or page).split("#")[0]
        self.controls: dict[str, list[Any]] = {}
        for control in form.xpath(".//input[@name]|.//select[@name]|.//textarea[@name]"):
            if control.get("type") not in ("submit", "image"):
                self.controls.setdefault(control.get("name"), []).append(control)
        self.controls.pop("csrfmiddlewaretoken", None)
        buttons = form.xpath(".//button[@name]|.//input[@type='submit'][@name]")
        self.buttons = {one.get("name"): one.get("value") or "" for one in buttons}

    @property
    def kind(self) -> tuple[str, ...]:
        """What it asks, whatever the page."""
        return (*sorted(self.controls), *sorted(self.buttons))

    def is_a(self, name: str, kind: str) -> bool:
        return any(control.get("type") == kind for control in self.controls[name])

    def cannot_take(self, name: str, what: str) -> bool:
        """Whether a field offers its answers or asks a day, and this is none of them."""
        if self.is_a(name, "date"):
            return what in NEVER_A_DAY
        chosen = self.controls[name][0].tag == "select" or self.is_a(name, "radio")
        return chosen and what not in ("nothing", "blanks")

    def bad(self, name: str, what: str, drawn: int) -> Any:
        """A value for a field; where a file is asked, one of the bad files."""
        if not self.is_a(name, "file"):
            return VALUES[what]
        file = FILES.get(what) or list(FILES.values())[drawn % len(FILES)]
        return SimpleUploadedFile(*file, "application/pdf")

    def answered(self) -> dict[str, Any]:
        """An answer that somebody could give, to each of its fields."""
        answers = {name: _plausible(controls) for name, controls in self.controls.items()}
        return {name: answer for name, answer in answers.items() if answer is not None}


def forms_of(page: str, text: str) -> Iterator[FoundForm]:
    """The forms of a page that ask something, whether to store it or to search by it."""
    for form in lxml.html.fromstring(text).xpath("//form"):
        found = FoundForm(page, form)
        if found.controls:
            yield found


def bad_answers(form: FoundForm) -> Iterator[tuple[str, dict[str, Any], str | None]]:
    """Bad values in every field that is seen, then in each alone: what, the answers, the field.

    They are drawn by the names of the fields, hence the same on each run. Days follow each other
    backwards once.
    """
    drawn = crc32(repr(form.kind).encode())
    others = [what for what in VALUES if what not in ALWAYS]
    seen = [name for name in form.controls if not form.is_a(name, "hidden")]
    for what in (*ALWAYS, *_in_turn(others, drawn, IN_TURN)):
        yield what, form.answered() | {name: form.bad(name, what, drawn) for name in seen}, None
    days = [name for name in form.controls if form.is_a(name, "date")]
    backwards = {name: f"{2024 - place}-02-01" for place, name in enumerate(days)}
    if backwards:
        yield "days backwards", form.answered() | backwards, None
    for name in form.controls:
        whats = list(FILES if form.is_a(name, "file") else VALUES)
        for what in _in_turn(whats, drawn + crc32(name.encode()), ALONE):
            yield what, form.answered() | {name: form.bad(name, what, drawn)}, name


def _in_turn(whats: list[str], drawn: int, number: int) -> list[str]:
    return [whats[(drawn + step) % len(whats)] for step in range(number)]


def _plausible(controls: list[Any]) -> Any:
    first = controls[0]
    if first.tag == "select":
        offered = [one.get("value") for one in first.xpath(".//option") if one.get("value")]
        return offered[-1] if offered else ""
    if first.tag == "textarea":
        return first.text or "Parce que c’est un essai."
    kind = first.get("type")
    if kind in ("radio", "checkbox"):
        return first.get("value") or "on"
    if kind == "file":
        return SimpleUploadedFile("scan.pdf", a_pdf(), "application/pdf")
    if known := first.get("value"):
        return known
    if kind == "date":
        return clock.today().isoformat()
    return {"email": "essai@exemple.example", "number": "1", "hidden": "", "time": "12:00"}.get(
        kind, "Essai"
    )
