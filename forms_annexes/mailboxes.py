"""Mailboxes that nobody answers to by name."""

from __future__ import annotations

import re

_GENERIC = re.compile(
    r"^(accueil|administration|admin|agence|bonjour|bureau|comptabilite|contact|courrier|creche|"
    r"direction|directeur|directrice|enfance|equipe|garderie|info|infos|information|mairie|"
    r"micro-?creche|multi-?accueil|petite-?enfance|secretariat|service|structure)[._-]?\w*@",
    re.IGNORECASE,
)


def is_generic_mailbox(address: str) -> bool:
    """Whether an address looks like that of a desk, when the right is a person's own."""
    return bool(_GENERIC.match(address.strip()))
