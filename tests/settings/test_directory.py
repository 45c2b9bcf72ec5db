"""Which directory the site starts with, and how it may reach an LDAP server."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from settings import directory

SERVER = {
    "TACITE_LDAP_URL": "ldaps://annuaire.example",
    "TACITE_LDAP_BASE": "ou=extranautes,dc=caisse,dc=example",
    "TACITE_LDAP_BIND_DN": "cn=tacite,ou=services,dc=caisse,dc=example",
    "TACITE_LDAP_PASSWORD": "secret d’essai",
}


def read(
    monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str], needed: bool = True
) -> dict[str, Any] | None:
    for name in ("STARTTLS", "CLEAR_TEXT", "CA_FILE", "PASSWORD_FILE", *SERVER):
        monkeypatch.delenv(f"TACITE_LDAP_{name.removeprefix('TACITE_LDAP_')}", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return directory.ldap_server(needed)


def test_no_server_is_read_where_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, {}, needed=False) is None


def test_a_server_is_read_with_all_that_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, SERVER, needed=False) == {
        "url": "ldaps://annuaire.example",
        "base": "ou=extranautes,dc=caisse,dc=example",
        "bind_dn": "cn=tacite,ou=services,dc=caisse,dc=example",
        "password": "secret d’essai",
        "starttls": False,
        "ca_file": "",
    }


@pytest.mark.parametrize("name", SERVER)
def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    without = {key: value for key, value in SERVER.items() if key != name}
    with pytest.raises(ImproperlyConfigured, match=f"{name} is not set"):
        read(monkeypatch, without)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"TACITE_LDAP_URL": "http://annuaire.example"}, "expected ldaps://"),
        ({"TACITE_LDAP_URL": "ldap://annuaire.example"}, "would travel in clear"),
        ({"TACITE_LDAP_URL": "ldaps://un.example ldap://deux.example"}, "travel in clear"),
        ({"TACITE_LDAP_STARTTLS": "1"}, "StartTLS is for ldap://"),
        ({"TACITE_LDAP_STARTTLS": "oui"}, "TACITE_LDAP_STARTTLS is 'oui'"),
        ({"TACITE_LDAP_BASE": "extranautes"}, "expected a distinguished name"),
        ({"TACITE_LDAP_BASE": "dc=example"}, "expected a distinguished name"),
        ({"TACITE_LDAP_CA_FILE": "absent.pem"}, "no such file"),
        ({"TACITE_LDAP_PASSWORD_FILE": "absent"}, "are both set"),
    ],
)
def test_what_is_wrong_is_refused_with_what_was_expected(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=expected):
        read(monkeypatch, SERVER | variables)


@pytest.mark.parametrize(
    "variables",
    [
        {"TACITE_LDAP_URL": "ldap://annuaire.example", "TACITE_LDAP_STARTTLS": "1"},
        {"TACITE_LDAP_URL": "ldap://annuaire.example", "TACITE_LDAP_CLEAR_TEXT": "1"},
        {"TACITE_LDAP_URL": "ldap://127.0.0.1:3890"},
        {"TACITE_LDAP_URL": "ldap://[::1]"},
        {"TACITE_LDAP_URL": "ldap://localhost"},
        {"TACITE_LDAP_URL": "ldapi:///"},
        {"TACITE_LDAP_BASE": r"ou=a\,b,dc=example"},
    ],
)
def test_what_is_safe_is_taken(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    found = read(monkeypatch, SERVER | variables)
    assert found is not None
    assert found["url"] == variables.get("TACITE_LDAP_URL", SERVER["TACITE_LDAP_URL"])


def test_the_password_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("un secret\n", encoding="utf-8")
    variables = {**SERVER, "TACITE_LDAP_PASSWORD_FILE": str(file)}
    del variables["TACITE_LDAP_PASSWORD"]
    found = read(monkeypatch, variables)
    assert found is not None
    assert found["password"] == "un secret"
    file.write_text("\n")
    with pytest.raises(ImproperlyConfigured, match="which is empty"):
        read(monkeypatch, variables)
    file.unlink()
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        read(monkeypatch, variables)


def test_an_unknown_directory_is_refused_with_the_known_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TACITE_DIRECTORY", "papier")
    with pytest.raises(ImproperlyConfigured, match="manual, embedded, ldap"):
        directory.chosen(default="manual")
