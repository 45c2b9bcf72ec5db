"""What stands in the evidence file of a convention: its documents, proofs, acts, life and journal.

Each part yields members. Applications above add theirs with ``also_from``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from contracts.models import Convention, ConventionAct
from contracts.services.dispute_copies import avenants, scans, signed_copies
from contracts.services.dispute_members import Member, as_json, stored, text
from workflows import timeline_json, timeline_text
from workflows.french import NO_BREAK_SPACE, date_in_words, typeset
from workflows.head_files import label
from workflows.journal import JournalEntry
from workflows.models import JournalHead
from workflows.rulebook_sheet import sheet
from workflows.subject_acts import SubjectAct, act_canonical

Part = Callable[[Convention, date], Iterable[Member]]

_others: list[Part] = []


def also_from(part: Part) -> None:
    """Have an application above add its own members to every evidence file."""
    if part not in _others:
        _others.append(part)


def members(convention: Convention, as_of: date) -> Iterator[Member]:
    """Every member, in the order in which the index lists them."""
    for part in (*_PARTS, *_others):
        yield from part(convention, as_of)


def chained_act(row: SubjectAct, evidence: Iterable[str] = ()) -> dict[str, Any]:
    """An act with all that its digest covers."""
    return {
        "identifiant": row.identifier,
        "genre": row.kind,
        "libelle": row.act.label,
        "date_legale": row.on.isoformat(),
        "enregistre_le": row.recorded_at.isoformat(),
        "auteur": str(row.author) if row.author else "",
        "contenu": row.payload,
        **_link(row, act_canonical(row, evidence)),
    }


def chained_entry(entry: JournalEntry) -> dict[str, Any]:
    """A line of a journal with all that its digest covers."""
    return {
        "rang": entry.number,
        "nature": entry.get_kind_display(),
        "etape": entry.name,
        "date_legale": entry.on.isoformat(),
        "de": entry.from_state,
        "vers": entry.to_state,
        "article": entry.article,
        "regle": entry.rule,
        "evenement_cause": entry.cause,
        "retiree_par": entry.because,
        "enregistree_le": entry.believed_at.isoformat(),
        "version_du_moteur": entry.engine_version,
        **_link(entry, entry.canonical()),
    }


def _link(row: Any, canonical: bytes) -> dict[str, str]:
    return {
        "forme_canonique": canonical.decode(),
        "empreinte_precedente": row.previous_digest,
        "empreinte": row.digest,
    }


def _life(convention: Convention, as_of: date) -> Iterator[Member]:
    timeline: Any = convention.timeline(as_of)
    title = f"Convention {convention.number}, {convention.partner.name}"
    words = "Vie de la convention : étapes, périodes, échéances et leurs raisons"
    yield text("vie.txt", typeset(words), timeline_text.life(timeline, title), as_of)
    yield as_json("vie.json", "La même, pour une machine", timeline_json.as_json(timeline), as_of)


def _rules(convention: Convention, as_of: date) -> Iterator[Member]:
    rules = convention.rules
    version = f"version{NO_BREAK_SPACE}{rules.version}"
    yield text(
        "regles/fiche.txt", f"Règles du modèle, {version}, article par article", sheet(rules)
    )
    content = convention.pinned.content if convention.pinned else rules.model_dump(mode="json")
    yield as_json("regles/regles.json", f"Les mêmes, telles que publiées, {version}", content)


def _acts(convention: Convention, as_of: date) -> Iterator[Member]:
    rows: Any = convention.acts.order_by("revision").select_related("author")
    acts = [
        chained_act(row, row.evidence_digests()) | {"pieces_sha256": sorted(row.evidence_digests())}
        for row in rows.prefetch_related("evidence")
    ]
    yield as_json("evenements.json", "Événements enregistrés, et leur chaîne d’empreintes", acts)


def _journal(convention: Convention, as_of: date) -> Iterator[Member]:
    entries = convention.journal.order_by("number")
    lines = [chained_entry(entry) for entry in entries]
    yield as_json("journal.json", "Journal, et sa chaîne d’empreintes", lines)


def _head(convention: Convention, as_of: date) -> Iterator[Member]:
    head = JournalHead.objects.last()
    if head is not None:
        yield as_json(
            f"empreintes/empreinte-{head.day.isoformat()}.json",
            f"Empreinte de tous les journaux, {label(head.number, head.day)}",
            head.content | {"digest": head.digest},
            head.day,
        )


def _documents(convention: Convention, as_of: date) -> Iterator[Member]:
    issued = convention.documents.select_related("file").order_by("issued_at", "pk")
    for number, row in enumerate(issued, start=1):
        title = f"{row.get_kind_display()}{NO_BREAK_SPACE}: {row.title}"
        yield stored("documents", number, row.file, title, row.dated)


def _proofs(convention: Convention, as_of: date) -> Iterator[Member]:
    acts = ConventionAct.objects.filter(subject=convention).order_by("revision")
    number = 0
    for row in acts.prefetch_related("evidence"):
        for file in row.evidence.all():
            number += 1
            title = f"Pièce de «{NO_BREAK_SPACE}{row.act.label}{NO_BREAK_SPACE}», "
            title += date_in_words(row.on)
            yield stored("pieces", number, file, title, row.on)


_PARTS: tuple[Part, ...] = (
    _life,
    _rules,
    _acts,
    _journal,
    _head,
    _documents,
    signed_copies,
    scans,
    avenants,
    _proofs,
)
