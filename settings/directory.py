"""The directory of the extranet's users, as environment variables tell it."""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from settings import environment

KNOWN = ("manual", "embedded", "ldap")


def chosen(default: str) -> str:
    """Return which directory holds the accounts of a caisse that has no setting of its own."""
    return environment.one_of("TACITE_DIRECTORY", KNOWN, default)


def third_parties_register(default: str) -> str:
    """Return who sees to the registers before a directory worked by the machine, by default."""
    return environment.one_of("TACITE_THIRD_PARTIES_REGISTER", ("here", "elsewhere"), default)


def ldap_server(needed: bool) -> dict[str, Any] | None:
    """Return how to reach the LDAP server; None when no variable tells and none is `needed`.

    Raises `ImproperlyConfigured` for what is missing or wrong, and for a password that would
    travel in clear to another machine.
    """
    if not needed and not os.environ.get("TACITE_LDAP_URL", "").strip():
        return None
    url = environment.required(
        "TACITE_LDAP_URL", "the address of the LDAP server, such as ldaps://annuaire.example"
    )
    starttls = environment.flag("TACITE_LDAP_STARTTLS")
    for one in url.split():
        _check_address(one, starttls, environment.flag("TACITE_LDAP_CLEAR_TEXT"))
    return {
        "url": url,
        "base": _name("TACITE_LDAP_BASE", "the branch that holds the users"),
        "bind_dn": _name("TACITE_LDAP_BIND_DN", "the service account of this site"),
        "password": environment.required_secret(
            "TACITE_LDAP_PASSWORD",
            "TACITE_LDAP_PASSWORD_FILE",
            "the password of the service account",
        ),
        "starttls": starttls,
        "ca_file": _ca_file(),
    }


def _check_address(url: str, starttls: bool, clear_text: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("ldap", "ldaps", "ldapi"):
        raise ImproperlyConfigured(
            f"TACITE_LDAP_URL holds {url!r}: expected ldaps://, ldap:// or ldapi://."
        )
    if starttls and parts.scheme != "ldap":
        raise ImproperlyConfigured(
            f"TACITE_LDAP_STARTTLS is set, but TACITE_LDAP_URL holds {url!r}: StartTLS is for "
            "ldap:// only. Unset it."
        )
    if parts.scheme == "ldap" and not (starttls or clear_text or is_loopback(parts.hostname)):
        raise ImproperlyConfigured(
            f"TACITE_LDAP_URL holds {url!r}: passwords would travel in clear. Use ldaps://, or "
            "set TACITE_LDAP_STARTTLS to 1; on a network that is protected otherwise, set "
            "TACITE_LDAP_CLEAR_TEXT to 1."
        )


def is_loopback(host: str | None) -> bool:
    """Return whether a host is this machine itself."""
    if host in (None, "localhost"):
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _name(variable: str, meaning: str) -> str:
    """Return a distinguished name, of two parts at least: nothing stands at the very top."""
    value = environment.required(variable, f"the name (DN) of {meaning}")
    parts = re.split(r"(?<!\\),", value)
    if len(parts) < 2 or not all("=" in part for part in parts):
        raise ImproperlyConfigured(
            f"{variable} is {value!r}: expected a distinguished name, such as "
            "ou=extranautes,dc=caisse,dc=example."
        )
    return value


def _ca_file() -> str:
    file = os.environ.get("TACITE_LDAP_CA_FILE", "").strip()
    if file and not Path(file).is_file():
        raise ImproperlyConfigured(
            f"TACITE_LDAP_CA_FILE is {file!r}: no such file. It must hold the certificates (PEM) "
            "of the authorities that issued the LDAP server's."
        )
    return file
