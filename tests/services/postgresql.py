"""A private PostgreSQL server, alive as long as the block that uses it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.services.programs import POSTGRESQL, required

# Nothing of it outlives the run, so nothing needs to reach the disk.
SERVER_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "timezone": "UTC",
}


@contextmanager
def private_server(options: Mapping[str, str] = SERVER_OPTIONS) -> Iterator[dict[str, str]]:
    """Start a server in a temporary folder; give the variables that make Django use it.

    It listens on a socket in that folder only, so it meets no other server and nobody else can
    reach it. It is stopped and its folder removed at the end of the block, whatever happens.
    Raises `MissingProgram` when PostgreSQL is not installed.
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

        run(
            "initdb",
            f"--pgdata={cluster}",
            "--username=tacite",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        asked = {**options, "unix_socket_directories": str(folder)}
        words = " ".join(f"-c {key}='{value}'" for key, value in asked.items())
        run(
            "pg_ctl", "start", "--wait", f"--pgdata={cluster}", f"--log={log}", f"--options={words}"
        )
        try:
            yield {
                "TACITE_DATABASE": "postgresql",
                "TACITE_DATABASE_NAME": "postgres",
                "TACITE_DATABASE_USER": "tacite",
                "TACITE_DATABASE_HOST": str(folder),
            }
        finally:
            run("pg_ctl", "stop", "--wait", "--mode=immediate", f"--pgdata={cluster}")


def _server_account() -> str | None:
    """Return the account to run the server under: None for one's own, as it refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
