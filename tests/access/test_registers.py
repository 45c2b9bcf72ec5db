"""Registers before the directory: the holder is entered there first, and the number is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from access.models import Account, DirectoryTask, Habilitation, HolderNumber
from access.services.accounts import bring_to_desired_state
from access.services.habilitations import grant
from access.services.registers import number_of, steps_before_directory
from access.services.tasks import NotConfirmed, NotEmpowered, confirm_done, confirm_registered
from contracts.models import (
    Agent,
    Caisse,
    Convention,
    Partner,
    PartnerNumber,
    Person,
    Power,
)
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.access.acting import happens
from tests.portfolio import noon, record
from workflows import clock

pytestmark = pytest.mark.django_db

Grant = Callable[..., Habilitation]
DAY = noon("2024-02-01").date()

KEPT = {"directory": "embedded", "third_parties_register": "here"}


@pytest.fixture
def here(caisse: Caisse) -> Caisse:
    """The caisse, its directory worked by the machine, its registers by its agents."""
    caisse.settings = KEPT
    caisse.save()
    return caisse


@pytest.fixture
def task(here: Caisse, granted: Grant) -> DirectoryTask:
    """The registration of the holder that a granted habilitation asks for."""
    return granted().account.tasks.get()


@pytest.fixture
def confirm(django_capture_on_commit_callbacks: Any) -> Callable[..., DirectoryTask]:
    """Confirm a registration, and let the directory follow as after a commit."""

    def done(task: DirectoryTask, number: str, agent: Agent) -> DirectoryTask:
        with django_capture_on_commit_callbacks(execute=True):
            return confirm_registered(task, number, DAY, agent)

    return done


Confirm = Callable[..., DirectoryTask]


def test_the_account_waits_for_its_holder_to_be_registered(task: DirectoryTask) -> None:
    assert (task.kind, task.outcome) == ("register_holder", "")
    assert [step.code for step in task.steps.all()] == ["third_parties"]
    assert (task.account.state, task.account.identifier) == ("absent", "")
    bring_to_desired_state(task.account_id)
    assert list(task.account.tasks.all()) == [task]


def test_once_registered_the_account_opens_and_the_number_is_that_of_the_partner(
    task: DirectoryTask, confirm: Confirm, empowered: Agent, convention: Convention
) -> None:
    confirm(task, " T-0042 ", empowered)
    account = Account.objects.get()
    assert account.state == "open"
    assert account.identifier
    number = PartnerNumber.objects.get()
    assert (number.caisse, number.partner) == (convention.caisse, convention.partner)
    assert number.number == number_of(account) == "T-0042"
    task.refresh_from_db()
    assert (task.outcome, task.done_on, task.done_by) == ("done", DAY, empowered)
    assert task.steps.get().done_on == DAY


def test_a_partner_already_known_to_the_caisse_is_not_asked_for_again(
    here: Caisse, granted: Grant, convention: Convention
) -> None:
    PartnerNumber.objects.create(caisse=here, partner=convention.partner, number="T-1")
    account = granted().account
    assert account.state == "open"
    assert not account.tasks.exists()


def test_a_structure_is_registered_under_a_number_of_its_own(
    here: Caisse, granted: Grant, convention: Convention, confirm: Confirm, empowered: Agent
) -> None:
    PartnerNumber.objects.create(caisse=here, partner=convention.partner, number="T-1")
    nursery = convention.partner.sites.create(name="Crèche des Essais")
    account = granted(site=nursery).account
    with pytest.raises(NotConfirmed, match="autre tiers"):
        confirm(account.tasks.get(), "T-1", empowered)
    confirm(account.tasks.get(), "T-2", empowered)
    account.refresh_from_db()
    assert (account.state, HolderNumber.objects.get().number) == ("open", "T-2")


def test_where_the_register_is_kept_elsewhere_the_account_opens_at_once(
    here: Caisse, granted: Grant
) -> None:
    here.settings = KEPT | {"third_parties_register": "elsewhere"}
    here.save()
    account = granted().account
    assert (account.state, account.tasks.count()) == ("open", 0)


def test_another_word_for_where_is_named(here: Caisse, task: DirectoryTask) -> None:
    here.settings = KEPT | {"third_parties_register": "ici"}
    here.save()
    with pytest.raises(ImproperlyConfigured, match="third_parties_register"):
        bring_to_desired_state(task.account_id)


@pytest.mark.parametrize("number", ["", "  ", "x" * 51, "a\nb", "295109912611193"])
def test_a_number_badly_typed_is_refused(
    task: DirectoryTask, confirm: Confirm, empowered: Agent, number: str
) -> None:
    with pytest.raises(NotConfirmed):
        confirm(task, number, empowered)
    assert not PartnerNumber.objects.exists()
    assert Account.objects.get().state == "absent"


def test_it_is_confirmed_by_an_empowered_agent_and_with_its_number(
    task: DirectoryTask, confirm: Confirm, empowered: Agent
) -> None:
    with pytest.raises(NotConfirmed, match="numéro obtenu"):
        confirm_done(task, DAY, empowered)
    Power.objects.all().update(kind=Power.Kind.SUSPEND_ACCESS)
    with pytest.raises(NotEmpowered):
        confirm(task, "T-1", empowered)


def test_a_registration_no_longer_wanted_is_no_longer_asked(
    here: Caisse, granted: Grant, django_capture_on_commit_callbacks: Any
) -> None:
    habilitation = granted()
    with django_capture_on_commit_callbacks(execute=True):
        happens(habilitation, "credentials_lost", "2024-02-01")
    assert habilitation.account.tasks.get().outcome == "superseded"


def test_a_directory_that_comes_to_be_worked_by_the_machine_asks_anew(
    here: Caisse, granted: Grant
) -> None:
    here.settings = KEPT | {"directory": "manual"}
    here.save()
    account = granted().account
    by_hand = account.tasks.get()
    here.settings = KEPT
    here.save()
    bring_to_desired_state(account.pk)
    by_hand.refresh_from_db()
    assert (by_hand.kind, by_hand.outcome) == ("register", "superseded")
    assert account.tasks.get(outcome="").kind == "register_holder"


HOLDERS = {
    "psu-msa-picardie": ("partner", ["third_parties"]),
    "psu-msa-armorique": ("partner", ["third_parties"]),
    "qf-msa-ardeche-drome-loire": ("partner", ["third_parties"]),
    "rsacg-msa-provence-azur": ("person", ["third_parties"]),
    "mon-enfant-caf-pas-de-calais": ("person", []),
}


def granted_under(code: str, caisse: Caisse, partner: Partner, person: Person) -> Habilitation:
    """A habilitation under a new convention of that type, whatever its state."""
    publish(rulebook(code))
    convention = draft_convention(caisse=caisse, partner=partner, rulebook_code=code)
    service = convention.rules.services[0].code
    return grant(convention, person, service, None, clock.today())


@pytest.mark.parametrize("code", HOLDERS)
def test_the_holder_and_its_registers_are_those_of_the_text(
    here: Caisse, partner: Partner, person: Person, today: Callable[[str], None], code: str
) -> None:
    today("2024-02-01")
    account = granted_under(code, here, partner, person).account
    holder, registers = HOLDERS[code]
    held = [name for name in ("partner", "site", "person") if getattr(account, f"{name}_id")]
    assert held == [holder]
    assert [step.code for step in steps_before_directory(account)] == registers


def test_one_person_in_two_caisses_has_two_numbers_and_two_identifiers(
    here: Caisse,
    partner: Partner,
    person: Person,
    today: Callable[[str], None],
    confirm: Confirm,
    empowered: Agent,
) -> None:
    today("2024-02-01")
    other = Caisse.objects.create(code="CAISSE2", name="Autre caisse", settings=KEPT)
    theirs = Agent.objects.create(
        caisse=other, person=Person.objects.create(last_name="Autre"), title="Gestionnaire"
    )
    Power.objects.create(
        agent=theirs,
        kind=Power.Kind.REGISTER_ACCOUNTS,
        first_day=DAY,
        delegation_reference="Décision fictive 2",
    )
    accounts = []
    for caisse, agent in ((here, empowered), (other, theirs)):
        habilitation = granted_under("rsacg-msa-provence-azur", caisse, partner, person)
        for party in ("partner", "caisse"):
            record(habilitation.convention, "signature", "2024-02-01", party=party)
        account = bring_to_desired_state(habilitation.account_id)
        assert account.identifier == ""
        # The same number in another caisse's register is another number.
        confirm(account.tasks.get(), "T-0042", agent)
        accounts.append(bring_to_desired_state(account.pk))
    first, second = accounts
    assert first.person == second.person == person
    assert "" != first.identifier != second.identifier != ""
    assert [number_of(account) for account in accounts] == ["T-0042", "T-0042"]
    assert HolderNumber.objects.count() == 2
