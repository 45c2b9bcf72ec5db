"""Who the provider says the person is: signatures first, then the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

import jwt
from django.conf import settings

from desk.single_sign_on.provider import ProviderFails, addresses, keys, person

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Of public keys: with a shared secret, or none, whoever knows it could sign."""
LEEWAY = 60
"""Seconds that clocks may differ by."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody whom the provider vouches for."""

    email: str
    """In lower case; empty when the provider does not vouch for the address."""
    is_strong: bool
    """Whether a second factor was asked for there."""


def identity(tokens: Mapping[str, Any], nonce: str) -> Identity:
    """Who the tokens are about. Raises ``ProviderFails`` for any that is not what it should be."""
    provider = settings.TACITE_OIDC
    said = _verified(tokens["id_token"], ("exp", "iat", "sub", "nonce"))
    if not compare_digest(str(said["nonce"]), nonce):
        raise ProviderFails("its token answers another question")
    several = isinstance(said["aud"], list) and len(said["aud"]) > 1
    if several and said.get("azp") != provider["client_id"]:
        raise ProviderFails("its token is for several sites, and not given to this one")
    told = person(tokens["access_token"])
    if isinstance(told, str):
        told = _verified(told, ("sub",))
    if told.get("sub") != said["sub"]:
        raise ProviderFails("its two answers are about two persons")
    return Identity(_address(told), _is_strong(said, provider["strong"]))


def _address(told: Mapping[str, Any]) -> str:
    """The address, when the provider says, or is known to see to it, that it is the person's."""
    verified = told.get("email_verified", settings.TACITE_OIDC["vouches_for_addresses"])
    email = told.get("email")
    return email.strip().lower() if verified is True and isinstance(email, str) else ""


def _is_strong(said: Mapping[str, Any], strong: list[str]) -> bool:
    methods = said.get("amr")
    given = {str(said.get("acr", "")), *(map(str, methods) if isinstance(methods, list) else ())}
    return bool(given & set(strong))


def _verified(token: str, needed: tuple[str, ...]) -> dict[str, Any]:
    """The claims of a token signed by the provider for this site. Raises ``ProviderFails``."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key_of(token),
            algorithms=list(ALGORITHMS),
            audience=settings.TACITE_OIDC["client_id"],
            issuer=addresses()["issuer"],
            leeway=LEEWAY,
            options={"require": [*needed, "aud", "iss"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise ProviderFails(f"its token is not valid ({type(error).__name__})") from error
    return claims


def _key_of(token: str) -> Any:
    """The key that signed, asked for again when it is new: providers change theirs."""
    name = jwt.get_unverified_header(token).get("kid")
    for again in (False, True):
        for key in jwt.PyJWKSet.from_dict(keys(again=again)).keys:
            if name is None or key.key_id == name:
                return key.key
    raise ProviderFails("its token is signed with a key that it does not show")
