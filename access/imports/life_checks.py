"""What the rules, and the former register itself, say of a convention that is to be taken over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from access.imports.told import Dossier, Told, UserTold
from access.imports.values import plain
from contracts.models import Person
from contracts.services.four_eyes import wants_two_people
from workflows.convention import ENDED, IN_FORCE
from workflows.french import date_in_words
from workflows.habilitation_life import HabilitationLife
from workflows.timeline import Timeline


def check_life(dossier: Dossier, told: Told, life: Timeline) -> None:
    """Refuse what the rules refuse; say what a person should look at."""
    for refusal in life.refused:
        cited = f" ({refusal.article})" if refusal.article else ""
        dossier.refuse(
            told.places[refusal.act.id],
            refusal.code,
            f"{refusal.act.label} : {refusal.reason}{cited}",
            value=refusal.act.on.isoformat(),
            expected="un fait que les règles de la convention admettent",
            to_do="Vérifiez la date sur la pièce et l’ordre des faits.",
        )
    for act in told.acts:
        if wants_two_people([act]):
            dossier.doubt(
                told.places[act.id],
                "decided_elsewhere",
                f"« {act.label} » se décide à deux dans Tacite ; ce fait est repris sur la foi du "
                "fichier et de qui confirme la reprise.",
                to_do="Vérifiez-le sur la pièce.",
            )
    if life.open_questions:
        asked = " ".join(question.kind_text.asked for question in life.open_questions)
        dossier.doubt(
            dossier.at("number"),
            "open_question",
            f"Une question reste à trancher par un juriste : {asked}",
            to_do="Tranchez-la sur la page de la convention, une fois reprise.",
        )
    _check_control(dossier, told, life)


def _check_control(dossier: Dossier, told: Told, life: Timeline) -> None:
    """Compare with what the former register believed, where the file says it."""
    found = told.found_state
    if found and found != life.state:
        tell = dossier.doubt if _in_short(found) == _in_short(life.state) else dossier.refuse
        tell(
            dossier.at("found_state"),
            "another_state",
            f"Les faits du fichier donnent « {life.state_label} ».",
            expected="le même état que l’ancien registre",
            to_do="Ajoutez le fait qui manque, ou videz cette colonne si l’ancien registre se "
            "trompe.",
        )
    end = _end(life)
    if told.found_end is not None and told.found_end != end:
        computed = date_in_words(end) if end else "aucune échéance"
        dossier.doubt(
            dossier.at("found_term_end"),
            "another_term_end",
            f"Le calcul donne {computed}.",
            expected="la même échéance que l’ancien registre",
            to_do="Lisez le calcul sur la page de la convention, et voyez laquelle est juste.",
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


def check_right(dossier: Dossier, user: UserTold, right: HabilitationLife) -> None:
    """Refuse what the rules refuse of the right of one user."""
    for refusal in right.refused:
        cited = f" ({refusal.article})" if refusal.article else ""
        dossier.refuse(
            user.place,
            refusal.code,
            f"{refusal.act.label} : {refusal.reason}{cited}",
            expected="un fait que les règles de la convention admettent",
            to_do="Vérifiez les dates de l’utilisateur et celles de la convention.",
        )


def check_site(dossier: Dossier, told: Told, user: UserTold) -> None:
    """Refuse a user of a structure that the convention does not cover."""
    covered = {plain(name) for name in told.sites}
    if user.site and covered and plain(user.site) not in covered:
        dossier.refuse(
            user.place,
            "site_not_covered",
            "La convention ne couvre pas la structure de cet utilisateur.",
            expected=", ".join(told.sites),
            to_do="Corrigez la structure, ou ajoutez-la à celles de la convention.",
        )


def check_twice(
    dossier: Dossier, users: Iterable[tuple[UserTold, HabilitationLife, Person]]
) -> None:
    """Refuse a right that the same person would hold twice at once."""
    seen: dict[tuple[int, str, str], int] = {}
    for user, right, person in users:
        if right.state == "closed":
            continue
        same = (id(person), plain(user.site), user.service)
        if same in seen:
            dossier.refuse(
                user.place,
                "user_twice",
                f"La ligne {seen[same]} donne déjà ce droit à cette personne.",
                expected="une ligne par personne et par service",
                to_do="Ôtez l’une des deux, ou donnez à l’une sa date de départ.",
            )
        seen.setdefault(same, user.place.line)
