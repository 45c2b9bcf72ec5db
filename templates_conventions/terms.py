"""Defined terms: what a convention calls its parties must be one word, theirs, and used.

A text taken over from a neighbouring convention keeps the other's words: a nursery once signed as a
« structure d’aide à la personne ». Such a slip is found here before anybody signs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from templates_conventions.document import words
from templates_conventions.texts import ConventionText
from workflows.rulebook import Rulebook

_INTRODUCED = re.compile(r"ci-après\s«\s([^»]+?)\s»")
_ARTICLE = re.compile(r"^(?:la |le |les |l’)", re.IGNORECASE)
PARTY_WORDS = (
    "client",
    "cocontractant",
    "fournisseur",
    "gestionnaire",
    "partenaire",
    "prestataire",
)
"""Words for a party: in a text, only those that the rulebook or a defined term gives it."""


def term_faults(rulebook: Rulebook, text: ConventionText) -> Iterator[str]:
    """The faults of the defined terms of a text, in French; none if all is well."""
    parties, body = "\n".join(words(text.parties)), "\n".join(_body(text))
    introduced = _INTRODUCED.findall(f"{parties}\n{body}")
    declared = {one.term: one.role for one in text.settings.terms}
    for term in introduced:
        if term not in declared:
            yield (
                f"« {term} » désigne une partie, ou quelqu’un d’autre, et n’est pas déclaré dans "
                f"[[terms]]. Termes déclarés : {', '.join(declared) or 'aucun'}."
            )
    for term, role in declared.items():
        if term not in introduced:
            yield f"« {term} » est déclaré et n’est introduit nulle part (« ci-après « {term} » »)."
        if not re.search(rf"\b{re.escape(_noun(term))}\b", body):
            yield f"« {term} » est défini et ne sert dans aucun article."
        if role:
            yield from _mismatch(rulebook, term, role)
    yield from _strangers(rulebook, text, body)


def _body(text: ConventionText) -> Iterator[str]:
    yield from words(text.preamble)
    for article in text.articles:
        yield from words((article.title, *article.blocks))


def _mismatch(rulebook: Rulebook, term: str, role: str) -> Iterator[str]:
    designations = {party.role: party.designation for party in rulebook.parties}
    if role not in designations:
        yield f"« {term} » désigne « {role} », qui n’est pas une partie du modèle."
        return
    expected = _noun(designations[role]).casefold()
    if f"{expected} ".startswith(f"{_noun(term).casefold()} "):
        return
    yield (
        f"« {term} » ne convient pas à cette partie, que le modèle nomme « {designations[role]} »."
    )


def _strangers(rulebook: Rulebook, text: ConventionText, body: str) -> Iterator[str]:
    own = " ".join(
        [*(party.designation for party in rulebook.parties), *(t.term for t in text.settings.terms)]
    ).casefold()
    for word in PARTY_WORDS:
        if word not in own and re.search(rf"\b(?:du|le|la|au|un|ce) {word}\b", body.casefold()):
            yield f"« {word} » désigne une partie sans être défini. Écrivez le terme de la partie."


def _noun(term: str) -> str:
    return _ARTICLE.sub("", term)
