from tests.portfolio import agent, caisse, convention, draft, partner, today, yearly

__all__ = ["agent", "caisse", "convention", "draft", "partner", "today", "yearly"]
