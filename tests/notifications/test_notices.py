"""What who signs in finds on the site, what they chose to receive, and digests."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from contracts.models import Caisse, Person, User, UserScope
from notifications.bounces.addresses import declare_dead
from notifications.catalogue import kind_of
from notifications.models import Message
from notifications.notices import notices_of, unread
from notifications.rhythms.choosing import Mandatory, choices_of, choose
from notifications.rhythms.gathering import gather_today
from notifications.rhythms.models import Preference, Rhythm
from notifications.services import send, send_at_once
from tests.notifications.test_messages import CLOSED_PORT
from workflows import clock
from workflows.effect_worker import drain

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]


@pytest.fixture
def clerk(caisse: Caisse, today: Move) -> User:
    today("2024-02-01")
    user = User.objects.create_user("gestionnaire@caisse.example")
    UserScope.objects.create(
        user=user, caisse=caisse, role="back_office_agent", first_day=clock.today()
    )
    return user


@pytest.fixture
def optional(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let « account_changed », which needs no other fact, be what a reader may do without."""
    monkeypatch.setattr(type(kind_of("account_changed")), "optional", True)


def tell(user: User | Person, key: str) -> Message:
    message = send(
        "account_changed", key=key, recipient_person=user, context={"what": f"essai {key}"}
    )
    drain()
    message.refresh_from_db()
    return message


def wants(user: User | Person, rhythm: Rhythm) -> None:
    choose(user, kind_of("account_changed"), rhythm)


def digests_of_the_day() -> list[Any]:
    """The mails that the day's digests make leave, however often they are asked for."""
    before = len(mail.outbox)
    for _ in range(3):
        gather_today(clock.today())
        drain()
    return mail.outbox[before:]


def test_a_message_to_who_signs_in_is_a_notice_until_it_is_read(clerk: User) -> None:
    message = tell(clerk, "k1")
    assert list(unread(clerk)) == [message]
    client = Client()
    client.force_login(clerk)
    listed = client.get("/notifications/").content.decode()
    assert "non lue" in listed
    assert "essai k1" in client.get(f"/notifications/{message.pk}/").content.decode()
    assert list(unread(clerk)) == []
    client.post(f"/notifications/{message.pk}/non-lu/")
    assert list(unread(clerk)) == [message]
    client.post("/notifications/tout-lu/")
    assert list(unread(clerk)) == []
    assert list(notices_of(clerk)) == [message]


def test_nobody_reads_the_notices_of_another(clerk: User) -> None:
    message = tell(clerk, "k1")
    client = Client()
    client.force_login(User.objects.create_user("autre@caisse.example"))
    assert client.get(f"/notifications/{message.pk}/").status_code == 404
    assert client.post(f"/notifications/{message.pk}/non-lu/").status_code == 404
    assert "Aucune notification" in client.get("/notifications/").content.decode()


def test_a_code_is_no_notice(clerk: User) -> None:
    send_at_once(
        "sign_in_code",
        key="k",
        recipient_person=clerk,
        context={"expires_minutes": 5},
        secret="482913",
    )
    assert not notices_of(clerk).exists()


# Choosing.


def test_what_is_mandatory_cannot_be_put_off(clerk: User) -> None:
    with pytest.raises(Mandatory):
        wants(clerk, Rhythm.DAILY)
    Preference.objects.create(
        user=clerk, kind="account_changed", rhythm="on_site", changed_at=clock.now()
    )
    assert tell(clerk, "k1").state == "sent", "a row from when it was optional"


def test_on_the_site_only_there_is_a_notice_and_no_mail(clerk: User, optional: None) -> None:
    wants(clerk, Rhythm.ON_SITE)
    message = tell(clerk, "k1")
    assert mail.outbox == []
    assert message.state == "shown"
    assert list(unread(clerk)) == [message]
    assert digests_of_the_day() == []


def test_the_page_offers_what_this_reader_may_do_without_and_keeps_the_choice(
    clerk: User,
) -> None:
    client = Client()
    client.force_login(clerk)
    offered = [kind.code for kind in choices_of(is_staff=True)]
    page = client.get("/notifications/reglages/").content.decode()
    assert re.findall(r'<select name="(\w+)"', page) == offered
    assert "requests_to_check" in offered
    assert "request_message_to_partner" not in offered
    answers = dict.fromkeys(offered, "weekly")
    client.post("/notifications/reglages/", answers)
    assert set(Preference.objects.values_list("kind", "rhythm")) == {
        (code, "weekly") for code in offered
    }
    refused = client.post("/notifications/reglages/", answers | {offered[0]: "jamais"})
    assert refused.status_code == 422


# Digests.


def test_a_daily_digest_gathers_what_waits_once(clerk: User, optional: None) -> None:
    wants(clerk, Rhythm.DAILY)
    waiting = [tell(clerk, f"k{number}") for number in range(3)]
    assert mail.outbox == []
    assert {one.state for one in waiting} == {"waiting"}
    [digest] = digests_of_the_day()
    assert "3 messages" in digest.subject.replace("\N{NO-BREAK SPACE}", " ")
    assert digest.body.count("Votre compte a été modifié") == 3
    assert {one.state for one in Message.objects.filter(pk__in=[w.pk for w in waiting])} == {"sent"}


def test_what_comes_after_the_digest_waits_for_the_next_day(
    clerk: User, optional: None, today: Move
) -> None:
    wants(clerk, Rhythm.DAILY)
    tell(clerk, "k1")
    assert len(digests_of_the_day()) == 1
    tell(clerk, "k2")
    assert digests_of_the_day() == []
    today("2024-02-02")
    assert len(digests_of_the_day()) == 1
    today("2024-02-03")
    assert digests_of_the_day() == [], "nothing waits"


def test_a_weekly_digest_leaves_once_a_week_with_what_came_before_its_monday(
    clerk: User, optional: None, today: Move
) -> None:
    wants(clerk, Rhythm.WEEKLY)
    left = []
    for day in range(1, 20):
        today(f"2024-02-{day:02}")
        tell(clerk, f"k{day}")
        left += [(day, digest.body.count("Votre compte")) for digest in digests_of_the_day()]
    # 5, 12 and 19 February 2024 are Mondays; 1 February is a Thursday.
    assert left == [(5, 4), (12, 7), (19, 7)]


def test_after_nine_days_without_mail_server_one_digest_leaves_and_not_nine(
    clerk: User, optional: None, today: Move, settings: Any
) -> None:
    wants(clerk, Rhythm.DAILY)
    backend = settings.EMAIL_BACKEND
    for name, value in CLOSED_PORT.items():
        setattr(settings, name, value)
    for day in range(1, 10):
        today(f"2024-02-{day:02}")
        tell(clerk, f"k{day}")
        digests_of_the_day()
    settings.EMAIL_BACKEND = backend
    drain(now=lambda: clock.system_time() + timedelta(days=1))
    [digest] = mail.outbox
    assert digest.body.count("Votre compte a été modifié") == 9
    assert not Message.objects.filter(state="waiting").exists()


def test_a_digest_leaves_for_no_dead_address(clerk: User, optional: None) -> None:
    wants(clerk, Rhythm.DAILY)
    message = tell(clerk, "k1")
    message.address = clerk.email
    declare_dead(message, "5.1.1")
    assert digests_of_the_day() == []


# Unsubscribing.


@pytest.fixture
def way_out(clerk: User, optional: None) -> str:
    """The address of the header of an optional mail."""
    tell(clerk, "k1")
    [sent] = mail.outbox
    headers = sent.message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<https?://[^/]+(/desabonnement/.+/)>", headers["List-Unsubscribe"])
    assert found is not None
    assert found[1] in sent.body
    return found[1]


def test_a_mailbox_unsubscribes_its_reader_in_one_act(clerk: User, way_out: str) -> None:
    mailbox = Client(enforce_csrf_checks=True)
    answer = mailbox.post(way_out, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Preference.objects.get(user=clerk).rhythm == "on_site"
    assert tell(clerk, "k2").state == "shown"


def test_a_link_that_is_merely_opened_unsubscribes_nobody(way_out: str) -> None:
    page = Client().get(way_out).content.decode()
    assert "Ne plus recevoir ce courriel" in page
    assert not Preference.objects.exists()


def test_a_link_made_up_or_about_what_is_mandatory_does_nothing(
    way_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Client().post(way_out[:-3] + "xx/").status_code == 404
    monkeypatch.setattr(type(kind_of("account_changed")), "optional", False)
    assert Client().post(way_out).status_code == 404
    assert not Preference.objects.exists()


def test_the_kept_copy_holds_no_link_that_unsubscribes(way_out: str) -> None:
    kept = Message.objects.get()
    assert "desabonnement" not in kept.text + kept.html


def test_a_mandatory_mail_offers_no_way_out(clerk: User) -> None:
    tell(clerk, "k1")
    [sent] = mail.outbox
    assert "List-Unsubscribe" not in sent.message()
    assert "desabonnement" not in sent.body


def test_a_contact_without_account_may_unsubscribe_too(optional: None) -> None:
    contact = Person.objects.create(last_name="Essai", email="contact@creche.example")
    wants(contact, Rhythm.ON_SITE)
    assert tell(contact, "k1").state == "cancelled"
    assert mail.outbox == []
