"""Reports as mail servers really write them: several recipients, vague codes, nothing enclosed."""

import pytest

from notifications.bounces.addresses import is_dead
from notifications.bounces.inbox import take_in
from notifications.bounces.reports import Unreadable
from notifications.leaving import message_id
from notifications.models import Message
from tests.notifications.test_bounces import a_report, clerk, lost, sent

__all__ = ["clerk", "lost", "sent"]

pytestmark = pytest.mark.django_db


def blocks(*said: tuple[str, str, str]) -> bytes:
    """The fields of several recipients, each with its address, action and status."""
    return b"\n".join(
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n".encode()
        for address, action, status in said
    )


@pytest.mark.parametrize(
    ("said", "is_lost"),
    [
        # Passed on to two: one has it.
        (
            [("a@ailleurs.example", "failed", "5.1.1"), ("b@ailleurs.example", "relayed", "2.0.0")],
            0,
        ),
        (
            [("a@ailleurs.example", "delayed", "4.4.1"), ("b@ailleurs.example", "failed", "5.1.1")],
            0,
        ),
        # Passed on to two: nobody has it.
        ([("a@ailleurs.example", "failed", "5.1.1"), ("b@ailleurs.example", "failed", "5.1.1")], 1),
        # What is said of the address itself counts, in whatever order and case.
        ([("a@ailleurs.example", "delivered", "2.0.0"), ("{own}", "Failed", "5.1.1")], 1),
        ([("a@ailleurs.example", "failed", "5.1.1"), ("{own}", "delivered", "2.0.0")], 0),
    ],
)
def test_of_several_recipients_the_one_written_to_counts_or_else_all(
    sent: Message, said: list[tuple[str, str, str]], is_lost: bool
) -> None:
    raw = a_report(sent)
    first, last = raw.index(b"Final-Recipient"), raw.index(b"\n--B\nContent-Type: message/rfc822")
    own = [(address.format(own=sent.address.upper()), *rest) for address, *rest in said]
    assert take_in(raw[:first] + blocks(*own) + raw[last:]) == is_lost  # type: ignore[arg-type]


def test_a_report_of_exim_is_read_by_the_code_of_the_server_that_refused(sent: Message) -> None:
    raw = a_report(sent, status="5.0.0")
    policy = (
        b"Diagnostic-Code: smtp; 550-5.7.1 [192.0.2.1] Our system has detected\n 550 5.7.1 spam"
    )
    assert take_in(raw.replace(b"Diagnostic-Code: smtp; 550 5.0.0 inconnu", policy))
    assert not is_dead(sent.address), "the sender is refused, not the recipient"


def test_a_report_that_encloses_nothing_names_the_mail_it_answers(sent: Message) -> None:
    raw = a_report(sent)
    bare = raw[: raw.index(b"--B\nContent-Type: message/rfc822")] + b"--B--\n"
    with pytest.raises(Unreadable, match="de quel message"):
        take_in(bare)
    assert take_in(f"In-Reply-To: {message_id(sent)}\n".encode() + bare)
