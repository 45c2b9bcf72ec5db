"""What a person should know of an avenant, besides where it stands: warnings, never refusals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from contracts.avenant_status import AvenantStanding, AvenantStatus
from contracts.models import Avenant
from contracts.services.avenants import standing
from templates_conventions.avenant_types import avenant_types
from workflows.french import date_in_words, typeset
from workflows.letter_verdicts import designation
from workflows.timeline import Timeline


def remarks_on(
    avenant: Avenant, timeline: Timeline, today: date, all_of_them: Iterable[Avenant]
) -> tuple[str, ...]:
    """The warnings about an avenant on a day, in French, among all those of its convention."""
    stands = standing(avenant, timeline)
    others = [one for one in all_of_them if one.pk != avenant.pk]
    found = _half_signed(stands, timeline, today)
    found += _out_of_order(avenant, stands, timeline, others)
    note = avenant_types()[avenant.type].note
    if avenant.successor_id is not None and note:
        found.append(note)
    return tuple(typeset(one) for one in found)


def _half_signed(stands: AvenantStanding, timeline: Timeline, today: date) -> list[str]:
    """Signed by one party only while the term ends: the other's silence has a price."""
    if stands.status is not AvenantStatus.PARTLY_SIGNED or stands.last_signature is None:
        return []
    missing = " et ".join(designation(timeline, role) for role in stands.missing)
    terms = [one for one in timeline.terms if one.first_day <= stands.last_signature]
    last_day = terms[-1].last_day if terms else None
    if last_day is None:
        return [f"Il manque la signature de {missing}."]
    if last_day < today:
        return [
            f"Il n’était signé que d’une partie le {date_in_words(last_day)}, dernier jour de la "
            f"période où elle l’a signé : cette échéance s’est passée sous les règles inchangées. "
            f"Il manque toujours la signature de {missing}."
        ]
    return [
        f"Il manque la signature de {missing}. La période en cours finit le "
        f"{date_in_words(last_day)} : sans elle d’ici là, l’échéance suit les règles inchangées."
    ]


def _out_of_order(
    avenant: Avenant, stands: AvenantStanding, timeline: Timeline, others: Iterable[Avenant]
) -> list[str]:
    found = []
    for other in others:
        there = standing(other, timeline)
        signed, open_still = AvenantStatus.SIGNED, stands.is_open
        shared = sorted(set(avenant.changes) & set(other.changes))
        both = (
            f" Les deux changent {', '.join(shared)} : le dernier à prendre effet l’emporte."
            if shared
            else ""
        )
        if open_still and there.status is signed and other.number > avenant.number:
            found.append(
                f"L’avenant n° {other.number}, préparé après celui-ci, a été signé avant lui : "
                f"relisez le texte, écrit sans en tenir compte.{both}"
            )
        elif stands.status is signed and there.is_open and other.number < avenant.number:
            found.append(
                f"Celui-ci a été signé avant l’avenant n° {other.number}, préparé plus tôt et "
                f"toujours à signer.{both}"
            )
        elif open_still and there.is_open:
            found.append(f"L’avenant n° {other.number} est aussi à signer.{both}")
        elif open_still and there.status is signed and _since(other, avenant):
            found.append(
                f"L’avenant n° {other.number} a été signé depuis la préparation de celui-ci : "
                f"relisez le texte, écrit sans en tenir compte.{both}"
            )
    return found


def _since(other: Avenant, avenant: Avenant) -> bool:
    return any(fact.recorded_at > avenant.prepared_at for fact in other.facts.all() if fact.party)
