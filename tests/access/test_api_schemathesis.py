"""The API does what its document says, whatever it is sent."""

from collections.abc import Callable, Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from access.models import Habilitation
from access.services.clients import SCOPES, create_client
from contracts.models import Caisse
from tests.access.asking import bearer

pytestmark = pytest.mark.django_db

MUCH = 20_000
"""Characters."""

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture
def headers(granted: Callable[..., Habilitation], embedded: Caisse) -> Iterator[dict[str, str]]:
    """Those of a client that may do all there is, in a portfolio of one habilitation."""
    granted()
    made = bearer(create_client(embedded, "Essai", scopes=list(SCOPES)))
    # As the test client does: what a test wrote goes with its connection.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield made
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_is_answered_otherwise_than_described(
    case: schemathesis.Case, headers: dict[str, str]
) -> None:
    if isinstance(case.body, dict) and len(str(case.body.get("questions"))) > MUCH:
        return  # A thousand questions are asked once, by `test_api_decisions`.
    # That one day follows another is beyond what a schema can say.
    beyond = [positive_data_acceptance] if case.path.endswith("/deadlines") else []
    case.call_and_validate(headers=headers, excluded_checks=beyond)
