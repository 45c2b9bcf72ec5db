"""Who must act on a convention now, and what is expected of them."""

from __future__ import annotations

from typing import NamedTuple

from workflows.french import date_in_words, typeset
from workflows.letter_verdicts import designation
from workflows.timeline import Timeline

_ENDED = frozenset({"expired", "terminated"})
_LAWYER, _CAISSE = "Un juriste de la caisse", "La caisse"


class Expected(NamedTuple):
    """Something that somebody must do."""

    who: str
    what: str


def expected_of(timeline: Timeline) -> tuple[Expected, ...]:
    """What the life of a convention expects of its parties at ``as_of``, the doubts first.

    Empty when nobody has anything to do: days alone go by.
    """
    found = [
        Expected(_LAWYER, f"tranche la question « {question.kind_text.title} »")
        for question in timeline.open_questions
        if question.blocking
    ]
    making = {
        "draft": _of_draft,
        "sent_for_signature": _of_signatures,
        "signed": _of_conditions,
    }.get(timeline.state)
    if making is not None:
        found += making(timeline)
    if timeline.state in _ENDED:
        found += _of_the_end(timeline)
    return tuple(Expected(one.who, typeset(one.what)) for one in found)


def _of_draft(timeline: Timeline) -> list[Expected]:
    return [Expected(_CAISSE, "relit le texte et l’envoie pour signature")]


def _of_signatures(timeline: Timeline) -> list[Expected]:
    return [
        Expected(_capital(designation(timeline, party.role)), "signe la convention")
        for party in timeline.rulebook.parties
        if party.role in timeline.data.rules.roles and party.role not in timeline.data.signatures
    ]


def _of_conditions(timeline: Timeline) -> list[Expected]:
    rules, kind = timeline.rulebook, timeline.data.partner_kind
    bound = [one for one in rules.effect.conditions if one.binds(kind)]
    if any(one.kind == "cnil" for one in bound) and timeline.state == "signed":
        return [
            Expected(
                "Le délégué à la protection des données",
                "déclare le traitement à la CNIL, ou vise « sans objet »",
            )
        ]
    return [Expected(_CAISSE, "réunit ce dont dépend la prise d’effet")]


def _of_the_end(timeline: Timeline) -> list[Expected]:
    duties = [duty for duty in timeline.duties if duty.to_be_done and duty.done_on is None]
    if not duties:
        return [Expected(_CAISSE, "clôt le dossier : rien n’est plus attendu")]
    return [
        Expected(
            "Les parties",
            f"{duty.label}{f', au plus tard le {date_in_words(duty.until)}' if duty.until else ''}",
        )
        for duty in duties
    ]


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
