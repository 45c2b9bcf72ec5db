"""Many letters at once: one after the other, each by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.models import Convention, IssuedDocument, User
from contracts.services.letter_batches import Batch, written
from tests.documents import pdf_text
from tests.portfolio import record

pytestmark = pytest.mark.django_db

REMINDER = Batch("rappel-partenaire-denonciation", {})
MANY = 20


@pytest.fixture
def portfolio(draft: Callable[..., Convention], today: Callable[[str], None]) -> list[Convention]:
    """Conventions in force since 15 January 2024, seen near the limit of their notice."""
    today("2024-01-15")
    opened = [draft() for _ in range(MANY)]
    for one in opened:
        record(one, "cnil", "2024-01-12", basis="transmission", reference="T-1")
        record(one, "signature", "2024-01-13", party="partner")
        record(one, "signature", "2024-01-15", party="caisse")
    today("2024-09-20")
    return opened


def test_each_convention_has_its_letter(portfolio: list[Convention]) -> None:
    told: list[tuple[int, int]] = []
    letters = list(written(Convention.objects.all(), REMINDER, lambda *how: told.append(how)))
    assert [letter.convention.number for letter in letters] == [one.number for one in portfolio]
    assert [letter.problem for letter in letters] == [""] * MANY
    assert told == [(done, MANY) for done in range(1, MANY + 1)]
    assert len({letter.name for letter in letters}) == MANY
    for letter in (letters[0], letters[-1]):
        text = pdf_text(letter.content)
        assert letter.convention.number in text
        assert "14 octobre 2024 + 3 mois = 14 janvier 2025" in text
    assert not IssuedDocument.objects.exists()


def test_a_letter_is_made_only_when_it_is_asked_for(portfolio: list[Convention]) -> None:
    told: list[int] = []
    letters = written(Convention.objects.all(), REMINDER, lambda done, _: told.append(done))
    next(letters)
    next(letters)
    assert told == [1]


def test_letters_drawn_by_other_processes_are_the_same_in_the_same_order(
    portfolio: list[Convention],
) -> None:
    chosen = Convention.objects.filter(pk__in=[one.pk for one in portfolio[:12]])
    here = [(one.name, one.content) for one in written(chosen, REMINDER)]
    beside = [(one.name, one.content) for one in written(chosen, REMINDER, processes=1)]
    assert here == beside


def test_one_that_cannot_be_written_does_not_stop_the_others(
    draft: Callable[..., Convention], portfolio: list[Convention]
) -> None:
    unsigned = draft()
    chosen = Convention.objects.filter(pk__in=[unsigned.pk, portfolio[0].pk])
    by_convention = {one.convention.pk: one for one in written(chosen, REMINDER)}
    assert "rien ne l’appelle" in by_convention[unsigned.pk].problem
    assert by_convention[portfolio[0].pk].content.startswith(b"%PDF")


def test_a_batch_that_issues_run_again_stores_nothing_twice(
    portfolio: list[Convention], agent: User
) -> None:
    chosen = Convention.objects.filter(pk__in=[one.pk for one in portfolio[:2]])
    batch = Batch(REMINDER.code, {}, issued_by=agent)
    first = [one.issued for one in written(chosen, batch)]
    again = [one.issued for one in written(chosen, batch)]
    assert first == again
    assert IssuedDocument.objects.count() == 2
