"""Conventions of one type that a succession gave one partner: found, and kept for a reason.

Neither ends by itself, and nobody but the parties makes one of them: a person says that both are
kept, or ends one.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from contracts.identifiers import validate_no_nir
from contracts.models import Convention, ConventionParty, KeptPair, User
from contracts.services.successions import LIVING
from workflows import clock
from workflows.subjects import locked

KEEP = "contracts.keep_twin_conventions"


class NotTwins(Exception):
    """The two are not, or no longer, of one type, one partner and one caisse, and living."""


def twin_of(among: QuerySet[Convention], path: str = "", key: str = "pk") -> QuerySet[Convention]:
    """Another living convention of the same partner, caisse and type, for a subquery.

    Those kept beside it for a reason are left out. ``path`` leads from the row of the outer query
    to its convention, ``key`` names the convention's key there.
    """
    alike = among.filter(
        partner=OuterRef("partner"),
        caisse=OuterRef(f"{path}caisse"),
        rulebook_code=OuterRef(f"{path}rulebook_code"),
        state__in=LIVING,
    )
    one, other = OuterRef("pk"), OuterRef(OuterRef(key))
    kept = KeptPair.objects.filter(Q(first=one, second=other) | Q(first=other, second=one))
    unsettled = alike.exclude(pk=OuterRef(key)).filter(~Exists(kept))
    return unsettled.order_by("number", "pk")


def unsettled_twins(among: QuerySet[Convention], today: date) -> QuerySet[Convention]:
    """The conventions taken over that have a twin in ``among``, nothing being said of the two.

    With the ``twin_number`` and ``twin_key`` of the first. Of two that were both taken over, the
    one drafted last: a pair is that of one convention.
    """
    taken = _taken_over(today)
    twin = twin_of(among).filter(~Q(pk__in=taken) | Q(pk__lt=OuterRef("pk")))
    found = among.filter(pk__in=taken, state__in=LIVING).annotate(
        twin_number=Subquery(twin.values("number")[:1]), twin_key=Subquery(twin.values("pk")[:1])
    )
    return found.filter(twin_key__isnull=False)


def kept_pairs(among: QuerySet[Convention]) -> QuerySet[KeptPair]:
    """The pairs kept of which both are in ``among`` and living, the latest first."""
    living = among.filter(state__in=LIVING).order_by()
    found = KeptPair.objects.filter(
        first__in=living, second__in=living, first__partner=F("second__partner")
    )
    return found.select_related("first__partner", "second", "author").order_by("-pk")


def pair_kept(one: Convention, other: Convention) -> KeptPair | None:
    """What was said of the two, if anything."""
    first, second = sorted((one, other), key=lambda convention: convention.pk)
    return KeptPair.objects.select_related("author").filter(first=first, second=second).first()


def are_twins(one: Convention, other: Convention, today: date) -> bool:
    """Whether they are two of one partner, caisse and type, living, one of them taken over."""
    return (
        one.pk != other.pk
        and _place(one, today) == _place(other, today)
        and {one.state, other.state} <= set(LIVING)
        and _taken_over(today).filter(convention__in=(one, other)).exists()
    )


def keep_both(
    one: Convention, other: Convention, reason: str, author: User, *, identifier: UUID
) -> KeptPair:
    """Record that both are kept, and why. The same form keeps them once.

    Raises ``ValidationError`` on ``reason``, and ``NotTwins``.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Dites pourquoi les deux sont gardées."})
    try:
        validate_no_nir(reason)
    except ValidationError as refused:
        raise ValidationError({"reason": refused}) from refused
    first, second = sorted((one.pk, other.pk))
    known = KeptPair.objects.filter(
        Q(identifier=identifier) | Q(first=first, second=second)
    ).order_by("pk")
    try:
        with transaction.atomic():
            pair = [locked(Convention.objects.all(), key) for key in (first, second)]
            if already := known.first():
                return already
            if not are_twins(*pair, clock.today()):
                raise NotTwins(
                    "Ces deux conventions ne sont plus deux du même type chez le même partenaire : "
                    "l’une a pris fin, ou une succession a été annulée."
                )
            return KeptPair.objects.create(
                identifier=identifier,
                first=pair[0],
                second=pair[1],
                reason=reason,
                author=author,
                recorded_at=clock.now(),
            )
    except IntegrityError:
        # Said at the same moment by somebody else.
        return known.get()


def _taken_over(today: date) -> QuerySet[ConventionParty, int]:
    """Those whose partner of the day took the place of another: few, and read first."""
    held = ConventionParty.objects.on(today).filter(succession__isnull=False)
    return held.order_by().values_list("convention", flat=True)


def _place(convention: Convention, today: date) -> tuple[int, int, str]:
    # By date: at midnight, no sweep has written who the partner is by now.
    return convention.party_on(today).pk, convention.caisse_id, convention.rulebook_code
