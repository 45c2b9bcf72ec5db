"""What an avenant may change, and how its document and the consolidated text are written."""

from datetime import date
from pathlib import Path

import pytest

from templates_conventions.avenant_assembly import (
    Amendment,
    AvenantFacts,
    Writing,
    avenant_document,
    changed_parts,
    consolidated_document,
)
from templates_conventions.avenant_types import amendable_annexes, avenant_types
from templates_conventions.catalogue import rulebooks
from templates_conventions.document import Document, DocumentKind, Quotation
from templates_conventions.rendering import docx, html, pdf
from templates_conventions.sources import SourceFault
from tests.documents import DAY, FACTS, docx_text, pdf_text, plain, rules, text_of

TYPES = avenant_types()
BEFORE = Writing(rules(), FACTS)


def avenant(after: Writing, kind: str = "duration", before: Writing = BEFORE) -> Document:
    facts = AvenantFacts(2, TYPES[kind], date(2026, 3, 1), "Besoin des familles")
    return avenant_document(facts, before, after, DAY)


@pytest.mark.parametrize(
    ("kind", "path", "allowed"),
    [
        ("duration", "term.length", True),
        ("duration", "term.renewal.length", True),
        ("duration", "terms", False),
        ("duration", "term", True),
        ("duration", "notice", False),
        ("duration", "notice.length", True),
        ("duration", "notice.counts_from", False),
        ("parties", "parties.caisse.name", True),
        ("parties", "parties.caisse", False),
        ("parties", "parties.caisse.role", False),
        ("services", "services.any.hours.opens_at", True),
        ("annexes", "documents.annexes", False),
        ("model", "breach", True),
        ("model", "notice.length", True),
    ],
)
def test_a_type_may_change_its_paths_and_what_is_below(
    kind: str, path: str, *, allowed: bool
) -> None:
    assert TYPES[kind].outside([path]) == (() if allowed else (path,))


@pytest.mark.parametrize("code", sorted(rulebooks()))
def test_what_a_form_asks_its_type_may_change(code: str) -> None:
    for kind in TYPES.values():
        asked = kind.asked_of(rulebooks()[code])
        assert kind.outside(asked) == ()
    assert TYPES["services"].asked_of(rulebooks()[code])


def test_annexes_change_by_avenant_where_the_clause_covers_them() -> None:
    found = {
        code: [annex.code for annex in amendable_annexes(rules_of)]
        for code, rules_of in rulebooks().items()
    }
    # Its form changes by a new version; elsewhere « les annexes pourront évoluer ».
    assert found["psu-msa-picardie"] == ["annexe-1"]
    assert found["qf-msa-ardeche-drome-loire"] == []
    assert {"annexe-1", "annexe-2"} <= set(found["rsacg-msa-provence-azur"])


def test_a_types_file_with_an_unknown_key_says_where(tmp_path: Path) -> None:
    (tmp_path / "types.toml").write_text('[[types]]\ncode = "x"\nlabels = "y"\n', encoding="utf-8")
    with pytest.raises(SourceFault, match="label"):
        avenant_types(tmp_path)


def test_only_what_really_changes_is_quoted() -> None:
    after = Writing(rules(term__length="P3Y"), FACTS)
    assert [part.key for part in changed_parts(BEFORE, after)] == ["9-1"]
    document = avenant(after)
    assert document.kind is DocumentKind.AVENANT
    assert sum(isinstance(block, Quotation) for block in document.blocks) == 1
    text = text_of(document)
    assert "La convention dure 3 ans" in text
    assert "La convention dure 1 an." not in text
    assert "Motif : Besoin des familles" in text
    assert "prend effet le 1er mars 2026, ou le jour de sa dernière signature" in text


def test_a_rule_that_no_article_writes_stands_in_the_table() -> None:
    after = Writing(rules(breach__other_reading_days=-2), FACTS)
    assert changed_parts(BEFORE, after) == ()
    text = text_of(avenant(after, "model"))
    assert "ne change le texte d’aucun article" in text
    assert "−2" in text


def test_the_table_cites_an_article_as_the_text_numbers_it() -> None:
    quotient = rulebooks()["qf-msa-ardeche-drome-loire"]
    assert quotient.notice is not None
    assert quotient.notice.article == "9-2/denonciation"
    before = Writing(quotient, FACTS)
    after = Writing(quotient.amended({"notice.length": "P2M"}), FACTS)
    text = plain(text_of(avenant(after, before=before)))
    assert "(article 9-2)" in text
    assert "9-2/" not in text


def test_pages_are_initialled_where_the_rulebook_asks_it() -> None:
    plainly = avenant(Writing(rules(term__length="P3Y"), FACTS))
    assert plainly.footer == ""
    before = Writing(rules(avenant__initialled=True), FACTS)
    after = Writing(rules(avenant__initialled=True, term__length="P3Y"), FACTS)
    initialled = avenant(after, before=before)
    assert plain(initialled.footer).startswith("Paraphes des parties :")
    assert "Chaque page de cet avenant est paraphée" in text_of(initialled)


def test_a_name_of_a_partner_is_never_markup() -> None:
    named = FACTS.model_copy(
        update={"partner": FACTS.partner.model_copy(update={"name": "**Gras** <b>x</b>"})}
    )
    document = avenant(Writing(rules(), named), "parties")
    assert "**Gras** <b>x</b>" in text_of(document)
    assert "<b>x</b>" not in html.render(document)


def test_the_document_is_read_again_in_each_format() -> None:
    document = avenant(Writing(rules(term__length="P3Y"), FACTS, {"annexe-1": "Texte **neuf**."}))
    for text in (pdf_text(pdf.render(document)), docx_text(docx.render(document))):
        assert "Avenant n° 2" in text
        assert "La convention dure 3 ans" in text
        assert "Texte neuf." in text


def test_each_amendment_is_noted_at_what_it_changed() -> None:
    first = Writing(rules(term__length="P3Y"), FACTS)
    second = Writing(
        rules(term__length="P3Y", notice__length="P2M"), FACTS, {"annexe-1": "Texte neuf."}
    )
    text = text_of(
        consolidated_document(
            BEFORE,
            [
                Amendment("l’avenant n° 1", date(2026, 3, 1), first),
                Amendment("l’avenant n° 2", date(2026, 9, 1), second),
            ],
            DAY,
        )
    )
    assert text.count("Modifié par l’avenant n° 1, en vigueur depuis le 1er mars 2026.") == 1
    # Article 9-1 and annexe 1.
    assert text.count("Modifié par l’avenant n° 2, en vigueur depuis le 1er septembre 2026.") == 2
    assert "Texte neuf." in text
