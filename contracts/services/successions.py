"""A partner takes the place of another: weighed, recorded on each convention, annulled.

The same act, under the identifier of the succession, is recorded on each convention that passes:
who is the partner on a day follows from these acts, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from contracts.identifiers import validate_no_nir
from contracts.models import (
    Convention,
    ConventionAct,
    ConventionParty,
    EvidenceFile,
    Partner,
    PartnerSuccession,
    User,
)
from contracts.services.parties import held_by
from contracts.succession_grounds import Ground, grounds
from workflows import acts, clock, subjects
from workflows.calendar import add_months
from workflows.convention import IN_FORCE
from workflows.french import date_in_words, typeset
from workflows.recording import ActRefused
from workflows.subjects import Difference, locked

CONCLUDED = ("signed", "cnil_transmitted", *sorted(IN_FORCE), "expired", "terminated")
"""States in which a convention binds, is to bind, or leaves duties behind: what passes."""

LIVING = ("signed", "cnil_transmitted", *sorted(IN_FORCE))

FARTHEST_MONTHS = 24
"""How long before its day a succession may be announced."""


class Wanted(NamedTuple):
    """A succession to record."""

    predecessor: Partner
    successor: Partner
    """Not stored yet when nobody knew it."""
    ground: Ground
    reference: str
    first_day: date
    conventions: Sequence[Convention]
    scope: str = ""
    consented_on: date | None = None


class Weighed(NamedTuple):
    """What a succession would do to one convention."""

    convention: Convention
    refused: str
    """Why the rules do not let it pass, with the article; empty when it passes."""
    asks: bool
    """Whether a lawyer is to say that it passes; until then the partner stays whom it was."""
    difference: Difference | None
    twins: tuple[Convention, ...]
    """Living conventions of the same type and caisse that the successor would then hold too."""

    @property
    def moves_nothing(self) -> bool:
        """Whether each step, past or projected, is the same with the succession as without."""
        return self.difference is not None and not self.difference.lost + self.difference.gained


class CannotSucceed(Exception):
    """The succession cannot be recorded or annulled, for the reason given; nothing was written."""


def candidates(
    conventions: QuerySet[Convention], predecessor: Partner, on: date
) -> QuerySet[Convention]:
    """Those of ``conventions`` of which ``predecessor`` is the partner that day, or will be."""
    coming = ConventionParty.objects.filter(partner=predecessor, first_day__gt=on)
    held = held_by(predecessor, on) | Q(pk__in=coming.values("convention"))
    found = conventions.filter(held, state__in=CONCLUDED)
    return found.select_related("caisse", "partner", "pinned").order_by("number", "pk")


def weigh(wanted: Wanted, among: QuerySet[Convention]) -> list[Weighed]:
    """What it would do to each convention; nothing is written.

    ``among`` are the conventions that may be named as twins.
    """
    act = _act(wanted, uuid4())
    twins = _twins_after(wanted, among)
    found = []
    for one in wanted.conventions:
        if why_not := _why_not_from(one, wanted):
            found.append(Weighed(one, why_not, False, None, ()))
            continue
        try:
            difference = subjects.consequences(one, act)
        except ActRefused as refused:
            found.append(Weighed(one, str(refused), False, None, ()))
            continue
        asks = any(one.raised.act == act.id and one.is_open for one in difference.after.questions)
        found.append(Weighed(one, "", asks, difference, twins[one.pk]))
    return found


def record_succession(
    wanted: Wanted, author: User, evidence: EvidenceFile | None, *, identifier: UUID
) -> PartnerSuccession:
    """Record it on every convention named, all or nothing; the same form records it once.

    Raises ``CannotSucceed``, and ``ValidationError`` by field.
    """
    _check(wanted)
    try:
        return _recorded(wanted, author, evidence, identifier)
    except IntegrityError as error:
        # Sent twice, or the successor entered by somebody else, at the same moment.
        if already := PartnerSuccession.objects.filter(identifier=identifier).first():
            return already
        raise CannotSucceed(
            "Quelqu’un a enregistré ce partenaire au même moment : recommencez avec son SIREN."
        ) from error


def _recorded(
    wanted: Wanted, author: User, evidence: EvidenceFile | None, identifier: UUID
) -> PartnerSuccession:
    with transaction.atomic():
        # Two successions of one partner wait for each other here.
        locked(Partner.objects.all(), wanted.predecessor.pk)
        if already := PartnerSuccession.objects.filter(identifier=identifier).first():
            return already
        if wanted.successor.pk is None:
            wanted.successor.full_clean()
            wanted.successor.save(force_insert=True)
        succession = PartnerSuccession(
            identifier=identifier,
            predecessor=wanted.predecessor,
            successor=wanted.successor,
            ground=wanted.ground.code,
            reference=wanted.reference.strip(),
            scope=wanted.scope.strip(),
            first_day=wanted.first_day,
            consented_on=wanted.consented_on,
            evidence=evidence,
            recorded_at=clock.now(),
            author=author,
        )
        succession.full_clean()
        succession.save(force_insert=True)
        act = _act(wanted, identifier)
        for convention in wanted.conventions:
            current = Convention.objects.get(pk=convention.pk)
            if why_not := _why_not_from(current, wanted):
                raise CannotSucceed(f"{convention.number} : {why_not}")
            try:
                subjects.record(current, act, author, [evidence] if evidence else [])
            except ActRefused as refused:
                raise CannotSucceed(f"{convention.number} : {refused}") from refused
    return succession


def annul_succession(
    succession: PartnerSuccession, reason: str, author: User, conventions: QuerySet[Convention]
) -> int:
    """It never was: its act is annulled on each of ``conventions``; on how many.

    Raises ``CannotSucceed`` while somebody took the place of the successor since, and
    ``ValidationError`` on ``reason``.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Dites pourquoi cette succession n’a pas eu lieu."})
    _without_nir("reason", reason)
    identifier = str(succession.identifier)
    with transaction.atomic():
        standing = [
            one for one in conventions_of(succession, conventions) if _stands(one, identifier)
        ]
        for one in standing:
            # On the same day too: the one that is annulled then lasted less than a day.
            since = one.parties.filter(first_day__gte=succession.first_day)
            later = since.exclude(succession=succession).order_by("first_day").first()
            if later is not None:
                raise CannotSucceed(
                    f"{one.number} : une autre succession l’a suivie, le "
                    f"{date_in_words(later.first_day)}. Annulez d’abord celle-là."
                )
            annulment = acts.Annulment(
                id=uuid4().hex,
                on=clock.today(),
                recorded_at=clock.now(),
                of=identifier,
                reason=reason,
            )
            subjects.record(one, annulment, author)
    return len(standing)


def conventions_of(
    succession: PartnerSuccession, among: QuerySet[Convention]
) -> QuerySet[Convention]:
    """Those of ``among`` on which it was recorded, annulled since or not."""
    told = ConventionAct.objects.filter(identifier=str(succession.identifier), kind="succession")
    found = among.filter(pk__in=told.values("subject"))
    return found.select_related("caisse", "partner", "pinned").order_by("number", "pk")


def _act(wanted: Wanted, identifier: UUID) -> acts.PartnerSucceeded:
    return acts.PartnerSucceeded(
        id=str(identifier),
        on=wanted.first_day,
        recorded_at=clock.now(),
        predecessor=str(wanted.predecessor.pk),
        # A partner that is entered with its succession has no number before it is recorded.
        successor=str(wanted.successor.pk or 0),
        passes=wanted.ground.passes,
        reference=wanted.reference.strip(),
        consented_on=wanted.consented_on,
    )


def _check(wanted: Wanted) -> None:
    """Raise what is wrong with the succession itself, whatever the conventions."""
    if wanted.predecessor.pk == wanted.successor.pk:
        raise CannotSucceed("Un partenaire ne se succède pas à lui-même : choisissez-en un autre.")
    if not wanted.conventions:
        raise CannotSucceed("Choisissez au moins une convention : sans elle, rien ne passe.")
    farthest = add_months(clock.today(), FARTHEST_MONTHS)
    if wanted.first_day > farthest:
        raise ValidationError(
            {
                "first_day": typeset(
                    f"Une succession s’annonce au plus {FARTHEST_MONTHS} mois à l’avance, jusqu’au "
                    f"{date_in_words(farthest)} : vérifiez l’année."
                )
            }
        )
    if wanted.ground.code not in grounds():
        raise ValidationError({"ground": "Ce fondement n’est pas connu."})
    for field in ("reference", "scope"):
        _without_nir(field, getattr(wanted, field))


def _why_not_from(convention: Convention, wanted: Wanted) -> str:
    """Why the predecessor is not the one to be followed that day; empty when it is."""
    party = convention.party_on(wanted.first_day)
    if party.pk != wanted.predecessor.pk:
        return typeset(
            f"Au {date_in_words(wanted.first_day)}, le partenaire est « {party.name} ». "
            "Enregistrez la succession depuis sa page."
        )
    later = convention.parties.filter(first_day__gt=wanted.first_day).first()
    if later is not None:
        return typeset(
            f"Une autre succession est déjà enregistrée au {date_in_words(later.first_day)}. "
            "Annulez-la d’abord, puis enregistrez-les dans l’ordre."
        )
    return ""


def _twins_after(wanted: Wanted, among: QuerySet[Convention]) -> dict[int, tuple[Convention, ...]]:
    keys = {one.pk for one in wanted.conventions}
    held = Q(pk__in=keys)
    if wanted.successor.pk is not None:
        held |= held_by(wanted.successor, wanted.first_day)
    living = list(among.filter(held, state__in=LIVING).order_by("number", "pk"))
    return {
        one.pk: tuple(
            other
            for other in living
            if other.pk != one.pk
            and one.state in LIVING
            and (other.caisse_id, other.rulebook_code) == (one.caisse_id, one.rulebook_code)
        )
        for one in wanted.conventions
    }


def _stands(convention: Convention, identifier: str) -> bool:
    timeline = convention.timeline(clock.today())
    return any(act.id == identifier for act in timeline.acts)


def _without_nir(field: str, text: str) -> None:
    try:
        validate_no_nir(text)
    except ValidationError as refused:
        raise ValidationError({field: refused}) from refused


def standing_of(
    succession: PartnerSuccession, conventions: Collection[Convention]
) -> dict[int, bool]:
    """Whether it stands on each convention, by its key."""
    identifier = str(succession.identifier)
    return {one.pk: _stands(one, identifier) for one in conventions}
