"""Identifiers that this house gives, where the directory lets it."""

from __future__ import annotations

from access.models import Account


def numbered(account: Account) -> str:
    """From the caisse's code and the account's own number: no other account ever gets it."""
    return f"{account.caisse.code.lower()}{account.pk:06d}"
