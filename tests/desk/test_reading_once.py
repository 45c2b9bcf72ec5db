"""A page that is read asks for roles once; a form that is sent sees what it has just changed."""

from datetime import date

import pytest
from django.http import HttpRequest, HttpResponse

from contracts.models import Caisse, User, UserScope
from contracts.rules import powers_of
from desk.reading import ReadOnceMiddleware
from workflows import clock


@pytest.mark.parametrize(("method", "sees_it"), [("GET", False), ("POST", True)])
def test_a_role_given_meanwhile_is_seen_by_a_form_and_by_the_next_page(
    agent: User, caisse: Caisse, method: str, sees_it: bool
) -> None:
    def may_draft() -> bool:
        return "contracts.draft_convention" in powers_of(agent, clock.today())

    def view(request: HttpRequest) -> HttpResponse:
        assert not may_draft()
        UserScope.objects.create(
            user=agent, caisse=caisse, role="back_office_agent", first_day=date(2020, 1, 1)
        )
        return HttpResponse(str(may_draft()))

    request = HttpRequest()
    request.method = method
    assert ReadOnceMiddleware(view)(request).content.decode() == str(sees_it)
    assert may_draft()
