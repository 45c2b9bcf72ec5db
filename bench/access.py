"""What a portal waits for one access decision, over HTTP, beside a bare view of Django.

1,000,000 accounts (``TACITE_BENCH_ROWS`` for fewer) on the PostgreSQL that the settings name, in a
database of its own made for the measure and thrown away. gunicorn with two workers on the settings
of production; a client of eight connections kept alive, in a process of its own. The bare view
reads one row under the same middleware, in turns with the decisions. ``python -m bench.access``
runs it; ``python -m bench`` on a private PostgreSQL.
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # Django must be set up first.
from django.db import connection  # noqa: E402
from django.test.utils import (  # noqa: E402
    override_settings,
    setup_databases,
    teardown_databases,
)

from access.decisions import decide  # noqa: E402
from access.services.clients import NewClient, create_client  # noqa: E402
from bench.accounts import Population, identifier, populated  # noqa: E402
from bench.server import OVER_TLS, server  # noqa: E402
from settings.base import PASSWORD_HASHERS  # noqa: E402

ROWS = 1_000_000
SECONDS, ROUNDS = 10.0, 3
ONE_UNKNOWN_IN = 50
"""One question in so many is about an unknown account: a denial, which is written down."""
FEW, SEED = 5_000, 20251121


def main() -> None:
    """Print what a decision and a bare view cost, in turns."""
    logging.disable(logging.WARNING)
    rows = int(os.environ.get("TACITE_BENCH_ROWS", ROWS))
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        # The cache of production.
        call_command("createcachetable", "tacite_cache", verbosity=0)
        start = perf_counter()
        population = populated(rows)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"Access decisions on {connection.vendor}, {rows:,} accounts")
        print(f"  made in {perf_counter() - start:.0f} s")
        _alone(population)
        with override_settings(PASSWORD_HASHERS=PASSWORD_HASHERS):
            portal = create_client(population.caisse, "Portail de mesure")
        with tempfile.TemporaryDirectory(prefix="tacite-bench-") as folder:
            _served(population, portal, Path(folder))
    finally:
        teardown_databases(databases, verbosity=0)


def _alone(population: Population) -> None:
    """The decision without HTTP, in this process."""
    chosen, taken = random.Random(SEED), []
    for _ in range(1000):
        start = perf_counter()
        asked = identifier(chosen.randint(1, population.size))
        assert decide(population.caisse, asked, population.service).permit
        taken.append((perf_counter() - start) * 1000)
    print(f"  decision alone              p50 {median(taken):6.2f} ms")


def _served(population: Population, portal: NewClient, folder: Path) -> None:
    with server(folder) as port:
        token = _token(port, portal)
        files = {
            "decision over HTTP": _file(folder / "asked", _questions(population, token)),
            "bare view, one row": _file(folder / "bare", _bare(population)),
        }
        for file in files.values():
            _asked(port, 2, file)
        taken: dict[str, list[float]] = {label: [] for label in files}
        for _ in range(ROUNDS):
            for label, file in files.items():
                taken[label] += _asked(port, SECONDS, file)
    rates = {label: len(times) / (ROUNDS * SECONDS) for label, times in taken.items()}
    for label, times in taken.items():
        hundredths = quantiles(times, n=100)
        print(
            f"  {label:27} p50 {hundredths[49]:6.2f} ms   p95 {hundredths[94]:6.2f} ms   "
            f"p99 {hundredths[98]:6.2f} ms   {rates[label]:6.0f}/s"
        )
    decision, bare = rates.values()
    print(f"  a decision goes at {decision / bare:.0%} of the rate of the bare view")


def _token(port: int, portal: NewClient) -> str:
    secret = b64encode(f"{portal.client.client_id}:{portal.secret}".encode()).decode()
    server = http.client.HTTPConnection("127.0.0.1", port)
    headers = {
        **OVER_TLS,
        "Authorization": f"Basic {secret}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    server.request("POST", "/api/v1/oauth/token", "grant_type=client_credentials", headers)
    answer = server.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"No token: {body.decode()}")
    token: str = json.loads(body)["access_token"]
    return token


def _questions(population: Population, token: str) -> Iterator[str]:
    chosen = random.Random(SEED)
    for number in range(FEW):
        asked = identifier(chosen.randint(1, population.size))
        if number % ONE_UNKNOWN_IN == 0:
            asked = f"inconnu{number}"
        body = json.dumps({"identifier": asked, "service": population.service})
        yield _request(
            "POST /api/v1/access/decisions",
            body,
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )


def _bare(population: Population) -> Iterator[str]:
    chosen = random.Random(SEED)
    for _ in range(FEW):
        yield _request(f"GET /bare/{chosen.randint(1, population.size)}", "", {})


def _request(line: str, body: str, headers: dict[str, str]) -> str:
    told = {**OVER_TLS, **headers} | ({"Content-Length": str(len(body))} if body else {})
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{line} HTTP/1.1\r\n{head}\r\n{body}"


def _file(path: Path, requests: Iterator[str]) -> Path:
    path.write_text("\n".join(json.dumps(request) for request in requests), encoding="utf-8")
    return path


def _asked(port: int, seconds: float, file: Path) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.asking", str(port), str(seconds), str(file)],
        check=True,
        stdout=subprocess.PIPE,
    )
    taken: list[float] = json.loads(done.stdout)
    return taken


if __name__ == "__main__":
    main()
