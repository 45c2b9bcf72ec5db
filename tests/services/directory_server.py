"""A private OpenLDAP server, alive as long as the block that uses it; killed and restarted at will.

Its configuration is ``slapd.conf`` and ``slapd.ldif`` beside this file.
"""

from __future__ import annotations

import ipaddress
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from string import Template
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.services.postgresql import LOOPBACK, free_port
from tests.services.programs import LDAP_CLIENTS, SLAPD, required

SUFFIX = "dc=extranet,dc=test"
BASE = f"ou=extranautes,{SUFFIX}"
ENGINE = f"cn=engine,ou=services,{SUFFIX}"
PORTAL = f"cn=portal,ou=services,{SUFFIX}"
ROOT_NAME = f"cn=admin,{SUFFIX}"
SIGNS_OF_LIFE = 200
"""How often a server that starts is looked at, a twentieth of a second apart."""


class DirectoryServer:
    """A server in a folder: its addresses, the passwords drawn for it, its life and death."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self.program = programs
        self.port, self.tls_port = free_port(), free_port()
        self.engine_password, self.root_password = token_urlsafe(24), token_urlsafe(24)
        self.portal_password = token_urlsafe(24)
        self.authority = folder / "authority.pem"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"ldap://{LOOPBACK}:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"ldaps://{LOOPBACK}:{self.tls_port}"

    def prepare(self) -> None:
        """Write its configuration, its certificates and its first entries."""
        (self.folder / "data").mkdir()
        _write_certificates(self.folder)
        words = {
            "folder": self.folder,
            "modules": _modules(),
            "root_password": self.root_password,
            "engine_password": self.engine_password,
            "portal_password": self.portal_password,
        }
        for name in ("slapd.conf", "slapd.ldif"):
            text = (Path(__file__).parent / name).read_text(encoding="utf-8")
            file = self.folder / name
            file.touch(mode=0o600)
            file.write_text(Template(text).substitute(words), encoding="utf-8")
        subprocess.run(
            [
                self.program,
                *("-T", "add", "-q"),
                *("-f", self.folder / "slapd.conf"),
                *("-l", self.folder / "slapd.ldif"),
            ],
            check=True,
        )

    def start(self) -> None:
        """Start the server, and return once it answers. Raises ``RuntimeError`` if it does not."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self.program,
                    *("-d", "0", "-f", self.folder / "slapd.conf"),
                    *("-h", f"{self.url} {self.tls_url}"),
                ],
                stdout=log,
                stderr=log,
            )
        for _ in range(SIGNS_OF_LIFE):
            try:
                socket.create_connection((LOOPBACK, self.port), timeout=1).close()
                return
            except OSError:
                try:
                    self._process.wait(timeout=0.05)
                except subprocess.TimeoutExpired:
                    continue
                break
        said = (self.folder / "log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"slapd does not start: {said}")

    def kill(self) -> None:
        """End it at once, as a power cut would: SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def empty(self) -> None:
        """Delete all users, and the branches that hold them."""
        import ldap

        connection = self.connection()
        found = connection.search_s(BASE, ldap.SCOPE_SUBORDINATE, attrlist=["1.1"])
        for name in sorted((name for name, _ in found), key=len, reverse=True):
            connection.delete_s(name)
        connection.unbind_s()

    def connection(self) -> Any:
        """A connection as the service account."""
        import ldap  # Here, as the tests are collected without it too.

        connection = ldap.initialize(self.url)
        connection.simple_bind_s(ENGINE, self.engine_password)
        return connection

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None


@contextmanager
def private_directory() -> Iterator[DirectoryServer]:
    """Start a server in a temporary folder, on free ports of the loopback alone.

    It is ended and its folder removed at the end of the block, whatever happens. Raises
    `MissingProgram` when slapd or the LDAP clients are not installed.
    """
    required(LDAP_CLIENTS)
    with tempfile.TemporaryDirectory(prefix="tacite-directory-") as name:
        server = DirectoryServer(Path(name), required(SLAPD))
        server.prepare()
        try:
            try:
                server.start()
            except RuntimeError:
                # Somebody took a port since it was seen to be free.
                server.port, server.tls_port = free_port(), free_port()
                server.start()
            yield server
        finally:
            if server.alive:
                server.kill()


def _modules() -> Path:
    """The folder of the server's modules, where Debian and Ubuntu put it or beside the program."""
    packaged = Path("/usr/lib/ldap")
    if packaged.is_dir():
        return packaged
    found = shutil.which("slapd")
    assert found is not None
    return Path(found).resolve().parent.parent / "lib" / "openldap"


def _write_certificates(folder: Path) -> None:
    """A certificate for the loopback, and that of the authority that issued it."""
    first, last = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=2)
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Autorité d’essai")])
    server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Annuaire d’essai")])

    def certificate(
        subject: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> bytes:
        builder = x509.CertificateBuilder(
            authority_name,
            subject,
            key.public_key(),
            x509.random_serial_number(),
            first,
            last,
        ).add_extension(extension, critical=False)
        signed = builder.sign(authority_key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)

    constraint = x509.BasicConstraints(ca=True, path_length=0)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))])
    (folder / "authority.pem").write_bytes(certificate(authority_name, authority_key, constraint))
    (folder / "server.pem").write_bytes(certificate(server_name, server_key, address))
    key_file = folder / "server.key"
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
