"""What 200 partners wait for who send their requests at once, over HTTP, and whether one is lost.

As many partners as asked (``TACITE_BENCH_PARTNERS``, 200) have each a request with every answer,
and a session. At one signal each sends the last page, over a connection of its own; gunicorn has
two workers on the settings of production, over the PostgreSQL that the settings name. Two measures:
all in the same instant, then spread over ten seconds, as after a mail that asked them all.
Neither may lose a request or take it twice. ``python -m bench.submitting`` runs it; ``python -m
bench`` on a private PostgreSQL.
"""

from __future__ import annotations

import http.client
import logging
import os
import random
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from threading import Barrier
from time import perf_counter, sleep
from typing import NamedTuple
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402  # Django must be set up first.
from django.db import connection  # noqa: E402
from django.test.utils import (  # noqa: E402
    override_settings,
    setup_databases,
    teardown_databases,
)

from bench.server import OVER_TLS, SECRET_KEY, server  # noqa: E402
from contracts.models import Caisse, Partner, PartnerMembership, User  # noqa: E402
from contracts.services.conventions import draft_convention  # noqa: E402
from contracts.services.rulebooks import publish  # noqa: E402
from forms_annexes.completeness import USER_BLOCK, asked_online  # noqa: E402
from forms_annexes.models import AccessRequest  # noqa: E402
from forms_annexes.services import filling  # noqa: E402
from forms_annexes.services.public_offer import online_form  # noqa: E402
from notifications.models import Message  # noqa: E402
from templates_conventions.catalogue import ROOT, rulebook  # noqa: E402
from workflows import clock  # noqa: E402

PARTNERS = 200
WITHIN = 10.0
"""Seconds over which the second measure spreads the partners."""
SEED = 20251121
_TOKEN = "m" * 32


class Sending(NamedTuple):
    """One partner about to send."""

    request: int
    revision: int
    session: str


def main() -> None:
    """Print what the partners wait for, and fail if a request is lost or taken twice."""
    logging.disable(logging.WARNING)
    number = int(os.environ.get("TACITE_BENCH_PARTNERS", PARTNERS))
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        # The cache of production.
        call_command("createcachetable", "tacite_cache", verbosity=0)
        print(f"Requests sent on {connection.vendor}, {number} partners")
        with tempfile.TemporaryDirectory(prefix="tacite-bench-") as folder:
            for label, within in (("in the same instant", 0.0), (f"within {WITHIN:.0f} s", WITHIN)):
                waiting = prepared(number)
                with server(Path(folder)) as port:
                    # Each worker reads its modules and forms once.
                    for one in prepared(8):
                        _send(port, one)
                    _measured(label, port, waiting, within)
    finally:
        teardown_databases(databases, verbosity=0)


def prepared(number: int) -> list[Sending]:
    """As many partners, each with a request to send and a session in which to send it."""
    code = next(
        path.parent.name
        for path in sorted(ROOT.glob("*/rulebook.toml"))
        if online_form(rulebook(path.parent.name))
    )
    publish(rulebook(code))
    caisse, _ = Caisse.objects.get_or_create(code="MESURE", name="Caisse de mesure")
    first = Partner.objects.count() + 1
    return [_partner(caisse, code, rank) for rank in range(first, first + number)]


def _partner(caisse: Caisse, code: str, rank: int) -> Sending:
    partner = Partner.objects.create(name=f"Partenaire de mesure {rank}", kind="association")
    user = User.objects.create_user(f"mesure{rank}@partenaire.example", last_name=f"Mesure {rank}")
    today = clock.today()
    PartnerMembership.objects.create(user=user, partner=partner, role="director", first_day=today)
    convention = draft_convention(caisse=caisse, partner=partner, rulebook_code=code)
    request = filling.start(convention, user)
    for block in request.definition.blocks:
        answers = {
            field.code: f"mesure{rank}@partenaire.example" if field.kind == "email" else "Mesure"
            for field in asked_online(block)
        }
        request = filling.answer(
            request, block.code, [answers] if block.code == USER_BLOCK else answers
        )
    with override_settings(SECRET_KEY=SECRET_KEY):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
    assert session.session_key is not None
    return Sending(request.pk, request.revision, session.session_key)


def _measured(label: str, port: int, waiting: Sequence[Sending], within: float) -> None:
    chosen = random.Random(SEED)
    together = Barrier(len(waiting))

    def done(one: Sending, after: float) -> float:
        together.wait()
        sleep(after)
        return _send(port, one)

    with ThreadPoolExecutor(len(waiting)) as pool:
        sent = [pool.submit(done, one, chosen.uniform(0, within)) for one in waiting]
        taken = [one.result() for one in sent]
    hundredths = quantiles(taken, n=100)
    print(
        f"  {label:22} p50 {median(taken):7.0f} ms   p95 {hundredths[94]:7.0f} ms   "
        f"last {max(taken):7.0f} ms",
        flush=True,
    )
    _check(waiting)


def _check(waiting: Sequence[Sending]) -> None:
    """Raise ``RuntimeError`` unless each request has arrived, once, and is acknowledged once."""
    keys = [one.request for one in waiting]
    arrived = AccessRequest.objects.filter(pk__in=keys, status="submitted").count()
    sendings = sum(
        request.transitions.filter(name="submit").count()
        for request in AccessRequest.objects.filter(pk__in=keys)
    )
    told = Message.objects.filter(kind="request_received", context__request_pk__in=keys).count()
    if not arrived == sendings == told == len(keys):
        raise RuntimeError(
            f"{len(keys)} sent, {arrived} arrived in {sendings} moves, {told} acknowledged."
        )
    print(f"  {'':22} {arrived} sent, each once, each acknowledged", flush=True)


def _send(port: int, one: Sending) -> float:
    """Send one request; the milliseconds until the answer. Raises ``RuntimeError``."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    path = f"/espace/demandes/{one.request}/recapitulatif/"
    body = urlencode({"csrfmiddlewaretoken": _TOKEN, "seen_revision": one.revision})
    headers = {
        **OVER_TLS,
        "Content-Type": "application/x-www-form-urlencoded",
        "Referer": f"https://127.0.0.1{path}",
        "Cookie": f"__Host-session={one.session}; __Host-csrftoken={_TOKEN}",
    }
    start = perf_counter()
    client.request("POST", path, body, headers)
    answer = client.getresponse()
    answer.read()
    taken = (perf_counter() - start) * 1000
    client.close()
    if answer.status != 302:
        raise RuntimeError(f"{path}: {answer.status}")
    return taken


if __name__ == "__main__":
    main()
