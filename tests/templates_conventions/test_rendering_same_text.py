"""One document, three files: the same words in the same order."""

import re
from pathlib import Path

import pytest

from templates_conventions.document import Document
from templates_conventions.rendering import docx as docx_files
from templates_conventions.rendering import html as html_pages
from templates_conventions.rendering import pdf as pdf_files
from templates_conventions.rendering.surroundings import CONTENTS
from templates_conventions.rendering.surroundings import contents as contents_of
from tests.services.programs import POPPLER
from tests.templates_conventions.files_of_all import (
    docx_reading,
    every_document,
    html_reading,
    pdf_reading,
)

DOCUMENTS = every_document()

pytestmark = pytest.mark.skipif(POPPLER.find() is None, reason="Poppler is not installed")


def words_of(text: str) -> list[str]:
    """The words read, without what each format adds of its own: bullets, dots to write on."""
    text = re.sub(r"…+", " ", text).replace("•", " ")
    return [word for word in text.split() if word != ":"]


def read_of_docx(document: Document) -> list[str]:
    return words_of(docx_reading(docx_files.render(document)))


def read_of_page(document: Document) -> list[str]:
    body = re.sub(r".*<body>", "", html_pages.page(document), flags=re.DOTALL)
    read = words_of(html_reading(body))
    footer = words_of(document.footer)
    # On paper the foot of the document is that of each page, which the other two readings leave.
    assert not footer or read[-len(footer) :] == footer
    # A page needs a title of its own; a letter on paper has its object.
    title = words_of(document.title) if document.letter else []
    assert read[: len(title)] == title
    return read[len(title) : len(read) - len(footer)]


def read_of_pdf(document: Document, folder: Path) -> list[str]:
    text = pdf_reading(pdf_files.render(document), folder)
    if contents := contents_of(document):
        # The only file that knows its pages: their numbers are at the end of each line.
        before, listed, after = re.split(rf"^({CONTENTS}\n)", text, maxsplit=1, flags=re.MULTILINE)
        lines = after.split("\n")
        place, number = 0, 0
        while number < len(contents):
            if found := re.search(r"(?:^| )\d+$", lines[place]):
                lines[place] = lines[place][: found.start()]
                number += 1
            place += 1
        text = before + listed + "\n".join(lines)
    return words_of(text)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_the_three_files_say_the_same_words_in_the_same_order(name: str, tmp_path: Path) -> None:
    document = DOCUMENTS[name]
    page = read_of_page(document)
    assert len(page) > 30
    assert read_of_docx(document) == page
    assert read_of_pdf(document, tmp_path) == page


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_no_file_shows_what_should_have_been_filled_or_hidden(name: str, tmp_path: Path) -> None:
    document = DOCUMENTS[name]
    for read in (read_of_docx(document), read_of_page(document), read_of_pdf(document, tmp_path)):
        text = " ".join(read)
        assert not re.search(r"\{\{|\}\}|\{%|\bNone\b|\bTrue\b|\bFalse\b|<[a-z/]", text)
        assert "□" not in text
        # A social-security number: 13 digits, or 15 with its key, whatever stands between them.
        assert not re.search(r"\b[12][ .-]?(?:\d[ .-]?){12,14}\b", text)
        assert not re.search(r"mot de passe (?:temporaire |provisoire )?(?:est )?: ?\S", text)
