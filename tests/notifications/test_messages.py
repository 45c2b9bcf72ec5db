"""The ledger: a message leaves once, after its transaction, and shows no secret afterwards."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import override_settings

from contracts.models import Contact, PartnerMembership, Person, User
from notifications.catalogue import UnknownKind, kind_of, kinds
from notifications.models import Message
from notifications.services import NotSent, send, send_at_once
from workflows import clock, effects
from workflows.effect_worker import PACE, Outcome, drain

pytestmark = pytest.mark.django_db

Delivered = Callable[[], list[Any]]

CLOSED_PORT = {
    "EMAIL_BACKEND": "notifications.kept_connection.KeptConnection",
    "EMAIL_HOST": "127.0.0.1",
    "EMAIL_PORT": 9,
    "EMAIL_TIMEOUT": 2,
}


@pytest.fixture
def user(today: Callable[[str], None]) -> User:
    today("2024-02-01")
    return User.objects.create_user("camille@creche.example", first_name="Camille")


def a_code(user: User | Person, key: str = "k1", code: str = "482913") -> Message:
    return send_at_once(
        "sign_in_code",
        key=key,
        recipient_person=user,
        context={"expires_minutes": 5},
        secret=code,
    )


def test_a_code_is_in_the_mail_and_nowhere_else(user: User) -> None:
    message = a_code(user)
    [sent] = mail.outbox
    assert sent.to == ["camille@creche.example"]
    assert "482913" in sent.body
    [(page, kind)] = sent.alternatives
    assert kind == "text/html"
    assert "482913" in page
    stored = Message.objects.values().get(pk=message.pk)
    assert "482913" not in repr(stored)
    assert "fonctionne une fois, pendant 5" in stored["text"]
    assert stored["state"] == "sent"


def test_the_same_key_is_the_same_message(user: User) -> None:
    assert a_code(user) == a_code(user, code="111111")
    assert len(mail.outbox) == 1


def test_the_subject_names_nobody(user: User) -> None:
    a_code(user)
    assert mail.outbox[0].subject == "Votre code de connexion"


def test_an_unknown_kind_is_refused_and_nothing_is_queued(user: User) -> None:
    with pytest.raises(UnknownKind, match="sign_in_code"):
        send("telegram", key="k", recipient_person=user)
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_message_leaves_once_its_transaction_is_over(officer: User, convention: Any) -> None:
    send_limit(officer, convention)
    assert [m.to for m in mail.outbox] == [["juriste@caisse.example"]]
    with transaction.atomic():
        send_limit(officer, convention, "k2")
        assert len(mail.outbox) == 1
    assert len(mail.outbox) == 2


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_undone_takes_its_message_along(officer: User, convention: Any) -> None:
    with transaction.atomic():
        send_limit(officer, convention)
        transaction.set_rollback(True)
    assert mail.outbox == []
    assert drain().tried == 0


def send_limit(reader: User | Person, convention: Any, key: str = "k1") -> Message:
    """The reminder of a limit, to somebody who answers for the partner."""
    where = {"partner": convention.partner, "first_day": date(2024, 1, 1)}
    if isinstance(reader, User):
        PartnerMembership.objects.get_or_create(user=reader, role="director", **where)
    else:
        Contact.objects.get_or_create(person=reader, quality="Mairie", **where)
    return send(
        "courtesy_reminder",
        key=key,
        recipient_person=reader,
        subject=convention,
        context={"on": "2024-10-14"},
    )


def test_a_mail_server_that_is_down_is_tried_again_later(
    officer: User, convention: Any, today: Callable[[str], None]
) -> None:
    message = send_limit(officer, convention)
    with override_settings(**CLOSED_PORT):
        assert drain().outcomes[Outcome.FAILED] == 1
    message.refresh_from_db()
    assert (message.state, message.text) == ("pending", "")
    effect = effects.unfinished().get()
    assert "ConnectionRefusedError" in effect.last_error
    assert drain().tried == 0, "its hour has not come"
    assert drain(now=lambda: clock.system_time() + timedelta(minutes=2)).tried == 1
    assert len(mail.outbox) == 1
    message.refresh_from_db()
    assert message.state == "sent"


def test_a_message_that_never_leaves_ends_where_people_see_it(
    officer: User, convention: Any
) -> None:
    send_limit(officer, convention)
    instant = clock.system_time()
    with override_settings(**CLOSED_PORT):
        for _ in range(PACE.most_attempts):
            instant += timedelta(days=1)
            drain(now=partial(lambda at: at, instant))
    assert effects.dead_letters().get().handler == "notifications.delivery"


def test_a_code_that_cannot_leave_is_said_at_once(user: User) -> None:
    with override_settings(**CLOSED_PORT), pytest.raises(NotSent):
        a_code(user)
    assert Message.objects.get().state == "failed"
    assert drain().tried == 0


def test_a_recipient_without_address_gets_nothing_and_nothing_fails(
    person: Person, convention: Any, delivered: Delivered
) -> None:
    Person.objects.update(email="")
    person.refresh_from_db()
    message = send_limit(person, convention)
    assert delivered() == []
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert "adresse" in message.problem


def test_nothing_leaves_for_an_account_closed_meanwhile(user: User, delivered: Delivered) -> None:
    message = send(
        "account_changed", key="k", recipient_person=user, context={"what": "mot de passe changé"}
    )
    User.objects.update(is_active=False)
    assert delivered() == []
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert "plus actif" in message.problem


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.code)
def test_every_kind_has_its_words(kind: Any) -> None:
    words = kind.words(Message(kind=kind.code))
    assert words.settings.subject
    assert kind.label
    assert kind.why.endswith(".")
    assert kind_of(kind.code) is kind
    assert not kind.secret_link or kind.secret_link in words.settings.secret
