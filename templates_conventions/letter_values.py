"""What a letter is given, held against what it asks for under the rules of its convention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from templates_conventions.assembly import CannotAssemble
from templates_conventions.letters import Choices, Kind, LetterDefinition

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "text": str,
    "article": str,
    "date": date,
    "list": (list, tuple),
}


def check_rules(letter: LetterDefinition, known: Mapping[str, Any]) -> None:
    """Raises ``CannotAssemble`` when the rules lack what the letter rests on."""
    missing = letter.missing_rules(known)
    if missing:
        raise CannotAssemble(
            f"Courrier « {letter.code} » : le modèle « {known.get('code', '')} » n’a pas de règle "
            f"« {missing[0]} », sur laquelle ce courrier repose. {letter.settings.refusal}".rstrip()
        )


def check_values(
    letter: LetterDefinition,
    expected: Mapping[str, Kind | Choices],
    known: Mapping[str, Any],
    values: Mapping[str, Any],
    secrets: Mapping[str, str] | None,
) -> None:
    """Raises ``CannotAssemble``, naming every value that is missing, strange or of another kind."""
    settings = letter.settings
    kinds = {name: kind for name, kind in expected.items() if name not in settings.secret}
    faults = [
        f"« {name} » n’est pas une valeur de ce courrier" for name in set(values) - set(kinds)
    ]
    for name, kind in kinds.items():
        value = values.get(name)
        if value in (None, "", (), []):
            if name not in settings.optional:
                faults.append(f"« {name} » manque")
        else:
            faults.extend(_wrong(name, kind, value, known))
    if secrets is not None and set(secrets) != set(settings.secret):
        faults.append(f"secrets attendus : {', '.join(settings.secret) or 'aucun'}")
    if faults:
        raise CannotAssemble(
            f"Courrier « {letter.code} » : {'; '.join(sorted(faults))}. Valeurs attendues : "
            f"{', '.join(sorted(kinds)) or 'aucune'}."
        )


def _wrong(name: str, kind: Kind | Choices, value: Any, known: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(kind, str):
        if value not in kind:
            yield (
                f"« {name} » vaut « {value} », que les règles de cette convention n’admettent pas "
                f"(possibles : {', '.join(kind) or 'aucune'})"
            )
    elif not isinstance(value, _TYPES[kind]):
        yield f"« {name} » n’est pas de genre {kind}"
    elif kind == "article" and value not in known.get("articles", ()):
        yield f"« {name} » cite l’article {value}, que ne porte aucune règle de cette convention"
