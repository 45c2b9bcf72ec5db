"""A rulebook that is well formed and means nothing is refused, at its key."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.rulebook_contents import FORM, PUBLICATION, rulebook
from workflows.rulebook_checks import LIFE_CHECKS, check
from workflows.rulebook_consistency import CONSISTENCY_CHECKS

EMAIL_FORM = {**FORM, "signed_by": [], "channel": "email"}
CAISSE = {"role": "caisse", "designation": "la caisse"}
PARTNER = {"role": "partner", "designation": "le partenaire"}
NO_RENEWAL = {"article": "9-1", "kind": "none"}
ENDLESS = {"article": "9-1", "kind": "none", "renewal": NO_RENEWAL}
DOCUMENT = {
    "article": "3",
    "kind": "document",
    "document": "delegation",
    "label": "Délégation",
    "consequence": "warning",
}
AT_ANY_TIME = {
    "article": "9-1",
    "length": "P3M",
    "timing": "at_any_time",
    "forms": ["registered_letter"],
    "counts_from": "posting",
}
FIRST_PRESENTATION = {"counts_from": "first_presentation", "forms": ["email"]}
ANNEX = {"article": "2", "code": "annexe-1", "label": "Annexe", "kind": "contractual"}
OPERATIONAL = {**ANNEX, "kind": "operational_form", "form": "demande"}
DEPARTURE = {
    "article": "4-4",
    "events": ["departure"],
    "procedure": "removal_form",
    "form": "demande",
}

BROKEN: list[tuple[str, str, dict[str, Any]]] = [
    ("deadlines_cite_an_article", "notice.length", {"notice__article": "la convention"}),
    ("readings_are_explained", "notice.note", {"notice__basis": "interpretation"}),
    ("readings_are_explained", "notice.note", {"notice__interpreted": ["counts_from"]}),
    ("active_can_be_left", "term", {"term": ENDLESS, "notice": None, "breach": None}),
    ("active_can_be_left", "term", {"notice": None, "breach": None}),
    (
        "signed_can_be_left",
        "parties",
        {"parties__0__signature": "expected", "parties__1__signature": "expected"},
    ),
    (
        "signed_can_be_left",
        "effect.conditions[0].accepted",
        {"effect__conditions__0__accepted": []},
    ),
    (
        "conditions_are_consistent",
        "effect.conditions[0].accepted",
        {"effect__conditions": [{**DOCUMENT, "accepted": ["transmission"]}]},
    ),
    (
        "conditions_are_consistent",
        "effect.conditions[0].document",
        {"effect__conditions": [{**DOCUMENT, "document": ""}]},
    ),
    (
        "conditions_are_consistent",
        "effect.conditions[0].partner_kinds",
        {
            "effect__conditions": [{**DOCUMENT, "except_partner_kinds": ["association"]}],
            "parties__1__kinds": ["association"],
        },
    ),
    (
        "effect_and_term_agree",
        "term.last_day",
        {
            "effect__rule": "fixed_date",
            "effect__fixed_on": "2026-01-02",
            "term": {
                "article": "9-1",
                "kind": "fixed_last_day",
                "last_day": "2026-01-01",
                "renewal": NO_RENEWAL,
            },
            "notice": None,
        },
    ),
    (
        "renewal_is_consistent",
        "term.renewal.maximum",
        {"term__renewal__kind": "express", "term__renewal__maximum": 2},
    ),
    ("notice_is_consistent", "notice.timing", {"term": ENDLESS}),
    ("notice_is_consistent", "notice.timing", {"term__renewal": NO_RENEWAL}),
    ("notice_is_consistent", "notice.length", {"notice__length": "P12M"}),
    ("notice_is_consistent", "notice.length", {"term__renewal__length": "P90D"}),
    ("notice_is_consistent", "notice.by", {"notice__by": []}),
    ("notice_is_consistent", "notice.by", {"notice__by": ["prefet"]}),
    ("notice_is_consistent", "notice.counts_from", {"notice": AT_ANY_TIME | FIRST_PRESENTATION}),
    (
        "breach_is_consistent",
        "breach.kind",
        {"breach__kind": "immediate", "breach__delay": None, "breach__cure": "express"},
    ),
    (
        "breach_is_consistent",
        "breach.counts_from",
        {"breach__counts_from": "first_presentation", "breach__forms": ["hand_delivered_letter"]},
    ),
    (
        "force_majeure_can_suspend",
        "force_majeure.access",
        {"force_majeure": {"article": "10", "faculty_after": "P30D", "access": "suspended"}},
    ),
    (
        "suspension_and_avenant_say_what",
        "suspension.kinds",
        {"suspension": {"article": "7", "grounds": "fraude", "kinds": []}},
    ),
    ("suspension_and_avenant_say_what", "avenant.covers", {"avenant__covers": []}),
    (
        "survival_is_consistent",
        "survival.confidentiality.unlimited",
        {"survival__confidentiality": {"article": "6", "unlimited": True, "after_end": "P5Y"}},
    ),
    ("survival_is_consistent", "survival.articles", {"survival__articles": ["66"]}),
    ("parties_are_consistent", "parties", {"parties": [CAISSE, PARTNER, PARTNER]}),
    ("parties_are_consistent", "parties", {"parties__1__may_leave": True}),
    (
        "parties_are_consistent",
        "habilitation.opens_on",
        {
            "parties__1__role": "structure",
            "notice__by": ["caisse"],
            "habilitation__opens_on": "partner_signature_returned",
        },
    ),
    ("labels_name_states", "labels.states.en_cours", {"labels__states": {"en_cours": "En cours"}}),
    ("codes_are_distinct", "habilitation.forms", {"habilitation__forms": [FORM, FORM]}),
    (
        "codes_are_distinct",
        "habilitation.profiles",
        {
            "habilitation__profiles": {
                "article": "4",
                "profiles": [{"number": 1, "label": "Un"}, {"number": 1, "label": "Autre"}],
            }
        },
    ),
    (
        "forms_are_named",
        "documents.annexes[0].form",
        {"documents__annexes": [{**ANNEX, "form": "demande"}]},
    ),
    (
        "forms_are_named",
        "documents.annexes[0].form",
        {"documents__annexes": [{**OPERATIONAL, "form": "inconnu"}]},
    ),
    (
        "forms_are_named",
        "provisions.information.model_annex",
        {
            "provisions__information": {
                "article": "5",
                "by": "partner",
                "to": "families",
                "about": "le service",
                "model_annex": "annexe-9",
            }
        },
    ),
    ("forms_are_named", "habilitation.departure.form", {"habilitation__departure": DEPARTURE}),
    (
        "forms_are_named",
        "habilitation.departure.form",
        {"habilitation__departure": {**DEPARTURE, "form": "inconnu"}},
    ),
    (
        "forms_are_named",
        "habilitation.departure.form",
        {"habilitation__departure": {**DEPARTURE, "procedure": "report"}},
    ),
    (
        "forms_can_be_trusted",
        "habilitation.forms[0].signed_by",
        {"habilitation__forms": [EMAIL_FORM]},
    ),
    (
        "gate_can_open",
        "habilitation.gate.requires",
        {"habilitation__gate": {"article": "4-2", "requires": ["profile_listed"]}},
    ),
    (
        "gate_can_open",
        "habilitation.gate.requires",
        {"habilitation__gate": {"article": "4-2", "requires": ["prerequisite_document"]}},
    ),
    (
        "requests_can_be_made",
        "habilitation.asked_by",
        {
            "habilitation__forms": [],
            "habilitation__asked_by": [
                {"article": "4-1", "qualities": ["directeur"], "channel": "form"}
            ],
        },
    ),
    (
        "requests_can_be_made",
        "habilitation.processing.empowered_by",
        {
            "habilitation__processing": {
                "article": "4-1",
                "manner": "manual",
                "agent": "individually_empowered",
            }
        },
    ),
    (
        "dormancy_warns_before",
        "habilitation.dormancy.warn_after",
        {"habilitation__dormancy": {"article": "4", "after": "P9M", "warn_after": "P9M"}},
    ),
    (
        "unsubscription_leads_somewhere",
        "habilitation.unsubscription.rule",
        {
            "habilitation__unsubscription": {
                "article": "4-5",
                "through": "end_of_convention",
                "rule": "9-9",
            }
        },
    ),
    (
        "publication_is_consistent",
        "provisions.publication",
        {"provisions__publication": PUBLICATION},
    ),
    (
        "publication_is_consistent",
        "provisions.publication.with_validation",
        {
            "services__0__mode": "publication",
            "provisions__publication": {**PUBLICATION, "without_validation": ["functioning"]},
        },
    ),
]


def test_the_rulebook_that_the_tests_break_is_sound() -> None:
    assert check(rulebook()) == ()


@pytest.mark.parametrize(
    ("rule", "key", "changes"), BROKEN, ids=[f"{rule}-{key}" for rule, key, _ in BROKEN]
)
def test_an_inconsistency_is_one_fault_at_its_key(
    rule: str, key: str, changes: dict[str, Any]
) -> None:
    faults = check(rulebook(**changes), "modele.toml")

    assert [fault.key for fault in faults] == [key]
    assert faults[0].file == "modele.toml"
    assert faults[0].problem
    assert faults[0].expected


def test_every_check_has_a_rulebook_that_it_refuses() -> None:
    names = {each.__name__ for each in (*LIFE_CHECKS, *CONSISTENCY_CHECKS)}

    assert names == {rule for rule, _, _ in BROKEN}


@pytest.mark.parametrize(("rule", "changes"), [(rule, changes) for rule, _, changes in BROKEN])
def test_the_check_named_by_the_case_is_the_one_that_finds_it(
    rule: str, changes: dict[str, Any]
) -> None:
    broken = rulebook(**changes)
    found_by = [each.__name__ for each in (*LIFE_CHECKS, *CONSISTENCY_CHECKS) if [*each(broken)]]

    assert found_by == [rule]


def test_all_the_faults_come_at_once() -> None:
    faults = check(rulebook(notice__by=["prefet"], avenant__covers=[], parties__1__may_leave=True))

    assert {fault.key for fault in faults} == {"notice.by", "avenant.covers", "parties"}


def test_a_fault_cites_the_article_of_its_rule() -> None:
    [fault] = check(rulebook(notice__by=["prefet"]), "modele.toml")

    assert str(fault) == (
        "modele.toml : notice.by (article 9-1) : rôle inconnu : « prefet ». "
        "Attendu : l’un des rôles caisse, partner."
    )


def test_an_article_that_survives_may_be_the_whole_of_those_cited() -> None:
    assert check(rulebook(survival__articles=["4", "9"])) == ()


def test_a_convention_without_term_may_end_by_a_notice_at_any_time() -> None:
    assert check(rulebook(term=ENDLESS, notice=AT_ANY_TIME, breach=None)) == ()


def test_a_fixed_term_that_nobody_renews_needs_no_other_end() -> None:
    assert check(rulebook(term__renewal=NO_RENEWAL, notice=None, breach=None)) == ()
