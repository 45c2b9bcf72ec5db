"""The forecast lists what is to come, and the question on which each step hangs."""

import csv
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contracts.models import Convention
from tests.portfolio import record
from workflows import clock
from workflows.forecast import forecast

pytestmark = pytest.mark.django_db


def dates(months: int) -> list[tuple[str, str]]:
    return [(step.on.isoformat(), step.condition) for step in forecast(clock.today(), months)]


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (11, []),
        (12, ["2025-01-15"]),
        (24, ["2025-01-15", "2026-01-15"]),
        (60, ["2025-01-15", "2026-01-15", "2027-01-15", "2028-01-15", "2029-01-15"]),
    ],
)
def test_every_renewal_to_come_is_foreseen(
    convention: Convention, months: int, expected: list[str]
) -> None:
    assert dates(months) == [(day, "") for day in expected]


def test_each_step_cites_its_article(convention: Convention) -> None:
    (step,) = forecast(clock.today(), 12)
    assert (step.label, step.article) == (convention.number, "9-1")
    assert "Tacite reconduction" in step.step


def test_an_open_question_shows_both_branches(
    convention: Convention, today: Callable[[str], None]
) -> None:
    # 15 October 2024: three months before the anniversary, one day short of the term's last day.
    today("2024-10-20")
    record(convention, "notice", "2024-10-15", by="partner", form="registered_letter", letter="L")
    record(convention, "letter_posted", "2024-10-15", letter="L")
    record(convention, "letter_delivered", "2024-10-17", letter="L")
    assert convention.open_questions == 1
    by_default, if_in_time = forecast(clock.today(), 12)
    assert (by_default.on, by_default.to_state) == (date(2025, 1, 15), "En vigueur")
    assert by_default.condition == "Tant que la question n’est pas tranchée"
    assert (if_in_time.on, if_in_time.to_state) == (date(2025, 1, 15), "Arrivée à échéance")
    assert if_in_time.condition.endswith("La dénonciation est à temps")


def test_the_file_can_be_read_by_a_spreadsheet(convention: Convention, tmp_path: Path) -> None:
    target = tmp_path / "prévision.csv"
    call_command("forecast", "--csv", str(target), stdout=StringIO())
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["date"] for row in rows] == ["2025-01-15", "2026-01-15"]
    assert {row["dossier"] for row in rows} == {convention.number}
    assert {row["article"] for row in rows} == {"article 9-1"}


def test_a_file_that_cannot_be_written_is_told(convention: Convention, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="impossible à écrire"):
        call_command("forecast", "--csv", str(tmp_path / "missing" / "file.csv"))


@pytest.mark.parametrize("months", ["0", "-3", "deux", "5000"])
def test_a_number_of_months_is_whole_and_positive(months: str) -> None:
    with pytest.raises(CommandError, match="nombre de mois"):
        call_command("forecast", f"--months={months}")


def test_nothing_is_foreseen_of_an_ended_convention(convention: Convention) -> None:
    record(
        convention,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-02-01",
        agreed_by=["caisse", "partner"],
    )
    assert [step.on for step in forecast(clock.today(), 24)] == [date(2024, 2, 2)]
