"""What must hold of the letters of a type of convention, checked before the site starts.

Each can be written under the rules, or is refused for a rule they lack; it cites articles that the
rules know, among them those it rests on; it says what to do; and every change of state has its
letter, or the reason why it needs none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from templates_conventions.assembly import CannotAssemble
from templates_conventions.catalogue import ROOT
from templates_conventions.document import Document, words
from templates_conventions.facts import DocumentFacts, context
from templates_conventions.letter_assembly import letter_document
from templates_conventions.letters import (
    LetterDefinition,
    letter_codes,
    letter_definition,
    rule_at,
)
from templates_conventions.occasions import Occasions, occasions
from templates_conventions.rule_articles import articles_of
from templates_conventions.sample_values import sample_values
from templates_conventions.sources import SourceFault
from workflows.acts import KINDS
from workflows.convention import TRANSITIONS
from workflows.french import article_number, typeset
from workflows.rulebook import Rulebook

TO_DO = "Ce que vous avez à faire"
"""The words under which every letter to a partner says what its reader has to do."""

_SAMPLE_DAY = date(2026, 1, 15)
_CODE = re.compile(r"\b[a-z]+_[a-z_]+\b")
_ARTICLES = re.compile(r"\barticles?\s(\d[\d.\-]*(?:(?:, | et | ou )\d[\d.\-]*)*)")
_NUMBER = re.compile(r"\d+(?:[.\-]\d+)*")


def letter_faults(rulebook: Rulebook, root: Path = ROOT) -> tuple[str, ...]:
    """All the faults of the letters of one type of convention, in French."""
    faults: list[str] = []
    for code in letter_codes(rulebook.code, root):
        try:
            letter = letter_definition(rulebook.code, code, root)
            faults.extend(_written_faults(rulebook, letter, root))
        except (SourceFault, ValueError) as fault:
            faults.append(str(fault))
    try:
        faults.extend(occasion_faults(rulebook, occasions(root), root))
    except SourceFault as fault:
        faults.append(str(fault))
    return tuple(typeset(fault) for fault in faults)


def samples(letter: LetterDefinition, known: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Made-up values for a letter: one set, or one for each choice that the rules leave it.

    The optional values are there in each, and left out of one more.
    """
    kinds = {
        name: kind
        for name, kind in letter.values_under(known).items()
        if name not in letter.settings.secret
    }
    choices = {name: list(kind) for name, kind in kinds.items() if not isinstance(kind, str)}
    said = sample_values()
    full = {name: said.letter_value(letter, name, kind, known) for name, kind in kinds.items()}
    yield full
    yield {name: value for name, value in full.items() if name not in letter.settings.optional}
    for name, codes in choices.items():
        for code in codes[1:]:
            yield full | {name: code}


def occasion_faults(rulebook: Rulebook, known: Occasions, root: Path = ROOT) -> Iterator[str]:
    """Changes of state or acts without their letter, and letters that nothing calls for."""
    for name in sorted(set(TRANSITIONS) - set(known.transitions) - set(known.without_letter)):
        yield (
            f"Occasions : le passage « {name} » n’a ni courrier, ni raison de s’en passer sous "
            "[without_letter]."
        )
    strange = (set(known.transitions) | set(known.without_letter)) - set(TRANSITIONS)
    strange |= set(known.acts) - set(KINDS)
    for name in sorted(strange):
        yield f"Occasions : « {name} » n’est ni un passage d’état ni un événement connu."
    codes = set(letter_codes(rulebook.code, root))
    for code in sorted(known.letters - codes):
        yield f"Occasions : elles renvoient au courrier « {code} », qui n’existe pas."
    for code in sorted(codes - known.letters):
        yield f"Occasions : rien n’appelle le courrier « {code} »."
    for name, code in known.transitions.items():
        if name in TRANSITIONS and code in codes:
            yield from _useless(rulebook, name, letter_definition(rulebook.code, code, root))


def _useless(rulebook: Rulebook, name: str, letter: LetterDefinition) -> Iterator[str]:
    rules = context(rulebook, DocumentFacts())
    rule = TRANSITIONS[name].rule
    if rule_at(rules, rule) is not None and (missing := letter.missing_rules(rules)):
        yield (
            f"{rulebook.code} : la règle « {rule} » permet « {name} », et son courrier "
            f"« {letter.code} » est refusé faute de « {missing[0]} »."
        )


def _written_faults(rulebook: Rulebook, letter: LetterDefinition, root: Path) -> Iterator[str]:
    facts = DocumentFacts()
    known = context(rulebook, facts)
    refused = letter.missing_rules(known)
    for values in samples(letter, known):
        try:
            document = letter_document(rulebook, letter.code, facts, _SAMPLE_DAY, values, root=root)
        except CannotAssemble as fault:
            if not refused:
                yield str(fault)
            return
        if refused:
            yield f"{letter.code} : écrit malgré l’absence de la règle « {refused[0]} »."
        yield from _text_faults(rulebook, letter, document, known)


def _text_faults(
    rulebook: Rulebook, letter: LetterDefinition, document: Document, known: Mapping[str, Any]
) -> Iterator[str]:
    where = f"{rulebook.code}, courrier « {letter.code} »"
    text = "\n".join(words(document.blocks)).replace("\N{NO-BREAK SPACE}", " ")
    if code := _CODE.search(text):
        yield f"{where} : le code « {code[0]} » est écrit tel quel, sans « said »."
    cited = cited_articles(text)
    for article in sorted(cited - articles_of(rulebook)):
        yield f"{where} : il cite l’article {article}, que ne porte aucune règle."
    for path in letter.settings.rests_on:
        article = article_number(str(getattr(rule_at(known, path), "article", "")))
        if article and article not in text:
            yield f"{where} : il repose sur « {path} » et ne cite pas l’article {article}."
    if letter.settings.recipient not in ("legal_officer", "caisse") and TO_DO not in text:
        yield f"{where} : il ne dit pas « {TO_DO} »."


def cited_articles(text: str) -> set[str]:
    """The numbers of the articles of the convention that a text names, with plain spaces.

    « article 226-13 du code pénal » and « article 32 du règlement » name a statute's.
    """
    found: set[str] = set()
    for match in _ARTICLES.finditer(text):
        if not re.match(r"\s(?:du|de la) (?:code|règlement|loi)\b", text[match.end() :]):
            found.update(_NUMBER.findall(match[1]))
    return found
