"""Powers: what a list, a page and a button answer about the same person agree."""

from collections.abc import Callable
from datetime import date

import pytest

from contracts.models import Caisse, Convention, User, UserScope
from contracts.rules import caisses_where, conventions_where, may_somewhere, powers_of
from workflows import clock

pytestmark = pytest.mark.django_db

POWERS = (
    "contracts.view_convention",
    "contracts.record_act",
    "contracts.record_legal_act",
    "contracts.record_cnil",
)


@pytest.mark.parametrize(
    ("role", "held"),
    [
        ("back_office_agent", {"contracts.view_convention", "contracts.record_act"}),
        ("legal_officer", set(POWERS) - {"contracts.record_cnil"}),
        ("dpo", {"contracts.view_convention", "contracts.record_cnil"}),
        ("auditor", {"contracts.view_convention"}),
    ],
)
def test_a_list_and_a_button_give_a_role_the_same_powers(
    convention: Convention, agent: User, caisse: Caisse, role: str, held: set[str]
) -> None:
    UserScope.objects.create(user=agent, caisse=caisse, role=role, first_day=date(2024, 1, 1))
    today = clock.today()
    assert {power for power in POWERS if agent.has_perm(power, convention)} == held
    assert powers_of(agent, today) & set(POWERS) == held
    for power in POWERS:
        assert conventions_where(agent, power, today).exists() == (power in held)


def test_a_power_stays_within_the_services_the_caisse_and_the_days_of_the_role(
    convention: Convention, agent: User, caisse: Caisse, today: Callable[[str], None]
) -> None:
    power = "contracts.record_act"
    scope = UserScope.objects.create(
        user=agent,
        caisse=caisse,
        role="back_office_agent",
        services=["un-autre-service"],
        first_day=date(2024, 1, 1),
        last_day=date(2024, 2, 1),
    )
    assert not agent.has_perm(power, convention)
    assert not conventions_where(agent, power, clock.today()).exists()
    assert list(caisses_where(agent, power, clock.today())) == [caisse]
    scope.services = []
    scope.save()
    assert agent.has_perm(power, convention)
    today("2024-02-02")
    assert not agent.has_perm(power, convention)
    assert not may_somewhere(agent, power)
