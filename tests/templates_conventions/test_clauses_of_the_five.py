"""The other clauses, typed from the five texts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.templates_conventions.matrix import SILENT, cells, row, said

MATRIX = (
    # Other clauses
    row("provisions.gratuity.article", SILENT, SILENT, "12", SILENT, "1"),
    row(
        "provisions.intellectual_property.owner", "caisse", "caisse", "caisse", "each_party", SILENT
    ),
    row("provisions.intellectual_property.article", "8", "8", "8", "8", SILENT),
    row("provisions.entire_agreement.article", SILENT, SILENT, "13.1", SILENT, SILENT),
    row("provisions.no_waiver.article", SILENT, SILENT, "13.2", SILENT, SILENT),
    row("provisions.severability.article", SILENT, SILENT, "13.3", SILENT, "6"),
    row("provisions.assignment.consent", SILENT, SILENT, "prior_written", SILENT, SILENT),
    row("provisions.assignment.article", SILENT, SILENT, "13.5", SILENT, SILENT),
    row("provisions.subcontracting.article", SILENT, SILENT, "13.6", SILENT, SILENT),
    row("provisions.correspondence.article", SILENT, SILENT, "13.7", SILENT, SILENT),
    row(
        "provisions.correspondence.change_form", SILENT, SILENT, "registered_letter", SILENT, SILENT
    ),
    row("provisions.liability.article", SILENT, SILENT, "11", "5", SILENT),
    row("provisions.insurance.article", SILENT, SILENT, "11", SILENT, SILENT),
    row("provisions.applicable_law.article", SILENT, SILENT, "14", SILENT, SILENT),
    row("provisions.jurisdiction.article", "10", "10", "14", "10", SILENT),
    row("provisions.secrecy.article", "6-1", "6-1", "6-1", "6-1", "3-4"),
    row("provisions.no_disclosure.consent", *["prior_written"] * 3, "prior", SILENT),
    row("provisions.no_disclosure.of", *["caisse"] * 3, "other_party", SILENT),
    row(
        "provisions.providers.kind",
        SILENT,
        SILENT,
        "confidentiality_undertaking",
        SILENT,
        "same_commitments",
    ),
    row("provisions.data_retention.article", SILENT, SILENT, SILENT, "6-2", SILENT),
    row("provisions.data_breach_report.article", SILENT, SILENT, SILENT, "6-2", SILENT),
    row(
        "provisions.data_breach_report.promptness", SILENT, SILENT, SILENT, "without_delay", SILENT
    ),
    row("provisions.rights_of_persons.article", "6-3", "6-3", "6-3", SILENT, "4"),
    row(
        "provisions.rights_of_persons.kinds",
        ("opposition",),
        ("opposition",),
        ("access", "rectification", "opposition"),
        SILENT,
        ("access", "rectification", "erasure"),
    ),
    row("provisions.rights_of_persons.legitimate_grounds", True, True, False, SILENT, False),
    row("provisions.rights_of_persons.identity_proven", False, False, True, SILENT, False),
    row("provisions.rights_of_persons.closes_file", True, True, True, SILENT, False),
    row("provisions.information.by", "partner", "partner", "partner", SILENT, "caisse"),
    row("provisions.abuse.consequence", *["end_of_convention"] * 3, "users_watched", SILENT),
    row("provisions.cnil_formalities.article", "6-2", "6-2", "11", SILENT, "Préambule"),
    row(
        "provisions.cnil_formalities.by",
        "each_party",
        "each_party",
        "each_party",
        SILENT,
        "national_body",
    ),
    row("provisions.publication.without_validation", *[SILENT] * 4, ("availability",)),
    row(
        "provisions.publication.with_validation",
        *[SILENT] * 4,
        ("functioning", "manager_identity"),
    ),
    row("provisions.publication.update", *[SILENT] * 4, "cancel_and_replace"),
    row("provisions.publication_consent.form", *[SILENT] * 4, "written_prior_express"),
    row("provisions.entry_identification.article", *[SILENT] * 4, "3-4"),
    row("provisions.connection_controls.article", *[SILENT] * 4, "3-4"),
)


@pytest.mark.parametrize(("code", "path", "expected"), cells(MATRIX))
def test_the_rulebook_says_what_its_text_says(code: str, path: str, expected: Any) -> None:
    assert said(code, path) == expected
