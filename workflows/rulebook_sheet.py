"""The sheet of a rulebook: all its rules in French, for a lawyer to read and sign.

Pure: a rulebook in, its entries out; ``sheet`` writes them as plain text, 100 columns. Every rule
shows the article that commands it and where it comes from; what the text does not say is listed as
such, since silence is a rule.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date, time
from typing import Any, Literal, NamedTuple

from workflows.calendar import Duration
from workflows.convention import ConventionStatus
from workflows.french import NO_BREAK_SPACE, article_number, date_in_words
from workflows.rulebook import Ambiguity, Rulebook
from workflows.rulebook_shape import COMMON_KEYS, Key, keys, rules_of
from workflows.rulebook_types import Basis, Frozen, Rule
from workflows.rulebook_words import word_of_key, word_of_value

WIDTH = 100
INDENT = "   "
COLON = f"{NO_BREAK_SPACE}: "

SECTIONS = (
    ("Objet et parties", ("object", "parties", "labels")),
    ("Prise d’effet", ("effect",)),
    ("Durée et reconduction", ("term",)),
    ("Dénonciation", ("notice",)),
    ("Inexécution", ("breach",)),
    ("Autres fins et différends", ("mutual_termination", "force_majeure", "dispute")),
    ("Suspension de l’accès", ("suspension",)),
    ("Avenants", ("avenant",)),
    ("Après la fin", ("survival",)),
    ("Services", ("services",)),
    ("Habilitations", ("habilitation",)),
    ("Documents", ("documents",)),
    ("Autres clauses", ("provisions",)),
)
HEADING = ("code", "version", "title", "caisse")
SIGNED_WITH = ("Nom et qualité", "Fait à", "Le", "Signature")
PRACTICE = {"submission_check"}
"""Tables that no text is expected to hold: their absence is not a silence."""


class Entry(NamedTuple):
    """One line of the sheet, before any layout."""

    kind: Literal["section", "rule", "table", "pair", "item", "text", "note", "room"]
    """``rule`` and ``table`` open entries a level deeper; ``note`` explains how to read the sheet;
    ``room`` is a line to write on."""
    label: str
    words: str = ""
    """Of a rule, the article and where it comes from."""
    depth: int = 0
    article: str = ""
    """Of a rule, the article as the rulebook cites it."""


def sheet(rulebook: Rulebook) -> str:
    """The whole rulebook as a sheet of plain text, ending with a block to sign."""
    lines = ["FICHE DU MODÈLE DE CONVENTION", "=" * WIDTH]
    for entry in entries(rulebook):
        lines += _as_text(entry)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def entries(rulebook: Rulebook) -> Iterator[Entry]:
    """All that the sheet says, in order."""
    yield from _heading(rulebook)
    for number, (title, names) in enumerate(SECTIONS, start=1):
        yield Entry("section", f"{number}. {title}")
        for name in names:
            yield from _topic(rulebook, name)
        if all(getattr(rulebook, name) is None for name in names):
            yield Entry("text", "Le texte ne dit rien.")
    yield Entry("section", f"{len(SECTIONS) + 1}. Ce dont le texte ne dit rien")
    yield from _silences(rulebook, "Convention", 0)
    yield Entry("section", f"{len(SECTIONS) + 2}. {word_of_key(Rulebook, 'ambiguities')}")
    for ambiguity in rulebook.ambiguities:
        yield from _ambiguity(ambiguity)
    yield Entry("section", "Signature")
    yield from _signature(rulebook)


def _as_text(entry: Entry) -> Iterator[str]:
    indent = INDENT * entry.depth
    match entry.kind:
        case "section":
            yield from ("", entry.label.upper(), "-" * WIDTH)
        case "rule" | "table":
            if entry.depth < 2:
                yield ""
            yield _dotted(f"{indent}{entry.label}", entry.words)
        case "pair":
            yield from _wrapped(f"{entry.label}{COLON}{entry.words}", indent)
        case "item" | "text":
            yield from _wrapped(entry.label, indent)
        case "note":
            yield ""
            yield from _wrapped(entry.label, indent)
        case "room":
            yield ""
            yield f"{entry.label}{COLON}".ljust(WIDTH, "_")


def _dotted(label: str, source: str) -> str:
    return f"{label} ".ljust(WIDTH - len(source) - 1, ".") + f" {source}" if source else label


def citation(article: str) -> str:
    """« article 9-1 », but « CGCT L.2131-1 » and « Annexe 2 » as they stand."""
    if not article[:1].isdigit():
        return article
    return f"article{NO_BREAK_SPACE}{article_number(article)}"


def _heading(rulebook: Rulebook) -> Iterator[Entry]:
    for name in HEADING:
        yield Entry("pair", word_of_key(Rulebook, name), str(getattr(rulebook, name)))
    yield Entry("pair", "Empreinte des règles (sha256)", rulebook.digest)
    yield Entry(
        "note",
        "Chaque règle porte l’article qui la commande et sa source : « texte », l’article le dit ; "
        "« position retenue », l’article est ouvert et c’est la lecture suivie ; « loi », la "
        "convention est muette et une loi s’applique ; « hors texte », pratique de la caisse. Une "
        "clé suivie de « (position retenue) » ou « (hors texte) » n’a pas la source de sa règle.",
    )


def _topic(rulebook: Rulebook, name: str) -> Iterator[Entry]:
    if name == "provisions":
        for key in keys(type(rulebook.provisions)).values():
            yield from _entry(rulebook.provisions, key, 0)
    else:
        yield from _entry(rulebook, keys(Rulebook)[name], 0)


def _entry(model: Frozen, key: Key, depth: int) -> Iterator[Entry]:
    """A key and all that stands below it; nothing where the rulebook is silent."""
    value = getattr(model, key.name)
    label = word_of_key(key.model, key.name)
    if isinstance(value, Frozen):
        yield from _table(label, value, depth)
    elif isinstance(value, tuple) and value and isinstance(value[0], Frozen):
        if _is_brief(key):
            yield from _short_list(label, value, depth)
        else:
            for number, item in enumerate(value, start=1):
                yield from _table(f"{label} {number}" if len(value) > 1 else label, item, depth)
    elif value not in (None, "", ()) and value != {}:
        yield Entry("pair", label + _mark(model, key.name), value_in_words(key, value), depth)


def _table(label: str, model: Frozen, depth: int) -> Iterator[Entry]:
    if isinstance(model, Rule):
        source = f"{citation(model.article)}, {word_of_value(Rule, 'basis', model.basis)}"
        yield Entry("rule", label, source, depth, model.article)
    else:
        yield Entry("table", label, "", depth)
    own = [
        key
        for key in keys(type(model)).values()
        if not (isinstance(model, Rule) and key.name in COMMON_KEYS)
    ]
    for key in own:
        if _is_brief(key):
            yield from _entry(model, key, depth + 1)
    if isinstance(model, Rule) and model.note:
        yield Entry("pair", "Note", model.note, depth + 1)
    for key in own:
        if not _is_brief(key):
            yield from _entry(model, key, depth + 1)


def _is_brief(key: Key) -> bool:
    """Whether a key is a line, or a list of lines, and not a table with rules of its own."""
    return key.section is None or _is_labelled(key.section)


def _is_labelled(model: type[Frozen]) -> bool:
    """Whether a model is a code or a number with its label, and nothing else."""
    return list(model.model_fields)[1:] == ["label"]


def _short_list(label: str, models: tuple[Any, ...], depth: int) -> Iterator[Entry]:
    yield Entry("text", f"{label}{COLON.rstrip()}", "", depth)
    for number, model in enumerate(models, start=1):
        yield Entry("item", f"{getattr(model, 'number', number)}. {model.label}", "", depth + 1)


def _mark(model: Frozen, name: str) -> str:
    """Where a key comes from, when it is not where its rule comes from."""
    if not isinstance(model, Rule) or model.basis_of(name) is model.basis:
        return ""
    return f" ({word_of_value(Rule, 'basis', model.basis_of(name))})"


def value_in_words(key: Key, value: Any) -> str:
    """The French words of one value: « 3 mois », « oui », « envoi »."""
    if isinstance(value, tuple):
        words = [value_in_words(key, item) for item in value]
        return " ; ".join(words) if any(len(word) > 40 for word in words) else ", ".join(words)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Duration):
        return value.in_words()
    if isinstance(value, time):
        return f"{value.hour}{NO_BREAK_SPACE}h{f' {value.minute:02}' if value.minute else ''}"
    if isinstance(value, date):
        return date_in_words(value)
    if isinstance(value, int | float):
        return f"{value:g}".replace("-", "−").replace(".", ",")
    if isinstance(value, dict):
        return " ; ".join(
            f"« {ConventionStatus(state).label} » devient « {word} »"
            for state, word in value.items()
        )
    return word_of_value(key.model, key.name, str(value))


def _silences(model: Frozen, label: str, depth: int) -> Iterator[Entry]:
    """The rules that the schema knows and the text does not hold, table by table."""
    silent: list[str] = []
    below: list[Entry] = []
    for key in keys(type(model)).values():
        value = getattr(model, key.name)
        word = word_of_key(key.model, key.name)
        if value is None and key.section is not None and key.name not in PRACTICE:
            silent.append(word)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Frozen):
                below += _silences(item, word, depth + 1)
    if silent or below:
        yield Entry("pair", label, f"{NO_BREAK_SPACE}; ".join(silent), depth)
        yield from below


def _ambiguity(ambiguity: Ambiguity) -> Iterator[Entry]:
    yield Entry("table", f"{ambiguity.code}, {citation(ambiguity.article)}")
    for name in ("problem", "treatment"):
        yield Entry("pair", word_of_key(Ambiguity, name), getattr(ambiguity, name), 1)


def _signature(rulebook: Rulebook) -> Iterator[Entry]:
    readings = sum(
        model.basis is not Basis.TEXT or bool(model.interpreted or model.outside_text)
        for model in rules_of(rulebook)
    )
    yield Entry(
        "text",
        f"Règles qui ne viennent pas entièrement du texte : {readings}. Le signataire les a lues "
        "et les retient pour les conventions conclues selon cette version du modèle.",
    )
    for label in SIGNED_WITH:
        yield Entry("room", label)


def _wrapped(text: str, indent: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + (INDENT if indent else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )
