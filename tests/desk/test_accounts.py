"""The worklist of a directory kept by hand: its order, its powers, and what it refuses."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from access.models import Account, DirectoryTask, Habilitation
from access.services.habilitations import grant
from contracts.models import Agent, Caisse, Convention, Person, Power, User, UserScope
from tests.portfolio import agent, caisse, convention, draft, partner, today, yearly
from workflows import clock

__all__ = ["agent", "caisse", "convention", "draft", "partner", "today", "yearly"]

pytestmark = pytest.mark.django_db

LIST = "/comptes/"


@pytest.fixture
def granted(
    convention: Convention, caisse: Caisse, django_capture_on_commit_callbacks: Any
) -> Habilitation:
    """A right whose account waits to be registered by hand."""
    Caisse.objects.update(settings={"directory": "manual"})
    convention.caisse.refresh_from_db()
    person = Person.objects.create(
        first_name="Claude", last_name="Essai", email="claude@creche.example"
    )
    with django_capture_on_commit_callbacks(execute=True):
        return grant(convention, person, convention.rules.services[0].code, None, clock.today())


def a_clerk(caisse: Caisse, email: str = "camille@caisse.example") -> User:
    user = User.objects.create_user(email, "mot de passe")
    UserScope.objects.create(
        user=user, caisse=caisse, role="back_office_agent", first_day=date(2024, 1, 1)
    )
    return user


@pytest.fixture
def clerk(caisse: Caisse, convention: Convention) -> Client:
    """A clerk who is not empowered."""
    client = Client()
    client.force_login(a_clerk(caisse))
    return client


@pytest.fixture
def empowered(caisse: Caisse, convention: Convention) -> Client:
    """An agent individually empowered to register accounts."""
    user = a_clerk(caisse, "habilitee@caisse.example")
    agent = Agent.objects.create(
        caisse=caisse,
        user=user,
        person=Person.objects.create(last_name="Exemple"),
        title="agente habilitée",
    )
    Power.objects.create(
        agent=agent,
        kind=Power.Kind.REGISTER_ACCOUNTS,
        delegation_reference="D-1",
        first_day=date(2024, 1, 1),
    )
    client = Client()
    client.force_login(user)
    return client


def page_of(task: DirectoryTask) -> str:
    return f"{LIST}taches/{task.pk}/"


def done(day: date | None = None, **more: str) -> dict[str, str]:
    return {"done_on": (day or clock.today()).isoformat()} | more


def test_the_registers_are_filled_in_order_then_the_password_is_handed_over(
    granted: Habilitation, empowered: Client, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    task = DirectoryTask.objects.get()
    steps = list(task.steps.values_list("label", flat=True))
    assert len(steps) == 2
    listed = empowered.get(LIST).content.decode()
    assert "Commune d’Essai" in listed
    first = empowered.get(page_of(task)).content.decode()
    assert "Claude Essai" in first
    assert f'<h2 id="confirmer">{steps[0]}</h2>' in first
    assert "Identifiant obtenu" not in first
    assert empowered.post(page_of(task), done()).status_code == 302
    second = empowered.get(page_of(task)).content.decode()
    assert f'<h2 id="confirmer">{steps[1]}</h2>' in second
    with django_capture_on_commit_callbacks(execute=True):
        answer = empowered.post(page_of(task), done(identifier="essai01"))
    assert answer.status_code == 302
    account = Account.objects.get()
    assert (account.identifier, account.state) == ("essai01", "open")
    assert "Claude Essai" in empowered.get(LIST).content.decode()
    hand_over = f"{LIST}remises/{granted.pk}/"
    assert empowered.get(hand_over).status_code == 200
    assert empowered.post(hand_over, done()).status_code == 302
    granted.refresh_from_db()
    assert (granted.state, granted.notified_on) == ("credentials_sent", clock.today())
    assert empowered.get(hand_over).status_code == 404


@pytest.mark.parametrize("path", ["page", "hand over"])
def test_a_date_to_come_is_refused_beside_its_field(
    granted: Habilitation, empowered: Client, path: str
) -> None:
    task = DirectoryTask.objects.get()
    if path == "hand over":
        task.outcome, task.closed_at, task.done_on = "done", clock.now(), clock.today()
        task.done_by = Agent.objects.get()
        task.save()
        Account.objects.update(identifier="essai01", state="open", services=[granted.service])
        address = f"{LIST}remises/{granted.pk}/"
    else:
        address = page_of(task)
    answer = empowered.post(address, done(clock.today() + timedelta(days=1)))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "est à venir" in shown
    assert 'aria-invalid="true"' in shown
    granted.refresh_from_db()
    assert granted.state == "granted"


def test_an_identifier_given_before_is_refused(granted: Habilitation, empowered: Client) -> None:
    task = DirectoryTask.objects.get()
    empowered.post(page_of(task), done())
    answer = empowered.post(page_of(task), done(identifier="deux mots"))
    assert answer.status_code == 422
    assert "Un identifiant commence par" in answer.content.decode()
    assert Account.objects.get().state == "absent"


def test_without_the_power_one_reads_and_confirms_nothing(
    granted: Habilitation, clerk: Client
) -> None:
    task = DirectoryTask.objects.get()
    assert "habilités nommément" in clerk.get(LIST).content.decode()
    assert "Confirmer que c’est fait" not in clerk.get(page_of(task)).content.decode()
    assert clerk.post(page_of(task), done()).status_code == 403
    assert not task.steps.filter(done_on__isnull=False).exists()


def test_another_caisse_s_tasks_do_not_exist(granted: Habilitation) -> None:
    elsewhere = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    client = Client()
    client.force_login(a_clerk(elsewhere))
    assert client.get(page_of(DirectoryTask.objects.get())).status_code == 404
    assert "Commune d’Essai" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}taches/{'9' * 30}/").status_code == 404


def test_a_partner_s_person_has_no_worklist(granted: Habilitation) -> None:
    client = Client()
    client.force_login(User.objects.create_user("direction@creche.example"))
    assert client.get(LIST).status_code == 403


def test_nothing_to_do_says_when_something_will(empowered: Client) -> None:
    assert "Une tâche apparaît ici" in empowered.get(LIST).content.decode()


def test_a_hand_over_before_the_agent_was_empowered_is_refused_beside_its_date(
    granted: Habilitation, empowered: Client
) -> None:
    task = DirectoryTask.objects.get()
    task.outcome, task.closed_at, task.done_on = "done", clock.now(), clock.today()
    task.done_by = Agent.objects.get()
    task.save()
    Account.objects.update(identifier="essai01", state="open", services=[granted.service])
    Power.objects.update(first_day=clock.today())
    answer = empowered.post(f"{LIST}remises/{granted.pk}/", done(clock.today() - timedelta(days=1)))
    assert answer.status_code == 422
    assert 'id="id_done_on_error"' in answer.content.decode()
    granted.refresh_from_db()
    assert granted.state == "granted"
