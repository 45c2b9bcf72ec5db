"""Whether a convention may be taken over, by the same replay and the same rules as any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from access.imports.columns import CONVENTIONS
from access.imports.known import Known, KnownPartner
from access.imports.source import Problem, Severity
from access.imports.told import Dossier, PartnerTold, Place, Told, UserTold, refused
from access.imports.values import plain
from access.models import ImportRow
from contracts.models import Interpretation, Partner
from contracts.services.four_eyes import wants_two_people
from workflows import habilitation_life
from workflows.calendar import HolidayCalendar
from workflows.convention import ENDED, IN_FORCE
from workflows.french import date_in_words, typeset
from workflows.habilitation_life import HabilitationLife
from workflows.replay import replay
from workflows.rulebook_types import PartnerKind
from workflows.timeline import Interpretation as Standing
from workflows.timeline import Timeline

Outcome = ImportRow.Outcome

PARTNER_DIFFERS = "partner_differs"
"""The kind of the problem of a partner already known under other words."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A convention to be stored, with the lives that its facts make."""

    told: Told
    partner: KnownPartner
    life: Timeline
    users: tuple[tuple[UserTold, HabilitationLife], ...]


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
        _check_life(dossier, told, life)
        users = tuple(
            (user, habilitation_life.replay(life, user.acts, self._today)) for user in told.users
        )
        for user, right in users:
            _check_right(dossier, user, right)
            _check_site(dossier, told, user)
        _check_twice(dossier, users)
        if refused(problems):
            return judged
        partner = known or self._known.add(told.partner)
        if told.partner.number and not partner.number:
            self._known.give_number(partner, told.partner.number)
        judged.accepted = Accepted(told, partner, life, users)
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
            _tell(
                dossier,
                "partner_number",
                "number_of_another",
                "Ce n° tiers est celui d’un autre partenaire de la caisse.",
                to_do="Vérifiez le n° tiers et le SIREN du partenaire.",
            )
        if known is None:
            return
        if given.number and known.number and known.number != given.number:
            _tell(
                dossier,
                "partner_number",
                "another_number",
                "Ce partenaire a déjà un autre n° tiers dans la caisse.",
                expected=known.number,
                to_do="Vérifiez le n° tiers et le SIREN du partenaire.",
            )
        for key in differing(given, known.partner, _address(known)):
            _tell(
                dossier,
                key,
                PARTNER_DIFFERS,
                "Le partenaire est déjà connu, et sa fiche dit autre chose : elle est laissée "
                "telle quelle.",
                to_do="Comparez avec la fiche du partenaire, et corrigez-la si besoin.",
                severity=Severity.DOUBTFUL,
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


def _check_life(dossier: Dossier, told: Told, life: Timeline) -> None:
    """Refuse what the rules refuse; say what a person should look at."""
    for refusal in life.refused:
        place = told.places[refusal.act.id]
        cited = f" ({refusal.article})" if refusal.article else ""
        dossier.problems.append(
            Problem(
                row=place.line,
                column=place.column,
                value=refusal.act.on.isoformat(),
                kind=refusal.code,
                message=typeset(f"{refusal.act.label} : {refusal.reason}{cited}"),
                expected="un fait que les règles de la convention admettent",
                to_do="Vérifiez la date sur la pièce et l’ordre des faits.",
                sheet=place.sheet,
            )
        )
    for act in told.acts:
        if wants_two_people([act]):
            _tell_at(
                dossier,
                told.places[act.id],
                "decided_elsewhere",
                f"« {act.label} » se décide à deux dans Tacite ; ce fait est repris sur la foi du "
                "fichier et de qui confirme la reprise.",
                to_do="Vérifiez-le sur la pièce.",
            )
    if life.open_questions:
        asked = " ".join(question.kind_text.asked for question in life.open_questions)
        _tell(
            dossier,
            "number",
            "open_question",
            f"Une question reste à trancher par un juriste : {asked}",
            to_do="Tranchez-la sur la page de la convention, une fois reprise.",
            severity=Severity.DOUBTFUL,
        )
    _check_control(dossier, told, life)


def _check_control(dossier: Dossier, told: Told, life: Timeline) -> None:
    """Compare with what the former register believed, where the file says it."""
    found = told.found_state
    if found and found != life.state:
        opposite = _in_short(found) != _in_short(life.state)
        _tell(
            dossier,
            "found_state",
            "another_state",
            f"Les faits du fichier donnent « {life.state_label} ».",
            expected="le même état que l’ancien registre",
            to_do="Ajoutez le fait qui manque, ou videz cette colonne si l’ancien registre se "
            "trompe.",
            severity=Severity.REFUSED if opposite else Severity.DOUBTFUL,
        )
    end = _end(life)
    if told.found_end is not None and told.found_end != end:
        computed = date_in_words(end) if end else "aucune échéance"
        _tell(
            dossier,
            "found_term_end",
            "another_term_end",
            f"Le calcul donne {computed}.",
            expected="la même échéance que l’ancien registre",
            to_do="Lisez le calcul sur la page de la convention, et voyez laquelle est juste.",
            severity=Severity.DOUBTFUL,
        )


def _in_short(state: str) -> str:
    """Whether a state is before, in or after the life that binds: what access depends on."""
    if state in IN_FORCE:
        return "in force"
    return "over" if state in ENDED else "not yet"


def _end(life: Timeline) -> date | None:
    if life.state in ENDED:
        return life.last_day_in_force
    return life.current_term.last_day if life.current_term else None


def _check_right(dossier: Dossier, user: UserTold, right: HabilitationLife) -> None:
    for refusal in right.refused:
        cited = f" ({refusal.article})" if refusal.article else ""
        _tell_at(
            dossier,
            user.place,
            refusal.code,
            f"{refusal.act.label} : {refusal.reason}{cited}",
            expected="un fait que les règles de la convention admettent",
            to_do="Vérifiez les dates de l’utilisateur et celles de la convention.",
            severity=Severity.REFUSED,
        )


def _check_site(dossier: Dossier, told: Told, user: UserTold) -> None:
    covered = {plain(name) for name in told.sites}
    if user.site and covered and plain(user.site) not in covered:
        _tell_at(
            dossier,
            user.place,
            "site_not_covered",
            "La convention ne couvre pas la structure de cet utilisateur.",
            expected=", ".join(told.sites),
            to_do="Corrigez la structure, ou ajoutez-la à celles de la convention.",
            severity=Severity.REFUSED,
        )


def _check_twice(dossier: Dossier, users: Sequence[tuple[UserTold, HabilitationLife]]) -> None:
    """Refuse a right that the same person would hold twice at once."""
    seen: dict[tuple[str, ...], int] = {}
    for user, right in users:
        if right.state == "closed":
            continue
        who = user.email.lower() or plain(f"{user.first_name} {user.last_name}")
        same = (who, plain(user.site), user.service)
        if same in seen:
            _tell_at(
                dossier,
                user.place,
                "user_twice",
                f"La ligne {seen[same]} donne déjà ce droit à cette personne.",
                expected="une ligne par personne et par service",
                to_do="Ôtez l’une des deux, ou donnez à l’une sa date de départ.",
                severity=Severity.REFUSED,
            )
        seen.setdefault(same, user.place.line)


def _tell(
    dossier: Dossier,
    key: str,
    kind: str,
    message: str,
    *,
    expected: str = "",
    to_do: str = "",
    severity: Severity = Severity.REFUSED,
) -> None:
    place = replace(dossier.place, column=CONVENTIONS.column(key).header)
    _tell_at(dossier, place, kind, message, expected=expected, to_do=to_do, severity=severity)


def _tell_at(
    dossier: Dossier,
    place: Place,
    kind: str,
    message: str,
    *,
    expected: str = "",
    to_do: str = "",
    severity: Severity = Severity.DOUBTFUL,
) -> None:
    dossier.problems.append(
        Problem(
            row=place.line,
            column=place.column,
            value="",
            kind=kind,
            message=typeset(message),
            expected=typeset(expected),
            to_do=typeset(to_do),
            severity=severity,
            sheet=place.sheet,
        )
    )
