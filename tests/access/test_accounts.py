"""One account a holder and caisse, whose state in the directory is derived from dates."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction

from access.desired import ABSENT, LOCKED, DirectoryState, desired
from access.directory.choice import directory_of
from access.models import Account, AccountIdentifier, AccountState, DirectoryEntry, Habilitation
from access.services.accounts import bring_to_desired_state, desired_state
from access.services.habilitations import grant
from contracts.models import Caisse, Convention, Partner, Person, Site
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.access.acting import happens
from tests.portfolio import record
from workflows import clock
from workflows.access_decision import PERMITTED, REASONS, AccessDecision
from workflows.sweep import sweep

pytestmark = pytest.mark.django_db

Grant = Callable[..., Habilitation]
OF_ITS_USERS = "rsacg-msa-provence-azur"


def entry_of(habilitation: Habilitation) -> DirectoryEntry:
    return DirectoryEntry.objects.get(identifier=habilitation.account.identifier)


@pytest.mark.parametrize(
    ("codes", "state"),
    [
        ([], "absent"),
        (["not_habilitated"], "absent"),
        (["convention_not_in_effect"], "absent"),
        (["convention_over"], "locked"),
        (["access_suspended"], "locked"),
        (["habilitation_suspended"], "locked"),
        (["habilitation_closed", "convention_not_in_effect"], "locked"),
        (["habilitation_closed", "permitted"], "open"),
    ],
)
def test_the_state_wanted_follows_from_the_decisions(codes: list[str], state: str) -> None:
    decisions = [("service", AccessDecision(code, REASONS[code])) for code in codes]
    assert desired(decisions).state == state


def test_only_the_services_permitted_are_groups_of_the_account() -> None:
    wanted = desired(
        (service, AccessDecision(code, ""))
        for service, code in [("b", PERMITTED), ("a", PERMITTED), ("c", "access_suspended")]
    )
    assert wanted.services == ("a", "b")


def test_a_locked_account_opens_no_service() -> None:
    with pytest.raises(ValueError, match="Seul un compte ouvert"):
        DirectoryState(AccountState.LOCKED, ("a",))


def test_the_account_is_the_partners_where_the_rules_say_so(
    granted: Grant, partner: Partner
) -> None:
    habilitation = granted()
    assert habilitation.account.holder == partner
    assert habilitation.account.holder_name == partner.name


def test_a_structure_has_its_own_account(granted: Grant, partner: Partner) -> None:
    site = Site.objects.create(partner=partner, name="Crèche des Essais")
    of_partner, of_site = granted(), granted(site=site)
    assert of_site.account.holder == site
    assert of_site.account != of_partner.account


def test_the_account_is_the_users_where_the_rules_say_so(
    draft: Callable[..., Convention], person: Person, today: Callable[[str], None]
) -> None:
    publish(rulebook(OF_ITS_USERS))
    today("2024-02-01")
    opened = draft(rulebook_code=OF_ITS_USERS)
    service = opened.rules.services[0].code
    habilitation = grant(opened, person, service, None, clock.today())
    assert habilitation.account.holder == person
    assert habilitation.account.holder_name == "Camille Exemple"


def test_two_conventions_of_a_caisse_share_the_account_of_their_holder(
    granted: Grant, draft: Callable[..., Convention], embedded: Caisse
) -> None:
    other = draft()
    assert granted().account == granted(convention=other).account


@pytest.mark.usefixtures("embedded")
def test_the_directory_follows_the_convention(
    granted: Grant,
    convention: Convention,
    today: Callable[[str], None],
    django_capture_on_commit_callbacks: Any,
) -> None:
    habilitation = granted()
    account = habilitation.account
    assert (account.state, account.services) == ("open", [habilitation.service])
    assert not entry_of(habilitation).locked
    with django_capture_on_commit_callbacks(execute=True):
        suspension = record(convention, "suspension", "2024-02-01")
    account.refresh_from_db()
    assert (account.state, account.services) == ("locked", [])
    assert entry_of(habilitation).locked
    with django_capture_on_commit_callbacks(execute=True):
        record(convention, "annulment", "2024-02-01", of=suspension.identifier, reason="Erreur")
    assert not entry_of(habilitation).locked
    with django_capture_on_commit_callbacks(execute=True):
        record(
            convention,
            "mutual_termination",
            "2024-02-01",
            last_day="2024-02-29",
            agreed_by=["caisse", "partner"],
        )
    assert not entry_of(habilitation).locked
    today("2024-03-01")
    with django_capture_on_commit_callbacks(execute=True):
        sweep(clock.today())
    assert entry_of(habilitation).locked


@pytest.mark.usefixtures("embedded")
def test_nothing_is_registered_before_the_convention_takes_effect(
    draft: Callable[..., Convention],
    granted: Grant,
    django_capture_on_commit_callbacks: Any,
) -> None:
    opened = draft()
    record(opened, "signature", "2024-02-01", party="partner")
    record(opened, "signature", "2024-02-01", party="caisse")
    habilitation = granted(convention=opened)
    assert desired_state(habilitation.account, clock.now()) == ABSENT
    assert (habilitation.account.state, habilitation.account.identifier) == ("absent", "")
    assert not DirectoryEntry.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        record(opened, "cnil", "2024-02-01", basis="transmission", reference="T-1")
    habilitation.account.refresh_from_db()
    assert habilitation.account.state == "open"


@pytest.mark.usefixtures("embedded")
def test_bringing_to_the_desired_state_again_changes_nothing(granted: Grant) -> None:
    habilitation = granted()
    before = (
        list(Account.objects.values()),
        list(DirectoryEntry.objects.values()),
        list(AccountIdentifier.objects.values()),
    )
    bring_to_desired_state(habilitation.account_id)
    assert before == (
        list(Account.objects.values()),
        list(DirectoryEntry.objects.values()),
        list(AccountIdentifier.objects.values()),
    )


@pytest.mark.usefixtures("embedded")
def test_an_account_reached_late_is_brought_to_what_it_should_be_now(
    granted: Grant, convention: Convention
) -> None:
    """A grant whose turn comes after a suspension does not open the account again."""
    habilitation = granted()
    record(convention, "suspension", "2024-02-01")
    late = bring_to_desired_state(habilitation.account_id)
    assert late.state == "locked"
    assert desired_state(late, clock.now()) == LOCKED


@pytest.mark.usefixtures("embedded")
def test_reconciling_finds_what_was_missed(granted: Grant, convention: Convention) -> None:
    habilitation = granted()
    # What should have followed the commit never did.
    record(convention, "suspension", "2024-02-01")
    with pytest.raises(CommandError, match="1\N{NO-BREAK SPACE}écart à rapprocher"):
        call_command("directory", "reconcile", "--dry-run", stdout=StringIO())
    assert not entry_of(habilitation).locked
    call_command("directory", "reconcile", stdout=StringIO())
    assert entry_of(habilitation).locked
    again = StringIO()
    call_command("directory", "reconcile", "--dry-run", stdout=again)
    assert "0\N{NO-BREAK SPACE}écart" in again.getvalue()


def test_an_identifier_never_serves_twice(granted: Grant, caisse: Caisse, embedded: Caisse) -> None:
    habilitation = granted()
    used = habilitation.account.identifier
    other = Account.objects.create(caisse=caisse, person=habilitation.person)
    Account.objects.filter(pk=habilitation.account_id).update(identifier="autre")
    with pytest.raises(IntegrityError, match="never_reused"), transaction.atomic():
        AccountIdentifier.objects.create(
            caisse=caisse, account=other, identifier=used.upper(), recorded_at=clock.now()
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        AccountIdentifier.objects.filter(identifier=used).delete()


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "open", "identifier": ""}, "state_identified"),
        ({"state": "asleep"}, "state_identified"),
        ({"identifier": "deux mots"}, "identifier_form"),
        ({"partner": None}, "one_holder"),
    ],
)
def test_the_database_refuses_an_account_at_odds_with_itself(
    granted: Grant, embedded: Caisse, changes: dict[str, Any], constraint: str
) -> None:
    account = granted().account
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(**changes)


def test_a_holder_has_one_account_in_a_caisse(granted: Grant, partner: Partner) -> None:
    account = granted().account
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(caisse=account.caisse, partner=partner)


def test_an_unknown_directory_is_named_with_the_known_ones(caisse: Caisse) -> None:
    caisse.settings = {"directory": "papier"}
    with pytest.raises(ImproperlyConfigured, match=r"papier.*manual, embedded"):
        directory_of(caisse)


@pytest.mark.usefixtures("embedded")
def test_a_suspended_user_locks_the_account(
    granted: Grant, django_capture_on_commit_callbacks: Any
) -> None:
    habilitation = granted()
    with django_capture_on_commit_callbacks(execute=True):
        happens(habilitation, "user_suspended", "2024-02-01")
    assert entry_of(habilitation).locked
