"""The directory worked by hand: nothing is assumed done until an empowered agent confirms it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from access.models import DirectoryTask, Habilitation
from access.services.accounts import bring_to_desired_state
from access.services.tasks import (
    NotConfirmed,
    NotEmpowered,
    confirm_created,
    confirm_done,
    confirm_step,
    worklist,
)
from contracts.models import Agent, Caisse, Convention, Person, Power
from tests.access.acting import happens
from tests.portfolio import record

pytestmark = pytest.mark.django_db

Grant = Callable[..., Habilitation]
DAY = date(2024, 2, 1)


@pytest.fixture
def task(granted: Grant) -> DirectoryTask:
    """The registration that a granted habilitation asks for."""
    return granted().account.tasks.get()


@pytest.fixture
def registered(
    task: DirectoryTask, empowered: Agent, django_capture_on_commit_callbacks: Any
) -> DirectoryTask:
    """The registration, done."""
    with django_capture_on_commit_callbacks(execute=True):
        confirm_step(task, "third_parties", DAY, empowered)
        return confirm_created(task, "T-0042", DAY, empowered)


def test_a_grant_asks_for_a_registration_and_assumes_nothing(
    task: DirectoryTask, caisse: Caisse
) -> None:
    assert (task.kind, task.outcome) == ("register", "")
    assert [step.code for step in task.steps.all()] == ["third_parties", "directory"]
    assert (task.account.state, task.account.identifier) == ("absent", "")
    assert list(worklist([caisse])) == [task]
    other = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    assert not worklist([other]).exists()


def test_the_registration_is_confirmed_with_its_identifier(registered: DirectoryTask) -> None:
    account = registered.account
    account.refresh_from_db()
    assert (account.state, account.identifier) == ("open", "T-0042")
    assert account.services == registered.wanted_services
    assert (registered.outcome, registered.done_on) == ("done", DAY)
    assert all(step.done_on == DAY for step in registered.steps.all())
    assert account.tasks.count() == 1


def test_the_register_of_third_parties_comes_before_the_directory(
    task: DirectoryTask, empowered: Agent
) -> None:
    with pytest.raises(NotConfirmed, match=r"Référentiel des tiers.*vient d’abord"):
        confirm_created(task, "T-0042", DAY, empowered)
    task.account.refresh_from_db()
    assert task.account.identifier == ""


def test_the_directory_does_not_precede_the_register_of_third_parties(
    task: DirectoryTask, empowered: Agent
) -> None:
    confirm_step(task, "third_parties", DAY, empowered)
    with pytest.raises(NotConfirmed, match="après la date donnée"):
        confirm_created(task, "T-0042", DAY - timedelta(days=1), empowered)


def test_an_agent_without_power_on_that_day_confirms_nothing(
    task: DirectoryTask, empowered: Agent, caisse: Caisse
) -> None:
    plain = Agent.objects.create(
        caisse=caisse, person=Person.objects.create(last_name="Autre"), title="Gestionnaire"
    )
    with pytest.raises(NotEmpowered, match="habilitation nominative"):
        confirm_step(task, "third_parties", DAY, plain)
    with pytest.raises(NotEmpowered):
        confirm_step(task, "third_parties", date(2023, 12, 31), empowered)
    Power.objects.filter(agent=empowered).update(last_day=date(2024, 1, 31))
    with pytest.raises(NotEmpowered):
        confirm_step(task, "third_parties", DAY, empowered)


def test_the_power_is_that_of_the_caisse_of_the_account(
    task: DirectoryTask, empowered: Agent
) -> None:
    other = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    Agent.objects.filter(pk=empowered.pk).update(caisse=other)
    empowered.refresh_from_db()
    with pytest.raises(NotEmpowered):
        confirm_step(task, "third_parties", DAY, empowered)


def test_another_power_is_not_that_one(task: DirectoryTask, empowered: Agent) -> None:
    Power.objects.filter(agent=empowered).update(kind=Power.Kind.SUSPEND_ACCESS)
    with pytest.raises(NotEmpowered):
        confirm_step(task, "third_parties", DAY, empowered)


def test_nothing_is_confirmed_in_advance(task: DirectoryTask, empowered: Agent) -> None:
    with pytest.raises(NotConfirmed, match="à venir"):
        confirm_step(task, "third_parties", DAY + timedelta(days=1), empowered)


@pytest.mark.parametrize("identifier", ["", "  ", "deux mots", "é", "-tiret", "x" * 65, "a\x00b"])
def test_an_identifier_badly_typed_is_refused(
    task: DirectoryTask, empowered: Agent, identifier: str
) -> None:
    confirm_step(task, "third_parties", DAY, empowered)
    with pytest.raises(NotConfirmed, match="Recopiez-le de l’annuaire"):
        confirm_created(task, identifier, DAY, empowered)


def test_a_social_security_number_is_no_identifier(task: DirectoryTask, empowered: Agent) -> None:
    confirm_step(task, "third_parties", DAY, empowered)
    with pytest.raises(NotConfirmed, match="sécurité sociale"):
        confirm_created(task, "295109912611193", DAY, empowered)


def test_the_identifier_of_another_account_is_refused(
    registered: DirectoryTask, granted: Grant, convention: Convention, empowered: Agent
) -> None:
    site = convention.partner.sites.create(name="Crèche des Essais")
    task = granted(site=site).account.tasks.get()
    confirm_step(task, "third_parties", DAY, empowered)
    with pytest.raises(NotConfirmed, match="d’un autre compte"):
        confirm_created(task, "t-0042", DAY, empowered)
    assert confirm_created(task, "T-0043", DAY, empowered).outcome == "done"


def test_a_task_is_done_once(registered: DirectoryTask, empowered: Agent) -> None:
    with pytest.raises(NotConfirmed, match="n’est plus à faire"):
        confirm_created(registered, "T-0042", DAY, empowered)


def test_a_suspension_asks_for_a_lock_and_its_lifting_takes_it_back(
    registered: DirectoryTask,
    convention: Convention,
    empowered: Agent,
    today: Callable[[str], None],
    django_capture_on_commit_callbacks: Any,
) -> None:
    account = registered.account
    with django_capture_on_commit_callbacks(execute=True):
        record(convention, "suspension", "2024-02-01")
    lock = account.tasks.get(outcome="")
    account.refresh_from_db()
    # Still open in the directory, as far as anybody knows.
    assert (lock.kind, account.state) == ("lock", "open")
    today("2024-02-02")
    with django_capture_on_commit_callbacks(execute=True):
        record(convention, "suspension_lifted", "2024-02-02")
    lock.refresh_from_db()
    assert lock.outcome == "superseded"
    assert not account.tasks.filter(outcome="").exists()


def test_a_lock_confirmed_is_known_and_reopened_by_another_task(
    registered: DirectoryTask,
    convention: Convention,
    empowered: Agent,
    today: Callable[[str], None],
    django_capture_on_commit_callbacks: Any,
) -> None:
    account = registered.account
    with django_capture_on_commit_callbacks(execute=True):
        record(convention, "suspension", "2024-02-01")
    confirm_done(account.tasks.get(outcome=""), DAY, empowered)
    account.refresh_from_db()
    assert (account.state, account.services) == ("locked", [])
    today("2024-02-02")
    with django_capture_on_commit_callbacks(execute=True):
        record(convention, "suspension_lifted", "2024-02-02")
    assert account.tasks.get(outcome="").kind == "open"


def test_asking_again_leaves_the_same_task(task: DirectoryTask) -> None:
    bring_to_desired_state(task.account_id)
    assert list(task.account.tasks.all()) == [task]


def test_a_registration_no_longer_wanted_is_no_longer_asked(
    granted: Grant, django_capture_on_commit_callbacks: Any
) -> None:
    habilitation = granted()
    with django_capture_on_commit_callbacks(execute=True):
        happens(habilitation, "credentials_lost", "2024-02-01")
    task = habilitation.account.tasks.get()
    assert task.outcome == "superseded"


def test_a_registration_is_not_confirmed_without_identifier(
    task: DirectoryTask, empowered: Agent
) -> None:
    with pytest.raises(NotConfirmed, match="avec l’identifiant"):
        confirm_done(task, DAY, empowered)


def test_the_last_register_is_confirmed_with_the_identifier_only(
    task: DirectoryTask, empowered: Agent
) -> None:
    with pytest.raises(NotConfirmed, match="avant l’annuaire"):
        confirm_step(task, "directory", DAY, empowered)


def test_a_task_done_says_by_whom_and_when(registered: DirectoryTask) -> None:
    with pytest.raises(IntegrityError, match="done_by_somebody"), transaction.atomic():
        DirectoryTask.objects.filter(pk=registered.pk).update(done_by=None)
