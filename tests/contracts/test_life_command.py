"""``manage.py life``: one convention, a day, an instant."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from contracts.models import Convention
from tests.portfolio import noon, record
from workflows import clock

pytestmark = pytest.mark.django_db

KNOWN = ("--as-of", "2024-07-01", "--known-at", "2024-05-31T12:00:00+02:00")


@pytest.fixture
def ended(convention: Convention) -> Convention:
    """Ended by agreement on the last day of June, which was recorded on the first."""
    agreed = {"last_day": "2024-06-30", "agreed_by": ["caisse", "partner"]}
    with clock.set_to(noon("2024-06-01")):
        record(convention, "mutual_termination", "2024-06-01", **agreed)
    return convention


def said(convention: Convention, *options: str) -> str:
    out = io.StringIO()
    with clock.set_to(noon("2024-07-15")):
        call_command("life", convention.number, *options, stdout=out)
    return out.getvalue().replace("\N{NO-BREAK SPACE}", " ")


def test_it_is_told_on_a_day_as_it_is_known_and_as_it_was(ended: Convention) -> None:
    assert json.loads(said(ended, "--as-of", "2024-07-01", "--json"))["state"] == "terminated"
    assert json.loads(said(ended, *KNOWN, "--json"))["state"] == "active"
    assert "Résiliée" in said(ended)


def test_what_was_not_known_is_told_apart_from_what_was_believed(ended: Convention) -> None:
    told = said(ended, *KNOWN, "--difference")
    assert "1er juillet 2024 : " in told
    assert "on ne le savait pas" in told
    assert "on le croyait, à tort" in told
    later = ("--as-of", "2024-07-01", "--known-at", "2024-06-01T12:00:00+02:00")
    assert said(ended, *later, "--difference").strip() == (
        "Ce qui a été enregistré d’un instant à l’autre n’y change rien."
    )


def test_two_past_beliefs_are_compared_as_well(ended: Convention) -> None:
    before, after = "2024-05-31T12:00:00+02:00", "2024-06-01T12:00:00+02:00"
    asked = ("--as-of", "2024-07-01", "--known-at", "2024-05-30T12:00:00+02:00", "--difference")
    assert "n’y change rien" in said(ended, *asked, "--compared-with", before)
    assert "on ne le savait pas" in said(ended, *asked, "--compared-with", after)


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        (["--difference"], "demande --known-at"),
        (["--compared-with", "2024-01-01T00:00:00+01:00"], "demande --difference"),
        (["--known-at", "2030-01-01T00:00:00+01:00"], "est à venir"),
        (["--known-at", "2024-01-01T00:00:00"], "instant"),
        (["--as-of", "2024-02-30"], "date"),
    ],
)
def test_what_cannot_be_asked_is_told(ended: Convention, options: list[str], refusal: str) -> None:
    with pytest.raises(CommandError, match=refusal):
        said(ended, *options)
