from tests.portfolio import agent, caisse, convention, draft, partner, today, yearly
from tests.worker import worker_at_each_commit

__all__ = [
    "agent",
    "caisse",
    "convention",
    "draft",
    "partner",
    "today",
    "worker_at_each_commit",
    "yearly",
]
