"""One file goes: its stored files, the texts and details in its rows, the persons it alone knew.

All in one transaction with the lines that say what went; the stored files themselves follow by the
effects ledger, until they are gone. What an elimination does is therefore whole, or not begun.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet

from contracts.models import Convention, ConventionParty, EliminatedThing, EvidenceFile, Partner
from contracts.models.evidence import evidence_storage
from contracts.retention.holdings import Holding, holdings
from contracts.retention.persons import Forgotten, forget_persons
from workflows import effects
from workflows.effects import EffectContext
from workflows.erasure import ERASED

FILE_REMOVAL = "contracts.file_removal"
"""The name of the effect that deletes a stored file whose row says that it went."""

FILE = EvidenceFile._meta.label

AT_ONCE = 500
"""Keys that one query asks for."""


class Gone(NamedTuple):
    """A row whose contents went, or a file."""

    kind: str
    key: int
    columns: str
    sha256: str = ""


class Erased(NamedTuple):
    """All that went with one convention."""

    things: tuple[Gone, ...]
    contents_digest: str
    """sha256 over the contents of all rows together."""


def erase(convention: Convention) -> Erased:
    """Erase the contents of a file, in the current transaction."""
    return erase_rows(
        ((holding, holding.rows(convention)) for holding in holdings()),
        lambda file: any(holding.needs(file, convention) for holding in holdings()),
        partial(forget_persons, convention),
    )


def erase_rows(
    rows: Iterable[tuple[Holding, QuerySet[Any]]],
    is_needed: Callable[[int], bool],
    forget: Callable[[], Iterable[Forgotten]] = tuple,
) -> Erased:
    """Empty rows, let go of their files that nobody needs, and forget persons, as ``forget`` does.

    In the current transaction.
    """
    digest = sha256()
    gone: list[Gone] = []
    files: dict[int, None] = {}
    for holding, own in rows:
        for row in own:
            for column in holding.files:
                if (file := getattr(row, f"{column}_id")) is not None:
                    files[file] = None
            if thing := _empty(holding, row, digest):
                gone.append(thing)
    gone.extend(
        _let_go(EvidenceFile.objects.get(pk=file), digest)
        for file in sorted(files)
        if not is_needed(file)
    )
    for person in forget():
        digest.update(person.content.encode())
        gone.append(Gone(person.kind, person.key, person.columns))
    known = _already_gone(gone)
    return Erased(
        tuple(one for one in gone if (one.kind, one.key, one.columns) not in known),
        digest.hexdigest(),
    )


def _empty(holding: Holding, row: Any, digest: Any) -> Gone | None:
    """Take away what a row says of persons; None where it says nothing."""
    said = {
        column: getattr(row, column)
        for column, word in holding.columns.items()
        if getattr(row, column) not in (word, "", None, {}, [])
    }
    if not said:
        return None
    digest.update(_canonical([holding.label, row.pk, said]))
    own = holding.model._default_manager.filter(pk=row.pk)
    if holding.deletes:
        own.delete()
    else:
        beside: Mapping[str, Any] = {name: make() for name, make in holding.also.items()}
        own.update(**{column: holding.columns[column] for column in said}, **beside)
    return Gone(holding.label, row.pk, ", ".join(said))


def _let_go(file: EvidenceFile, digest: Any) -> Gone:
    digest.update(_canonical([FILE, file.pk, file.original_name, file.sha256]))
    EvidenceFile.objects.filter(pk=file.pk).update(original_name=ERASED)
    key = f"file-removal:{file.pk}"
    effects.emit(FILE_REMOVAL, key, key, {"file": file.pk})
    return Gone(FILE, file.pk, "file, original_name", file.sha256)


@effects.handler(FILE_REMOVAL)
def remove_file(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Delete a stored file that went; done twice, it is gone all the same."""
    if not is_gone(payload["file"]):
        raise effects.EffectFailed("Aucune élimination ne porte sur cette pièce.")
    evidence_storage().delete(EvidenceFile.objects.get(pk=payload["file"]).file.name)


def is_gone(file: int) -> bool:
    """Whether the content of a stored file was eliminated."""
    return EliminatedThing.objects.filter(kind=FILE, key=file).exists()


def _already_gone(things: list[Gone]) -> set[tuple[str, int, str]]:
    """Those that an earlier elimination told of: a file shared by two conventions goes once."""
    told = EliminatedThing.objects.filter(kind__in={one.kind for one in things})
    keys = sorted({one.key for one in things})
    found: set[tuple[str, int, str]] = set()
    for first in range(0, len(keys), AT_ONCE):
        some = told.filter(key__in=keys[first : first + AT_ONCE])
        found.update(some.values_list("kind", "key", "columns"))
    return found


def _canonical(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, cls=DjangoJSONEncoder)
    return text.encode()


def lock(convention: Convention) -> None:
    """Let no hold, no event and no other elimination come between the look and the act."""
    assert transaction.get_connection().in_atomic_block
    partners = ConventionParty.objects.filter(convention=convention).values_list("partner")
    concerned = {convention.partner_id, *(key for (key,) in partners)}
    list(Partner.objects.select_for_update().filter(pk__in=concerned).order_by("pk"))
    Convention.objects.select_for_update(of=("self",)).get(pk=convention.pk)
