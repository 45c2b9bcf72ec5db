"""The model of the letter by which a partner gives notice, taken from its page."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from contracts.models import Caisse, Convention, IssuedDocument, Partner, User
from contracts.services.conventions import draft_convention
from contracts.services.documents import CannotIssue, issue
from contracts.services.rulebooks import publish
from forms_annexes.declarations.kinds import kind_of
from forms_annexes.services.notice_letter import notice_letter_of
from templates_conventions.catalogue import rulebook
from tests.documents import docx_text, pdf_text
from tests.portfolio import record
from tests.templates_conventions.matrix import CAF

pytestmark = pytest.mark.django_db

Browsing = Callable[[User], Client]
Move = Callable[[str], None]


def address(convention: Convention, wanted: str) -> str:
    return f"/espace/conventions/{convention.pk}/lettre-de-denonciation/{wanted}/"


def page_of(convention: Convention) -> str:
    return f"/espace/conventions/{convention.pk}/declarer/{kind_of('notice').slug}/"


def taken(browser: Client, convention: Convention, wanted: str) -> str:
    """The words of the file that the partner downloads, read again by another program."""
    answer = browser.get(address(convention, wanted))
    assert answer.status_code == 200
    content = b"".join(answer) if answer.streaming else answer.content
    read = {"pdf": pdf_text, "docx": docx_text}[wanted]
    return re.sub(r"\s+", " ", read(content))


@pytest.mark.parametrize("wanted", ["pdf", "docx"])
def test_the_letter_names_both_parties_the_convention_the_article_and_the_dates(
    in_force: Convention, director: User, browsing: Browsing, wanted: str
) -> None:
    browser = browsing(director)
    assert address(in_force, wanted) in browser.get(page_of(in_force)).content.decode()
    said = taken(browser, in_force, wanted)
    for words in (
        in_force.partner.name,
        in_force.caisse.name,
        in_force.number,
        "qui a pris effet le 1er février 2024 (article 9-1)",
        "en vigueur jusqu’au 31 janvier 2025 à 24 h",
        "La lettre doit être envoyée le 31 octobre 2024 au plus tard (article 9-1)",
        "lettre recommandée avec avis de réception",
    ):
        assert words in said
    # Place and date are the partner's to write.
    assert re.search(r"À …+, le …+", said)
    assert re.search(r"Nom : …+ Qualité : …+ Signature : …+", said)


def test_where_reception_counts_the_letter_must_arrive_in_time(
    caisse: Caisse, partner: Partner, director: User, today: Move, browsing: Browsing
) -> None:
    published, _ = publish(rulebook(CAF))
    opened = draft_convention(caisse=caisse, partner=partner, rulebook_code=published.code)
    record(opened, "document_date", "2024-02-01")
    record(opened, "signature", "2024-02-01", party="partner")
    record(opened, "signature", "2024-02-01", party="caisse")
    said = taken(browsing(director), opened, "pdf")
    assert "La lettre doit être reçue le 31 octobre 2024 au plus tard (article 5)" in said
    assert "vaut mise en demeure, comme le veut la convention (article 5)" in said


def test_once_the_limit_is_past_the_letter_is_for_the_next_period(
    in_force: Convention, director: User, browsing: Browsing, today: Move
) -> None:
    today("2024-12-01")
    said = taken(browsing(director), in_force, "pdf")
    assert "jusqu’au 31 janvier 2026 à 24 h" in said
    assert "envoyée le 31 octobre 2025 au plus tard" in said
    assert "31 janvier 2025 à 24 h" not in said


def test_a_letter_of_the_partner_is_never_issued_by_the_caisse(
    in_force: Convention, director: User, browsing: Browsing
) -> None:
    document = notice_letter_of(in_force)
    assert document is not None
    with pytest.raises(CannotIssue, match="porte le n°"):
        issue(in_force, document, None)
    taken(browsing(director), in_force, "docx")
    assert not IssuedDocument.objects.exists()


def test_there_is_no_letter_for_a_convention_that_does_not_run_nor_in_another_format(
    in_force: Convention, director: User, browsing: Browsing, today: Move
) -> None:
    browser = browsing(director)
    assert browser.get(address(in_force, "odt")).status_code == 404
    record(
        in_force,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-03-31",
        agreed_by=["caisse", "partner"],
    )
    today("2024-04-10")
    assert browser.get(address(in_force, "pdf")).status_code == 404
