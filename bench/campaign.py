"""What the preview of a campaign of avenants costs, over 20,000 conventions of one type.

Each convention is replayed without the avenant and with it, and the dates to watch are compared;
the same lives told once, without anything else, are the measure beside it. ``TACITE_BENCH_ROWS``
for another number of conventions. ``python -m bench.campaign`` runs it, on the database that the
settings name.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import date, timedelta
from time import perf_counter
from typing import TypeVar
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.db import connection  # noqa: E402  # Django must be set up first.
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from bench.portfolio import MODEL, Portfolio  # noqa: E402
from contracts.models import (  # noqa: E402
    AvenantCampaign,
    Caisse,
    Convention,
    PublishedRulebook,
    User,
    UserScope,
)
from contracts.services.campaign_lines import counted, moved_kinds  # noqa: E402
from contracts.services.campaigns import A_TIME, Asked, open_campaign, weigh  # noqa: E402
from contracts.services.rulebooks import publish  # noqa: E402
from templates_conventions.catalogue import rulebook  # noqa: E402
from templates_conventions.texts import has_text  # noqa: E402
from workflows import clock  # noqa: E402
from workflows.effects import EffectContext  # noqa: E402
from workflows.models import Effect  # noqa: E402

TODAY = date(2026, 5, 31)
CONVENTIONS = 20_000
CODE = "modele-de-mesure"
"""A type whose texts are not written: what is measured is the weighing, not the texts."""

Found = TypeVar("Found")


def main() -> None:
    """Print the figures."""
    logging.disable(logging.WARNING)
    size = int(os.environ.get("TACITE_BENCH_ROWS", CONVENTIONS))
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with clock.set_to(clock.start_of_day(TODAY)):
            _measure(size)
    finally:
        teardown_databases(databases, verbosity=0)


def _measure(size: int) -> None:
    portfolio = Portfolio()
    days = 100
    for number in range(days):
        portfolio.signed(TODAY - timedelta(days=number), size // days)
    assert not has_text(CODE)
    first = publish(rulebook(MODEL).amended({"code": CODE}))[0]
    Convention.objects.update(rulebook_code=CODE, pinned=first)
    other = first.rulebook.amended({"version": 2, "notice.length": "P2M"})
    campaign, opened = _timed(lambda: _opened(publish(other)[0]))
    replayed = _timed(lambda: _lives(size))[1]
    weighed = _timed(lambda: _weigh(campaign))[1]
    moving, kinds = _timed(lambda: moved_kinds(campaign.lines.all()))
    assert moving["notice_limit"] == portfolio.size, moving
    standing = _timed(lambda: counted(campaign.lines.all(), TODAY))[1]
    print(f"The preview of a campaign on {connection.vendor}, {portfolio.size:,} conventions")
    print(f"  opened, with its lines, in {opened:.1f} s")
    print(f"  weighed in {weighed:.1f} s, {1000 * weighed / size:.2f} ms a convention")
    print(f"  the same lives told once in {replayed:.1f} s: {weighed / replayed:.1f} times as long")
    print(
        f"  counted by kind of move in {1000 * kinds:.0f} ms, by standing {1000 * standing:.0f} ms"
    )


def _opened(target: PublishedRulebook) -> AvenantCampaign:
    author = User.objects.create_user("mesure@caisse.example")
    caisse = Caisse.objects.get()
    UserScope.objects.create(user=author, caisse=caisse, role="legal_officer", first_day=TODAY)
    asked = Asked(caisse, target, [1], "Le préavis passe à deux mois.")
    return open_campaign(asked, author, uuid4())


def _lives(size: int) -> None:
    rows = Convention.to_sweep().order_by("pk")
    for start in range(0, size, A_TIME):
        for life in Convention.lives(list(rows[start : start + A_TIME]), TODAY):
            assert not isinstance(life, Exception)


def _weigh(campaign: AvenantCampaign) -> None:
    """As a worker does, without its leases: what is asked of each effect, one after the other."""
    context = EffectContext("bench", "bench", 1, lambda: True)
    for effect in Effect.objects.filter(handler="contracts.campaign_weigh").order_by("pk"):
        weigh(effect.payload, context)
    assert not campaign.lines.filter(weighed_at=None).exists()


def _timed(work: Callable[[], Found]) -> tuple[Found, float]:
    start = perf_counter()
    found = work()
    return found, perf_counter() - start


if __name__ == "__main__":
    main()
