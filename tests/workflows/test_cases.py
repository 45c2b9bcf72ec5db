"""The worked cases of the lawyers, and ours: the engine agrees with every one of them."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from templates_conventions.catalogue import rulebook, rulebooks
from workflows.case_values import COMPUTED
from workflows.cases import check, check_with

FOLDER = Path(__file__).resolve().parent.parent / "cases"


def cases_of(name: str) -> list[dict[str, Any]]:
    """Read a file of cases."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


CASES = [*cases_of("legal_cases.json"), *cases_of("our_cases.json")]
BY_ID = {case["id"]: case for case in CASES}


def wrong(value: Any) -> Any:
    """Another value of the same shape."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case None:
            return "2001-01-01"
        case dict():
            last = list(value)[-1]
            return {**value, last: wrong(value[last])}
        case list():
            return [*value[:-1], wrong(value[-1])] if value else ["inattendu"]
        case str():
            try:
                return (date.fromisoformat(value) + timedelta(days=1)).isoformat()
            except ValueError:
                return f"{value}x"
    raise AssertionError(value)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_engine_agrees_with_the_case(case: dict[str, Any]) -> None:
    result = check_with(case, rulebook)

    assert result.faults == ()
    assert [f"{d.key}: {d.expected} / {d.computed}" for d in result.disagreements] == []


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_expectation_of_the_case_is_really_compared(case: dict[str, Any]) -> None:
    spoilt = deepcopy(case)
    spoilt["expect"] = {
        key: True if (key, value) == ("automatic", None) else wrong(value)
        for key, value in case["expect"].items()
    }

    result = check_with(spoilt, rulebook)

    assert result.faults == ()
    assert {d.key for d in result.disagreements} == set(spoilt["expect"])


def test_no_two_cases_share_an_identifier() -> None:
    assert len(BY_ID) == len(CASES)


def test_the_cases_cover_every_expectation_and_every_rulebook() -> None:
    assert {key for case in CASES for key in case["expect"]} == set(COMPUTED)
    assert {case["rulebook"] for case in CASES} == set(rulebooks())


def test_the_cases_meet_every_verdict() -> None:
    met = {case["expect"].get("notice_verdict") for case in CASES} - {None}

    assert met == {"in_time", "grey_zone", "late", "invalid_form", "to_qualify", "withdrawn"}


def test_a_disagreement_explains_itself_by_article_and_arithmetic() -> None:
    case = deepcopy(BY_ID["C01"])
    case["expect"]["last_day_in_force"] = "2025-04-01"

    (difference,) = check_with(case, rulebook).disagreements

    assert (difference.expected, difference.computed) == ("2025-04-01", "2025-03-31")
    explanation = "\n".join(difference.explanation).replace("\xa0", " ")
    assert "article 9-2" in explanation
    assert "1er mars 2025 (jour exclu) + 30 jours = 31 mars 2025" in explanation


def test_a_disagreement_on_a_verdict_gives_the_counted_date_and_the_limits() -> None:
    case = deepcopy(BY_ID["B03"])
    case["expect"]["notice_verdict"] = "in_time"

    (difference,) = check_with(case, rulebook).disagreements

    explanation = "\n".join(difference.explanation).replace("\xa0", " ")
    assert "15 octobre 2025" in explanation
    assert "légale 2025-10-14, haute 2025-10-15" in explanation


def test_a_disagreement_shows_the_replayed_life() -> None:
    case = deepcopy(BY_ID["C01"])
    case["expect"]["status_after"] = "active"

    steps = check_with(case, rulebook).steps

    assert steps[-1].startswith("2025-04-01  Résiliation")
    assert steps[-1].endswith("article 9-2")


def test_keys_that_a_case_does_not_carry_are_not_checked() -> None:
    case = {**BY_ID["C01"], "expect": {}}

    assert check_with(case, rulebook).agrees


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"expect": {"last_day": "2025-03-31"}}, "« last_day » inconnue"),
        ({"expect": {"last_day_in_force": "2025-02-30"}}, "« 2025-02-30 » n’existe pas"),
        ({"expect": {"flags": "never_received"}}, "flags"),
        ({"expect": {"period": {"last_day": "2025-03-31"}}}, "expect.period : n : clé absente"),
        ({"expect": {"period": {"n": 0}}}, "la période n° 0 n’existe pas"),
        ({"expect": {"period": None}}, "la période n° 0 n’existe pas"),
        ({"expect": {"blocked": "non"}}, "true ou false"),
        ({"expect": {"acceptance_window": ["2025-03-15"]}}, "deux dates"),
        ({"expect": {"acceptance_window": ["2025-03-15", "demain"]}}, "« demain »"),
        ({"expect": {"anomaly": {"kind": "access_after_end", "since": "x"}}}, "« since » inconnue"),
        ({"as_of": "demain"}, "as_of"),
        ({"as_of": None}, "as_of"),
        ({"remarque": "x"}, "« remarque » inconnue"),
        ({"partner_kind": "mairie"}, "partner_kind"),
        ({"acts": [{"kind": "signatur", "on": "2025-01-01"}]}, "Peut-être « signature »"),
        ({"acts": [{"kind": "cure", "on": "2025-01-01", "why": "x"}]}, "« why » inconnue"),
        ({"acts": {}}, "acts"),
        ({"rulebook": "inconnu"}, "Aucun modèle de convention « inconnu »"),
        ({"interpretations": [{"kind": "gray_zone", "answer": "late"}]}, "Peut-être « grey_zone »"),
        ({"interpretations": [{"kind": "grey_zone", "answer": "non"}]}, "in_time, late"),
    ],
)
def test_a_case_that_cannot_be_read_says_why(changes: dict[str, Any], said: str) -> None:
    result = check_with({**BY_ID["C01"], **changes}, rulebook)

    assert not result.agrees
    assert said in "\n".join(result.faults).replace("\xa0", " ")


def test_every_fault_of_a_case_is_said_at_once() -> None:
    case = {**BY_ID["C01"], "acts": [{"kind": "cure"}, {"kind": "x"}], "expect": {"y": 1}}

    assert len(check(case, rulebook("psu-msa-picardie")).faults) == 3


@pytest.mark.parametrize("content", [3, None, [], "cas"])
def test_what_is_no_table_is_no_case(content: Any) -> None:
    result = check_with(content, rulebook, "cas n° 4")

    assert result.id == "cas n° 4"
    assert "un cas est une table" in result.faults[0]
