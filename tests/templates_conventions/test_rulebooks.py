"""What each of the five texts commands, typed from the texts themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

import pytest

from templates_conventions.catalogue import ROOT, rulebook, rulebooks
from workflows.calendar import Duration
from workflows.rulebook import Rulebook
from workflows.rulebook_checks import check
from workflows.rulebook_consistency import rules_of
from workflows.rulebook_files import UnknownRulebook
from workflows.rulebook_types import Basis, PartnerKind

PIC = "psu-msa-picardie"
ARM = "psu-msa-armorique"
ADL = "qf-msa-ardeche-drome-loire"
RSA = "rsacg-msa-provence-azur"
CAF = "mon-enfant-caf-pas-de-calais"
FIVE = (PIC, ARM, ADL, RSA, CAF)
MSA = (PIC, ARM, ADL, RSA)

YEAR, THREE_MONTHS, THIRTY_DAYS = Duration(12, 0), Duration(3, 0), Duration(0, 30)
REGISTERED = ("registered_letter", "qualified_electronic_registered_letter")
SILENT = "le texte ne dit rien"


@dataclass(frozen=True)
class Row:
    """One line of the matrix: the path of a rule, and what each text says, in the order of FIVE."""

    path: str
    said: tuple[Any, ...]


def row(path: str, *said: Any) -> Row:
    return Row(path, said * 5 if len(said) == 1 else said)


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


def said(book: Rulebook, path: str) -> Any:
    place: Any = book
    for part in path.split("."):
        place = place[int(part)] if part.isdigit() else getattr(place, part)
        if place is None:
            return SILENT
    return place


@pytest.mark.parametrize(
    ("code", "path", "expected"),
    [
        (code, each.path, value)
        for each in MATRIX
        for code, value in zip(FIVE, each.said, strict=True)
    ],
)
def test_the_rulebook_says_what_its_text_says(code: str, path: str, expected: Any) -> None:
    assert said(rulebook(code), path) == expected


def test_the_five_conventions_are_published() -> None:
    assert set(rulebooks()) == set(FIVE)


@pytest.mark.parametrize("code", FIVE)
def test_a_rulebook_has_no_fault(code: str) -> None:
    assert check(rulebook(code)) == ()


def test_an_unknown_convention_names_the_known_ones() -> None:
    with pytest.raises(UnknownRulebook, match="psu-msa-picardie, qf-msa"):
        rulebook("psu-msa-inconnue")


# Conditions


def condition(code: str, kind: str) -> Any:
    [found] = [each for each in rulebook(code).effect.conditions if each.kind == kind]
    return found


@pytest.mark.parametrize("code", [PIC, ARM, ADL])
def test_the_effect_waits_for_the_cnil_formality(code: str) -> None:
    cnil = condition(code, "cnil")

    assert (cnil.article, cnil.consequence) == ("9-1", "suspends_effect")
    assert cnil.accepted == ("transmission", "not_applicable")
    assert cnil.basis_of("accepted") is Basis.INTERPRETATION


@pytest.mark.parametrize("code", [RSA, CAF])
def test_no_cnil_formality_suspends_the_effect(code: str) -> None:
    assert "cnil" not in {each.kind for each in rulebook(code).effect.conditions}


@pytest.mark.parametrize("code", FIVE)
def test_a_signature_before_the_deliberation_only_warns(code: str) -> None:
    deliberation = condition(code, "deliberation")

    assert deliberation.article == "CGCT L.2131-1"
    assert (deliberation.basis, deliberation.consequence) == (Basis.LAW, "warning")
    assert deliberation.binds(PartnerKind.COMMUNE)
    assert deliberation.binds(PartnerKind.DEPARTEMENT)
    assert not deliberation.binds(PartnerKind.ASSOCIATION)


def test_the_delegation_binds_all_but_the_departement() -> None:
    delegation = condition(RSA, "document")

    assert (delegation.article, delegation.document) == ("3", "delegation")
    assert delegation.consequence == "blocks_access_requests"
    assert delegation.binds(PartnerKind.CCAS)
    assert delegation.binds(PartnerKind.ASSOCIATION)
    assert not delegation.binds(PartnerKind.DEPARTEMENT)


def test_the_online_request_comes_before_the_convention() -> None:
    request = condition(CAF, "prior_request")

    assert (request.article, request.consequence) == ("3-1", "blocks_access_requests")


@pytest.mark.parametrize(
    ("code", "required"),
    [*((code, {"caisse", "partner"}) for code in MSA), (CAF, {"partner"})],
)
def test_the_signatures_without_which_nothing_takes_effect(code: str, required: set[str]) -> None:
    assert rulebook(code).required_signatures == required


def test_the_rsa_convention_is_open_to_bodies_with_a_delegation() -> None:
    assert rulebook(RSA).parties[1].kinds == (
        "departement",
        "ccas",
        "cias",
        "association",
        "non_profit_body",
    )


# Forms, annexes, registers


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        (PIC, [("demande-acces", 1, "partner", ("directeur de la structure d’AJE",))]),
        (
            ARM,
            [
                ("fiche-gestionnaire", 1, "partner", ("représentant du gestionnaire",)),
                ("fiche-structure", 1, "site", ("directeur de la structure d’AJE",)),
            ],
        ),
        (
            ADL,
            [
                (
                    "demande-acces",
                    1,
                    "partner",
                    ("directeur de la structure", "représentant de l’organisme gestionnaire"),
                )
            ],
        ),
        (
            RSA,
            [
                ("demande-habilitation", 8, "partner", ()),
                ("suppression-habilitation", 6, "partner", ()),
            ],
        ),
        (CAF, [("demande-en-ligne", None, "partner", ())]),
    ],
)
def test_the_forms_their_users_and_who_signs(code: str, forms: list[tuple[Any, ...]]) -> None:
    found = rulebook(code).habilitation.forms

    assert [(form.code, form.users, form.one_for, form.signed_by) for form in found] == forms


def test_no_form_ever_carries_a_password() -> None:
    for form in rulebook(RSA).habilitation.forms:
        assert form.withheld_fields == ("Mot de passe",)


def test_an_unsigned_form_by_mail_is_checked_outside_the_text() -> None:
    for form in rulebook(RSA).habilitation.forms:
        assert form.submission_check is not None
        assert form.submission_check.basis is Basis.OUTSIDE_TEXT


@pytest.mark.parametrize(
    ("code", "contractual", "operational"),
    [
        (PIC, ["annexe-1"], ["annexe-2"]),
        (ARM, ["annexe-1"], ["annexe-2", "annexe-3"]),
        (ADL, ["annexe-1"], ["annexe-2"]),
        (RSA, [], ["annexe-1", "annexe-2"]),
        (CAF, [], []),
    ],
)
def test_forms_are_kept_apart_from_contractual_annexes(
    code: str, contractual: list[str], operational: list[str]
) -> None:
    annexes = rulebook(code).documents.annexes

    assert [each.code for each in annexes if each.kind == "contractual"] == contractual
    assert [each.code for each in annexes if each.kind == "operational_form"] == operational


def test_the_persons_listed_in_annex_change_without_avenant() -> None:
    [annex] = rulebook(CAF).documents.annexes

    assert (annex.kind, annex.article) == ("list_of_users", "3-2")


@pytest.mark.parametrize("code", MSA)
def test_the_third_parties_come_before_the_directory(code: str) -> None:
    registry = rulebook(code).habilitation.registry

    assert registry is not None
    assert [step.code for step in registry.steps] == ["third_parties", "directory"]


def test_the_individual_power_of_the_agent_comes_from_the_director() -> None:
    processing = rulebook(ADL).habilitation.processing

    assert processing is not None
    assert processing.empowered_by == "le Directeur de la MSA"


def test_six_profiles_and_no_other() -> None:
    profiles = rulebook(RSA).habilitation.profiles

    assert profiles is not None
    assert [profile.number for profile in profiles.profiles] == [1, 2, 3, 4, 5, 6]


def test_six_commitments_are_asked_of_the_providers() -> None:
    providers = rulebook(CAF).provisions.providers

    assert providers is not None
    assert len(providers.further_commitments) == 6


def test_four_contents_are_forbidden() -> None:
    publication = rulebook(CAF).provisions.publication

    assert publication is not None
    assert len(publication.forbidden) == 4


# Readings and doubts


@pytest.mark.parametrize(
    ("code", "path", "key"),
    [
        *((code, "notice", "counts_from") for code in FIVE),
        *((code, "breach", "other_reading_days") for code in MSA),
        (RSA, "breach", "cure"),
        (RSA, "survival", "articles"),
        (ADL, "force_majeure", "access"),
        *((code, "habilitation", "account_holder") for code in (PIC, ARM, ADL)),
    ],
)
def test_a_reading_is_never_taken_for_a_clause(code: str, path: str, key: str) -> None:
    assert said(rulebook(code), path).basis_of(key) is Basis.INTERPRETATION


def test_what_no_text_says_is_labelled_so() -> None:
    dormancy = rulebook(RSA).habilitation.dormancy

    assert dormancy is not None
    assert dormancy.basis_of("warn_after") is Basis.OUTSIDE_TEXT
    assert dormancy.basis_of("after") is Basis.TEXT


@pytest.mark.parametrize(
    ("code", "doubts"),
    [
        (PIC, "X01 X02 X05 X06 X12 X23 X24 X25 X26 X34 K05 K12-cle K12-client K12-rupture"),
        (
            ARM,
            "X02 X05 X06 X12 X23 X24 X25 X26 X31 X34 K05 K10 K12-cle K12-client K12-rupture",
        ),
        (
            ADL,
            "X04 X05 X06 X14 X15 X16 X17 X18 X19 X23 X24 X31 X34 X36 K05 "
            "K12-client K12-ressources K12-rupture",
        ),
        (RSA, "X03 X06 X11 X13 X20 X21 X22 X23 X31 X32 X33 K01 K03 K05"),
        (CAF, "X03 X07 X08 X09 X10 X27 X28 X29 X30 X35 K06"),
    ],
)
def test_the_doubts_of_each_text_are_recorded(code: str, doubts: str) -> None:
    assert {each.code for each in rulebook(code).ambiguities} == set(doubts.split())


def test_every_known_contradiction_of_the_texts_has_its_treatment() -> None:
    recorded = {each.code for code in FIVE for each in rulebook(code).ambiguities}

    assert {f"X{number:02}" for number in range(1, 37)} - recorded == set()


# Articles and avenants


@pytest.mark.parametrize("code", FIVE)
def test_every_rule_cites_an_article(code: str) -> None:
    named = {"Préambule", "Signatures"}

    for path, rule in rules_of(rulebook(code)):
        assert rule.article in named or any(sign.isdigit() for sign in rule.article), path


@pytest.mark.parametrize(
    ("path", "article"),
    [
        ("notice", "9-2/denonciation"),
        ("notice.length", "9-2/denonciation"),
        ("breach.delay", "9-2/inexecution"),
        ("term.length", "9-1"),
        ("survival.confidentiality.after_end", "6-1"),
        ("habilitation.dormancy.after", "4-2"),
    ],
)
def test_a_path_leads_to_the_nearest_article(path: str, article: str) -> None:
    assert rulebook(ADL).article_of(path) == article


def test_an_avenant_may_change_the_length_of_the_term() -> None:
    amended = rulebook(ADL).amended({"term.length": "P36M"})

    assert amended.term.length == Duration(36, 0)
    assert amended.term.renewal.length == YEAR
    assert rulebook(ADL).term.length == YEAR


def test_an_avenant_may_change_rules_of_any_depth() -> None:
    amended = rulebook(RSA).amended(
        {"habilitation.dormancy.after": "P6M", "notice.counts_from": "reception"}
    )

    assert said(amended, "habilitation.dormancy.after") == Duration(6, 0)
    assert said(amended, "notice.counts_from") == "reception"


def test_an_avenant_that_changes_nothing_leaves_the_rulebook_as_it_was() -> None:
    for code in FIVE:
        assert rulebook(code).amended({}) == rulebook(code)


@pytest.mark.parametrize("path", ["term.duration", "breach.delay", "rien"])
def test_an_avenant_cannot_change_a_rule_that_the_rulebook_does_not_have(path: str) -> None:
    with pytest.raises(ValueError, match=path):
        rulebook(CAF).amended({path: "P1Y"})


def test_an_avenant_cannot_give_a_rule_a_value_it_cannot_have() -> None:
    with pytest.raises(ValueError, match="Durée illisible"):
        rulebook(PIC).amended({"term.length": "un an"})


# Words


@pytest.mark.parametrize("code", FIVE)
def test_the_words_shown_are_set_as_french_is(code: str) -> None:
    text = (ROOT / code / "rulebook.toml").read_text(encoding="utf-8")

    for mark in (" ;", " !", " ?", " »", "« ", " : "):
        assert mark not in text, mark
    assert "'" not in text
