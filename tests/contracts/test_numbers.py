"""The numbers of conventions: the caisse's own, or one of a sequence without gap."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from contracts.models import Caisse, Convention, NumberSequence, Partner, PublishedRulebook, Site
from contracts.services.conventions import CannotDraft, draft_convention
from contracts.services.rulebooks import publish
from workflows.rulebook import Rulebook

pytestmark = pytest.mark.django_db


def numbers() -> list[str]:
    return sorted(Convention.objects.values_list("number", flat=True))


def test_numbers_follow_each_other_within_a_caisse_and_a_year(
    draft: Callable[..., Convention], today: Callable[[str], None], partner: Partner
) -> None:
    today("2024-12-31")
    draft()
    draft()
    other = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    draft(caisse=other)
    today("2025-01-01")
    draft()
    assert numbers() == [
        "CAISSE1-PSU-2024-00001",
        "CAISSE1-PSU-2024-00002",
        "CAISSE1-PSU-2025-00001",
        "CAISSE2-PSU-2024-00001",
    ]


def test_the_caisse_may_give_its_own_number(draft: Callable[..., Convention]) -> None:
    assert draft(number=" 2024/17 bis ").number == "2024/17 bis"
    assert not NumberSequence.objects.exists()


def test_the_sequence_steps_over_a_number_that_the_caisse_gave_itself(
    draft: Callable[..., Convention], today: Callable[[str], None]
) -> None:
    today("2024-06-01")
    draft(number="CAISSE1-PSU-2024-00001")
    assert draft().number == "CAISSE1-PSU-2024-00002"


def test_a_number_already_taken_is_refused(draft: Callable[..., Convention]) -> None:
    draft(number="17")
    with pytest.raises(CannotDraft, match=r"17.*est celui d’une autre convention"):
        draft(number="17")
    assert numbers() == ["17"]


def test_a_draft_that_fails_takes_no_number(
    draft: Callable[..., Convention], today: Callable[[str], None]
) -> None:
    today("2024-06-01")

    class Interrupted(Exception):
        pass

    def draft_then_fail() -> None:
        with transaction.atomic():
            draft()
            raise Interrupted

    with pytest.raises(Interrupted):
        draft_then_fail()
    assert draft().number == "CAISSE1-PSU-2024-00001"


@pytest.mark.django_db(transaction=True)
def test_people_drafting_at_once_leave_no_gap_and_share_no_number(
    caisse: Caisse, partner: Partner, yearly: PublishedRulebook, today: Callable[[str], None]
) -> None:
    today("2024-06-01")
    failures: list[Exception] = []
    start = Barrier(4)

    def draft_some() -> None:
        try:
            start.wait(timeout=30)
            for _ in range(5):
                draft_convention(caisse=caisse, partner=partner, rulebook_code=yearly.code)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=draft_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert numbers() == [f"CAISSE1-PSU-2024-{number:05d}" for number in range(1, 21)]


def test_a_type_that_is_not_published_cannot_be_drafted(draft: Callable[..., Convention]) -> None:
    with pytest.raises(CannotDraft, match=r"n’est pas publié.*psu-msa-picardie"):
        draft(rulebook_code="unknown-type")
    with pytest.raises(CannotDraft, match="version 9"):
        draft(version=9)


def test_a_paper_convention_is_pinned_to_the_version_it_was_written_under(
    draft: Callable[..., Convention], yearly: PublishedRulebook
) -> None:
    newer, _ = publish(Rulebook.model_validate(yearly.content | {"version": yearly.version + 1}))
    assert draft().latest_rulebook() == newer
    assert draft(version=yearly.version).pinned == yearly


def test_a_convention_covers_only_its_partners_structures(
    draft: Callable[..., Convention], partner: Partner
) -> None:
    own = Site.objects.create(partner=partner, name="Crèche des Essais")
    stranger = Partner.objects.create(name="Association d’essai", kind="association")
    foreign = Site.objects.create(partner=stranger, name="Crèche d’ailleurs")
    assert list(draft(sites=[own]).sites.all()) == [own]
    with pytest.raises(CannotDraft, match="n’est pas de ce partenaire"):
        draft(sites=[own, foreign])
    assert Convention.objects.count() == 1
