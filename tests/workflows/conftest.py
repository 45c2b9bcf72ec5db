from tests.portfolio import agent, caisse, convention, draft, partner, today, yearly
from tests.workflows.effect_makers import done, machine, noting, register

__all__ = [
    "agent",
    "caisse",
    "convention",
    "done",
    "draft",
    "machine",
    "noting",
    "partner",
    "register",
    "today",
    "yearly",
]
