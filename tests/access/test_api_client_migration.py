"""Clients made before the tokens keep their identifier, and get in again with a new secret."""

from collections.abc import Iterator
from hashlib import sha256

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from access.models import ApiClient
from access.services.clients import NewClient, renew_secret
from contracts.models import Caisse
from tests.access.asking import ask, ask_for_token
from workflows import clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def today_again() -> Iterator[None]:
    """Whatever happens, the tables are those of today when the test is over."""
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.usefixtures("today_again")
def test_a_client_made_before_keeps_its_identifier_and_needs_a_new_secret(caisse: Caisse) -> None:
    executor = MigrationExecutor(connection)
    [before] = executor.loader.get_migration("access", "0009_oauth_clients").dependencies[:1]
    executor.migrate([before])
    old = executor.loader.project_state([before]).apps.get_model("access", "ApiClient")
    common = {
        "caisse_id": caisse.pk,
        "secret_digest": sha256(b"old secret").hexdigest(),
        "created_at": clock.now(),
    }
    old.objects.create(name="Portail", client_id="caisse1-0123456789ab", **common)
    old.objects.create(
        name="Ancien", client_id="caisse1-ba9876543210", revoked_at=clock.now(), **common
    )
    call_command("migrate", verbosity=0)

    client = ApiClient.objects.get(oauth="caisse1-0123456789ab")
    assert ask_for_token(NewClient(client, "old secret")).status_code == 401
    renewed = renew_secret(client)
    assert ask(renewed, "inconnu", "s").status_code == 200
    former = ApiClient.objects.get(oauth="caisse1-ba9876543210")
    assert former.revoked_at is not None
    assert list(former.caisses.all()) == [caisse]
