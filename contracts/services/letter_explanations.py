"""Why the dates of a letter are what they are: facts, arithmetic and article, in a phrase."""

from __future__ import annotations

from datetime import date
from typing import Any

from templates_conventions.letter_words import cited
from workflows.calendar import end_of_delay, first_day_after
from workflows.deadlines import Deadline, end_of
from workflows.findings import Duty
from workflows.french import date_in_words, typeset
from workflows.rulebook import Breach
from workflows.timeline import Timeline


def explanation_of(deadline: Deadline, *, other_reading: bool = False) -> str:
    """Why a deadline falls on its day: facts, arithmetic, article.

    ``other_reading`` adds the competing one, which concerns those who decide, not the partner.
    """
    sentences = [f"{fact.label} : {fact.value}." for fact in deadline.inputs]
    source = f" ({cited(deadline.article)})" if deadline.article else ""
    sentences.append(f"{deadline.arithmetic}{source}.")
    if other_reading and deadline.competing:
        sentences.append(deadline.competing)
    return typeset(" ".join(sentences))


def earliest_end(breach: Breach, dated: date) -> dict[str, Any]:
    """The first day on which a letter of that date could end the convention, and why."""
    written, source = date_in_words(dated), cited(breach.article)
    event = {"posting": "envoyée", "first_presentation": "présentée", "reception": "reçue"}
    counted = event[breach.counts_from]
    if breach.delay is None:
        explanation = f"La résiliation ne demande pas de délai ({source})."
        return {"earliest_last_day": dated, "explanation": typeset(explanation)}
    last_day = end_of_delay(dated, breach.delay)
    explanation = (
        f"Le délai part du jour où cette lettre est {counted}, jour exclu. {counted.capitalize()} "
        f"au plus tôt le jour de sa date : {written} + {breach.delay.in_words()} = "
        f"{date_in_words(last_day)} ({source}). Ni jour férié ni fin de semaine ne le prolonge."
    )
    return {"earliest_last_day": last_day, "explanation": typeset(explanation)}


def why_it_ended(timeline: Timeline, last_day: date) -> str:
    """Why the last day in force is that one, whatever ended the convention."""
    deadline = end_of(timeline)
    if deadline is not None:
        return explanation_of(deadline)
    rules, day = timeline.rulebook, date_in_words(last_day)
    match timeline.end_cause:
        case "mutual_agreement" if rules.mutual_termination is not None:
            source = cited(rules.mutual_termination.article)
            said = f"Les parties sont convenues de ce dernier jour, le {day} ({source})."
        case "force_majeure" if rules.force_majeure is not None and timeline.data.force_majeure:
            since, after = timeline.data.force_majeure[-1][0], rules.force_majeure.faculty_after
            opens = first_day_after(since, after)
            said = (
                f"Force majeure notifiée le {date_in_words(since)} (jour exclu) + "
                f"{after.in_words()} : la résiliation était possible à partir du "
                f"{date_in_words(opens)} ({cited(rules.force_majeure.article)}). Elle a été "
                f"choisie pour le {day}."
            )
        case "replaced" if rules.provisions.entire_agreement is not None:
            source = cited(rules.provisions.entire_agreement.article)
            said = f"Une autre convention prend la suite après le {day} ({source})."
        case _:
            said = f"L’événement enregistré au dossier fixe ce jour, le {day}."
    return typeset(said)


def attestation_explanation(timeline: Timeline, duty: Duty, last_day: date) -> str:
    """By when the partner attests, and why."""
    for deadline in timeline.deadlines:
        if deadline.kind == "attestation_until":
            return explanation_of(deadline)
    return typeset(
        f"L’{cited(duty.article)} ne fixe pas de jour : c’est à faire dans les plus brefs délais "
        f"après le {date_in_words(last_day)}."
    )


def removal_explanation(label: str, on: date, closes_on: date, article: str) -> str:
    """Why one person's access closes on a day."""
    return typeset(
        f"{label} : {date_in_words(on)}. L’accès est fermé à partir du "
        f"{date_in_words(closes_on)} ({cited(article)})."
    )
