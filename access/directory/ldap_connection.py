"""Reaching an LDAP server: one connection a thread, kept, and opened again when it is lost."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import local
from typing import TypeVar

import ldap
from ldap.controls import SimplePagedResultsControl
from ldap.dn import dn2str, str2dn
from ldap.ldapobject import SimpleLDAPObject

from access.directory.ldap_entries import Attributes
from access.directory.port import DirectoryRefused, DirectoryUnreachable

SECONDS_TO_CONNECT = 5
SECONDS_TO_ANSWER = 10
PAGE = 500
"""How many entries are asked for at once: servers limit what one question may return."""

LOST = (ldap.SERVER_DOWN, ldap.CONNECT_ERROR)
"""The connection is gone; a new one may work at once."""
UNREACHABLE = (*LOST, ldap.TIMEOUT, ldap.UNAVAILABLE, ldap.BUSY, ldap.TIMELIMIT_EXCEEDED)
ANSWERS = (ldap.NO_SUCH_OBJECT, ldap.ALREADY_EXISTS, ldap.ASSERTION_FAILED)
"""What a caller asks about, and handles itself."""

Answer = TypeVar("Answer")

_kept = local()


@dataclass(frozen=True)
class LdapServer:
    """Where the directory is, and as whom this house enters it (``settings.TACITE_LDAP``)."""

    url: str
    base: str
    bind_dn: str
    password: str = field(repr=False)
    starttls: bool = False
    ca_file: str = ""

    def ask(self, operation: Callable[[SimpleLDAPObject], Answer]) -> Answer:
        """Do an operation over the kept connection; once more over a new one when it was lost.

        So the operation may be done twice: it says the state wanted. Raises ``ANSWERS`` as they
        come, ``DirectoryUnreachable`` when the server does not answer in time, and
        ``DirectoryRefused`` for any other refusal.
        """
        kept = self._kept_connection()
        if kept is not None:
            try:
                return _translated(operation, kept)
            except DirectoryUnreachable as error:
                self._forget()
                if not isinstance(error.__cause__, LOST):
                    raise
        fresh = self._open()
        _kept.connection, _kept.of = fresh, (self, os.getpid())
        try:
            return _translated(operation, fresh)
        except DirectoryUnreachable:
            self._forget()
            raise

    def entries_below(
        self, branch: str, object_class: str, attributes: tuple[str, ...]
    ) -> Iterator[tuple[str, Attributes]]:
        """Each entry of that class directly below a branch, with its attributes, page by page.

        Over a connection of its own, as a server keeps one such reading a connection. Nothing
        when the branch does not exist. Raises ``DirectoryUnreachable`` and ``DirectoryRefused``:
        what was given by then is not all.
        """
        control = SimplePagedResultsControl(True, size=PAGE, cookie="")

        def page(connection: SimpleLDAPObject) -> tuple[list[tuple[str, Attributes]], bytes]:
            asked = connection.search_ext(
                branch,
                ldap.SCOPE_ONELEVEL,
                f"(objectClass={object_class})",
                attributes,
                serverctrls=[control],
            )
            _, found, _, controls = connection.result3(asked, timeout=SECONDS_TO_ANSWER)
            cookies = [one.cookie for one in controls if one.controlType == control.controlType]
            return found, cookies[0] if cookies else b""

        with self._own_connection() as connection:
            while True:
                try:
                    found, control.cookie = _translated(page, connection)
                except ldap.NO_SUCH_OBJECT:
                    return
                yield from found
                if not control.cookie:
                    return

    @contextmanager
    def _own_connection(self) -> Iterator[SimpleLDAPObject]:
        connection = self._open()
        try:
            yield connection
        finally:
            connection.unbind_ext()

    def _kept_connection(self) -> SimpleLDAPObject | None:
        """The connection of this thread, unless it was opened by a parent process."""
        if getattr(_kept, "of", None) != (self, os.getpid()):
            return None
        connection: SimpleLDAPObject = _kept.connection
        return connection

    def _forget(self) -> None:
        _kept.connection = _kept.of = None

    def _open(self) -> SimpleLDAPObject:
        """A new connection, over TLS where the settings say so, as the service account."""

        def enter(connection: SimpleLDAPObject) -> None:
            if self.starttls:
                connection.start_tls_s()
            try:
                connection.simple_bind_s(self.bind_dn, self.password)
            except ldap.INVALID_CREDENTIALS as error:
                raise DirectoryRefused(
                    "L’annuaire refuse le compte de service. Vérifiez TACITE_LDAP_BIND_DN et son "
                    "mot de passe, et que ce compte n’est pas verrouillé."
                ) from error
            self._require_no_administrator(connection)

        connection = ldap.initialize(self.url)
        connection.protocol_version = ldap.VERSION3
        connection.set_option(ldap.OPT_REFERRALS, 0)
        connection.set_option(ldap.OPT_NETWORK_TIMEOUT, SECONDS_TO_CONNECT)
        connection.set_option(ldap.OPT_TIMEOUT, SECONDS_TO_ANSWER)
        connection.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
        if self.ca_file:
            connection.set_option(ldap.OPT_X_TLS_CACERTFILE, self.ca_file)
        # The options above count for a context that is made after them.
        connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
        _translated(enter, connection)
        return connection

    def _require_no_administrator(self, connection: SimpleLDAPObject) -> None:
        """Refuse to work as an account to which the rules of the directory do not apply.

        Such an account skips the quality asked of passwords, and could write anywhere. It is
        recognised by what it may write above the base: taking away, from the entry there, a value
        that it does not have changes nothing, and is refused to whoever has no right to write.
        """
        above = dn2str(str2dn(self.base)[1:])
        absent = secrets.token_hex(16).encode()
        try:
            connection.modify_s(above, [(ldap.MOD_DELETE, "description", [absent])])
        except ldap.NO_SUCH_ATTRIBUTE:
            raise DirectoryRefused(
                "Le compte de service TACITE_LDAP_BIND_DN peut écrire au-dessus de "
                "TACITE_LDAP_BASE : c’est un compte d’administration, que les règles de "
                "l’annuaire ne retiennent pas. Donnez à Tacite un compte qui n’écrit que sous "
                "cette branche."
            ) from None
        except UNREACHABLE:
            raise
        except ldap.LDAPError:
            return


def _translated(
    operation: Callable[[SimpleLDAPObject], Answer], connection: SimpleLDAPObject
) -> Answer:
    """The answer of an operation, with the errors of ``LdapServer.ask``."""
    try:
        return operation(connection)
    except ANSWERS:
        raise
    except UNREACHABLE as error:
        raise DirectoryUnreachable(f"L’annuaire ne répond pas : {_description(error)}.") from error
    except ldap.LDAPError as error:
        # Its description only: the rest may repeat what was asked.
        raise DirectoryRefused(f"L’annuaire refuse : {_description(error)}.") from error


def _description(error: ldap.LDAPError) -> str:
    said = error.args[0] if error.args else None
    return str(said.get("desc", "")) if isinstance(said, dict) else type(error).__name__
