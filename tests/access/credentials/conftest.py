"""Rights under conventions of each type, in a caisse with the embedded directory."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pypdf
import pytest

from access.models import Habilitation
from access.services.habilitations import grant
from contracts.models import Agent, Caisse, Convention, Partner, Person, Power, User, UserScope
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.portfolio import caisse, noon, partner, record, today
from tests.services.mail_server import mail_server
from workflows import clock
from workflows.effect_worker import drain

__all__ = ["caisse", "partner", "today"]

PICARDIE = "psu-msa-picardie"
ARMORIQUE = "psu-msa-armorique"
LOIRE = "qf-msa-ardeche-drome-loire"
RSA = "rsacg-msa-provence-azur"
CAF = "mon-enfant-caf-pas-de-calais"
FIVE = (PICARDIE, ARMORIQUE, LOIRE, RSA, CAF)

_BEFORE = {
    CAF: [("prior_request", {}), ("document_date", {})],
    RSA: [("document_received", {"document": "delegation"})],
}
_CNIL = (PICARDIE, ARMORIQUE, LOIRE)

Open = Callable[..., Habilitation]


class Letterbox:
    """What an SMTP server received; ``refuses`` makes it refuse everything."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuses:
            return "451 Not now"
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def last_text(self) -> str:
        """The plain text of the last mail."""
        return text_of(self.received[-1])


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def password_in(text: str) -> str:
    """The temporary password of a notification, or of a mail with a new one."""
    found = re.search(r"Mot de passe temporaire.*?: (\S+)", text) or re.search(
        r"comprises.*?:\s+(\S+)", text
    )
    assert found is not None, text
    return found[1]


def text_of_pdf(content: bytes, code: str = "") -> str:
    """The words of a PDF, opened with its code."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    if code:
        assert reader.decrypt(code)
    return "\n".join(page.extract_text() for page in reader.pages)


def password_of_pdf(content: bytes, code: str = "") -> str:
    """The temporary password of a notification on paper."""
    found = re.search(r"Mot de passe temporaire\s+(\S+)", text_of_pdf(content, code))
    assert found is not None
    return found[1]


def token_in(text: str) -> str:
    """What the activation link of a mail carries."""
    found = re.search(r"/activation/([\w-]+)/", text)
    assert found is not None, text
    return found[1]


@pytest.fixture
def letterbox() -> Iterator[Letterbox]:
    box = Letterbox()
    with mail_server(box):
        yield box


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create(
        first_name="Camille", last_name="Exemple", email="camille@structure.example"
    )


@pytest.fixture
def agent(caisse: Caisse) -> Agent:
    """An agent individually empowered to register accounts."""
    user = User.objects.create_user("habilitee@caisse.example", "mot de passe")
    UserScope.objects.create(
        user=user, caisse=caisse, role="back_office_agent", first_day=noon("2024-01-01").date()
    )
    found = Agent.objects.create(
        caisse=caisse,
        user=user,
        person=Person.objects.create(last_name="Agent"),
        title="Gestionnaire",
    )
    Power.objects.create(
        agent=found,
        kind=Power.Kind.REGISTER_ACCOUNTS,
        first_day=noon("2024-01-01").date(),
        delegation_reference="Décision fictive 1",
    )
    return found


@pytest.fixture
def convention_of(
    caisse: Caisse, partner: Partner, today: Callable[[str], None]
) -> Callable[[str], Convention]:
    """A convention of a type, in force since 15 January 2024, seen on 1 February 2024."""

    def sign(code: str) -> Convention:
        publish(rulebook(code))
        today("2024-01-10")
        opened = draft_convention(caisse=caisse, partner=partner, rulebook_code=code)
        today("2024-02-01")
        for kind, fields in _BEFORE.get(code, []):
            record(opened, kind, "2024-01-11", **fields)
        if code in _CNIL:
            record(opened, "cnil", "2024-01-12", basis="transmission", reference="T-1")
        record(opened, "signature", "2024-01-13", party="partner")
        record(opened, "signature", "2024-01-15", party="caisse")
        return opened

    return sign


@pytest.fixture
def open_access(caisse: Caisse, person: Person, convention_of: Callable[[str], Convention]) -> Open:
    """Grant the right to the service of a convention of a type, and do what follows."""

    def give(code: str, **settings: Any) -> Habilitation:
        caisse.settings = {"directory": "embedded", **settings}
        caisse.save()
        convention = convention_of(code)
        convention.refresh_from_db()
        assert convention.state == "active"
        service = convention.rules.services[0].code
        habilitation = grant(convention, person, service, None, clock.today())
        drain()
        return fresh(habilitation)

    return give


def fresh(habilitation: Habilitation) -> Habilitation:
    """The right as it is stored now."""
    return Habilitation.objects.select_related(
        "account__caisse", "convention__pinned", "person", "site"
    ).get(pk=habilitation.pk)
