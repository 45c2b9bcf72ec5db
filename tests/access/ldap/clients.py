"""What a portal or an administrator does with the directory, by the clients of OpenLDAP."""

from __future__ import annotations

import subprocess

from access.models import Account
from tests.services.directory_server import BASE, ENGINE, PORTAL, SUFFIX, DirectoryServer

INVALID_CREDENTIALS = 49
INSUFFICIENT_ACCESS = 50
NO_SUCH_OBJECT = 32


class Client:
    """Runs ``ldapwhoami``, ``ldapsearch`` and ``ldappasswd`` against a server."""

    def __init__(self, server: DirectoryServer) -> None:
        self.server = server

    def bind(self, account: Account, password: str) -> int:
        """The result of a bind as an account: 0, or an LDAP result code."""
        return self._run("ldapwhoami", name(account), password).returncode

    def reads_itself(self, account: Account, password: str) -> int:
        """The result of reading one's own entry."""
        own = ("-s", "base", "-b", name(account))
        return self._run("ldapsearch", name(account), password, *own).returncode

    def changes(self, account: Account, password: str, new: str) -> int:
        """The result of changing one's own password."""
        words = ("-a", password, "-s", new)
        return self._run("ldappasswd", name(account), password, *words).returncode

    def entry(self, account: Account, *attributes: str) -> list[str]:
        """The lines of an entry as the service account reads it, in order; none without one."""
        asked = ("-LLL", "-o", "ldif-wrap=no", "-s", "base", "-b", name(account))
        done = self._run("ldapsearch", ENGINE, self.server.engine_password, *asked, *attributes)
        assert done.returncode in (0, NO_SUCH_OBJECT), done.stderr
        return sorted(line for line in done.stdout.splitlines()[1:] if line)

    def identifiers(self) -> list[str]:
        """The identifiers of all users."""
        asked = ("-LLL", "-o", "ldif-wrap=no", "-b", BASE, "(objectClass=inetOrgPerson)", "uid")
        done = self._run("ldapsearch", ENGINE, self.server.engine_password, *asked)
        assert done.returncode == 0, done.stderr
        return sorted(line[5:] for line in done.stdout.splitlines() if line.startswith("uid: "))

    def members(self, group: str) -> list[str]:
        """The names of the users in a group, as the portal reads them."""
        asked = ("-LLL", "-o", "ldif-wrap=no", "-s", "base", "-b", f"cn={group},ou=groups,{SUFFIX}")
        done = self._run("ldapsearch", PORTAL, self.server.portal_password, *asked, "member")
        assert done.returncode == 0, done.stderr
        return sorted(line[8:] for line in done.stdout.splitlines() if line.startswith("member: "))

    def _run(
        self, program: str, user: str, password: str, *words: str
    ) -> subprocess.CompletedProcess[str]:
        entering = ("-x", "-H", self.server.url, "-D", user, "-w", password)
        return subprocess.run(
            [program, *entering, *words], capture_output=True, text=True, check=False
        )


def name(account: Account) -> str:
    """Where an account stands in the directory."""
    return f"uid={account.identifier},ou={account.caisse.code},{BASE}"
