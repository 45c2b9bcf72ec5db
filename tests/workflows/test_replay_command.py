"""`manage.py replay`: a file of facts, without a database."""

from __future__ import annotations

import json
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from workflows import clock
from workflows.clock import PARIS

SIGNED = [
    {"kind": "signature", "party": "partner", "on": "2025-01-15"},
    {"kind": "signature", "party": "caisse", "on": "2025-01-15"},
    {"kind": "cnil", "on": "2025-01-15", "basis": "transmission", "reference": "T-1"},
]
LATE_BREACH = [
    *SIGNED,
    {
        "kind": "formal_notice",
        "by": "caisse",
        "form": "registered_letter",
        "received_on": "2025-04-10",
        "recorded_on": "2025-05-15",
    },
]


@pytest.fixture
def facts(tmp_path: Path) -> Any:
    """Write facts to a file and give its path."""

    def write(content: Any) -> Path:
        path = tmp_path / "facts.json"
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def run(*arguments: object) -> str:
    output = StringIO()
    call_command("replay", *(str(each) for each in arguments), stdout=output)
    return output.getvalue().replace("\N{NO-BREAK SPACE}", " ")


def as_json(*arguments: object) -> dict[str, Any]:
    return json.loads(run(*arguments, "--json"))


def refused(*arguments: object) -> str:
    with pytest.raises(CommandError) as refusal:
        run(*arguments)
    return str(refusal.value).replace("\N{NO-BREAK SPACE}", " ")


def test_the_life_is_told_with_the_article_and_cause_of_each_step(facts: Any) -> None:
    text = run("psu-msa-picardie", facts(SIGNED), "--as-of", "2026-02-01")

    assert "État au 1er février 2026 : En vigueur" in text
    renewal = "15/01/2026 Tacite reconduction, 2ᵉ période En vigueur 9-1 la date seule"
    assert renewal in [" ".join(line.split()) for line in text.splitlines()]
    assert "14 janvier 2027 − 3 mois = 14 octobre 2026." in text


def test_a_step_to_come_is_marked_as_foreseen(facts: Any) -> None:
    text = run("psu-msa-picardie", facts(SIGNED), "--as-of", "2025-02-01")

    (line,) = [line for line in text.splitlines() if "15/01/2026" in line and "2ᵉ" in line]
    assert line.split()[1] == "prévu"


def test_an_open_question_shows_both_branches(facts: Any) -> None:
    notice = {
        "kind": "notice",
        "by": "partner",
        "form": "registered_letter",
        "posted_on": "2025-10-15",
    }

    text = run("psu-msa-picardie", facts([*SIGNED, notice]), "--as-of", "2025-11-01")

    assert "grey_zone:4 (bloquante, article 9-1)" in text
    assert "in_time : La dénonciation est à temps ; fin le 14 janvier 2026." in text
    assert "late : La dénonciation est tardive ; pas de fin prévue." in text
    assert "provisoire, une question est ouverte" in text


def test_a_refused_act_says_why(facts: Any) -> None:
    cure = {"kind": "cure", "on": "2025-04-20"}

    text = run("psu-msa-picardie", facts([*LATE_BREACH, cure]), "--as-of", "2025-06-01")

    assert "Événements refusés\n  - Manquement réparé : Cette convention ne prévoit pas" in text


def test_json_says_the_same(facts: Any) -> None:
    life = as_json("psu-msa-picardie", facts(LATE_BREACH), "--as-of", "2025-06-01")

    assert (life["state"], life["last_day_in_force"]) == ("terminated", "2025-05-10")
    assert life["anomalies"][0]["first_day"] == "2025-05-11"
    assert life["access"][-1]["closes_at"] == "2025-05-15T12:00:00+02:00"
    assert [step["to_state"] for step in life["steps"]][-2:] == [
        "termination_pending",
        "terminated",
    ]


def test_what_was_not_recorded_yet_is_not_known(facts: Any) -> None:
    path = facts(LATE_BREACH)

    before = as_json(
        "psu-msa-picardie",
        path,
        "--as-of",
        "2025-06-01",
        "--known-at",
        "2025-05-15T11:59:00+02:00",
    )

    assert (before["state"], before["last_day_in_force"]) == ("active", None)


def test_the_day_is_that_of_the_file_then_today(facts: Any) -> None:
    dated = as_json("psu-msa-picardie", facts({"acts": SIGNED, "as_of": "2025-03-01"}))
    with clock.set_to(datetime(2026, 1, 15, 0, 30, tzinfo=PARIS)):
        today = as_json("psu-msa-picardie", facts(SIGNED))

    assert dated["as_of"] == "2025-03-01"
    assert today["as_of"] == date(2026, 1, 15).isoformat()


def test_the_file_may_say_the_circumstances(facts: Any) -> None:
    acts = [
        {"kind": "signature", "party": "partner", "on": "2025-04-10"},
        {"kind": "signature", "party": "caisse", "on": "2025-04-10"},
    ]
    life = as_json(
        "rsacg-msa-provence-azur",
        facts({"acts": acts, "as_of": "2025-05-01", "partner_kind": "association"}),
    )

    assert [warned["code"] for warned in life["warnings"]] == ["document_missing"]


def test_users_are_told_too(facts: Any) -> None:
    departure = {"kind": "departure", "on": "2025-09-30", "reported_on": "2025-10-06"}
    path = facts([*SIGNED, departure])

    assert "U1 : Fermée" in run("psu-msa-picardie", path, "--as-of", "2025-10-07")
    assert "U1 : Accordée" in run("psu-msa-picardie", path, "--as-of", "2025-10-01")


def test_an_unknown_rulebook_is_told_the_known_ones(facts: Any) -> None:
    assert "Codes connus : mon-enfant-caf" in refused("inconnu", facts(SIGNED))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[", "ligne 1, colonne 2"),
        ('{"acts": [], "acts": []}', "« acts » est écrite deux fois"),
        ("3", "reçu « 3 »"),
        ({"faits": []}, "acts : clé absente"),
        ({"acts": [], "au": "2025-01-01"}, "clé « au » inconnue"),
        ([{"kind": "cure", "on": "2025-02-30"}], "événement n° 1 (cure) : on"),
        (
            {"acts": [], "interpretations": [{"kind": "grey_zone", "answer": "oui"}]},
            "position de principe n° 1",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_why(facts: Any, content: Any, said: str) -> None:
    assert said in refused("psu-msa-picardie", facts(content))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "absent.json" in refused("psu-msa-picardie", tmp_path / "absent.json")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_bytes('[{"kind": "é"}]'.encode("latin-1"))

    assert "UTF-8" in refused("psu-msa-picardie", path)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--as-of", "2025-02-30"),
        ("--as-of", "9999-12-31"),
        ("--known-at", "2025-05-15T12:00:00"),
        ("--known-at", "hier"),
    ],
)
def test_a_day_or_an_instant_that_is_none_is_refused(
    facts: Any, arguments: tuple[str, str]
) -> None:
    assert arguments[1] in refused("psu-msa-picardie", facts(SIGNED), *arguments)
