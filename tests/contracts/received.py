"""Letters received, for tests that are about something else."""

from datetime import timedelta
from uuid import uuid4

from contracts.models import Caisse, EvidenceFile, IncomingLetter, User
from contracts.services.incoming_letters import Envelope, register_letter
from workflows import clock


def a_letter(
    caisse: Caisse, author: User, file: EvidenceFile, number: str = "RK123456785FR"
) -> IncomingLetter:
    """A registered letter that arrived today, posted three days before."""
    today = clock.today()
    envelope = Envelope(
        form="registered_letter",
        registered_number=number,
        postmark_on=today - timedelta(days=3),
        received_on=today,
        sender="Commune d’Essai",
    )
    return register_letter(envelope, caisse, file, author, uuid4())
