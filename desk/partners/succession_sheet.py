"""What the pages of a succession show: what passes, what follows, what somebody must see to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet, Subquery

from access.models import Account, Habilitation
from contracts.life_words import MEANINGS
from contracts.models import (
    Convention,
    ConventionParty,
    IssuedDocument,
    Partner,
    PartnerMembership,
    PartnerSuccession,
    SignatoryPower,
    User,
)
from contracts.services.successions import LIVING, Wanted, Weighed, conventions_of, standing_of
from contracts.services.twin_conventions import twin_of
from contracts.services.visibility import visible_conventions
from contracts.succession_grounds import Ground, grounds
from workflows.clock import start_of_day
from workflows.french import count, date_in_words, typeset


class Passing(NamedTuple):
    """A convention that a partner took, gave up, or is to."""

    convention: Convention
    meaning: str
    twin: str
    """Number of another living convention of the same type that the successor holds too, unless a
    person said why both are kept."""
    twin_key: int | None


class Move(NamedTuple):
    """A succession as the page of one of the two shows it."""

    succession: PartnerSuccession
    is_taker: bool
    is_to_come: bool
    passing: Sequence[Passing]


def moves_of(partner: Partner, seen: QuerySet[Convention], today: date) -> list[Move]:
    """The successions by which the partner took or gave up conventions that the user may see.

    The latest first; one query.
    """
    other = twin_of(seen, "convention__", "convention")
    rows = (
        ConventionParty.objects.filter(
            Q(partner=partner) | Q(succession__predecessor=partner),
            succession__isnull=False,
            convention__in=seen.order_by(),
        )
        .select_related("convention__pinned", "succession__predecessor", "succession__successor")
        .defer("convention__snapshot")
        .annotate(
            twin=Subquery(other.values("number")[:1]), twin_key=Subquery(other.values("pk")[:1])
        )
        .order_by("-first_day", "-succession", "convention__number")
    )
    found: dict[int, Move] = {}
    for row in rows:
        move = found.setdefault(
            row.succession_id,
            Move(row.succession, row.partner_id == partner.pk, row.first_day > today, []),
        )
        # What it gave up since is no longer beside what it holds.
        is_held = row.last_day is None or row.last_day >= today
        living = row.convention.state in LIVING and is_held
        beside = (row.twin, row.twin_key) if living and row.twin else ("", None)
        move.passing.append(Passing(row.convention, MEANINGS[row.convention.state], *beside))
    return list(found.values())


@dataclass(frozen=True)
class Preview:
    """What a succession would do, before it is confirmed."""

    wanted: Wanted
    lines: Sequence[Weighed]
    today: date

    @property
    def is_possible(self) -> bool:
        """Whether the rules let every convention pass."""
        return not any(line.refused for line in self.lines)

    @property
    def asks(self) -> bool:
        """Whether a lawyer must answer before something passes."""
        return any(line.asks for line in self.lines)

    @cached_property
    def follow_up(self) -> list[str]:
        """What a person must see to, in sentences."""
        return follow_up(
            self.wanted.predecessor,
            self.wanted.successor,
            self.wanted.conventions,
            self.wanted.first_day,
            self.today,
        )


@dataclass(frozen=True)
class SuccessionSheet:
    """One succession that was recorded, through the conventions that the user may see."""

    succession: PartnerSuccession
    user: User
    today: date

    @property
    def ground(self) -> Ground | None:
        """By what; None where the ground is no longer among those offered."""
        return grounds().get(self.succession.ground)

    @cached_property
    def conventions(self) -> list[tuple[Convention, str]]:
        """Those on which it was recorded, and what became of it there."""
        seen = visible_conventions(self.user, self.today)
        named = list(conventions_of(self.succession, seen))
        standing = standing_of(self.succession, named)
        held = set(self.succession.places.values_list("convention", flat=True))
        return [(one, _became(standing[one.pk], one.pk in held)) for one in named]

    @property
    def stands(self) -> bool:
        """Whether it was not annulled on every convention."""
        return any(became != "annulled" for _, became in self.conventions)

    @cached_property
    def follow_up(self) -> list[str]:
        """What a person must see to, in sentences."""
        succession = self.succession
        passed = [one for one, became in self.conventions if became == "passed"]
        if not passed:
            return []
        return follow_up(
            succession.predecessor, succession.successor, passed, succession.first_day, self.today
        )

    @cached_property
    def twins(self) -> list[Passing]:
        """The conventions that passed, with another of the same type that the successor holds."""
        seen = visible_conventions(self.user, self.today)
        moves = moves_of(self.succession.successor, seen, self.today)
        own = [move for move in moves if move.succession == self.succession]
        return [passing for move in own for passing in move.passing if passing.twin]


def follow_up(
    predecessor: Partner,
    successor: Partner,
    conventions: Sequence[Convention],
    first_day: date,
    today: date,
) -> list[str]:
    """What no rule settles and a person must see to; five queries at most."""
    found: list[str] = []
    day = max(first_day, today)
    answering = PartnerMembership.objects.on(day)
    sides = answering.aggregate(
        leaving=Count("user", filter=Q(partner=predecessor), distinct=True),
        coming=Count("user", filter=Q(partner=successor.pk or 0), distinct=True),
    )
    since = f"à compter du {date_in_words(first_day)}"
    if sides["leaving"]:
        found.append(
            f"{_people(sides['leaving'])} pour {predecessor.name} : plus pour ces conventions, "
            f"{since}."
        )
    if sides["coming"]:
        found.append(f"{_people(sides['coming'])} pour {successor.name} : aussi pour celles-ci.")
    else:
        found.append(
            f"Personne ne répond encore pour {successor.name} dans l’espace partenaire : invitez "
            "quelqu’un depuis l’une des conventions."
        )
    signing = SignatoryPower.objects.on(day).filter(signatory__partner=successor.pk or 0)
    if not signing.exists():
        found.append(
            f"Aucun signataire connu pour {successor.name}. Si les pouvoirs donnés par "
            f"{predecessor.name} valent encore, un juriste le dit."
        )
    rights = Habilitation.objects.filter(convention__in=conventions).exclude(state="closed")
    if users := rights.count():
        found.append(
            f"{count(users, 'habilitation reste ouverte', 'habilitations restent ouvertes')}, sans "
            "changement : faites confirmer la liste des utilisateurs par le successeur."
        )
    accounts = Account.objects.filter(habilitations__in=rights, partner=predecessor)
    if accounts.exists():
        found.append(
            f"Des comptes sont au nom de {predecessor.name}. Rien ne change d’office : décidez "
            "s’il faut donner d’autres identifiants au successeur."
        )
    if first_day < today:
        late = IssuedDocument.objects.filter(
            convention__in=conventions, issued_at__gte=start_of_day(first_day)
        ).count()
        if late:
            found.append(
                f"{count(late, 'document émis', 'documents émis')} depuis le "
                f"{date_in_words(first_day)} : ils gardent le nom qu’ils portent. Voyez s’il faut "
                "les réémettre."
            )
    return [typeset(words) for words in found]


def _people(number: int) -> str:
    return count(number, "personne répond", "personnes répondent")


def _became(stands: bool, is_held: bool) -> str:
    if not stands:
        return "annulled"
    return "passed" if is_held else "asked"
