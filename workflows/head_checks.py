"""Checking the heads: each is computed again from the rows that existed when it was taken.

While the chains are whole (``chains``), a head that agrees vouches for all before it: the last
digest of a chain rests on every earlier one. So the last head is computed, and only when it
disagrees are the others searched, by halves, for the first that does: a dozen heads for ten years.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.chains import chains
from workflows.french import count, typeset
from workflows.head_files import PublishedHead
from workflows.heads import Progress, summary
from workflows.models import JournalHead


@dataclass(frozen=True, slots=True)
class BrokenHead:
    """A head that is not as it was taken, or that the journals no longer agree with."""

    number: int
    day: date
    problem: str
    """What is wrong, in a French sentence without its full stop."""


def broken_heads(every: bool = False, progress: Progress | None = None) -> Iterator[BrokenHead]:
    """The first head that is not as it was written, and the first that the journals contradict.

    With ``every``, each head is computed again, and each that disagrees is given; it takes as
    long as there are heads. ``progress`` is told how many subjects were read, and of how many.
    """
    heads = list(JournalHead.objects.order_by("number"))
    previous: JournalHead | None = None
    for head in heads:
        if problem := _not_as_written(head, previous):
            yield _broken(head, problem)
            break
        previous = head
    if every:
        found = heads
    elif heads and contradicts(heads[-1].content, progress):
        first = bisect_left(heads, True, hi=len(heads) - 1, key=_is_contradicted)
        found = [heads[first]]
    else:
        found = []
    for head in found:
        if problem := contradicts(head.content, progress):
            yield _broken(head, problem)


def disagreements(published: PublishedHead, progress: Progress | None = None) -> list[str]:
    """What the database says otherwise than a head that was kept elsewhere."""
    found = []
    stored = JournalHead.objects.filter(number=published.content["number"]).first()
    if stored is None:
        found.append("la base n’a pas cette empreinte : elle en a été retirée")
    elif stored.digest != published.digest or stored.content != published.content:
        found.append("la base a une autre empreinte sous ce numéro : elle a été réécrite")
    if problem := contradicts(published.content, progress):
        found.append(problem)
    return [typeset(problem) for problem in found]


def contradicts(content: Mapping[str, Any], progress: Progress | None = None) -> str:
    """What the journals say otherwise than the content of a head; empty when they agree."""
    unknown = sorted(set(content["last_entries"]) - {chain.name for chain in chains()})
    if unknown:
        return f"cette version ne connaît pas les journaux « {' », « '.join(unknown)} »"
    now = summary(content["last_entries"], progress)
    if now.root == content["root"]:
        return ""
    if missing := content["entries"] - now.entries:
        lines = count(abs(missing), "ligne")
        return f"{lines} de {'moins' if missing > 0 else 'plus'} que lorsqu’elle a été établie"
    return "une ligne au moins n’est plus celle qu’elle couvrait"


def _is_contradicted(head: JournalHead) -> bool:
    return bool(contradicts(head.content))


def _not_as_written(head: JournalHead, previous: JournalHead | None) -> str:
    expected = previous.number + 1 if previous else 1
    if head.number != expected:
        return f"l’empreinte {expected} manque : une au moins a été retirée"
    if head.previous_digest != (previous.digest if previous else ""):
        return "elle ne suit pas l’empreinte d’avant : l’une des deux a été remplacée"
    if head.digest != head.computed_digest():
        return "son contenu n’est plus celui qui a été écrit"
    return ""


def _broken(head: JournalHead, problem: str) -> BrokenHead:
    return BrokenHead(head.number, head.day, typeset(problem))
