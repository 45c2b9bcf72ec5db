"""A year of fourteen conventions: each required message leaves once, in time, to nobody else.

``python -m bench.year`` lives the same year with two thousand.
"""

from collections.abc import Iterator
from random import Random

import pytest

from contracts.models import PublishedRulebook
from notifications.models import UnwarnedDeadline
from tests.notifications.simulated_year import (
    Mailbox,
    live,
    on_site,
    portfolio,
    report,
)
from tests.notifications.year_facts import INACTIVE, facts, noticed, required
from tests.services.mail_server import mail_server
from workflows import clock, effects

pytestmark = pytest.mark.django_db

SIZE = 14


@pytest.fixture(autouse=True)
def own_clock() -> Iterator[None]:
    original = clock.system_time
    yield
    clock.install(original)


def test_every_required_message_is_sent_once_in_time_and_to_nobody_else(
    yearly: PublishedRulebook,
) -> None:
    of, mailbox = facts(SIZE), Mailbox(Random(20240301))
    assert len(required(of)) > 5 * SIZE
    portfolio(of)
    with mail_server(mailbox):
        assert live(of, mailbox) > 0
    found = report(of, mailbox)
    assert found.missing == []
    assert found.superfluous == []
    assert found.late == []
    assert found.strangers == set()
    assert on_site() == noticed(of)
    assert INACTIVE not in {recipient for _, [recipient], _, _ in mailbox.taken}
    assert mailbox.refused > found.mails // 3
    assert found.repeated > 0
    assert not effects.dead_letters().exists()
    assert not UnwarnedDeadline.objects.exists()
