"""A private PostgreSQL server, alive as long as the block that uses it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe

from tests.services.programs import POSTGRESQL, required

LOOPBACK = "127.0.0.1"

# Nothing of it outlives the run, so nothing needs to reach the disk.
SERVER_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "timezone": "UTC",
}


@contextmanager
def private_server(options: Mapping[str, str] = SERVER_OPTIONS) -> Iterator[dict[str, str]]:
    """Start a server in a temporary folder; give the variables that make Django use it.

    It listens on a free port of the loopback alone, so it meets no other server, and under a
    password drawn for the run, so nobody else of the machine gets in. It is stopped and its folder
    removed at the end of the block, whatever happens. Raises `MissingProgram` when PostgreSQL is
    not installed.
    """
    programs = required(POSTGRESQL)
    account = _server_account()
    with tempfile.TemporaryDirectory(prefix="tacite-postgresql-") as name:
        folder = Path(name)
        if account is not None:
            shutil.chown(folder, account, pwd.getpwnam(account).pw_gid)
        cluster, log = folder / "cluster", folder / "log"

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [programs / program, *arguments],
                check=True,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                user=account,
                group=pwd.getpwnam(account).pw_gid if account else None,
                extra_groups=[] if account else None,
            )

        password = token_urlsafe(24)
        secret = folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(password, encoding="ascii")
        if account is not None:
            shutil.chown(secret, account)
        run(
            "initdb",
            f"--pgdata={cluster}",
            "--username=tacite",
            "--auth=scram-sha-256",
            f"--pwfile={secret}",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )

        def start(port: int) -> None:
            place = {"listen_addresses": LOOPBACK, "port": port, "unix_socket_directories": ""}
            words = " ".join(f"-c {key}='{value}'" for key, value in {**options, **place}.items())
            paths = (f"--pgdata={cluster}", f"--log={log}")
            run("pg_ctl", "start", "--wait", *paths, f"--options={words}")

        port = free_port()
        try:
            start(port)
        except subprocess.CalledProcessError:
            # Somebody took it since it was seen to be free.
            port = free_port()
            start(port)
        try:
            yield {
                "TACITE_DATABASE": "postgresql",
                "TACITE_DATABASE_NAME": "postgres",
                "TACITE_DATABASE_USER": "tacite",
                "TACITE_DATABASE_PASSWORD": password,
                "TACITE_DATABASE_HOST": LOOPBACK,
                "TACITE_DATABASE_PORT": str(port),
            }
        finally:
            run("pg_ctl", "stop", "--wait", "--mode=immediate", f"--pgdata={cluster}")


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _server_account() -> str | None:
    """Return the account to run the server under: None for one's own, as it refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
