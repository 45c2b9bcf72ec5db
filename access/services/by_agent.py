"""Credentials that leave when an empowered agent acts: encrypted mail, and printed letter.

Password and code are made in the agent's own request and leave with its answer: the file goes out,
the code is read on one page, and neither is written anywhere, not even encrypted. To show them
again, others are made, and the former ones open nothing.
"""

from __future__ import annotations

import io
import secrets
from hashlib import sha256
from typing import NamedTuple
from uuid import uuid4

import pikepdf
from django.db import transaction

from access.channels import Channel
from access.directory.choice import directory_of
from access.directory.port import DirectoryUnreachable
from access.models import Habilitation, HabilitationAct, PrintedLetter
from access.passwords import opening_code
from access.services.notification import (
    channel_for,
    credentials_left,
    opens_its_service,
    recipient,
)
from access.services.tasks import NotConfirmed, NotEmpowered, empowered
from contracts.models import Agent, Person
from contracts.services.documents import facts_of
from notifications.services import Enclosure, NotSent, send_at_once
from templates_conventions.letter_assembly import letter_document
from templates_conventions.rendering import pdf
from workflows import clock
from workflows.recording import ActRefused
from workflows.subjects import locked

KIND_SEALED = "habilitation_sealed"
LETTER_CODE = "notification-habilitation"
FILE_NAME = f"{LETTER_CODE}.pdf"
_READ_WITH = ("account__caisse", "convention__pinned", "convention__caisse", "person", "site")


class SentMeanwhile(NotConfirmed):
    """Something left since the page was opened; doing it again would undo it."""


class Sealed(NamedTuple):
    """The code of a message that has left, to be told to its reader; known here alone."""

    code: str
    to: Person


class Printed(NamedTuple):
    """A letter to print now; its bytes are kept nowhere."""

    content: bytes
    letter: PrintedLetter


def sendings(habilitation: Habilitation) -> int:
    """How often credentials have left, or were printed, for a habilitation: what a page saw."""
    sent = HabilitationAct.objects.filter(subject=habilitation, kind="credentials_sent").count()
    return sent + habilitation.printed_letters.count()


def send_sealed(habilitation: Habilitation, agent: Agent, seen: int) -> Sealed:
    """Send the notification as an encrypted PDF, and return the code that opens it.

    ``seen`` is what ``sendings`` said when the agent decided. Raises ``NotConfirmed``, and then
    nothing has changed; ``NotEmpowered`` and ``SentMeanwhile`` are kinds of it.
    """
    with transaction.atomic():
        current = _ready(habilitation, agent, seen, Channel.SEALED)
        code, to = opening_code(), recipient(current)
        if not to.email:
            raise NotConfirmed(
                "Cette personne n’a pas d’adresse électronique : complétez ses coordonnées."
            )
        file = Enclosure(FILE_NAME, sealed(_written(current, to), code), pdf.MEDIA_TYPE)
        try:
            # Before the sending, whose refusal undoes it.
            credentials_left(current, clock.today(), agent.user, by=f"sealed-{uuid4()}")
            send_at_once(
                KIND_SEALED,
                key=f"habilitation:{current.pk}:sealed:{uuid4()}",
                recipient_person=to,
                subject=current.convention,
                context={"habilitation": current.pk, "service": current.service},
                enclosed=[file],
            )
        except NotSent as error:
            raise NotConfirmed(
                "Le serveur de courriel n’a pas pris le message : rien n’est parti. Recommencez "
                "dans quelques minutes ; un autre code sera fait."
            ) from error
        except ActRefused as refused:
            raise NotConfirmed(str(refused)) from refused
    return Sealed(code, to)


def print_letter(habilitation: Habilitation, agent: Agent, seen: int) -> Printed:
    """Make the letter with a new password; that of a letter printed before opens nothing.

    Raises what ``send_sealed`` raises. That the letter was posted is said by ``hand_over``.
    """
    with transaction.atomic():
        current = _ready(habilitation, agent, seen, Channel.LETTER)
        content = _numbered(_written(current, recipient(current)))
        letter = PrintedLetter.objects.create(
            habilitation=current,
            printed_at=clock.now(),
            printed_by=agent.user,
            digest=sha256(content).hexdigest(),
        )
    return Printed(content, letter)


def sealed(content: bytes, code: str) -> bytes:
    """A PDF that ``code`` alone opens: AES-256, everything in it, metadata and enclosures."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as file:
        # Of the owner's password nobody has need: nothing but the code opens the file.
        protection = pikepdf.Encryption(
            owner=secrets.token_urlsafe(32), user=code, R=6, aes=True, metadata=True
        )
        file.save(written, encryption=protection)
    return written.getvalue()


def _ready(habilitation: Habilitation, agent: Agent, seen: int, channel: Channel) -> Habilitation:
    current = locked(Habilitation.objects.select_related(*_READ_WITH), habilitation.pk)
    caisse = current.account.caisse
    if not empowered(agent, caisse, clock.today()):
        raise NotEmpowered(
            f"La remise des identifiants demande une habilitation nominative de {caisse.name}. "
            "Confiez la tâche à un agent habilité."
        )
    if channel_for(current) is not channel:
        raise NotConfirmed("Ces identifiants se remettent autrement. Rechargez la page.")
    if not opens_its_service(current):
        raise NotConfirmed("Le compte n’ouvre plus ce service : il n’y a rien à envoyer.")
    if sendings(current) != seen:
        raise SentMeanwhile(
            "Des identifiants sont partis depuis que vous avez ouvert cette page. En faire "
            "d’autres rendrait ceux-là inutiles : vérifiez avant de recommencer."
        )
    return current


def _password(habilitation: Habilitation) -> str:
    try:
        return directory_of(habilitation.account.caisse).reset(habilitation.account)
    except DirectoryUnreachable as error:
        raise NotConfirmed(
            "L’annuaire ne répond pas : rien n’est parti. Recommencez dans quelques minutes."
        ) from error
    except LookupError as error:
        raise NotConfirmed(
            "L’annuaire ne connaît plus ce compte : rapprochez l’annuaire, puis recommencez."
        ) from error


def _written(habilitation: Habilitation, to: Person) -> bytes:
    """The notification, with a password made for it now, as a PDF."""
    document = letter_document(
        habilitation.convention.rules,
        LETTER_CODE,
        facts_of(habilitation.convention, site=habilitation.site),
        clock.today(),
        {
            "user": habilitation.person.get_full_name(),
            "identifier": habilitation.account.identifier,
            "opens_on": habilitation.convention.effect_on,
        },
        to=to.get_full_name(),
        secrets={"temporary_password": _password(habilitation)},
    )
    return pdf.render(document)


def _numbered(content: bytes) -> bytes:
    """The same pages, as a copy like no other: its digest tells nothing of the password."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as file:
        file.trailer.Info = file.make_indirect(pikepdf.Dictionary(Exemplaire=secrets.token_hex(32)))
        file.save(written)
    return written.getvalue()
