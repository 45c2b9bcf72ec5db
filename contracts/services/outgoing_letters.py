"""Letters sent: put to the signature, signed under a power, posted, proven.

The postal facts are acts of the convention, recorded in the transaction of the passage that tells
them. A letter by which the caisse declines the next term or gives formal notice makes that act too
on the day of its posting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from contracts.identifiers import validate_no_nir
from contracts.letter_circuit import (
    POSTED,
    POSTED_ELECTRONIC,
    POSTED_PLAIN,
    PRESENTED,
    REGISTERED,
    SIGNED,
    WITH_A_REASON,
    standing_after,
)
from contracts.models import (
    Agent,
    Caisse,
    Convention,
    IssuedDocument,
    LetterPassage,
    OutgoingLetter,
    Power,
    User,
)
from contracts.registered_numbers import validate_registered_number
from contracts.services.four_eyes import put_to_signature_by, wants_two_people
from contracts.services.letter_addresses import address_moved
from contracts.services.outgoing_acts import Told, acts_of
from contracts.services.visibility import scopes_held, visible_conventions
from workflows import clock
from workflows.acts import Act
from workflows.calendar import acceptance_window
from workflows.french import date_in_words, typeset
from workflows.subjects import locked
from workflows.together import record_all

_SAME_NUMBER_WITHIN = timedelta(days=366)

Follower = Callable[[OutgoingLetter, LetterPassage], None]
"""Told of each passage in the transaction that records it, once the letter stands after it."""

_followers: list[Follower] = []


def follow(follower: Follower) -> None:
    """Have the passages of all letters told to ``follower``."""
    if follower not in _followers:
        _followers.append(follower)


class CannotPass(Exception):
    """The passage is not recorded; ``field`` is the answer that stands in its way, if one does."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(typeset(message))
        self.field = field


def entered(issued: IssuedDocument) -> OutgoingLetter:
    """The circuit of an issued letter, begun if it was not. Raises ``CannotPass``."""
    if issued.kind != IssuedDocument.Kind.LETTER:
        raise CannotPass("Seul un courrier part par ce circuit.")
    return OutgoingLetter.objects.get_or_create(
        issued=issued,
        defaults={
            "caisse_id": issued.convention.caisse_id,
            "standing": standing_after(()),
            "since": clock.civil_date(issued.issued_at),
        },
    )[0]


def visible_outgoing(user: User, on: date) -> QuerySet[OutgoingLetter]:
    """The letters of the conventions that a user sees."""
    scopes = scopes_held(user, on)
    whole = {scope.caisse_id for scope in scopes if not scope.services}
    limited = {scope.caisse_id for scope in scopes} - whole
    seen = Q(caisse__in=whole)
    if limited:
        seen |= Q(caisse__in=limited, issued__convention__in=visible_conventions(user, on))
    return OutgoingLetter.objects.filter(seen)


def signatories(caisse: Caisse) -> QuerySet[Agent]:
    """Who may ever sign the letters of a caisse; whether on a day, ``power_on`` says."""
    powers = Power.objects.filter(kind=Power.Kind.SIGN_LETTERS)
    return (
        Agent.objects.filter(caisse=caisse, pk__in=powers.values("agent"))
        .select_related("person")
        .order_by("pk")
    )


def own_signatures(user: User, on: date) -> dict[int, Agent]:
    """As whom a user signs letters on a day: an agent by the key of its caisse."""
    powers = Power.objects.filter(kind=Power.Kind.SIGN_LETTERS).on(on)
    agents = Agent.objects.filter(user=user, pk__in=powers.values("agent")).order_by("-pk")
    return {agent.caisse_id: agent for agent in agents}


def power_on(agent: Agent, day: date) -> Power:
    """The power under which an agent signs letters on a day. Raises ``CannotPass`` without one."""
    powers = Power.objects.filter(agent=agent, kind=Power.Kind.SIGN_LETTERS)
    if held := powers.on(day).first():
        return held
    known = powers.order_by("-first_day").first()
    words = "n’a jamais eu le pouvoir de signer les courriers"
    if known is not None:
        end = f" au {date_in_words(known.last_day)}" if known.last_day else ""
        words = (
            "n’avait pas ce jour-là le pouvoir de signer les courriers : sa délégation "
            f"« {known.delegation_reference} » va du {date_in_words(known.first_day)}{end}"
        )
    raise CannotPass(
        f"{agent.person.get_full_name()} {words}. Faites signer une personne qui a ce pouvoir, ou "
        "corrigez la date.",
        "signatory",
    )


def check(letter: OutgoingLetter, told: Told, author: User) -> Power | None:
    """The power of a signature. Raises ``CannotPass`` for what must not be recorded.

    ``NotNow`` is raised where the passage cannot follow the others.
    """
    passages = list(letter.passages.all())
    standing_after((*(one.kind for one in passages), told.kind))
    if told.on > clock.today():
        raise CannotPass("Cette date est à venir : un passage s’enregistre une fois fait.", "on")
    first = clock.civil_date(letter.issued.issued_at)
    if told.on < (earliest := passages[-1].on if passages else first):
        raise CannotPass(
            f"Cette date précède ce qui est déjà enregistré ({date_in_words(earliest)}).", "on"
        )
    _check_comment(told)
    _check_departure(letter, told, passages)
    if told.kind != SIGNED:
        return None
    if told.signatory is None or told.signatory.caisse_id != letter.caisse_id:
        raise CannotPass("Dites qui a signé.", "signatory")
    power = power_on(told.signatory, told.on)
    if told.signatory.user_id != author.pk and told.file is None:
        raise CannotPass(
            "Joignez la lettre signée : la signature d’une autre personne que vous se prouve.",
            "proof",
        )
    _require_two_people(letter, told, passages, author)
    return power


def _check_comment(told: Told) -> None:
    if told.kind in WITH_A_REASON and not told.comment:
        raise CannotPass("Dites pourquoi.", "comment")
    try:
        validate_no_nir(told.comment)
    except ValidationError as refused:
        raise CannotPass(" ".join(refused.messages), "comment") from refused


def _check_departure(letter: OutgoingLetter, told: Told, passages: Sequence[LetterPassage]) -> None:
    """What the post tells: a number that is another's, an address left behind, a day too early."""
    if told.kind in REGISTERED:
        _check_number(letter, told)
    if told.kind in (POSTED, POSTED_PLAIN) and not told.comment:
        _check_address(letter, told.on)
    if told.kind == "unclaimed":
        _check_window(passages, told.on)


def _check_address(letter: OutgoingLetter, day: date) -> None:
    """Refuse, unless a reason is given, a letter whose address is no longer the last one told."""
    if moved := address_moved(letter.issued, day):
        raise CannotPass(moved, "comment")


def _check_window(passages: Sequence[LetterPassage], day: date) -> None:
    """An electronic letter is not unclaimed as long as its addressee may accept it."""
    kinds = {one.kind: one.on for one in passages}
    if POSTED_ELECTRONIC not in kinds:
        return
    informed_on = kinds.get(PRESENTED, kinds[POSTED_ELECTRONIC])
    _, last_day, _ = acceptance_window(informed_on)
    if day <= last_day:
        raise CannotPass(
            f"Le destinataire, informé le {date_in_words(informed_on)}, peut encore accepter "
            f"cette lettre électronique le {date_in_words(last_day)} : elle n’est non réclamée "
            "que le lendemain (CPCE R.53-3).",
            "on",
        )


def _require_two_people(
    letter: OutgoingLetter, told: Told, passages: Sequence[LetterPassage], author: User
) -> None:
    """A letter that ends the convention is signed before somebody else than who put it there."""
    leaving = Told(kind=POSTED, on=told.on)
    if not wants_two_people(acts_of(letter, leaving, uuid4())):
        return
    if not author.has_perm("contracts.record_legal_act", letter.issued.convention):
        raise CannotPass(
            "Ce courrier ouvre le délai de résiliation : un juriste ou un directeur de la caisse "
            "enregistre sa signature."
        )
    if author.pk == put_to_signature_by(letter, passages):
        raise CannotPass(
            "Ce courrier ouvre le délai de résiliation, ce qui se décide à deux : une autre "
            "personne que celle qui l’a mis à la signature enregistre la signature."
        )


def _check_number(letter: OutgoingLetter, told: Told) -> None:
    try:
        validate_registered_number(told.registered_number)
    except ValidationError as refused:
        raise CannotPass(" ".join(refused.messages), "registered_number") from refused
    same = OutgoingLetter.objects.filter(
        registered_number=told.registered_number, posted_on__gt=told.on - _SAME_NUMBER_WITHIN
    ).exclude(pk=letter.pk)
    if same.exists():
        raise CannotPass(
            f"Le recommandé {told.registered_number} est déjà celui d’un autre courrier. Relisez "
            "l’étiquette.",
            "registered_number",
        )


def passed(
    letter: OutgoingLetter,
    told: Told,
    author: User,
    *,
    identifier: UUID,
    acts: Sequence[Act] = (),
    seen_revision: int | None = None,
) -> LetterPassage:
    """Record a passage, with the acts that ``acts_of`` made; the same identifier, the same passage.

    Raises ``CannotPass``, ``NotNow`` and what ``subjects.record`` raises; nothing is written then.
    """
    try:
        return _passed(letter, told, author, identifier, acts, seen_revision)
    except IntegrityError as clash:
        raise CannotPass(
            "Ce numéro vient d’être donné à un autre courrier. Relisez l’étiquette.",
            "registered_number",
        ) from clash


def _passed(
    letter: OutgoingLetter,
    told: Told,
    author: User,
    identifier: UUID,
    acts: Sequence[Act],
    seen_revision: int | None,
) -> LetterPassage:
    with transaction.atomic():
        # One at a time for a letter. Two letters of one number meet in the database's constraint.
        current = locked(OutgoingLetter.objects.all(), letter.pk)
        if known := LetterPassage.objects.filter(identifier=identifier).first():
            return known
        power = check(current, told, author)
        evidence = [told.file] if told.file else []
        convention = Convention.objects.get(pk=current.issued.convention_id)
        rows = record_all(convention, acts, author, evidence, seen_revision)
        posted = told.kind in REGISTERED
        passage = LetterPassage.objects.create(
            identifier=identifier,
            letter=current,
            place=current.passages.count() + 1,
            kind=told.kind,
            on=told.on,
            signatory=told.signatory if power else None,
            power=power,
            registered_number=told.registered_number if posted else "",
            year=told.on.year if posted else None,
            comment=told.comment,
            file=told.file,
            act=rows[-1] if rows else None,
            author=author,
            recorded_at=clock.now(),
        )
        put_again(current)
        for follower in _followers:
            follower(current, passage)
    letter.refresh_from_db()
    return passage


def put_again(letter: OutgoingLetter) -> None:
    """Make the cached columns of a letter anew from its passages."""
    passages = list(letter.passages.order_by("place"))
    postings = [one for one in passages if one.kind in (*REGISTERED, POSTED_PLAIN)]
    letter.standing = standing_after(one.kind for one in passages)
    letter.since = passages[-1].on if passages else clock.civil_date(letter.issued.issued_at)
    letter.registered_number = postings[-1].registered_number if postings else ""
    letter.posted_on = postings[-1].on if postings else None
    letter.save()
