"""A worker of the effects ledger that works at each commit, in the process of the test."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from workflows import effects
from workflows.effect_worker import drain


@pytest.fixture(autouse=True)
def worker_at_each_commit() -> Iterator[None]:
    """Do what each transaction emitted as soon as it is committed, as a waiting worker would."""

    def work_after_commit() -> None:
        transaction.on_commit(drain, robust=True)

    effects.announce_with(work_after_commit)
    yield
    effects.announce_no_more_with(work_after_commit)
