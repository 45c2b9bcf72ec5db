"""gunicorn with two workers on the settings of production, over the database of a measure."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from django.db import connection

WORKERS, THREADS = 2, 4

SECRET_KEY = "only for the measure: signs nothing that leaves it, and is long"

# What a proxy of ours tells of a request that came over TLS.
OVER_TLS = {"Host": "127.0.0.1", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}


@contextmanager
def server(folder: Path) -> Iterator[int]:
    """gunicorn on the database of the measure; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {
        # The sizes of the measure are no settings of a site, which would refuse them.
        **{name: own for name, own in os.environ.items() if not name.startswith("TACITE_BENCH_")},
        "DJANGO_SETTINGS_MODULE": "bench.serving",
        "TACITE_DATABASE_NAME": connection.settings_dict["NAME"],
        "TACITE_SECRET_KEY": SECRET_KEY,
        "TACITE_ALLOWED_HOSTS": "127.0.0.1",
        "TACITE_SOURCE_URL": "https://source.example",
        "TACITE_SITE_URL": "https://tacite.example",
        "TACITE_MAIL_FROM": "ne-pas-repondre@tacite.example",
        "TACITE_SMTP_HOST": "courriel.example",
        "TACITE_VAR": str(folder),
        # The measure asks more in a minute than any portal.
        "TACITE_API_RATE": "100000000",
    }
    command = [sys.executable, "-m", "gunicorn", "settings.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "75"]
    log = folder / "server.log"
    with log.open("w") as told:
        process = subprocess.Popen(command, env=environment, stdout=told, stderr=told)
        try:
            _wait(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = monotonic() + 60
    while monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            sleep(0.1)
        else:
            return
    raise RuntimeError(f"gunicorn does not answer:\n{log.read_text()}")
