"""By which way credentials go: what the text says, else what the caisse chose."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ImproperlyConfigured

from access.channels import Channel, activation_hours, channel_of
from access.directory.embedded import SignIn, sign_in
from access.models import Habilitation, PrintedLetter, Renewal
from access.services import by_agent
from access.services.handing_over import hand_over, to_hand_over
from access.services.notification import renew_credentials
from access.services.tasks import NotConfirmed, NotEmpowered
from contracts.models import Agent, Caisse, Power
from notifications.models import Message
from templates_conventions.catalogue import rulebook
from tests.access.credentials.conftest import (
    ARMORIQUE,
    CAF,
    FIVE,
    LOIRE,
    PICARDIE,
    RSA,
    Letterbox,
    Open,
    fresh,
    password_in,
    password_of_pdf,
    text_of_pdf,
    token_in,
)
from workflows import clock
from workflows.effect_worker import drain

pytestmark = pytest.mark.django_db


def way(code: str, settings: dict[str, Any], *, makes_passwords: bool = True) -> Channel:
    rules = rulebook(code).habilitation.credentials
    return channel_of(rules, settings, makes_passwords=makes_passwords)


def signs_in(habilitation: Habilitation, password: str) -> SignIn:
    account = habilitation.account
    return sign_in(account.caisse, account.identifier, password).outcome


@pytest.mark.parametrize("chosen", ["mail", "activation_link", "encrypted_mail", "letter"])
@pytest.mark.parametrize("code", FIVE)
def test_the_caisse_chooses_only_where_the_text_leaves_it_open(code: str, chosen: str) -> None:
    commanded = {RSA: "encrypted_mail", CAF: "mail"}
    assert way(code, {"credentials_channel": chosen}) == commanded.get(code, chosen)


def test_without_a_choice_a_notification_is_a_mail() -> None:
    assert {way(code, {}) for code in (PICARDIE, ARMORIQUE, LOIRE)} == {"mail"}


@pytest.mark.parametrize("code", FIVE)
def test_a_directory_kept_by_hand_has_its_agent_hand_over(code: str) -> None:
    assert way(code, {"credentials_channel": "letter"}, makes_passwords=False) == "by_hand"


def test_a_choice_that_nobody_knows_says_what_is_expected() -> None:
    with pytest.raises(ImproperlyConfigured, match="activation_link"):
        way(PICARDIE, {"credentials_channel": "pigeon"})


@pytest.mark.parametrize("hours", [0, -1, "72", 24 * 32, True])
def test_a_link_holds_a_whole_number_of_hours(hours: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match="nombre entier"):
        activation_hours({"activation_hours": hours})


def test_the_password_of_the_caf_has_eight_letters_and_digits_and_is_to_be_changed(
    open_access: Open, letterbox: Letterbox
) -> None:
    habilitation = open_access(CAF)
    assert habilitation.state == "credentials_sent"
    password = password_in(letterbox.last_text())
    assert len(password) == 8
    assert password.isalnum()
    assert signs_in(habilitation, password) is SignIn.MUST_CHANGE
    assert signs_in(habilitation, password.swapcase()) is SignIn.REFUSED


def test_nothing_leaves_encrypted_before_an_agent_acts(
    open_access: Open, letterbox: Letterbox, caisse: Caisse
) -> None:
    habilitation = open_access(RSA)
    assert letterbox.received == []
    assert habilitation.state == "granted"
    [waiting] = to_hand_over([caisse])
    assert (waiting.habilitation, waiting.channel) == (habilitation, Channel.SEALED)


def test_the_encrypted_notification_opens_with_the_code_alone(
    open_access: Open, letterbox: Letterbox, agent: Agent, caisse: Caisse
) -> None:
    habilitation = open_access(RSA)
    sent = by_agent.send_sealed(habilitation, agent, seen=0)
    [mail] = letterbox.received
    assert mail["To"] == "camille@structure.example"
    [enclosed] = mail.iter_attachments()
    content = enclosed.get_payload(decode=True)
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(content))
    with pikepdf.open(io.BytesIO(content), password=sent.code) as file:
        assert (file.encryption.R, file.encryption.stream_method.name) == (6, "aesv3")
    assert habilitation.account.identifier in text_of_pdf(content, sent.code)
    password = password_of_pdf(content, sent.code)
    assert signs_in(habilitation, password) is SignIn.DONE, "RSA only advises to change it"
    assert password not in letterbox.last_text()
    assert sent.code not in mail.as_string()
    after = fresh(habilitation)
    assert (after.state, after.acts.latest("revision").author) == ("credentials_sent", agent.user)
    assert to_hand_over([caisse]) == []


def test_a_code_is_long_enough_to_be_tried_at_leisure(
    open_access: Open, letterbox: Letterbox, agent: Agent
) -> None:
    code = by_agent.send_sealed(open_access(RSA), agent, seen=0).code
    signs = code.replace("-", "")
    assert len(signs) == 20
    assert not set(signs) & set("0O1lIoi")


def test_a_page_sent_twice_sends_one_message(
    open_access: Open, letterbox: Letterbox, agent: Agent
) -> None:
    habilitation = open_access(RSA)
    by_agent.send_sealed(habilitation, agent, seen=0)
    with pytest.raises(by_agent.SentMeanwhile):
        by_agent.send_sealed(habilitation, agent, seen=0)
    assert len(letterbox.received) == 1
    by_agent.send_sealed(habilitation, agent, seen=1)
    assert len(letterbox.received) == 2
    assert fresh(habilitation).acts.filter(kind="credentials_sent").count() == 2


def test_a_mail_server_that_refuses_leaves_nothing_sent(
    open_access: Open, letterbox: Letterbox, agent: Agent
) -> None:
    habilitation = open_access(RSA)
    letterbox.refuses = True
    with pytest.raises(NotConfirmed, match="rien n’est parti"):
        by_agent.send_sealed(habilitation, agent, seen=0)
    assert fresh(habilitation).state == "granted"
    assert not Message.objects.exclude(state="failed").exists()
    letterbox.refuses = False
    by_agent.send_sealed(habilitation, agent, seen=0)
    assert fresh(habilitation).state == "credentials_sent"


def test_only_an_agent_empowered_by_name_sends(
    open_access: Open, letterbox: Letterbox, agent: Agent
) -> None:
    habilitation = open_access(RSA)
    Power.objects.update(last_day=clock.today().replace(day=1, month=1))
    with pytest.raises(NotEmpowered):
        by_agent.send_sealed(habilitation, agent, seen=0)
    assert letterbox.received == []


def test_a_letter_is_printed_then_posted(
    open_access: Open, letterbox: Letterbox, agent: Agent, caisse: Caisse
) -> None:
    habilitation = open_access(PICARDIE, credentials_channel="letter")
    with pytest.raises(NotConfirmed, match="Imprimez-le"):
        hand_over(habilitation, clock.today(), agent)
    first = by_agent.print_letter(habilitation, agent, seen=0)
    [row] = PrintedLetter.objects.all()
    assert (row.printed_by, fresh(habilitation).state) == (agent.user, "granted")
    old = password_of_pdf(first.content)
    assert signs_in(habilitation, old) is SignIn.MUST_CHANGE
    again = by_agent.print_letter(habilitation, agent, seen=1)
    assert signs_in(habilitation, old) is SignIn.REFUSED
    assert again.letter.digest != row.digest
    hand_over(habilitation, clock.today(), agent)
    assert fresh(habilitation).state == "credentials_sent"
    assert (letterbox.received, to_hand_over([caisse])) == ([], [])


def test_two_prints_of_one_text_have_nothing_in_common_to_try_passwords_against() -> None:
    document = pikepdf.new()
    document.add_blank_page()
    written = io.BytesIO()
    document.save(written)
    one, other = (by_agent._numbered(written.getvalue()) for _ in range(2))
    assert one != other


def test_renewed_credentials_leave_once_a_cause_and_end_the_former(
    open_access: Open, letterbox: Letterbox
) -> None:
    habilitation = open_access(PICARDIE)
    old = password_in(letterbox.last_text())
    for _ in range(2):
        renew_credentials(habilitation.account, "line:42")
        drain()
    assert len(letterbox.received) == 2
    assert signs_in(habilitation, old) is SignIn.REFUSED
    assert signs_in(habilitation, password_in(letterbox.last_text())) is SignIn.MUST_CHANGE
    assert Renewal.objects.get().done_at == clock.now()
    assert fresh(habilitation).acts.filter(kind="credentials_sent").count() == 2
    renew_credentials(habilitation.account, "line:43")
    drain()
    assert len(letterbox.received) == 3


def test_renewed_by_encrypted_mail_they_wait_for_an_agent_and_the_former_end_at_once(
    open_access: Open, letterbox: Letterbox, agent: Agent, caisse: Caisse
) -> None:
    habilitation = open_access(RSA)
    sent = by_agent.send_sealed(habilitation, agent, seen=0)
    [enclosed] = letterbox.received[0].iter_attachments()
    old = password_of_pdf(enclosed.get_payload(decode=True), sent.code)
    assert signs_in(habilitation, old) is SignIn.DONE
    renew_credentials(habilitation.account, "line:42")
    drain()
    assert signs_in(habilitation, old) is SignIn.REFUSED
    assert [one.habilitation for one in to_hand_over([caisse])] == [habilitation]
    by_agent.send_sealed(habilitation, agent, seen=1)
    assert to_hand_over([caisse]) == []


def test_a_link_goes_where_the_caisse_chose_it(open_access: Open, letterbox: Letterbox) -> None:
    habilitation = open_access(LOIRE, credentials_channel="activation_link")
    assert token_in(letterbox.last_text())
    assert habilitation.state == "credentials_sent"
    assert "sert une seule fois et tient 72 heures" in letterbox.last_text().replace("\xa0", " ")
