"""What a row says of its cells: once each, and why."""

from collections.abc import Sequence
from datetime import date

import pytest

from access.imports.columns import CONVENTIONS
from access.imports.source import Problem, SourceRow
from access.imports.values import Row, day_of

WHOLE = {
    "number": "A-1",
    "rulebook": "modele",
    "partner_name": "Commune d’Essai",
    "partner_kind": "Commune",
}


def said(*before: Problem, **cells: str) -> list[Problem]:
    """What is told of a row whose file was read with the problems ``before``."""
    problems: list[Problem] = list(before)
    values = {key: value for key, value in (WHOLE | cells).items() if value}
    Row(CONVENTIONS, SourceRow(2, "conventions", values), problems, date(2026, 1, 1))
    return problems[len(before) :]


def messages(problems: Sequence[Problem]) -> list[str]:
    return [one.message.replace("\N{NO-BREAK SPACE}", " ") for one in problems]


@pytest.mark.parametrize(
    "text", ["14/01/2019", "2019-01-14", "14/1/2019 00:00", "2019-01-14 00:00:00.000"]
)
def test_a_day_is_read_with_the_midnight_that_other_programs_write(text: str) -> None:
    assert day_of(text) == date(2019, 1, 14)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31/02/2019", "Ce jour n’existe pas dans le calendrier."),
        ("29/02/2019", "Ce jour n’existe pas dans le calendrier."),
        (
            "12/01/19",
            "L’année de cette date n’a que deux chiffres : on ne sait pas de quel siècle.",
        ),
        ("12 janvier 2019", "Cette date n’est pas écrite comme il le faut."),
        ("14/01/2019 08:30", "Cette date n’est pas écrite comme il le faut."),
        ("14/01/1019", "Cette année n’est pas possible."),
    ],
)
def test_a_day_that_is_none_is_told_why(text: str, why: str) -> None:
    assert messages(said(cnil_on=text)) == [why]


def test_a_cell_that_could_not_be_read_is_not_told_to_be_empty() -> None:
    formula = Problem(2, "Partenaire", "", "formula", "Une formule.", "", "")
    assert said(formula, partner_name="") == []
    elsewhere = Problem(3, "Partenaire", "", "formula", "Une formule.", "", "")
    assert [one.kind for one in said(elsewhere, partner_name="")] == ["missing"]
