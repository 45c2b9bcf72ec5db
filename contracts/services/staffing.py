"""Roles and delegated powers of a caisse's staff: given and ended by days, never to oneself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from contracts.identifiers import validate_no_nir
from contracts.models import (
    Agent,
    Caisse,
    EvidenceFile,
    Person,
    Power,
    StaffChange,
    User,
    UserScope,
)
from workflows import clock
from workflows.french import date_in_words, typeset
from workflows.subjects import locked

GIVE_ROLE = "contracts.give_role"
DELEGATE = "contracts.delegate_power"

_Kind = StaffChange.Kind


class CannotChange(Exception):
    """The role or the power cannot be given or ended so; nothing was stored."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(typeset(message))
        self.field = field


def give_role(
    caisse: Caisse,
    email: str,
    role: str,
    first_day: date,
    author: User,
    identifier: UUID,
    *,
    last_day: date | None = None,
    services: Sequence[str] = (),
    first_name: str = "",
    last_name: str = "",
) -> StaffChange:
    """Give a role in the caisse, from today at the earliest, to whoever has that address.

    Somebody unknown gets an account, with which one signs in once a password is asked for. Raises
    ``CannotChange``.
    """
    _check_power(author, GIVE_ROLE, caisse)
    _check_days(first_day, last_day)
    for text in (first_name, last_name):
        _check_words(text)
    with transaction.atomic():
        locked(Caisse.objects.all(), caisse.pk)
        if known := StaffChange.objects.filter(identifier=identifier).first():
            return known
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            if not last_name.strip():
                raise CannotChange("Cette adresse est nouvelle : indiquez le nom.", "last_name")
            user = User.objects.create_user(
                email, first_name=first_name.strip(), last_name=last_name.strip()
            )
        if user.memberships.exists():
            raise CannotChange("Cette adresse est celle d’une personne d’un partenaire.", "email")
        _check_other(author, user, "email")
        held = UserScope.objects.filter(user=user, caisse=caisse, role=role)
        _check_free(held, first_day, last_day)
        scope = UserScope.objects.create(
            user=user,
            caisse=caisse,
            role=role,
            services=sorted(set(services)),
            first_day=first_day,
            last_day=last_day,
        )
        return _trace(_Kind.ROLE_GIVEN, caisse, user, author, identifier, last_day, scope=scope)


def end_role(
    scope: UserScope, last_day: date, reason: str, author: User, identifier: UUID
) -> StaffChange:
    """End a role on a day, today at the earliest. Raises ``CannotChange``."""
    _check_power(author, GIVE_ROLE, scope.caisse)
    with transaction.atomic():
        locked(Caisse.objects.all(), scope.caisse_id)
        if known := StaffChange.objects.filter(identifier=identifier).first():
            return known
        scope.refresh_from_db()
        _check_other(author, scope.user, "last_day")
        _check_end(scope, last_day, reason)
        scope.last_day = last_day
        scope.save(update_fields=["last_day"])
        return _trace(
            _Kind.ROLE_ENDED,
            scope.caisse,
            scope.user,
            author,
            identifier,
            last_day,
            reason,
            scope=scope,
        )


def delegate(
    caisse: Caisse,
    user: User,
    kind: str,
    first_day: date,
    last_day: date,
    reference: str,
    document: EvidenceFile,
    author: User,
    identifier: UUID,
    *,
    delegated_by: User,
) -> StaffChange:
    """Delegate a power of signature or decision to somebody of the staff, by a signed paper.

    The direction of the caisse delegates; a legal officer may enter it. Raises ``CannotChange``.
    """
    _check_power(author, DELEGATE, caisse)
    _check_days(first_day, last_day)
    _check_words(reference, "reference")
    if not reference.strip():
        raise CannotChange("Indiquez la délégation qui donne ce pouvoir.", "reference")
    with transaction.atomic():
        locked(Caisse.objects.all(), caisse.pk)
        if known := StaffChange.objects.filter(identifier=identifier).first():
            return known
        _check_other(author, user, "user")
        _check_delegator(caisse, delegated_by, user, first_day)
        agent = _agent(caisse, user)
        _check_free(Power.objects.filter(agent=agent, kind=kind), first_day, last_day)
        power = Power.objects.create(
            agent=agent,
            kind=kind,
            first_day=first_day,
            last_day=last_day,
            delegated_by=_agent(caisse, delegated_by),
            delegation_reference=reference.strip(),
            delegation_document=document,
        )
        return _trace(_Kind.POWER_GIVEN, caisse, user, author, identifier, last_day, power=power)


def end_delegation(
    power: Power, last_day: date, reason: str, author: User, identifier: UUID
) -> StaffChange:
    """End a delegated power on a day, today at the earliest. Raises ``CannotChange``."""
    caisse, user = power.agent.caisse, power.agent.user
    _check_power(author, DELEGATE, caisse)
    if user is None:
        raise CannotChange("Cet agent n’a pas de compte.", "last_day")
    with transaction.atomic():
        locked(Caisse.objects.all(), caisse.pk)
        if known := StaffChange.objects.filter(identifier=identifier).first():
            return known
        power.refresh_from_db()
        _check_other(author, user, "last_day")
        _check_end(power, last_day, reason)
        power.last_day = last_day
        power.save(update_fields=["last_day"])
        return _trace(
            _Kind.POWER_ENDED, caisse, user, author, identifier, last_day, reason, power=power
        )


def _trace(
    kind: str,
    caisse: Caisse,
    user: User,
    author: User,
    identifier: UUID,
    last_day: date | None,
    reason: str = "",
    *,
    scope: UserScope | None = None,
    power: Power | None = None,
) -> StaffChange:
    return StaffChange.objects.create(
        identifier=identifier,
        kind=kind,
        caisse=caisse,
        user=user,
        scope=scope,
        power=power,
        last_day=last_day,
        reason=reason.strip(),
        author=author,
        at=clock.now(),
    )


def _agent(caisse: Caisse, user: User) -> Agent:
    """The user as an agent of the caisse, entered when they never signed for it."""
    found = Agent.objects.filter(caisse=caisse, user=user).order_by("pk").first()
    if found is not None:
        return found
    person = Person.objects.create(
        first_name=user.first_name, last_name=user.last_name or user.email, email=user.email
    )
    scope = UserScope.objects.on(clock.today()).filter(caisse=caisse, user=user).first()
    title = scope.get_role_display() if scope is not None else ""
    return Agent.objects.create(caisse=caisse, person=person, user=user, title=title)


def _check_power(author: User, power: str, caisse: Caisse) -> None:
    if not author.has_perm(power, caisse):
        raise CannotChange("Votre rôle ne le permet pas dans cette caisse.")


def _check_other(author: User, user: User, field: str) -> None:
    if author.pk == user.pk:
        raise CannotChange("Personne ne change ses propres rôles ou pouvoirs.", field)


def _check_delegator(caisse: Caisse, delegator: User, user: User, first_day: date) -> None:
    directs = UserScope.objects.on(first_day).filter(
        user=delegator, caisse=caisse, role=UserScope.Role.DIRECTOR
    )
    if not directs.exists():
        raise CannotChange(
            "Seule la direction de la caisse délègue un pouvoir, et cette personne n’en est pas le "
            f"{date_in_words(first_day)}.",
            "delegated_by",
        )
    if delegator.pk == user.pk:
        raise CannotChange("Personne ne se délègue un pouvoir.", "delegated_by")


def _check_days(first_day: date, last_day: date | None) -> None:
    if first_day < clock.today():
        raise CannotChange("Le premier jour est aujourd’hui au plus tôt.", "first_day")
    if last_day is not None and last_day < first_day:
        raise CannotChange("Le dernier jour précède le premier.", "last_day")


def _check_end(period: UserScope | Power, last_day: date, reason: str) -> None:
    _check_words(reason, "reason")
    if not reason.strip():
        raise CannotChange("Dites pourquoi.", "reason")
    if last_day < max(clock.today(), period.first_day):
        raise CannotChange(
            "Le dernier jour est aujourd’hui au plus tôt, et pas avant le premier.", "last_day"
        )
    if period.last_day is not None and last_day >= period.last_day:
        raise CannotChange(f"Il prend déjà fin le {date_in_words(period.last_day)}.", "last_day")


def _check_free(held: object, first_day: date, last_day: date | None) -> None:
    runs = Q(last_day__isnull=True) | Q(last_day__gte=first_day)
    if last_day is not None:
        runs &= Q(first_day__lte=last_day)
    if held.filter(runs).exists():  # type: ignore[attr-defined]
        raise CannotChange("Cette personne l’a déjà sur une partie de ces jours.", "first_day")


def _check_words(text: str, field: str = "") -> None:
    try:
        validate_no_nir(text)
    except ValidationError as found:
        raise CannotChange(" ".join(found.messages), field) from found
