"""The texts of the letters: a type's own, and the faults found before a letter is sent."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from templates_conventions.catalogue import ROOT, rulebook
from templates_conventions.letter_assembly import letter_document
from templates_conventions.letter_checks import cited_articles, letter_faults, occasion_faults
from templates_conventions.letters import letter_definition
from templates_conventions.occasions import occasions
from tests.documents import DAY, FACTS, plain, text_of
from tests.templates_conventions.matrix import ADL, CAF, PIC

SUSPENSION = {"suspended_on": DAY, "nature": "temporary", "reason": "connexions de nuit."}


@pytest.fixture
def own_root(tmp_path: Path) -> Path:
    """The common letters, which the test may spoil, under a root of their own."""
    shutil.copytree(ROOT / "letters", tmp_path / "letters")
    return tmp_path


def test_a_type_may_say_a_letter_in_its_own_words(own_root: Path) -> None:
    own = own_root / PIC / "letters" / "suspension.md"
    own.parent.mkdir(parents=True)
    own.write_text('+++\nsubject = "Nos mots"\nrecipient = "partner"\n+++\nNos propres mots.\n')
    text = text_of(letter_document(rulebook(PIC), "suspension", FACTS, DAY, {}, root=own_root))
    assert "Nos propres mots." in text
    common = letter_document(rulebook(ADL), "suspension", FACTS, DAY, SUSPENSION, root=own_root)
    assert "Nos propres mots." not in text_of(common)


@pytest.mark.parametrize(
    ("addition", "fault"),
    [
        ("Voir l’article 47.", "il cite l’article 47, que ne porte aucune règle"),
        ("Voir les articles 6 et 48.", "il cite l’article 48"),
        ("{{ suspension.duration }}", "valeur impossible à écrire"),
        ("La règle est last_signature.", "le code « last_signature » est écrit tel quel"),
    ],
)
def test_a_spoilt_letter_is_found_before_it_is_sent(
    own_root: Path, addition: str, fault: str
) -> None:
    path = own_root / "letters" / "suspension.md"
    path.write_text(path.read_text() + f"\n{addition}\n")
    assert fault in plain(" ".join(letter_faults(rulebook(PIC), own_root)))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Ce que vous avez à faire", "Et puis", "il ne dit pas « Ce que vous avez à faire »"),
        (
            "{{ suspension.article | cited }}",
            "une règle",
            "il repose sur « suspension » et ne cite pas l’article 7-2",
        ),
    ],
)
def test_a_letter_that_hides_what_it_must_say_is_found(
    own_root: Path, old: str, new: str, fault: str
) -> None:
    path = own_root / "letters" / "suspension.md"
    path.write_text(path.read_text().replace(old, new))
    assert fault in plain(" ".join(letter_faults(rulebook(PIC), own_root)))


def test_a_change_of_state_without_letter_nor_reason_is_a_fault() -> None:
    known = occasions()
    silent = {name: why for name, why in known.without_letter.items() if name != "renew"}
    without = known.model_copy(update={"without_letter": silent})
    assert "le passage « renew » n’a ni courrier" in plain(
        " ".join(occasion_faults(rulebook(PIC), without))
    )


def test_a_letter_that_nothing_calls_for_is_a_fault(own_root: Path) -> None:
    lonely = own_root / "letters" / "adieu.md"
    lonely.write_text('+++\nsubject = "A"\nrecipient = "user"\n+++\nA')
    faults = occasion_faults(rulebook(PIC), occasions(), own_root)
    assert "rien n’appelle le courrier « adieu »" in plain(" ".join(faults))


def test_a_change_of_state_whose_letter_does_not_exist_is_a_fault() -> None:
    known = occasions()
    lost = known.model_copy(update={"transitions": {**known.transitions, "expire": "adieu"}})
    assert "courrier « adieu », qui n’existe pas" in plain(
        " ".join(occasion_faults(rulebook(PIC), lost))
    )


def test_a_rule_that_allows_a_change_whose_letter_is_refused_is_a_fault() -> None:
    known = occasions()
    wrong = {**known.transitions, "give_notice": "suspension"}
    faults = occasion_faults(rulebook(CAF), known.model_copy(update={"transitions": wrong}))
    assert "est refusé faute de « suspension »" in plain(" ".join(faults))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("l’article 9-2 et l’article 13.1", {"9-2", "13.1"}),
        ("les articles 5, 6 et 9-1.", {"5", "6", "9-1"}),
        ("l’article 226-13 du code pénal", set()),
    ],
)
def test_the_articles_of_a_text_are_read_those_of_a_statute_apart(
    text: str, found: set[str]
) -> None:
    assert cited_articles(text) == found


def test_the_digest_of_a_letter_covers_the_parts_that_it_shares() -> None:
    sharing = letter_definition(PIC, "fin-convention")
    alone = letter_definition(PIC, "rappel-limite-denonciation")
    assert sharing.digest != sharing.source.digest
    assert alone.digest == alone.source.digest
