"""Links that open a page without a password: signed, so that none can be guessed.

A link is made from the number of a row and a nonce drawn once and kept on that row; without the
site's key neither makes a link. Whether it still holds (date, single use) is the row's business.
"""

from __future__ import annotations

import secrets
from typing import NamedTuple

from django.core import signing


class LinkParts(NamedTuple):
    """What a genuine link says."""

    pk: int
    nonce: str


def new_nonce() -> str:
    """Something nobody has seen before, 256 bits long."""
    return secrets.token_urlsafe(32)


def token(purpose: str, pk: int, nonce: str) -> str:
    """The signed part of a link, good for one purpose only."""
    return signing.Signer(salt=f"forms_annexes.{purpose}").sign_object([pk, nonce])


def read(purpose: str, text: str) -> LinkParts | None:
    """What a link says; None when it was not made here for that purpose."""
    try:
        pk, nonce = signing.Signer(salt=f"forms_annexes.{purpose}").unsign_object(text)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return LinkParts(int(pk), str(nonce))
