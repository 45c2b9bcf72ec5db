"""An LDAP directory: OpenLDAP with its overlay ppolicy (``docs/directory_ldap.md``).

Each change is one operation that says the state wanted. Nothing is changed that already is as
wanted, and a lock that the server set itself is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import ldap
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from ldap.controls.libldap import AssertionControl

from access import passwords
from access.desired import ABSENT, LOCKED, DirectoryState
from access.directory import ldap_entries
from access.directory.ldap_connection import LdapServer
from access.directory.ldap_entries import LOCK, LOCKED_FOR_GOOD, Entry
from access.directory.numbering import numbered
from access.directory.port import DirectoryRefused, FoundEntry
from access.models import Account, AccountState
from contracts.models import Caisse
from workflows import clock

_LOCKED = f"({LOCK}={LOCKED_FOR_GOOD.decode()})"
TRIES = 3
"""A password is set on an entry as it was read; locked or unlocked since, it is read again."""


class LdapDirectory:
    """Keeps entries in an LDAP server, as a service account of it."""

    makes_passwords = True

    def __init__(self, server: LdapServer | None = None) -> None:
        self._server = server or _server_of_the_settings()

    def ensure(self, account: Account, wanted: DirectoryState) -> DirectoryState:
        if not account.identifier:
            return ABSENT
        opens = wanted.state == AccountState.OPEN
        # One question less, where the answer is all but known.
        if opens and account.state == AccountState.ABSENT and self._create(account, wanted):
            return wanted
        entry = self._read(account)
        if entry is None:
            if not opens:
                return ABSENT
            if not self._create(account, wanted):
                raise DirectoryRefused(
                    f"Le compte {account.pk} change dans l’annuaire pendant qu’il est inscrit."
                )
            return wanted
        target = wanted if opens else LOCKED
        if changes := ldap_entries.changes(entry, target):
            name = self._name(account)
            try:
                self._server.ask(lambda connection: connection.modify_s(name, changes))
            except ldap.NO_SUCH_OBJECT as error:
                raise DirectoryRefused(
                    f"Le compte {account.pk} vient d’être retiré de l’annuaire."
                ) from error
        return target

    def new_identifier(self, account: Account) -> str:
        return numbered(account)

    def reset(self, account: Account) -> str:
        rules = account.habilitation_rules.credentials
        password = passwords.temporary(rules.initial_password if rules else None)
        change = rules.first_login_change if rules else None
        self._give(account, password, change is None or change.obligation == "mandatory")
        return password

    def set_password(self, account: Account, password: str) -> None:
        try:
            self._give(account, password, must_change=False)
        except DirectoryRefused as refused:
            if isinstance(refused.__cause__, ldap.CONSTRAINT_VIOLATION):
                raise ValidationError(
                    "L’annuaire refuse ce mot de passe. Choisissez-en un autre, plus long."
                ) from refused
            raise

    def last_login(self, account: Account) -> date | None:
        entry = self._read(account) if account.identifier else None
        if entry is None or entry.last_login_at is None:
            return None
        return clock.civil_date(entry.last_login_at)

    def remove(self, account: Account) -> DirectoryState:
        if account.identifier:
            name = self._name(account)
            with suppress(ldap.NO_SUCH_OBJECT):
                self._server.ask(lambda connection: connection.delete_s(name))
        return ABSENT

    def entries(self, caisse: Caisse) -> Iterator[FoundEntry] | None:
        self._require_base()
        branch = ldap_entries.branch_of(caisse, self._server.base)
        found = self._server.entries_below(branch, ldap_entries.OBJECT_CLASS, ldap_entries.LISTED)
        return (ldap_entries.found(name, attributes) for name, attributes in found)

    def _name(self, account: Account) -> str:
        branch = ldap_entries.branch_of(account.caisse, self._server.base)
        return ldap_entries.name_of(account.identifier, branch)

    def _read(self, account: Account) -> Entry | None:
        name = self._name(account)
        try:
            [(_, attributes)] = self._server.ask(
                lambda connection: connection.search_s(
                    name, ldap.SCOPE_BASE, attrlist=ldap_entries.READ
                )
            )
        except ldap.NO_SUCH_OBJECT:
            return None
        return ldap_entries.read(attributes)

    def _create(self, account: Account, wanted: DirectoryState) -> bool:
        """Create the entry, open, in the caisse's branch; False when it is there already."""
        name, attributes = self._name(account), ldap_entries.new(account.identifier, wanted)
        try:
            try:
                self._server.ask(lambda connection: connection.add_s(name, attributes))
            except ldap.NO_SUCH_OBJECT:
                self._make_branch(account.caisse)
                self._server.ask(lambda connection: connection.add_s(name, attributes))
        except ldap.ALREADY_EXISTS:
            return False
        return True

    def _make_branch(self, caisse: Caisse) -> None:
        """Make the branch that bears the caisse's code; one of its own choice must exist."""
        branch = ldap_entries.branch_of(caisse, self._server.base)
        if "directory_base" in caisse.settings:
            raise DirectoryRefused(
                f"La branche du réglage « directory_base » de {caisse.code} n’existe pas dans "
                "l’annuaire : faites-la créer, ou corrigez le réglage."
            )
        attributes = [
            ("objectClass", [b"organizationalUnit"]),
            ("ou", [caisse.code.encode()]),
        ]
        try:
            self._server.ask(lambda connection: connection.add_s(branch, attributes))
        except ldap.ALREADY_EXISTS:
            return
        except ldap.NO_SUCH_OBJECT as error:
            raise _no_base() from error

    def _require_base(self) -> None:
        """Raise unless the base is there: without it, every account would seem to be missing."""
        base = self._server.base
        try:
            self._server.ask(
                lambda connection: connection.search_s(base, ldap.SCOPE_BASE, attrlist=["1.1"])
            )
        except ldap.NO_SUCH_OBJECT as error:
            raise _no_base() from error

    def _give(self, account: Account, password: str, must_change: bool) -> None:
        for _ in range(TRIES):
            entry = self._read(account)
            if entry is None:
                break
            try:
                self._set_password(account, entry, password, must_change)
            except ldap.ASSERTION_FAILED:
                continue
            except ldap.NO_SUCH_OBJECT:
                break
            return
        else:
            raise DirectoryRefused(f"Le compte {account.pk} change sans cesse dans l’annuaire.")
        raise LookupError(f"Le compte {account.pk} n’est pas dans l’annuaire.")

    def _set_password(
        self, account: Account, entry: Entry, password: str, must_change: bool
    ) -> None:
        """Raises ``ASSERTION_FAILED`` when the entry is no longer locked, or unlocked, as read."""
        name = self._name(account)
        changes = ldap_entries.new_password(entry, password, must_change)
        as_read = AssertionControl(True, _LOCKED if entry.locked else f"(!{_LOCKED})")
        self._server.ask(
            lambda connection: connection.modify_ext_s(name, changes, serverctrls=[as_read])
        )


def _server_of_the_settings() -> LdapServer:
    if settings.TACITE_LDAP is None:
        raise ImproperlyConfigured(
            "Aucun annuaire LDAP n’est réglé : donnez TACITE_LDAP_URL et ce qui va avec "
            "(docs/running.md), ou choisissez un autre annuaire."
        )
    return LdapServer(**settings.TACITE_LDAP)


def _no_base() -> DirectoryRefused:
    return DirectoryRefused(
        "La branche TACITE_LDAP_BASE n’existe pas dans l’annuaire, ou le compte de service ne la "
        "voit pas : vérifiez son nom et les droits de ce compte."
    )
