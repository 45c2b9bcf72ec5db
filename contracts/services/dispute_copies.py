"""What stands in the evidence file about signatures: signed copies, scans, avenants' facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from contracts.models import AvenantFact, Convention, FiledScan, SignedCopy
from contracts.services.dispute_members import Member, as_json, stored
from workflows.clock import civil_date
from workflows.french import NO_BREAK_SPACE


def signed_copies(convention: Convention, as_of: date) -> Iterator[Member]:
    """Each copy that came back, void ones included, and what its signatures proved that day."""
    copies = SignedCopy.objects.filter(issued__convention=convention).select_related(
        "file", "issued__file", "author", "voided"
    )
    told = []
    for number, copy in enumerate(copies.prefetch_related("signatures__signer"), start=1):
        void = getattr(copy, "voided", None)
        title = f"Copie signée de {copy.issued.file.original_name}"
        title += " (ne compte plus)" if void else ""
        member = stored("copies-signees", number, copy.file, title, copy.signed_on)
        yield member
        told.append(_copy(copy, member.path, void))
    if told:
        yield as_json("copies-signees.json", "Ce que prouvent les copies signées", told)


def scans(convention: Convention, as_of: date) -> Iterator[Member]:
    """The paper that found its file by its codes, or by a person."""
    filed = FiledScan.objects.filter(issued__convention=convention)
    for number, scan in enumerate(filed.select_related("file", "issued__file"), start=1):
        title = f"Copie numérisée de {scan.issued.file.original_name}"
        yield stored("numerisations", number, scan.file, title, civil_date(scan.filed_at))


def avenants(convention: Convention, as_of: date) -> Iterator[Member]:
    """Each avenant as prepared, with its facts, and the proofs of these."""
    facts = AvenantFact.objects.filter(avenant__convention=convention)
    rows = facts.select_related("avenant", "author", "evidence").order_by("recorded_at", "pk")
    told: dict[int, dict[str, Any]] = {}
    for one in convention.avenants.order_by("number"):
        told[one.pk] = {
            "numero": one.number,
            "type": one.type,
            "regles_changees": one.changes,
            "designations_changees": one.party_facts,
            "annexe": one.annex,
            "nouveau_texte": one.annex_text,
            "effet_prevu": one.effective_on.isoformat() if one.effective_on else "",
            "motif": one.reason,
            "prepare_le": one.prepared_at.isoformat(),
            "faits": [],
        }
    proofs = 0
    for fact in rows:
        path = ""
        if fact.evidence is not None:
            proofs += 1
            words = f"Pièce de l’avenant n°{NO_BREAK_SPACE}{fact.avenant.number}"
            title = f"{words}{NO_BREAK_SPACE}: {fact.get_kind_display()}"
            member = stored("avenants", proofs, fact.evidence, title, fact.on)
            path = member.path
            yield member
        told[fact.avenant_id]["faits"].append(
            {
                "nature": fact.get_kind_display(),
                "date_legale": fact.on.isoformat(),
                "partie": fact.party,
                "motif": fact.reason,
                "enregistre_le": fact.recorded_at.isoformat(),
                "auteur": str(fact.author) if fact.author else "",
                "piece": path,
            }
        )
    if told:
        yield as_json("avenants.json", "Avenants préparés, et leurs faits", list(told.values()))


def _copy(copy: SignedCopy, path: str, void: Any) -> dict[str, Any]:
    return {
        "fichier": path,
        "document": copy.issued.file.original_name,
        "document_sha256": copy.issued.sha256,
        "repere": copy.issued.stamp,
        "signee_par": copy.signed_by,
        "original_de": copy.original_of,
        "signee_le": copy.signed_on.isoformat(),
        "deposee_le": copy.recorded_at.isoformat(),
        "niveau": copy.get_level_display(),
        "raison": copy.reason,
        "rapport_au_texte": copy.get_match_display(),
        "ne_compte_plus": void.reason if void else "",
        "signatures_electroniques": [
            {
                "signataire": one.signer.get_full_name(),
                "organisme": one.organisation,
                "autorite": one.issuer,
                "certificat_sha256": one.certificate_sha256,
                "signe_le": one.signed_at.isoformat(),
                "source_de_l_heure": one.get_time_source_display(),
                "couvre_tout_le_fichier": one.covers_whole_file,
                "niveau": one.get_level_display(),
                "raison": one.reason,
            }
            for one in copy.signatures.all()
        ],
    }
