"""The life of each convention, typed from the five texts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.templates_conventions.matrix import SILENT, cells, row, said
from workflows.calendar import Duration
from workflows.rulebook_types import Basis

YEAR, THREE_MONTHS, THIRTY_DAYS = Duration(12, 0), Duration(3, 0), Duration(0, 30)
REGISTERED = ("registered_letter", "qualified_electronic_registered_letter")

MATRIX = (
    # Parties, object, documents
    row("object.article", "1"),
    row("parties.0.role", "caisse"),
    row("parties.1.role", "partner"),
    row("parties.0.signature", *["required"] * 4, "expected"),
    row("parties.1.signature", "required"),
    row(
        "labels.partner",
        "structure",
        "gestionnaire",
        "partenaire",
        "partenaire",
        "fournisseur de données",
    ),
    row("labels.access_request", *["demande d’accès"] * 3, *["demande d’habilitation"] * 2),
    row("labels.notice", *["dénonciation"] * 4, "résiliation à l’échéance"),
    row(
        "labels.formal_notice",
        "lettre de résiliation pour inexécution",
        "lettre de résiliation pour inexécution",
        "mise en demeure",
        "mise en demeure",
        "mise en demeure",
    ),
    row("documents.copies", 2),
    row("documents.originals", False, False, True, False, True),
    row(
        "documents.identifiers",
        ("convention_number", "third_party_number"),
        ("convention_number",),
        (),
        (),
        (),
    ),
    row("documents.precedence.kind", SILENT, SILENT, "listed_order", SILENT, "clause_over_title"),
    row("documents.precedence.article", SILENT, SILENT, "2", SILENT, "6"),
    # Life of the convention
    row("effect.rule", *["last_signature"] * 4, "document_date"),
    row("effect.article", "9-1", "9-1", "9-1", "9-1", "5"),
    row("term.kind", "length"),
    row("term.length", YEAR),
    row("term.article", "9-1", "9-1", "9-1", "9-1", "5"),
    row("term.renewal.kind", "tacit"),
    row("term.renewal.length", YEAR),
    row("term.renewal.maximum", SILENT),
    row("term.renewal.basis", *[Basis.TEXT] * 4, Basis.INTERPRETATION),
    row("notice.article", "9-1", "9-1", "9-2/denonciation", "9-1", "5"),
    row("notice.length", THREE_MONTHS),
    row("notice.timing", "before_term_end"),
    row("notice.by", ("caisse", "partner")),
    row("notice.forms", REGISTERED),
    row("notice.counts_from", *["posting"] * 4, "reception"),
    row("notice.serves_as_formal_notice", *[False] * 4, True),
    row("notice.late", "next_term_if_confirmed"),
    row("breach.article", "9-2", "9-2", "9-2/inexecution", "9-2", SILENT),
    row("breach.kind", *["delay"] * 4, SILENT),
    row("breach.delay", *[THIRTY_DAYS] * 4, SILENT),
    row("breach.counts_from", *["reception"] * 4, SILENT),
    row("breach.forms", *[REGISTERED] * 4, SILENT),
    row("breach.cure", "none", "none", "express", "ambiguous", SILENT),
    row("breach.damages_kept", *[True] * 4, SILENT),
    row("breach.other_reading_days", *[-1] * 4, SILENT),
    row("force_majeure.article", SILENT, SILENT, "10", SILENT, SILENT),
    row("force_majeure.faculty_after", SILENT, SILENT, THIRTY_DAYS, SILENT, SILENT),
    row("force_majeure.access", SILENT, SILENT, "unchanged", SILENT, SILENT),
    row("force_majeure.without_indemnity", SILENT, SILENT, True, SILENT, SILENT),
    row("dispute.article", "10", "10", "14", "10", SILENT),
    row("dispute.amicable", SILENT, SILENT, Duration(0, 60), SILENT, SILENT),
    row("mutual_termination.article", "C. civ. 1193"),
    row("mutual_termination.basis", Basis.LAW),
    row("suspension.article", "7-2", "7-2", "7-2", "7", SILENT),
    row("suspension.kinds", *[("temporary", "definitive")] * 4, SILENT),
    row("avenant.article", "9-3", "9-3", "2", "9-3", "6"),
    row(
        "avenant.covers",
        ("convention",),
        ("convention", "annexes"),
        ("convention",),
        ("convention", "annexes"),
        ("convention", "annexes"),
    ),
    row("avenant.initialled", False, False, True, False, False),
    row("avenant.experiments_without_avenant", *[True] * 4, False),
    row("survival.article", "9-2", "9-2", "9-2/inexecution", "9-2", "5"),
    row("survival.articles", ("6",), ("6",), ("6", "8"), ("5", "6"), ()),
    row("survival.confidentiality.article", "6-1", "6-1", "6-1", "6-1", "3-4"),
    row("survival.confidentiality.unlimited", True, True, False, True, False),
    row("survival.confidentiality.after_end", SILENT, SILENT, Duration(60, 0), SILENT, SILENT),
    row("survival.attestation.article", SILENT, SILENT, "6-1", SILENT, SILENT),
    row("survival.attestation.within", SILENT),
    row("survival.attestation.no_copy_kept", SILENT, SILENT, True, SILENT, SILENT),
)


@pytest.mark.parametrize(("code", "path", "expected"), cells(MATRIX))
def test_the_rulebook_says_what_its_text_says(code: str, path: str, expected: Any) -> None:
    assert said(code, path) == expected
