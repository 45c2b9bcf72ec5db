"""A partner's address changes from a day on; what was written before keeps its own."""

import uuid
from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from contracts.models import AddressChange, Convention, Partner, Site, User
from contracts.services.addresses import KnownAddress, addresses_of, change_address
from contracts.services.documents import content_of, facts_of, issue, letter_document
from tests.documents import LETTERS, pdf_text

pytestmark = pytest.mark.django_db

NOTIFICATION = "notification-habilitation"
OLD, NEW = "1 rue Ancienne", "2 rue Neuve"
MOVE = date(2024, 3, 1)


@pytest.fixture
def housed(partner: Partner) -> Partner:
    """The partner, entered with an address."""
    partner.address = OLD
    partner.save()
    return partner


def move(partner: Partner, address: str = NEW, on: date = MOVE, **more: object) -> AddressChange:
    identifier = more.pop("identifier", None) or uuid.uuid4()
    return change_address(partner, address, on, None, identifier=identifier, **more)


def test_the_address_of_a_day_is_the_last_one_told_for_it(housed: Partner) -> None:
    move(housed)
    move(housed, "3 rue Future", date(2024, 6, 1))
    days = [date(2024, 2, 29), MOVE, date(2024, 5, 31), date(2024, 6, 1)]
    assert [housed.address_on(day) for day in days] == [OLD, NEW, NEW, "3 rue Future"]


def test_a_second_change_from_the_same_day_corrects_the_first_which_stays_recorded(
    housed: Partner,
) -> None:
    move(housed, "2 rue Neuv")
    move(housed)
    assert addresses_of(housed) == [
        KnownAddress(OLD, None, date(2024, 2, 29)),
        KnownAddress(NEW, MOVE, None),
    ]
    told = housed.address_changes.values_list("address", flat=True)
    assert list(told) == ["2 rue Neuv", NEW]


def test_what_is_sent_twice_changes_the_address_once(housed: Partner) -> None:
    sent = uuid.uuid4()
    assert move(housed, identifier=sent) == move(housed, identifier=sent)
    assert AddressChange.objects.count() == 1


def test_a_structure_moves_without_its_partner(housed: Partner) -> None:
    site = Site.objects.create(partner=housed, name="Multi-accueil d’Essai")
    move(housed, site=site)
    assert (site.address_on(MOVE), housed.address_on(MOVE)) == (NEW, OLD)
    stranger = Partner.objects.create(name="Autre commune d’Essai", kind="commune")
    with pytest.raises(ValidationError, match="autre partenaire"):
        move(stranger, site=site)


def test_an_empty_address_or_a_social_security_number_is_refused(housed: Partner) -> None:
    for wrong in ("  ", "chez 2 95 10 99 126 111 93"):
        with pytest.raises(ValidationError) as refused:
            move(housed, wrong)
        assert set(refused.value.message_dict) == {"address"}
    assert not AddressChange.objects.exists()


def test_a_change_is_never_rewritten_nor_empty(housed: Partner) -> None:
    change = move(housed)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AddressChange.objects.filter(pk=change.pk).update(address=OLD)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AddressChange.objects.filter(pk=change.pk)._raw_delete("default")
    change.pk, change.identifier, change.address = None, uuid.uuid4(), ""
    with pytest.raises(IntegrityError), transaction.atomic():
        change.save(force_insert=True)


def test_letters_carry_the_address_of_their_day_and_those_issued_do_not_change(
    housed: Partner, draft: Callable[..., Convention], agent: User
) -> None:
    convention = draft()

    def letter(day: date) -> str:
        document = letter_document(convention, NOTIFICATION, LETTERS[NOTIFICATION], on=day)
        return pdf_text(content_of(issue(convention, document, agent)))

    before = letter_document(convention, NOTIFICATION, LETTERS[NOTIFICATION], on=date(2024, 2, 20))
    issued = issue(convention, before, agent)
    content = content_of(issued)
    move(housed)
    assert NEW in letter(MOVE)
    assert OLD in letter(date(2024, 2, 29))
    assert content_of(issued) == content
    assert OLD in pdf_text(content)
    assert facts_of(convention, MOVE).structure.address == NEW
