"""The words of the deadlines where many are told."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.french import NO_BREAK_SPACE

KINDS: Mapping[str, str] = {
    "term_end": "Fin de période",
    "notice_limit": "Dénonciation, dernier jour",
    "notice_prudent": "Dénonciation, jour conseillé",
    "earliest_alert": "Dénonciation, alerte la plus prudente",
    "breach_end": "Résiliation, dernier jour",
    "letter_acceptance": "Lettre électronique à accepter",
    "letter_proof": "Lettre électronique, preuve",
    "force_majeure_faculty": "Force majeure, faculté de résilier",
    "court_possible": "Différend, saisine possible",
    "attestation_until": "Attestation de restitution",
    "confidentiality_until": "Confidentialité, fin",
}
"""Kinds of deadlines (``workflows.deadlines``), in the order of the filters."""

BY: Mapping[str, str] = {"limite": "due_on", "ouvre": "last_working_day"}
"""The day that counts, as addresses and as columns say it."""


def kind_in_words(kind: str) -> str:
    """« Fin de période »."""
    return KINDS.get(kind, kind)


def condition_in_words(renewals: int) -> str:
    """On how many renewals a date hangs; nothing for one that stands already."""
    if not renewals:
        return ""
    if renewals == 1:
        return "Si la convention est reconduite"
    return f"Si la convention est reconduite {renewals}{NO_BREAK_SPACE}fois"
