"""The sheet a lawyer signs says everything the rulebook says, and what it does not say."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from templates_conventions.catalogue import rulebook as published
from tests.strategies.rulebooks import rulebooks
from tests.workflows.rulebook_contents import rulebook
from workflows.rulebook import Rulebook
from workflows.rulebook_consistency import rules_of
from workflows.rulebook_sheet import HEADING, SECTIONS, WIDTH, sheet

FIVE = (
    "psu-msa-picardie",
    "psu-msa-armorique",
    "qf-msa-ardeche-drome-loire",
    "rsacg-msa-provence-azur",
    "mon-enfant-caf-pas-de-calais",
)


def plain(text: str) -> str:
    """One line of words, so that a sentence is found wherever it was cut."""
    return " ".join(text.split())


def section(text: str, title: str) -> str:
    """What stands between a title and the next."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.endswith(title.upper()))
    rules = [i for i, line in enumerate(lines) if line == "-" * WIDTH and i > start + 1]
    return "\n".join(lines[start + 2 : rules[0] - 1]).strip()


def test_every_part_of_a_rulebook_has_its_place_on_the_sheet() -> None:
    placed = [name for _, names in SECTIONS for name in names]

    assert sorted([*placed, *HEADING, "ambiguities"]) == sorted(Rulebook.model_fields)


@pytest.mark.parametrize("code", FIVE)
def test_the_sheet_carries_every_article_and_every_note(code: str) -> None:
    text = plain(sheet(published(code)))

    for path, rule in rules_of(published(code)):
        assert rule.article in text, path
        assert plain(rule.note) in text, path


@pytest.mark.parametrize("code", FIVE)
def test_the_sheet_carries_every_doubt_with_its_treatment(code: str) -> None:
    text = plain(sheet(published(code)))

    for ambiguity in published(code).ambiguities:
        assert ambiguity.code in text
        assert plain(ambiguity.problem) in text
        assert plain(ambiguity.treatment) in text


@pytest.mark.parametrize("code", FIVE)
def test_the_sheet_fits_a_hundred_columns_and_ends_with_a_place_to_sign(code: str) -> None:
    lines = sheet(published(code)).splitlines()

    assert max(len(line) for line in lines) <= 100
    assert lines[-1].startswith("Signature")


@pytest.mark.parametrize("code", FIVE)
def test_the_sheet_speaks_no_english(code: str) -> None:
    text = sheet(published(code))

    for word in ("posting", "registered", "tacit ", "True", "None", "P1Y", "outside_text"):
        assert word not in text


def test_a_rule_shows_its_article_and_where_it_comes_from() -> None:
    text = sheet(published("mon-enfant-caf-pas-de-calais"))

    assert "article 5, position retenue" in text
    assert "C. civ. 1193, loi" in text
    assert "Préavis : 3 mois" in section(text, "Dénonciation")
    assert "Date qui compte (position retenue) : réception" in section(text, "Dénonciation")


def test_a_key_outside_the_text_is_marked_beside_those_that_are_in_it() -> None:
    text = section(sheet(published("rsacg-msa-provence-azur")), "Habilitations")

    assert "Sans connexion depuis : 9 mois" in text
    assert "Avertissement après (hors texte) : 8 mois" in text


def test_what_a_text_does_not_say_is_listed() -> None:
    text = sheet(published("mon-enfant-caf-pas-de-calais"))

    assert section(text, "Inexécution") == "Le texte ne dit rien."
    silences = plain(section(text, "Ce dont le texte ne dit rien"))
    assert "Résiliation pour inexécution ; Force majeure ; Différend" in silences


def test_the_sheet_identifies_the_rules_it_describes() -> None:
    text = sheet(published("psu-msa-picardie"))

    assert published("psu-msa-picardie").digest in text


def test_another_rule_is_another_sheet() -> None:
    assert sheet(rulebook()) != sheet(rulebook(notice__length="P2M"))


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(rulebooks())
def test_any_rulebook_has_a_sheet(any_rulebook: Rulebook) -> None:
    lines = sheet(any_rulebook).splitlines()

    assert max(len(line) for line in lines) <= 100
