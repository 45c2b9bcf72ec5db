"""What the provider tells of letters, recorded as if a person told it, or left for one to look at.

Nothing that surprises makes an act: a letter that is not known, a day to come, an outcome before
the posting, a reading that the rules refuse. It waits with its reason, and is tried again at each
reading: the row that it lacked may have come since.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from contracts.letter_circuit import OUTCOMES, POSTED, POSTED_ELECTRONIC, PRESENTED, NotNow
from contracts.models import LetterDeposit, LetterPassage, OutgoingLetter, ProviderStatus, User
from contracts.registered_mail.choice import chosen
from contracts.registered_mail.port import Provider, StatusRow
from contracts.services.file_verification import take_in
from contracts.services.outgoing_acts import Told, acts_of
from contracts.services.outgoing_letters import CannotPass, check, passed
from workflows import clock
from workflows.french import typeset
from workflows.recording import ActRefused
from workflows.subjects import NotRecorded

_PASSAGES = UUID("5f0c5d7e-6b0a-5a53-8a3e-0f2f4b7f2c11")
"""Under which the identifiers of the passages are made: any constant would do."""

_ORDER = {POSTED: 0, PRESENTED: 1}
RECORDED, KNOWN = "Enregistré.", "Déjà connu."


def to_look_at() -> QuerySet[ProviderStatus]:
    """What the provider told and nobody has dealt with."""
    return ProviderStatus.objects.filter(passage=None, settled_at=None)


def read_statuses(_: date | None = None) -> int:
    """Read what the provider has told since the last time; how many passages it made."""
    provider = chosen()
    return read_from(provider) if provider is not None else 0


def read_from(provider: Provider) -> int:
    """The same, of one provider: all that came together, in the order of the days."""
    batches = list(provider.batches())
    kept: list[list[tuple[int, ProviderStatus | str]]] = [
        [(row.line, _kept(row)) for row in batch.rows] for batch in batches
    ]
    made = _try(to_look_at())
    for batch, rows in zip(batches, kept, strict=True):
        batch.done([(line, _became(one)) for line, one in rows])
    return made


def settle(row: ProviderStatus, author: User, why: str) -> None:
    """A person has looked at a row that surprised, and says what came of it."""
    to_look_at().filter(pk=row.pk).update(
        settled_at=clock.now(), settled_by=author, settled_why=why
    )


def _kept(row: StatusRow) -> ProviderStatus | str:
    """The row, kept with its proof; or that it was told already."""
    told = (row.reference, row.kind, str(row.on), row.number, row.proof_name, row.fault)
    digest = sha256("\x1f".join(told).encode()).hexdigest()
    if known := ProviderStatus.objects.filter(digest=digest).first():
        return KNOWN if known.passage_id or known.settled_at else known
    try:
        with transaction.atomic():
            return _stored(row, digest)
    except IntegrityError:
        return KNOWN  # Another reader was first.


def _stored(row: StatusRow, digest: str) -> ProviderStatus:
    problem, letter = row.fault, None
    if not problem:
        letter = _letter_of(row)
        problem = "" if letter else "Aucun courrier confié ne porte cette référence ni ce numéro."
    proof = None
    if row.proof is not None and letter is not None:
        try:
            with transaction.atomic():
                proof = take_in(ContentFile(row.proof()), row.proof_name, letter.deposit.asked_by)
        except ValidationError as refused:
            problem = f"Preuve refusée : {' '.join(refused.messages)}"
    return ProviderStatus.objects.create(
        digest=digest,
        source=row.source[:255],
        line=row.line,
        reference=row.reference[:100],
        number=row.number[:100],
        kind=row.kind,
        on=row.on,
        proof=proof,
        letter=letter,
        problem=typeset(problem or "Pas encore enregistré.")[:600],
        read_at=clock.now(),
    )


def _letter_of(row: StatusRow) -> OutgoingLetter | None:
    """The letter that a row is about: one that was handed over, by its reference or its number."""
    entrusted = OutgoingLetter.objects.filter(deposit__isnull=False)
    key = row.reference.removeprefix(OutgoingLetter.KEY)
    if row.reference.startswith(OutgoingLetter.KEY) and key.isdigit() and len(key) < 19:
        return entrusted.filter(pk=int(key)).select_related("deposit__asked_by").first()
    if row.reference or not row.number:
        return None
    found = entrusted.filter(registered_number=row.number, standing="proof_awaited")
    letters = list(found.select_related("deposit__asked_by")[:2])
    return letters[0] if len(letters) == 1 else None


def _try(rows: QuerySet[ProviderStatus]) -> int:
    """Record what can be, the earliest first: rows come in any order."""
    about = rows.filter(~Q(kind=""), letter__isnull=False, on__isnull=False)
    found = list(about.select_related("letter__deposit__asked_by", "letter__issued__convention"))
    found.sort(key=lambda one: (one.on or date.max, _ORDER.get(one.kind, 2), one.pk))
    return sum(_recorded(one) for one in found)


def _recorded(row: ProviderStatus) -> bool:
    letter = row.letter
    assert letter is not None
    deposit: LetterDeposit = letter.deposit
    kind = POSTED_ELECTRONIC if row.kind == POSTED and deposit.electronic else row.kind
    name = uuid5(_PASSAGES, f"{letter.key}:{kind}:{row.on}")
    try:
        with transaction.atomic():
            letter.refresh_from_db()
            passage = _same(letter, kind, row) or _told(letter, kind, row, deposit, name)
            ProviderStatus.objects.filter(pk=row.pk).update(passage=passage, problem="")
    except (CannotPass, NotNow, ActRefused, NotRecorded, ValidationError) as refused:
        said = " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
        ProviderStatus.objects.filter(pk=row.pk).update(problem=typeset(said)[:600])
        return False
    return True


def _same(letter: OutgoingLetter, kind: str, row: ProviderStatus) -> LetterPassage | None:
    """What a person told already, of the same day: the provider only says it again."""
    told = letter.passages.filter(kind=kind, on=row.on, told_by=None)
    if kind in (POSTED, POSTED_ELECTRONIC):
        told = told.filter(registered_number=row.number)
    return told.first()


def _told(
    letter: OutgoingLetter, kind: str, row: ProviderStatus, deposit: LetterDeposit, name: UUID
) -> LetterPassage:
    assert row.on is not None
    if kind in OUTCOMES and row.proof is None:
        raise CannotPass("Ce statut vient sans sa preuve : réclamez-la au prestataire.")
    if row.number and letter.registered_number not in ("", row.number):
        raise CannotPass(
            f"Le prestataire donne le numéro {row.number}, et ce courrier porte le "
            f"{letter.registered_number}."
        )
    comment = deposit.consent if kind == POSTED_ELECTRONIC else f"{row.source}, ligne {row.line}"
    told = Told(
        kind=kind, on=row.on, registered_number=row.number, comment=comment[:500], file=row.proof
    )
    author = deposit.asked_by
    if not author.has_perm("contracts.send_letter", letter.issued.convention):
        raise CannotPass(
            "La personne qui a confié ce courrier n’a plus le pouvoir d’en enregistrer la suite : "
            "enregistrez-la vous-même sur la page du courrier."
        )
    check(letter, told, author)
    return passed(letter, told, author, identifier=name, acts=acts_of(letter, told, name))


def _became(kept: ProviderStatus | str) -> str:
    if isinstance(kept, str):
        return kept
    kept.refresh_from_db()
    return RECORDED if kept.passage_id else kept.problem
