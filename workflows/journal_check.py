"""Following every chain and the heads over them, by hand or once a day, and noting how it ended.

What one of them finds is told by whoever ran it; here is only how much.
"""

from __future__ import annotations

import logging
from datetime import date

from workflows import clock, last_runs
from workflows.chains import broken_links
from workflows.french import count
from workflows.head_checks import broken_heads
from workflows.last_runs import JOURNAL_CHECK

logger = logging.getLogger(__name__)


def conclude(chains: int, heads: int) -> str:
    """Note how a check ended; give « 2 chaînes rompues, 1 empreinte démentie », or nothing."""
    wrong = ", ".join(
        count(number, *words)
        for number, words in (
            (chains, ("chaîne rompue", "chaînes rompues")),
            (heads, ("empreinte démentie", "empreintes démenties")),
        )
        if number
    )
    said = f"{wrong}." if wrong else "Tous les événements et les journaux sont tels qu’écrits."
    last_runs.note(JOURNAL_CHECK, said, is_well=not wrong)
    return wrong


def check_once_a_day(today: date) -> None:
    """Check all chains and the last head, unless that was done today."""
    last = last_runs.last_of([JOURNAL_CHECK]).get(JOURNAL_CHECK)
    if last is not None and clock.civil_date(last.ended_at) >= today:
        return
    wrong = conclude(sum(1 for _ in broken_links()), sum(1 for _ in broken_heads()))
    if wrong:
        logger.error("Journaux : %s. « manage.py journal verify » dit où.", wrong)
