"""Whether a convention may be taken over, by the same replay and the same rules as any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from access.imports.known import Known, KnownPartner, People
from access.imports.life_checks import check_life, check_right, check_site, check_twice
from access.imports.told import Dossier, PartnerTold, Told, UserTold, refused
from access.imports.values import plain
from access.models import ImportRow
from contracts.models import Interpretation, Partner, Person
from workflows import habilitation_life
from workflows.calendar import HolidayCalendar
from workflows.habilitation_life import HabilitationLife
from workflows.replay import replay
from workflows.rulebook_types import PartnerKind
from workflows.timeline import Interpretation as Standing
from workflows.timeline import Timeline

Outcome = ImportRow.Outcome

PARTNER_DIFFERS = "partner_differs"
"""The kind of the problem of a partner already known under other words."""


class Right(NamedTuple):
    """The right of one user, with the life that its facts make and the person who holds it."""

    told: UserTold
    life: HabilitationLife
    person: Person
    """Without a key, who is to be stored."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A convention to be stored, with the lives that its facts make."""

    told: Told
    partner: KnownPartner
    life: Timeline
    rights: tuple[Right, ...]


@dataclass(slots=True)
class Judged:
    """A convention that was read, and what becomes of it."""

    dossier: Dossier
    outcome: Outcome = Outcome.REFUSED
    accepted: Accepted | None = None
    """None unless it is to be stored."""


class Judge:
    """Judges the conventions of one caisse, one after the other: each may add a partner."""

    def __init__(self, known: Known, today: date) -> None:
        self._known = known
        self._today = today
        self._holidays = HolidayCalendar(known.caisse.holiday_calendar)
        self._standing: dict[str, tuple[Standing, ...]] = {}

    def judge(self, dossier: Dossier) -> Judged:
        """What becomes of a convention that the caisse does not know yet."""
        judged = Judged(dossier)
        told, problems = dossier.told, dossier.problems
        if told is None or refused(problems):
            return judged
        known = self._known.partner(told.partner)
        self._check_partner(dossier, told, known)
        life = self._life(told, known.partner.kind if known else told.partner.kind)
        check_life(dossier, told, life)
        # Whom a refused convention names is not known by it.
        people = known.users().copy() if known and told.users else People()
        rights = tuple(
            Right(
                user,
                habilitation_life.replay(life, user.acts, self._today),
                people.find(user.first_name, user.last_name, user.email),
            )
            for user in told.users
        )
        for right in rights:
            check_right(dossier, right.told, right.life)
            check_site(dossier, told, right.told)
        check_twice(dossier, rights)
        if refused(problems):
            return judged
        partner = self._known.accept(told.partner)
        if rights:
            partner.people = people
        judged.accepted = Accepted(told, partner, life, rights)
        judged.outcome = Outcome.DOUBTFUL if problems else Outcome.ACCEPTED
        return judged

    def _life(self, told: Told, partner_kind: str) -> Timeline:
        code = told.model.published.code
        if code not in self._standing:
            self._standing[code] = Interpretation.standing(code)
        return replay(
            told.model.rulebook,
            told.acts,
            self._today,
            interpretations=self._standing[code],
            partner_kind=PartnerKind(partner_kind),
            holidays=self._holidays,
        )

    def _check_partner(self, dossier: Dossier, told: Told, known: KnownPartner | None) -> None:
        given = told.partner
        owner = self._known.numbered(given.number) if given.number else None
        if owner is not None and owner is not known:
            dossier.refuse(
                dossier.at("partner_number"),
                "number_of_another",
                "Ce n° tiers est celui d’un autre partenaire de la caisse.",
                to_do="Vérifiez le n° tiers et le SIREN du partenaire.",
            )
        if known is None:
            return
        if given.number and known.number and known.number != given.number:
            dossier.refuse(
                dossier.at("partner_number"),
                "another_number",
                "Ce partenaire a déjà un autre n° tiers dans la caisse.",
                expected=known.number,
                to_do="Vérifiez le n° tiers et le SIREN du partenaire.",
            )
        for key in differing(given, known.partner, _address(known)):
            dossier.doubt(
                dossier.at(key),
                PARTNER_DIFFERS,
                "Le partenaire est déjà connu, et sa fiche dit autre chose : elle est laissée "
                "telle quelle.",
                to_do="Comparez avec la fiche du partenaire, et corrigez-la si besoin.",
            )


def differing(given: PartnerTold, partner: Partner, address: str) -> list[str]:
    """The keys of the columns that say otherwise than the file of the partner."""
    said = (
        ("partner_name", given.name, partner.name),
        ("partner_kind", given.kind, partner.kind),
        ("siren", given.siren, partner.siren),
        ("partner_address", given.address, address),
        ("partner_email", given.email, partner.email),
    )
    return [key for key, mine, theirs in said if mine and plain(mine) != plain(theirs)]


def _address(known: KnownPartner) -> str:
    return known.partner.address if known.is_from_file else known.partner.current_address
