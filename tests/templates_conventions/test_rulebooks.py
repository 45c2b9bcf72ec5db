"""What the rulebooks make of the five texts: conditions, forms, readings, doubts, avenants."""

from __future__ import annotations

from typing import Any

import pytest

from templates_conventions.catalogue import ROOT, rulebook, rulebooks
from tests.templates_conventions.matrix import ADL, ARM, CAF, FIVE, MSA, PIC, RSA, said
from workflows.calendar import Duration
from workflows.rulebook_checks import check
from workflows.rulebook_consistency import rules_of
from workflows.rulebook_files import UnknownRulebook
from workflows.rulebook_types import Basis, PartnerKind


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
    assert amended.term.renewal.length == Duration(12, 0)
    assert rulebook(ADL).term.length == Duration(12, 0)


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
