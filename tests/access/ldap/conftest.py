"""One OpenLDAP server for all these tests, empty at the beginning of each."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from contracts.models import Caisse
from tests.access.ldap.clients import Client
from tests.services.directory_server import BASE, ENGINE, DirectoryServer, private_directory
from tests.services.programs import DIRECTORY


@pytest.fixture(scope="session")
def started() -> Iterator[DirectoryServer]:
    missing = [service.name for service in DIRECTORY if service.find() is None]
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"Not installed: {', '.join(missing)}")
    with private_directory() as server:
        yield server


@pytest.fixture
def server(started: DirectoryServer, settings: Any) -> DirectoryServer:
    """The server, running and without users, as the settings name it."""
    if not started.alive:
        started.start()
    started.empty()
    settings.TACITE_LDAP = {
        "url": started.url,
        "base": BASE,
        "bind_dn": ENGINE,
        "password": started.engine_password,
    }
    return started


@pytest.fixture
def in_ldap(caisse: Caisse, server: DirectoryServer) -> Caisse:
    """The caisse, its accounts held in LDAP."""
    caisse.settings = {"directory": "ldap"}
    caisse.save()
    return caisse


@pytest.fixture
def client_programs(server: DirectoryServer) -> Client:
    """The command line clients of OpenLDAP."""
    return Client(server)
