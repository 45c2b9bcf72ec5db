"""A request made on line by somebody who has no account: filled in, sent, confirmed, withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import transaction
from django_fsm import TransitionNotAllowed

from contracts.identifiers import compact, validate_no_nir, validate_siret
from contracts.models import Caisse, Person
from forms_annexes import links
from forms_annexes.completeness import USER_BLOCK
from forms_annexes.models import PublicRequest
from forms_annexes.models.public_requests import PublicStatus
from forms_annexes.services import public_telling as telling
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.numbering import next_number
from forms_annexes.services.public_offer import Offer
from workflows import clock
from workflows.subjects import locked

FILL, CONFIRM, FOLLOW = "public_fill", "public_confirm", "public_follow"
"""What each link is for: none opens the pages of another."""

CAISSE_NAME = "caisse.name"
"""The fact that is known once the caisse is chosen: never asked."""


def start(offer: Offer, caisse: Caisse) -> PublicRequest:
    """Begin a request to a caisse; nothing but the choice of it is kept yet."""
    public = PublicRequest(
        nonce=links.new_nonce(),
        rulebook_code=offer.rulebook.code,
        form_code=offer.form.code,
        caisse=caisse,
        created_at=clock.now(),
    )
    public.answers = {
        field.code: caisse.name
        for block in public.definition.blocks
        for field in block.fields
        if field.prefill == CAISSE_NAME and block.code != USER_BLOCK
    }
    public.save(force_insert=True)
    return public


def token_of(public: PublicRequest, purpose: str) -> str:
    """The signed part of one of the links of a request."""
    drawn = public.confirmation if purpose == CONFIRM else public.nonce
    return links.token(purpose, public.pk, drawn)


def found_by(token: str, purpose: str) -> PublicRequest | None:
    """The request that a genuine link names; None for a guessed, replaced or purged one."""
    parts = links.read(purpose, token)
    if parts is None or not parts.nonce:
        return None
    drawn = "confirmation" if purpose == CONFIRM else "nonce"
    found: PublicRequest | None = (
        PublicRequest.objects.select_related("caisse", "contact", "convention")
        .filter(pk=parts.pk, **{drawn: parts.nonce})
        .first()
    )
    return found


def identify(
    public: PublicRequest, *, siret: str, partner_kind: str, organisation: str = ""
) -> PublicRequest:
    """Keep who asks. Raises ``ValidationError`` for a wrong SIRET, ``StaleRequest`` once sent."""
    siret = compact(siret)
    if siret:
        validate_siret(siret)
    validate_no_nir(organisation)
    with _answering(public) as current:
        current.siret, current.partner_kind = siret, partner_kind
        if organisation:
            current.answers["organisation"] = organisation.strip()
    return current


def answer(
    public: PublicRequest,
    block_code: str,
    answers: Mapping[str, str] | Sequence[Mapping[str, str]],
) -> PublicRequest:
    """Keep the answers to one block: by field code, or a list of them for the named persons.

    Raises ``ValidationError`` for a text that must not be kept, ``StaleRequest`` once confirmed.
    """
    rows = [answers] if isinstance(answers, Mapping) else list(answers)
    for row in rows:
        for value in row.values():
            validate_no_nir(str(value))
    block = next(block for block in public.definition.blocks if block.code == block_code)
    known = {field.code for field in block.fields}
    kept = [{code: value for code, value in row.items() if code in known} for row in rows]
    with _answering(public) as current:
        if block_code == USER_BLOCK:
            current.users = kept
        else:
            current.answers |= kept[0]
    return current


def set_contact(
    public: PublicRequest, *, first_name: str, last_name: str, email: str
) -> PublicRequest:
    """Keep who asks, and where the caisse answers. Raises ``ValidationError``, ``StaleRequest``."""
    for text in (first_name, last_name, email):
        validate_no_nir(text)
    with _answering(public) as current:
        person = current.contact or Person()
        person.first_name, person.last_name = first_name.strip(), last_name.strip()
        person.email = email.strip().lower()
        person.full_clean()
        person.save()
        current.contact = person
    return current


def send(public: PublicRequest) -> PublicRequest:
    """Ask the sender to prove the address: the request counts once that is done.

    Sent again, another link takes the place of the one before. Raises ``StaleRequest`` once it
    counts, ``RequestRefused`` without an address.
    """
    with _changing(public) as current:
        _check_unconfirmed(current)
        if current.contact is None:
            raise RequestRefused("Indiquez l’adresse à laquelle la caisse vous répondra.")
        current.confirmation, current.sent_at = links.new_nonce(), clock.now()
        current.save()
        telling.to_confirm(current)
    return current


def confirm(public: PublicRequest) -> PublicRequest:
    """The address is proved: the request has a number, and the caisse has it.

    Confirmed again, it changes nothing. Raises ``StaleRequest`` for a link that another replaced.
    """
    with _changing(public) as current:
        if current.status != PublicStatus.UNCONFIRMED.value:
            return current
        if not current.confirmation or current.confirmation != public.confirmation:
            raise StaleRequest("Un autre message a été envoyé depuis : ouvrez le dernier reçu.")
        today = clock.today()
        current.receive()
        current.number = next_number(current.caisse, today.year)
        current.received_on = today
        current.save()
        telling.received(current)
    return current


def withdraw(public: PublicRequest) -> PublicRequest:
    """Its sender gives it up. Raises ``StaleRequest`` once it is decided."""
    with _changing(public) as current:
        current.withdraw()
        current.closed_at = clock.now()
        current.save()
    return current


@contextmanager
def _answering(public: PublicRequest) -> Iterator[PublicRequest]:
    with _changing(public) as current:
        _check_unconfirmed(current)
        yield current
        # What was sent is no longer what is written: it is to be sent again.
        current.confirmation, current.sent_at = "", None
        current.save()


@contextmanager
def _changing(public: PublicRequest) -> Iterator[PublicRequest]:
    """The locked request. Raises ``StaleRequest`` for a move that its status forbids."""
    with transaction.atomic():
        try:
            # Alone: what another transaction has just tied to it is not seen through a join.
            current = locked(PublicRequest.objects.all(), public.pk)
            yield current
        except PublicRequest.DoesNotExist as gone:
            raise StaleRequest("Cette demande n’existe plus : recommencez-la.") from gone
        except TransitionNotAllowed as error:
            raise StaleRequest(
                f"La demande est maintenant : {current.status_label.lower()}. "
                "Ce que vous demandez n’est plus possible."
            ) from error


def _check_unconfirmed(current: PublicRequest) -> None:
    if current.status != PublicStatus.UNCONFIRMED.value:
        raise StaleRequest("Cette demande est reçue par la caisse : elle ne change plus.")
