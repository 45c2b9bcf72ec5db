"""What a mail server refuses, and what comes back: the message, the address, and who is told."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import override_settings

from contracts.models import Caisse, Convention, User, UserScope
from notifications.bounces import reports
from notifications.bounces.addresses import (
    CannotCorrect,
    correct,
    is_dead,
    open_ones,
    to_correct,
    vouch,
)
from notifications.bounces.inbox import read_folder, take_in
from notifications.bounces.refusals import says_dead
from notifications.bounces.reports import Unreadable
from notifications.leaving import message_id
from notifications.models import Message
from notifications.services import NotSent, send, send_at_once
from tests.services.mail_server import mail_server
from workflows import clock
from workflows.effect_worker import Outcome, drain

pytestmark = pytest.mark.django_db

Delivered = Callable[[], list[Any]]


class Refusing:
    """A mail server that answers every recipient the same."""

    def __init__(self) -> None:
        self.answer = "550 5.1.1 inconnu ici"

    async def handle_RCPT(self, *said: Any) -> str:  # noqa: N802
        return self.answer


@pytest.fixture
def refusing() -> Iterator[Refusing]:
    server = Refusing()
    with mail_server(server):
        yield server


@pytest.fixture
def clerk(caisse: Caisse) -> User:
    user = User.objects.create_user("gestionnaire@caisse.example")
    UserScope.objects.create(
        user=user, caisse=caisse, role="back_office_agent", first_day=clock.today()
    )
    return user


@pytest.fixture
def lost(officer: User, convention: Convention) -> Message:
    return a_message(officer, convention, "k1")


def a_message(officer: User, convention: Convention, key: str) -> Message:
    return send(
        "account_changed",
        key=key,
        recipient_person=officer,
        subject=convention,
        context={"what": "une clé de sécurité a été ajoutée"},
    )


def states() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("kind", "state"))


def test_an_address_refused_for_good_is_dead_and_the_caisse_is_told(
    lost: Message, clerk: User, refusing: Refusing
) -> None:
    assert drain(limit=1).outcomes[Outcome.DONE] == 1
    lost.refresh_from_db()
    assert (lost.state, lost.address) == ("bounced", "juriste@caisse.example")
    assert "5.1.1" in lost.problem
    assert is_dead("Juriste@caisse.example")
    assert states() == [("account_changed", "bounced"), ("undelivered", "pending")]
    assert Message.objects.last().user == clerk


def test_what_tells_of_a_loss_names_the_message_and_says_what_to_do(
    lost: Message, clerk: User, refusing: Refusing, delivered: Delivered
) -> None:
    drain(limit=1)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        [sent] = delivered()
    assert sent.to == [clerk.email]
    body = sent.body.replace("\N{NO-BREAK SPACE}", " ")
    assert "Compte modifié" in body
    assert "joignez cette personne autrement" in body
    assert f"/courriels/{lost.pk}/" in body


@pytest.mark.parametrize("answer", ["451 4.7.1 revenez", "550 5.7.1 expéditeur refusé"])
def test_what_does_not_blame_the_address_is_tried_again(
    lost: Message, clerk: User, refusing: Refusing, answer: str
) -> None:
    refusing.answer = answer
    assert drain().outcomes[Outcome.FAILED] == 1
    assert states() == [("account_changed", "pending")]
    assert not is_dead("juriste@caisse.example")
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        drain(now=lambda: clock.system_time() + timedelta(minutes=2))
    assert states() == [("account_changed", "sent")]


@pytest.mark.parametrize(
    ("answer", "dead"),
    [
        ("550 5.1.1 inconnu ici", True),
        ("554 refusé", False),
        ("554 5.7.1 contenu refusé", False),
        ("452 4.2.2 boîte pleine", False),
    ],
)
def test_a_recipient_refused_once_the_mail_was_handed_over_is_dead_too(
    lost: Message, answer: str, dead: bool
) -> None:
    class RefusingLate:
        async def handle_DATA(self, *said: Any) -> str:  # noqa: N802
            return answer

    with mail_server(RefusingLate()):
        drain(limit=1)
    lost.refresh_from_db()
    assert lost.state == ("bounced" if dead else "pending")
    assert is_dead("juriste@caisse.example") == dead


def test_nothing_leaves_for_a_dead_address(
    lost: Message, officer: User, convention: Convention, clerk: User, refusing: Refusing
) -> None:
    drain(limit=1)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        a_message(officer, convention, "k2")
        send(
            "requests_to_check",
            key="k3",
            recipient_person=officer,
            caisse=convention.caisse,
            context={"caisse": convention.caisse_id, "requests": []},
        )
        drain()
    of_officer = Message.objects.filter(user=officer).order_by("pk")
    assert list(of_officer.values_list("kind", "state")) == [
        ("account_changed", "bounced"),
        ("account_changed", "bounced"),
        ("requests_to_check", "cancelled"),
    ]
    assert [one.to for one in mail.outbox] == [[clerk.email]] * 2


def test_a_code_for_an_address_refused_for_good_opens_the_task_too(
    officer: User, refusing: Refusing
) -> None:
    with pytest.raises(NotSent):
        send_at_once(
            "sign_in_code",
            key="code",
            recipient_person=officer,
            context={"expires_minutes": 5},
            secret="482913",
        )
    assert is_dead("juriste@caisse.example")


# Reports that come back later.


def a_report(
    message: Message,
    status: str = "5.1.1",
    action: str = "failed",
    name: str = "",
    original: str = "message/rfc822",
) -> bytes:
    return f"""\
From: MAILER-DAEMON@relais.example
To: ne-pas-repondre@tacite.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

Non remis.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; relais.example

Final-Recipient: rfc822; {message.address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} inconnu

--B
Content-Type: {original}

Message-ID: {name or message_id(message)}
Subject: rien

--B--
""".encode()


@pytest.fixture
def sent(lost: Message, clerk: User) -> Message:
    drain()
    lost.refresh_from_db()
    assert lost.state == "sent"
    return lost


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_makes_its_message_not_received_once(sent: Message, original: str) -> None:
    assert take_in(a_report(sent, original=original))
    assert not take_in(a_report(sent, original=original)), "told again"
    sent.refresh_from_db()
    assert sent.state == "bounced"
    assert "5.1.1" in sent.problem
    assert sent.text, "what was sent stays"
    assert open_ones().get().message == sent
    assert states() == [("account_changed", "bounced"), ("undelivered", "pending")]


def test_a_full_mailbox_loses_the_message_and_not_the_address(sent: Message) -> None:
    assert take_in(a_report(sent, status="5.2.2"))
    assert not is_dead(sent.address)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_report_of_anything_but_a_failure_changes_nothing(sent: Message, action: str) -> None:
    assert not take_in(a_report(sent, action=action))
    sent.refresh_from_db()
    assert sent.state == "sent"


def nested() -> bytes:
    return b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (depth, depth)
        for depth in range(3000)
    )


def test_hostile_reports_change_nothing_and_say_why(sent: Message) -> None:
    forged = f"<{sent.pk}.{int(sent.created_at.timestamp())}.{'0' * 16}@tacite.example>"
    whole = a_report(sent)
    for raw in (
        b"",
        b"\x00\xff" * 500,
        b"Subject: bonjour\n\nUn courriel comme un autre.",
        nested(),
        whole[:400],
        whole + b"x" * reports.LARGEST,
        whole.replace(b"Status: 5.1.1", b"Status: mort"),
        whole.replace(b"Action", b"Inaction"),
        a_report(sent, name=forged),
        a_report(sent, name="<9999.1.aaaaaaaaaaaaaaaa@tacite.example>"),
        a_report(sent, name="rien"),
    ):
        with pytest.raises(Unreadable):
            take_in(raw)
    sent.refresh_from_db()
    assert sent.state == "sent"
    assert not open_ones().exists()


@pytest.mark.parametrize("maildir", [True, False])
def test_a_folder_is_read_to_its_end_whatever_it_holds(
    sent: Message, tmp_path: Path, maildir: bool
) -> None:
    place = tmp_path / "new" if maildir else tmp_path
    place.mkdir(exist_ok=True)
    (place / "1.eml").write_bytes(b"rien")
    (place / "2.eml").write_bytes(a_report(sent))
    out = StringIO()
    call_command("read_bounces", tmp_path, stdout=out)
    said = out.getvalue().replace("\N{NO-BREAK SPACE}", " ")
    assert said == "1 message non reçu, 0 avis sans suite, 1 mis de côté.\n"
    assert (tmp_path / "done" / "2.eml").exists()
    reason = (tmp_path / "set-aside" / "1.eml.reason.txt").read_text()
    assert "avis de non-remise" in reason
    assert read_folder(tmp_path).bounced == 0, "nothing is left to read"
    with pytest.raises(CommandError, match="n’est pas un dossier"):
        call_command("read_bounces", tmp_path / "ailleurs")


@pytest.mark.parametrize(
    ("status", "dead"),
    [
        *((status, True) for status in ("5.1.1", "5.0.0", "5.2.1", "5.4.4")),
        *((status, False) for status in ("5.2.2", "5.7.1", "5.6.0", "4.4.7", "mort")),
    ],
)
def test_only_some_refusals_say_that_the_address_is_dead(status: str, dead: bool) -> None:
    assert says_dead(status) == dead


# What a person does of it.


def test_a_corrected_address_receives_again(
    sent: Message, officer: User, convention: Convention, clerk: User, delivered: Delivered
) -> None:
    take_in(a_report(sent))
    dead = open_ones().get()
    chief = User.objects.create_user("administration@caisse.example")
    UserScope.objects.create(
        user=chief, caisse=convention.caisse, role="administrator", first_day=clock.today()
    )
    assert list(to_correct(clerk, clock.today())) == [dead]
    with pytest.raises(CannotCorrect, match="administrateur"):
        correct(dead, "autre@caisse.example", clerk)
    with pytest.raises(CannotCorrect, match="autre compte"):
        correct(dead, clerk.email, chief)
    assert open_ones().exists()
    correct(dead, " Nouvelle@caisse.example ", chief)
    officer.refresh_from_db()
    assert officer.email == "nouvelle@caisse.example"
    a_message(officer, convention, "k2")
    assert delivered()[-1].to == ["nouvelle@caisse.example"]
    with pytest.raises(CannotCorrect, match="Quelqu’un d’autre"):
        vouch(dead, clerk)


def test_an_address_said_to_be_good_receives_again_until_it_fails_once_more(
    sent: Message, officer: User, convention: Convention, clerk: User, delivered: Delivered
) -> None:
    take_in(a_report(sent))
    vouch(open_ones().get(), clerk)
    again = a_message(officer, convention, "k2")
    delivered()
    again.refresh_from_db()
    assert again.state == "sent"
    assert take_in(a_report(again))
    assert open_ones().get().message == again


def test_a_report_about_an_address_changed_since_opens_no_task(
    sent: Message, officer: User
) -> None:
    User.objects.filter(pk=officer.pk).update(email="nouvelle@caisse.example")
    assert take_in(a_report(sent))
    assert not open_ones().exists()
