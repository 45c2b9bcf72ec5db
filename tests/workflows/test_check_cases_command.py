"""`manage.py check_cases`: how a lawyer accepts the engine."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

CASES = Path(__file__).resolve().parent.parent / "cases"
BREACH = {
    "id": "C01",
    "rulebook": "psu-msa-picardie",
    "about": "LRAR reçue le 01/03/2025.",
    "why": "Jour de réception exclu.",
    "as_of": "2025-04-02",
    "acts": [
        {"kind": "signature", "party": "partner", "on": "2024-08-13"},
        {"kind": "signature", "party": "caisse", "on": "2024-08-13"},
        {"kind": "cnil", "on": "2024-08-13", "basis": "transmission"},
        {
            "kind": "formal_notice",
            "by": "caisse",
            "form": "registered_letter",
            "received_on": "2025-03-01",
        },
    ],
    "expect": {"last_day_in_force": "2025-03-31", "accounts_close_on": "2025-04-01"},
}


@pytest.fixture
def cases(tmp_path: Path) -> Any:
    """Write cases to a file and give its path."""

    def write(*content: Any) -> Path:
        path = tmp_path / "cases.json"
        path.write_text(json.dumps(list(content)), encoding="utf-8")
        return path

    return write


def run(path: Path) -> tuple[str, int]:
    """What the command prints, and its exit code."""
    output = StringIO()
    try:
        call_command("check_cases", str(path), stdout=output)
        code = 0
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return output.getvalue().replace("\N{NO-BREAK SPACE}", " "), code


@pytest.mark.parametrize("name", ["legal_cases.json", "our_cases.json"])
def test_the_engine_agrees_with_all_the_cases_of_a_file(name: str) -> None:
    total = len(json.loads((CASES / name).read_text(encoding="utf-8")))

    assert run(CASES / name) == (f"{total} of {total} cases agree\n", 0)


def test_a_disagreement_says_what_differs_and_why(cases: Any) -> None:
    wrong = {**BREACH, "id": "C99", "expect": {"last_day_in_force": "2025-03-30"}}

    printed, code = run(cases(BREACH, wrong))

    lines = printed.splitlines()
    assert code == 1
    assert lines[:4] == [
        "C99 : LRAR reçue le 01/03/2025.",
        "  last_day_in_force",
        "    attendu : 2025-03-30",
        "    calculé : 2025-03-31",
    ]
    assert any("article 9-2" in line and "+ 30 jours" in line for line in lines)
    assert any(line.startswith("    2025-04-01  Résiliation") for line in lines)
    assert lines[-1] == "1 of 2 cases agree"


def test_a_case_that_cannot_be_read_counts_as_a_disagreement(cases: Any) -> None:
    unreadable = {**BREACH, "id": "X", "expect": {"fin": "2025-03-30"}}

    printed, code = run(cases(BREACH, unreadable, 3))

    assert code == 1
    assert "« fin » inconnue" in printed
    assert "cas n° 3\n  Cas illisible" in printed
    assert printed.endswith("1 of 3 cases agree\n")


def test_an_unknown_rulebook_is_the_fault_of_its_case(cases: Any) -> None:
    printed, code = run(cases({**BREACH, "rulebook": "psu"}, {**BREACH, "id": "C02"}))

    assert code == 1
    assert "Codes connus : mon-enfant-caf" in printed
    assert printed.endswith("1 of 2 cases agree\n")


def test_two_cases_under_one_identifier_are_a_fault(cases: Any) -> None:
    printed, code = run(cases(BREACH, BREACH))

    assert code == 1
    assert "porte déjà cet identifiant" in printed
    assert printed.endswith("1 of 2 cases agree\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"id": "C01"}', "les cas forment une liste"),
        ("[]", "aucun cas"),
        ("[{", "ligne 1"),
        ('[{"id": "a", "id": "b"}]', "« id » est écrite deux fois"),
        ("[" * 20_000, "trop profondément"),
    ],
)
def test_a_file_that_is_no_list_of_cases_is_refused(
    tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "cases.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError) as refusal:
        run(path)

    assert said in str(refusal.value).replace("\N{NO-BREAK SPACE}", " ")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"absent\.json"):
        run(tmp_path / "absent.json")
