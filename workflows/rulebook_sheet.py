"""The sheet of a rulebook: all its rules in French, for a lawyer to read and sign.

Pure: a rulebook in, plain text out, 100 columns. Every rule shows the article that commands it and
where it comes from; what the text does not say is listed as such, since silence is a rule.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from workflows.calendar import Duration
from workflows.convention import ConventionStatus
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.rulebook import Ambiguity, Rulebook
from workflows.rulebook_shape import COMMON_KEYS, Key, keys
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
PRACTICE = {"submission_check"}
"""Tables that no text is expected to hold: their absence is not a silence."""


def sheet(rulebook: Rulebook) -> str:
    """The whole rulebook as a sheet of plain text, ending with a block to sign."""
    lines = [*_heading(rulebook)]
    for number, (title, names) in enumerate(SECTIONS, start=1):
        lines += _section(f"{number}. {title}")
        for name in names:
            lines += _topic(rulebook, name)
        if all(getattr(rulebook, name) is None for name in names):
            lines += ["Le texte ne dit rien."]
    lines += _section(f"{len(SECTIONS) + 1}. Ce dont le texte ne dit rien")
    lines += _silences(rulebook, "Convention", 0)
    lines += _section(f"{len(SECTIONS) + 2}. {word_of_key(Rulebook, 'ambiguities')}")
    for ambiguity in rulebook.ambiguities:
        lines += _ambiguity(ambiguity)
    lines += _section("Signature")
    lines += _signature(rulebook)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def citation(article: str) -> str:
    """« article 9-1 », but « CGCT L.2131-1 » and « Annexe 2 » as they stand."""
    return f"article{NO_BREAK_SPACE}{article}" if article[:1].isdigit() else article


def _heading(rulebook: Rulebook) -> Iterator[str]:
    yield "FICHE DU MODÈLE DE CONVENTION"
    yield "=" * WIDTH
    for name in HEADING:
        yield from _pair(word_of_key(Rulebook, name), str(getattr(rulebook, name)), "")
    yield from _pair("Empreinte des règles (sha256)", rulebook.digest, "")
    yield ""
    yield from _wrapped(
        "Chaque règle porte l’article qui la commande et sa source : « texte », l’article le dit ; "
        "« position retenue », l’article est ouvert et c’est la lecture suivie ; « loi », la "
        "convention est muette et une loi s’applique ; « hors texte », pratique de la caisse. Une "
        "clé suivie de « (position retenue) » ou « (hors texte) » n’a pas la source de sa règle.",
        "",
    )


def _section(title: str) -> Iterator[str]:
    yield ""
    yield title.upper()
    yield "-" * WIDTH


def _topic(rulebook: Rulebook, name: str) -> Iterator[str]:
    if name == "provisions":
        for key in keys(type(rulebook.provisions)).values():
            yield from _entry(rulebook.provisions, key, 0)
    else:
        yield from _entry(rulebook, keys(Rulebook)[name], 0)


def _entry(model: Frozen, key: Key, depth: int) -> Iterator[str]:
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
        yield from _pair(label + _mark(model, key.name), _words(key, value), INDENT * depth)


def _table(label: str, model: Frozen, depth: int) -> Iterator[str]:
    indent = INDENT * depth
    if depth < 2:
        yield ""
    if isinstance(model, Rule):
        source = f"{citation(model.article)}, {word_of_value(Rule, 'basis', model.basis)}"
        yield f"{indent}{label} ".ljust(WIDTH - len(source) - 1, ".") + f" {source}"
    else:
        yield f"{indent}{label}"
    own = [
        key
        for key in keys(type(model)).values()
        if not (isinstance(model, Rule) and key.name in COMMON_KEYS)
    ]
    for key in own:
        if _is_brief(key):
            yield from _entry(model, key, depth + 1)
    if isinstance(model, Rule) and model.note:
        yield from _pair("Note", model.note, INDENT * (depth + 1))
    for key in own:
        if not _is_brief(key):
            yield from _entry(model, key, depth + 1)


def _is_brief(key: Key) -> bool:
    """Whether a key is a line, or a list of lines, and not a table with rules of its own."""
    return key.section is None or _is_labelled(key.section)


def _is_labelled(model: type[Frozen]) -> bool:
    """Whether a model is a code or a number with its label, and nothing else."""
    return list(model.model_fields)[1:] == ["label"]


def _short_list(label: str, models: tuple[Any, ...], depth: int) -> Iterator[str]:
    yield f"{INDENT * depth}{label}{COLON.rstrip()}"
    for number, model in enumerate(models, start=1):
        yield from _wrapped(
            f"{getattr(model, 'number', number)}. {model.label}", INDENT * (depth + 1)
        )


def _mark(model: Frozen, name: str) -> str:
    """Where a key comes from, when it is not where its rule comes from."""
    if not isinstance(model, Rule) or model.basis_of(name) is model.basis:
        return ""
    return f" ({word_of_value(Rule, 'basis', model.basis_of(name))})"


def _words(key: Key, value: Any) -> str:
    if isinstance(value, tuple):
        words = [_words(key, item) for item in value]
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


def _silences(model: Frozen, label: str, depth: int) -> Iterator[str]:
    """The rules that the schema knows and the text does not hold, table by table."""
    silent: list[str] = []
    below: list[str] = []
    for key in keys(type(model)).values():
        value = getattr(model, key.name)
        word = word_of_key(key.model, key.name)
        if value is None and key.section is not None and key.name not in PRACTICE:
            silent.append(word)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Frozen):
                below += _silences(item, word, depth + 1)
    if silent or below:
        yield from _pair(label, f"{f'{NO_BREAK_SPACE}; '.join(silent)}", INDENT * depth)
        yield from below


def _ambiguity(ambiguity: Ambiguity) -> Iterator[str]:
    yield ""
    yield f"{ambiguity.code}, {citation(ambiguity.article)}"
    for name in ("problem", "treatment"):
        yield from _pair(word_of_key(Ambiguity, name), getattr(ambiguity, name), INDENT)


def _signature(rulebook: Rulebook) -> Iterator[str]:
    readings = sum(
        model.basis is not Basis.TEXT or bool(model.interpreted or model.outside_text)
        for model in _rules(rulebook)
    )
    yield from _wrapped(
        f"Règles qui ne viennent pas entièrement du texte : {readings}. Le signataire les a lues "
        "et les retient pour les conventions conclues selon cette version du modèle.",
        "",
    )
    for label in ("Nom et qualité", "Fait à", "Le", "Signature"):
        yield ""
        yield f"{label}{COLON}".ljust(WIDTH, "_")


def _rules(model: Frozen) -> Iterator[Rule]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Rule):
                yield item
            if isinstance(item, Frozen):
                yield from _rules(item)


def _pair(label: str, words: str, indent: str) -> Iterator[str]:
    yield from _wrapped(f"{label}{COLON}{words}", indent)


def _wrapped(text: str, indent: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + (INDENT if indent else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )
