"""A user who leaves a shared account takes its password along: it is renewed for those who stay."""

from collections.abc import Callable
from datetime import date

import pytest

from access.models import DirectoryEntry, Habilitation
from access.services.following import RENEWING
from contracts.models import Caisse, Convention, Person
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.access.acting import happens, has_credentials
from tests.portfolio import record
from workflows import clock, effects
from workflows.effect_worker import drain
from workflows.models import Effect
from workflows.sweep import sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded")]

Grant = Callable[..., Habilitation]
OF_ITS_USERS = "rsacg-msa-provence-azur"


@pytest.fixture
def sharing(granted: Grant, person: Person, embedded: Caisse) -> list[Habilitation]:
    """Two users of one account held by the partner, each with the credentials."""
    second = Person.objects.create(
        first_name="Dominique", last_name="Essai", email="dominique@structure.example"
    )
    found = [granted(), granted(person=second)]
    assert found[0].account == found[1].account
    for one in found:
        has_credentials(one)
    drain()
    return found


def renewals() -> list[str]:
    return list(Effect.objects.filter(handler=RENEWING).values_list("key", flat=True))


def test_when_one_of_two_users_leaves_the_credentials_are_renewed_once(
    sharing: list[Habilitation],
) -> None:
    happens(sharing[0], "departure", "2024-02-01")
    assert len(renewals()) == 1
    drain()
    assert not effects.unfinished().filter(handler=RENEWING).exists()
    happens(sharing[1], "last_login", "2024-02-01")
    assert len(renewals()) == 1


def test_the_password_that_the_leaver_knew_no_longer_enters(
    sharing: list[Habilitation],
) -> None:
    DirectoryEntry.objects.update(password="md5$salt$0123456789abcdef", must_change=False)
    happens(sharing[0], "departure", "2024-02-01")
    drain()
    drain()
    entry = DirectoryEntry.objects.get()
    assert entry.password != "md5$salt$0123456789abcdef"
    assert not entry.locked


def test_a_departure_announced_renews_on_its_day(
    sharing: list[Habilitation], today: Callable[[str], None]
) -> None:
    happens(sharing[0], "departure", "2024-02-10")
    assert renewals() == []
    today("2024-02-10")
    sweep(clock.today())
    assert len(renewals()) == 1


def test_when_the_only_user_leaves_there_is_nobody_to_renew_for(granted: Grant) -> None:
    alone = granted()
    happens(alone, "departure", "2024-02-01")
    assert renewals() == []


def test_the_end_of_the_convention_changes_no_user(
    sharing: list[Habilitation], convention: Convention, today: Callable[[str], None]
) -> None:
    record(
        convention,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-02-29",
        agreed_by=["caisse", "partner"],
    )
    today("2024-03-01")
    sweep(clock.today())
    assert set(Habilitation.objects.values_list("state", flat=True)) == {"closed"}
    assert renewals() == []


def test_an_account_of_ones_own_is_shared_with_nobody(
    draft: Callable[..., Convention],
    granted: Grant,
    person: Person,
    today: Callable[[str], None],
) -> None:
    publish(rulebook(OF_ITS_USERS))
    today("2024-02-01")
    opened = draft(rulebook_code=OF_ITS_USERS)
    habilitation = granted(convention=opened, service=opened.rules.services[0].code)
    happens(habilitation, "departure", date(2024, 2, 1).isoformat())
    assert renewals() == []
