"""A file read again: what it tells of conventions that are there already, and who changed them.

Nothing of these is ever written: what a person corrected stays corrected, and what a later file
adds is recorded on the convention's page, where its consequences are shown first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from access.imports.columns import CONVENTIONS
from access.imports.judging import PARTNER_DIFFERS, Judged, Outcome, differing
from access.imports.told import Dossier, PartnerTold, UserTold, refused
from access.imports.values import plain
from access.models import Habilitation, ImportRow
from contracts.models import Convention, ConventionAct, Partner
from workflows.act_payloads import payload_of
from workflows.acts import Annulment
from workflows.french import date_in_words
from workflows.subjects import act_rows

_CORRECTED = "corrected_since"


def compare(judged: Sequence[Judged], stored: Mapping[str, Convention]) -> None:
    """Say of each convention that is there already what the file tells otherwise."""
    keys = [stored[one.dossier.number].pk for one in judged]
    acts = act_rows(ConventionAct, keys)
    rights, differed = _rights(keys), _differed(keys)
    for one in judged:
        convention = stored[one.dossier.number]
        if convention.taken_over_at is None:
            one.dossier.refuse(
                one.dossier.at("number"),
                "opened_here",
                "Ce numéro est celui d’une convention ouverte dans Tacite.",
                expected="un numéro que la caisse n’a pas encore donné",
                to_do="Corrigez le numéro, ou ôtez la ligne.",
            )
        if one.dossier.told is None or refused(one.dossier.problems):
            continue
        # What was doubtful the first time was said then.
        one.dossier.problems.clear()
        _compare_acts(one.dossier, acts[convention.pk])
        told, known = one.dossier.told, differed.get(convention.pk, frozenset())
        _compare_partner(one.dossier, told.partner, convention.partner, known)
        _compare_users(one.dossier, one.dossier.told.users, rights.get(convention.pk, set()))
        one.outcome = Outcome.LEFT if one.dossier.problems else Outcome.UNCHANGED


def _compare_acts(dossier: Dossier, rows: Iterable[Any]) -> None:
    told = dossier.told
    assert told is not None
    by_name = {row.identifier: row for row in rows}
    annulled = {row.act.of for row in by_name.values() if row.kind == Annulment.kind}
    for act in told.acts:
        place, row = told.places[act.id], by_name.get(act.id)
        said = f"« {act.label} » du {date_in_words(act.on)}"
        if row is None:
            dossier.doubt(
                place,
                "fact_added_since",
                f"{said} : la convention a été reprise sans ce fait, qui n’est pas ajouté.",
                to_do="Enregistrez-le sur la page de la convention.",
            )
        elif act.id in annulled:
            dossier.doubt(
                place,
                _CORRECTED,
                f"{said} : corrigé depuis par une personne, laissé tel quel.",
                to_do="Corrigez l’ancien registre, s’il sert encore.",
            )
        elif (row.on, row.payload) != (act.on, payload_of(act)):
            dossier.doubt(
                place,
                "fact_differs",
                f"{said} : repris autrement le {date_in_words(row.on)}, laissé tel quel.",
                to_do="Si le fichier dit vrai, corrigez le fait sur la page de la convention.",
            )


def _compare_partner(
    dossier: Dossier, told: PartnerTold, partner: Partner, known: frozenset[str]
) -> None:
    """``known`` are the titles of the columns that differed when the convention was taken over."""
    for key in differing(told, partner, partner.current_address):
        if CONVENTIONS.column(key).header not in known:
            dossier.doubt(
                dossier.at(key),
                _CORRECTED,
                "La fiche du partenaire dit autre chose : corrigée depuis par une personne, "
                "laissée telle quelle.",
                to_do="Comparez avec la fiche du partenaire.",
            )


def _compare_users(
    dossier: Dossier, users: Iterable[UserTold], known: set[tuple[str, str]]
) -> None:
    for user in users:
        name = plain(f"{user.first_name} {user.last_name}")
        if {(name, user.service), (user.email.lower(), user.service)}.isdisjoint(known):
            dossier.doubt(
                user.place,
                "user_added_since",
                "La convention a été reprise sans cet utilisateur, qui n’est pas ajouté.",
                to_do="Accordez-lui son habilitation sur la page de la convention.",
            )


def _differed(conventions: Sequence[int]) -> dict[int, frozenset[str]]:
    """The columns of the partner that already differed when each convention was taken over."""
    made = ImportRow.objects.filter(convention__in=conventions, outcome=Outcome.DOUBTFUL)
    return {
        row.convention_id: frozenset(
            one["column"] for one in row.problems if one["kind"] == PARTNER_DIFFERS
        )
        for row in made
    }


def _rights(conventions: Sequence[int]) -> dict[int, set[tuple[str, str]]]:
    found: dict[int, set[tuple[str, str]]] = {}
    rows = Habilitation.objects.filter(convention__in=conventions).select_related("person")
    for one in rows:
        held = found.setdefault(one.convention_id, set())
        held.add((plain(one.person.get_full_name()), one.service))
        if one.person.email:
            held.add((one.person.email.lower(), one.service))
    return found
