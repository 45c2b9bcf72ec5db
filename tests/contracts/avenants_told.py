"""Avenants as the tests tell them."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from contracts.models import (
    Avenant,
    AvenantFact,
    Convention,
)
from contracts.services import avenant_preparation, avenants
from contracts.services.avenant_preparation import Wanted
from contracts.services.avenant_refusals import CannotAmend
from tests.documents import plain

THREE_YEARS = {"term.length": "P3Y"}


def prepared(convention: Convention, kind: str = "duration", **wanted: Any) -> Avenant:
    asked = Wanted(kind, **(wanted or {"changes": THREE_YEARS}))
    return avenant_preparation.prepare(convention, asked, None, uuid4())


def signed(avenant: Avenant, party: str, on: str) -> AvenantFact:
    return avenants.sign(avenant, party, date.fromisoformat(on), None, uuid4())


def status(avenant: Avenant) -> str:
    return avenants.standing(Avenant.objects.get(pk=avenant.pk)).label


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(CannotAmend) as refused:
        call()
    return plain(str(refused.value))
