"""The text of a convention: its articles, its values, its defined terms."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_conventions.assembly import convention_document
from templates_conventions.catalogue import ROOT, rulebooks
from templates_conventions.checks import text_faults
from templates_conventions.document import Paragraph, words
from templates_conventions.document import plain as words_of
from templates_conventions.facts import DocumentFacts, PartyFacts
from templates_conventions.markup import blocks
from templates_conventions.sources import SourceFault, filled, read
from templates_conventions.texts import article_numbers, convention_text, has_text
from templates_conventions.wording import clean
from tests.documents import DAY, FACTS, NURSERY, own_texts, plain, rules, text_of

WRITTEN = [code for code in rulebooks() if has_text(code)]


def article(number: str, **changes: object) -> str:
    """The words of one article of the nursery convention, under changed rules."""
    return plain("\n".join(words(convention_text(rules(**changes)).article(number).blocks)))


def spoilt(root: Path, name: str, change: Callable[[str], str]) -> Path:
    path = root / NURSERY / name
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return root


@pytest.mark.parametrize("code", WRITTEN)
def test_the_texts_of_the_house_have_no_fault(code: str) -> None:
    assert text_faults(rulebooks()[code]) == ()


def test_the_texts_of_one_type_at_least_are_written() -> None:
    assert NURSERY in WRITTEN


def test_the_articles_keep_the_numbers_of_the_source() -> None:
    assert " ".join(article_numbers(NURSERY)) == (
        "1 2 3 4 4-1 4-2 4-3 4-4 4-5 5 6 6-1 6-2 6-3 7 7-1 7-2 8 9 9-1 9-2 9-3 10"
    )


@pytest.mark.parametrize(
    ("number", "before", "path", "value", "after"),
    [
        ("9-1", "au moins 3 mois avant", "notice__length", "P2M", "au moins 2 mois avant"),
        (
            "9-1",
            "La lettre de dénonciation est envoyée",
            "notice__counts_from",
            "reception",
            "est reçue",
        ),
        ("9-1", "La convention dure 1 an", "term__length", "P3Y", "La convention dure 3 ans"),
        ("9-1", "chaque période nouvelle dure 1 an", "term__renewal__length", "P6M", "dure 6 mois"),
        ("9-2", "30 jours après", "breach__delay", "P45D", "45 jours après"),
        ("9-2", "a reçu cette lettre.", "breach__cure", "express", "réparé son manquement."),
        ("9-2", "par l’article 6.", "survival__articles", ["6", "8"], "par les articles 6 et 8."),
        ("9-3", "chaque partie. Sans", "avenant__initialled", True, "paraphé les pages. Sans"),
        (
            "7-2",
            "pour un temps ou pour toujours",
            "suspension__kinds",
            ["temporary"],
            ", pour un temps, ",
        ),
        (
            "6-1",
            "sans limite de durée",
            "survival__confidentiality",
            {"article": "6-1", "after_end": "P5Y"},
            "5 ans après sa fin",
        ),
        ("10", "un accord.", "dispute__amicable", "P60D", "un accord pendant 60 jours."),
    ],
)
def test_the_text_follows_the_rulebook(
    number: str, before: str, path: str, value: object, after: str
) -> None:
    assert before in article(number)
    changed = article(number, **{path: value})
    assert after in changed
    assert before not in changed


def test_the_foot_follows_the_number_of_copies() -> None:
    three = convention_document(rules(documents__copies=3), FACTS, DAY)
    assert "en 3 exemplaires" in text_of(three)


def test_a_rule_that_the_text_has_no_words_for_is_refused(tmp_path: Path) -> None:
    root = spoilt(
        own_texts(tmp_path), "articles/9-1.md", lambda text: text.replace('posting="envoyée", ', "")
    )
    with pytest.raises(SourceFault, match=r"articles/9-1\.md.*pas de mots pour posting"):
        convention_text(rules(), root=root)


@pytest.mark.parametrize(
    "placeholder", ["{{ notice.lenght }}", "{{ partner.siret }}", "{{ nobody }}", "{{ notice.by"]
)
def test_an_unknown_value_names_the_file(tmp_path: Path, placeholder: str) -> None:
    root = spoilt(own_texts(tmp_path), "articles/8.md", lambda text: text + "\n" + placeholder)
    with pytest.raises(SourceFault, match=r"articles/8\.md\s: valeur impossible à écrire"):
        convention_text(rules(), root=root)


@pytest.mark.parametrize(
    ("addition", "problem"),
    [
        ("![image](http://x.example)", None),
        ("<script>alert(1)</script>", None),
        ("\n# Un second titre\n", "second titre"),
    ],
)
def test_the_format_knows_no_image_link_or_html(
    tmp_path: Path, addition: str, problem: str | None
) -> None:
    root = spoilt(own_texts(tmp_path), "articles/8.md", lambda text: text + "\n" + addition)
    if problem:
        with pytest.raises(SourceFault, match=problem):
            convention_text(rules(), root=root)
    else:
        # Not a mark of the format: the characters themselves.
        assert addition in plain(
            "\n".join(words(convention_text(rules(), root=root).article("8").blocks))
        )


def test_texts_written_for_another_version_of_the_rules_are_refused(tmp_path: Path) -> None:
    root = spoilt(
        own_texts(tmp_path),
        "convention.toml",
        lambda text: text.replace("rulebook_versions = [1]", "rulebook_versions = [2]"),
    )
    with pytest.raises(SourceFault, match="la version 2, demandés pour la 1"):
        convention_text(rules(), root=root)


def test_what_is_not_known_is_room_to_write() -> None:
    blank = plain("\n".join(words(convention_text(rules()).parties)))
    assert "représentée par Monsieur Madame ……" in blank
    assert "en sa qualité de ……" in blank


@given(name=st.text(min_size=1, max_size=60).filter(lambda text: clean(text)))
def test_no_name_becomes_markup(name: str) -> None:
    source = read(ROOT / NURSERY / "parties.md")
    known = {"partner": {"name": clean(name)}}
    (block,) = blocks(filled(source, "Entre {{ partner.name }} et nous.", known), source.path)
    assert isinstance(block, Paragraph)
    assert plain(words_of(block.runs)) == plain(f"Entre {clean(name)} et nous.")


def test_a_partner_is_named_as_it_is() -> None:
    name = "Association *Les* Œufs & Cie <b> {{ x }}"
    facts = DocumentFacts(partner=PartyFacts(name=name))
    assert name in text_of(convention_document(rules(), facts, DAY))


# Defined terms (X01).


def test_the_term_of_another_convention_is_found(tmp_path: Path) -> None:
    root = spoilt(
        own_texts(tmp_path),
        "parties.md",
        lambda text: text.replace("« la Structure »", "« Structure d’aide à la personne »"),
    )
    faults = [plain(fault) for fault in text_faults(rules(), root)]
    assert any("« Structure d’aide à la personne » désigne une partie" in fault for fault in faults)
    assert any("« la Structure » est déclaré et n’est introduit nulle part" in f for f in faults)


def test_a_declared_term_must_suit_its_party_and_be_used(tmp_path: Path) -> None:
    root = own_texts(tmp_path)
    foreign = "Structure d’aide à la personne"
    spoilt(root, "parties.md", lambda text: text.replace("« la Structure »", f"« {foreign} »"))
    spoilt(root, "convention.toml", lambda text: text.replace('"la Structure"', f'"{foreign}"'))
    faults = [plain(fault) for fault in text_faults(rules(), root)]
    assert any("ne convient pas à cette partie" in fault for fault in faults)
    assert any("ne sert dans aucun article" in fault for fault in faults)


def test_an_undefined_word_for_a_party_is_found(tmp_path: Path) -> None:
    root = spoilt(
        own_texts(tmp_path), "articles/8.md", lambda text: text + "\nCela vaut pour le client.\n"
    )
    assert any("« client »" in plain(fault) for fault in text_faults(rules(), root))


def test_an_article_that_a_rule_cites_must_exist(tmp_path: Path) -> None:
    root = own_texts(tmp_path)
    (root / NURSERY / "articles" / "9-2.md").unlink()
    assert any("l’article 9-2, absent" in fault for fault in text_faults(rules(), root))


def test_a_form_of_the_rulebook_must_have_its_fields(tmp_path: Path) -> None:
    root = own_texts(tmp_path)
    (root / NURSERY / "forms" / "demande-acces.toml").unlink()
    assert any(
        "demande-acces.toml : fichier absent" in plain(fault)
        for fault in text_faults(rules(), root)
    )
