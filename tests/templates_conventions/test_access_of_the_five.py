"""Services, habilitations and credentials, typed from the five texts."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from tests.templates_conventions.matrix import SILENT, cells, row, said
from workflows.calendar import Duration
from workflows.rulebook_types import Basis

MATRIX = (
    # Service
    row("services.0.mode", *["consultation"] * 4, "publication"),
    row("services.0.portal", *["msa.fr"] * 4, "mon-enfant.fr"),
    row(
        "services.0.rubrics.labels",
        PSU_RUBRICS := (
            "Coordonnées du dossier",
            "Situation familiale",
            "Ressources hors prestations familiales",
            "Recherche",
        ),
        PSU_RUBRICS,
        ("Coordonnées du dossier", "Montant du QF"),
        ("Famille", "Droits", "RSA", "Ressources", "Adresse"),
        SILENT,
    ),
    row("services.0.lookup.article", "4-5", "4-5", "4-7", SILENT, SILENT),
    row("services.0.lookup.keys", ("nir", "name"), ("nir", "name"), ("nir",), SILENT, SILENT),
    row("services.0.lookup.combination", "all", "all", "all", SILENT, SILENT),
    row("services.0.hours.opens_at", time(5), time(5), time(5), SILENT, SILENT),
    row("services.0.hours.closes_at", time(23), time(23), time(23), SILENT, SILENT),
    row("services.0.hours.days_a_week", 7, 7, 7, SILENT, SILENT),
    row("services.0.availability.kind", "rate", "rate", "rate", "best_efforts", SILENT),
    row("services.0.availability.above_percent", 98, 98, 98, SILENT, SILENT),
    row("services.0.time_out.article", "7-1", "7-1", "7-1", "7", SILENT),
    row("services.0.time_out.after_minutes", SILENT, SILENT, SILENT, 30, SILENT),
    row(
        "services.0.territory.level",
        "caisse",
        "caisse",
        "caisse",
        "departement",
        "requested_establishments",
    ),
    row("services.0.territory.agent_level", SILENT, SILENT, SILENT, "circonscription", SILENT),
    row(
        "services.0.other_caisse.through",
        "other_convention",
        "other_convention",
        "other_convention",
        SILENT,
        "other_request",
    ),
    row(
        "services.0.other_caisse.credentials",
        "different",
        "different",
        "may_differ",
        SILENT,
        SILENT,
    ),
    row("services.0.encryption.article", "7-1", "7-1", "7-1", "7", SILENT),
    row(
        "services.0.logs.records",
        SILENT,
        SILENT,
        SILENT,
        ("connections", "connection_attempts"),
        SILENT,
    ),
    # Habilitations
    row("habilitation.account_holder", "partner", "partner", "partner", "user", "user"),
    row("habilitation.opens_on", *["effect"] * 4, "partner_signature_returned"),
    row("habilitation.authorisation.article", "4-1", "4-1", "4-1", "4", "3-1"),
    row("habilitation.authorisation.self_registration", *["forbidden"] * 4, "possible"),
    row("habilitation.processing.manner", *["manual"] * 4, "online"),
    row(
        "habilitation.processing.agent",
        "habilitated",
        "habilitated",
        "individually_empowered",
        "habilitated",
        SILENT,
    ),
    row("habilitation.registry.article", "4-2", "4-2", "4-2", "4", SILENT),
    row(
        "habilitation.registry.filed_by",
        ("bundle",),
        ("bundle",),
        ("bundle",),
        ("departement", "bundle"),
        SILENT,
    ),
    row("habilitation.profiles.closed", SILENT, SILENT, SILENT, True, SILENT),
    row(
        "habilitation.gate.requires",
        PAPER := ("convention_in_force", "form_complete", "form_signed"),
        PAPER,
        PAPER,
        (
            "convention_in_force",
            "prerequisite_document",
            "form_complete",
            "agents_designated",
            "profile_listed",
        ),
        ("convention_returned_signed", "agents_designated"),
    ),
    row("habilitation.credentials.delivery.recipient", *["partner"] * 3, "user", "user"),
    row(
        "habilitation.credentials.delivery.channel",
        "notification",
        "notification",
        "notification",
        "encrypted_email",
        "email",
    ),
    row(
        "habilitation.credentials.delivery.contents",
        *[("identifier", "password")] * 4,
        ("password",),
    ),
    row(
        "habilitation.credentials.first_login_change.obligation",
        "mandatory",
        "mandatory",
        "mandatory",
        "advised",
        "mandatory",
    ),
    row("habilitation.credentials.first_login_change.minimum_length", *[SILENT] * 4, 6),
    row("habilitation.credentials.initial_password.length", *[SILENT] * 4, 8),
    row("habilitation.credentials.regular_change.obligation", *["advised"] * 4, SILENT),
    row("habilitation.loss.procedure", *["new_habilitation"] * 4, "self_service"),
    row("habilitation.loss.report", *["immediate"] * 4, SILENT),
    row("habilitation.loss.first_password_deleted", False, False, False, True, False),
    row(
        "habilitation.departure.procedure",
        "offered_action",
        "offered_action",
        "modification_form",
        "removal_form",
        "report",
    ),
    row(
        "habilitation.departure.basis",
        Basis.OUTSIDE_TEXT,
        Basis.OUTSIDE_TEXT,
        Basis.TEXT,
        Basis.TEXT,
        Basis.TEXT,
    ),
    row("habilitation.unsubscription.article", SILENT, SILENT, "4-5", SILENT, SILENT),
    row("habilitation.modification.through", SILENT, SILENT, "form", SILENT, "express_request"),
    row("habilitation.dormancy.after", SILENT, SILENT, SILENT, Duration(9, 0), SILENT),
    row("habilitation.dormancy.warn_after", SILENT, SILENT, SILENT, Duration(8, 0), SILENT),
    row("habilitation.dormancy.automatic", SILENT, SILENT, SILENT, False, SILENT),
    row("habilitation.review", SILENT),
    row("habilitation.number_limit.kind", SILENT, SILENT, SILENT, "as_needed", "listed_in_annex"),
)


@pytest.mark.parametrize(("code", "path", "expected"), cells(MATRIX))
def test_the_rulebook_says_what_its_text_says(code: str, path: str, expected: Any) -> None:
    assert said(code, path) == expected
