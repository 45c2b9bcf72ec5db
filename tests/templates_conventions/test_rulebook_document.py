"""The sheet of a rulebook as PDF: all that the plain sheet says, in pages to sign."""

from datetime import date

import pytest

from templates_conventions.catalogue import rulebooks
from templates_conventions.rendering import docx, pdf
from templates_conventions.rulebook_document import rulebook_document
from tests.documents import docx_text, pdf_text, plain
from workflows.rulebook_sheet import sheet

CODES = sorted(rulebooks())


def words_of(text: str) -> list[str]:
    """The words, without what the layout of the plain sheet adds: dots, rules, capitals."""
    bare = [word.strip(".=-_:;,—()").casefold() for word in plain(text).split()]
    return sorted({word for word in bare if len(word) > 3})


@pytest.mark.parametrize("code", CODES)
def test_the_pages_say_all_that_the_sheet_says(code: str) -> None:
    rulebook = rulebooks()[code]
    document = rulebook_document(rulebook, date(2026, 1, 2))
    expected = words_of(sheet(rulebook))
    written = words_of(docx_text(docx.render(document)))
    assert [word for word in expected if word not in written] == []
    # The pages cut words of the footer and long digests: most is there, and every article.
    drawn = words_of(pdf_text(pdf.render(document)))
    assert len(set(expected) & set(drawn)) > 0.97 * len(expected)
