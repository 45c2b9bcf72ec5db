"""Mails of one thread share a connection to the mail server, and none is lost when it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.signals import request_finished
from django.dispatch import Signal
from django.test import override_settings

from notifications import kept_connection
from tests.services.mail_server import mail_server
from workflows.effect_worker import rested


class Server:
    """Notes over which connection each mail came."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, str]] = []
        self.refused = ""
        self.cut = ""
        self.is_going = False
        self.connections: list[Any] = []

    async def handle_RCPT(  # noqa: N802  # The names and order of the library.
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address == self.refused:
            return "550 5.1.1 No such user"
        if address == self.cut:
            server.transport.abort()
            return ""
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_NOOP(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, argument: Any
    ) -> str:
        if self.is_going:
            server.transport.close()
            return "421 4.3.2 Going down"
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if session not in self.connections:
            self.connections.append(session)
        self.taken.append((self.connections.index(session), envelope.rcpt_tos[0]))
        return "250 OK"


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    with mail_server(one):
        yield one


def mail_to(address: str) -> None:
    EmailMessage("Sujet", "Texte", "tacite@site.example", [address]).send()


def test_mails_follow_each_other_over_one_connection(server: Server) -> None:
    mail_to("a@essai.example")
    mail_to("b@essai.example")
    assert server.taken == [(0, "a@essai.example"), (0, "b@essai.example")]


def test_a_connection_that_the_server_closed_is_replaced(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_connection, "REST", 0)
    mail_to("a@essai.example")
    server.is_going = True
    mail_to("b@essai.example")
    assert server.taken == [(0, "a@essai.example"), (1, "b@essai.example")]


def test_one_refused_address_does_not_touch_the_next_mail(server: Server) -> None:
    server.refused = "a@essai.example"
    with pytest.raises(SMTPRecipientsRefused):
        mail_to("a@essai.example")
    mail_to("b@essai.example")
    assert server.taken == [(0, "b@essai.example")]


def test_a_connection_that_breaks_during_a_mail_is_not_used_again(server: Server) -> None:
    mail_to("a@essai.example")
    server.cut = "b@essai.example"
    with pytest.raises(SMTPServerDisconnected):
        mail_to("b@essai.example")
    mail_to("c@essai.example")
    assert server.taken == [(0, "a@essai.example"), (1, "c@essai.example")]


def test_a_connection_carries_so_many_mails_and_no_more(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_connection, "MAILS", 2)
    for name in "abc":
        mail_to(f"{name}@essai.example")
    assert [connection for connection, _ in server.taken] == [0, 0, 1]


def test_an_idle_connection_is_not_asked_whether_it_lives(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_to("a@essai.example")
    monkeypatch.setattr(kept_connection, "IDLE", 0)
    mail_to("b@essai.example")
    assert [connection for connection, _ in server.taken] == [0, 1]


def test_another_server_gets_a_connection_of_its_own(server: Server) -> None:
    mail_to("a@essai.example")
    other = Server()
    with mail_server(other):
        mail_to("b@essai.example")
    assert other.taken == [(0, "b@essai.example")]


def test_after_a_mail_server_that_is_down_the_next_mail_leaves(server: Server) -> None:
    mail_to("a@essai.example")
    with override_settings(EMAIL_PORT=9), pytest.raises(ConnectionRefusedError):
        mail_to("b@essai.example")
    mail_to("b@essai.example")
    assert [address for _, address in server.taken] == ["a@essai.example", "b@essai.example"]


@pytest.mark.django_db
@pytest.mark.parametrize("end", [rested, request_finished], ids=["a worker rests", "a request"])
def test_nothing_is_kept_past_the_end_of_the_work(server: Server, end: Signal) -> None:
    mail_to("a@essai.example")
    end.send(None)
    mail_to("b@essai.example")
    assert [connection for connection, _ in server.taken] == [0, 1]
