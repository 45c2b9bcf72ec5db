"""The fields under which the parts of an event are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms

from contracts.models.incoming_letters import LETTER_FORMS
from desk.known_events import awaited_documents
from desk.recordable import (
    breaches_to_cure,
    breaches_to_withdraw,
    duties_to_do,
    notices_to_confirm,
    notices_to_withdraw,
    parties_that_may_leave,
    silent_topics,
)
from workflows.convention_state import FormalNoticeRecord, NoticeRecord
from workflows.deadline_acts import TOPICS
from workflows.french import date_in_words, typeset
from workflows.letter_verdicts import designation
from workflows.questions import Question
from workflows.rulebook import Rulebook
from workflows.timeline import Timeline

Choices = list[tuple[str, str]]

_OUTCOMES = (
    ("", "Pas encore connue"),
    ("delivered", "Remise au destinataire"),
    ("refused", "Refusée par le destinataire"),
    ("unclaimed", "Non réclamée, revenue à l’expéditeur"),
)
_BASES = (
    ("transmission", "La déclaration a été transmise"),
    ("not_applicable", typeset("Sans objet : le traitement ne se déclare pas")),
)
_NATURES = {
    "temporary": "Temporaire, jusqu’à sa levée",
    "definitive": "Définitive, elle ne se lèvera pas",
}
_WHO = {
    "signature": "Qui a signé ?",
    "party_left": "Qui se retire ?",
    "force_majeure": "Qui la notifie ?",
    "dispute": "Qui le notifie ?",
    "cnil_copy_requested": "Qui la demande ?",
    "force_majeure_termination": "Qui résilie ?",
}
"""How the party is asked for, where it is not the sender of a letter."""


def a_date(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def parties_of(rulebook: Rulebook) -> Choices:
    """The parties as a field offers them: their role, and « La caisse »."""
    return [(party.role, _capital(party.designation)) for party in rulebook.parties]


def event_field(name: str, parties: Choices, question: Question | None = None) -> forms.Field:
    """The field under which a part of an event is asked."""
    if name == "answer" and question is not None:
        answers = [(answer.code, answer.label) for answer in question.kind_text.answers]
        return forms.ChoiceField(label="Réponse", choices=answers, widget=forms.RadioSelect)
    make = _FIELDS.get(name)
    if make is not None:
        return make()
    return forms.ChoiceField(label=typeset("Qui l’a envoyée ?"), choices=parties)


def settle_choices(fields: dict[str, Any], kind: str, timeline: Timeline) -> None:
    """Offer in the fields of an event of that ``kind`` what this convention knows.

    A letter is asked for where several could be meant, and only there.
    """
    for name in [name for name in fields if name in ("party", "by") and kind in _WHO]:
        fields[name].label = typeset(_WHO[kind])
    if kind == "party_left" and "party" in fields:
        leaving = {party.role for party in parties_that_may_leave(timeline)}
        fields["party"].choices = [one for one in fields["party"].choices if one[0] in leaving]
    for name, offered in _OFFERED.items():
        # A page about a user offers its own.
        if name in fields and not fields[name].choices:
            fields[name].choices = offered(timeline)
    for name in ("notice", "formal_notice"):
        if name in fields:
            letters = _MEANT[kind](timeline)
            if len(letters) < 2:
                del fields[name]
            else:
                fields[name].choices = [(one.act, _sent(one, timeline)) for one in letters]


def has_what_it_asks(fields: Sequence[str], timeline: Timeline) -> bool:
    """Whether the convention holds something to choose under each of these fields."""
    return all(_OFFERED[name](timeline) for name in fields if name in _OFFERED)


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _sent(letter: NoticeRecord | FormalNoticeRecord, timeline: Timeline) -> str:
    sent = next(act.on for act in timeline.circumstances.acts if act.id == letter.act)
    return f"Celle du {date_in_words(sent)}, par {designation(timeline, letter.by)}"


def _natures(timeline: Timeline) -> Choices:
    rule = timeline.rulebook.suspension
    provided = rule.kinds if rule is not None else ()
    return [(code, label) for code, label in _NATURES.items() if code in provided]


_OFFERED: Mapping[str, Callable[[Timeline], Choices]] = {
    "topic": lambda life: [(topic, TOPICS[topic]) for topic in silent_topics(life.rulebook)],
    "of": lambda life: [
        (one.act, f"{one.task}, {date_in_words(one.due_on)}") for one in life.data.hand_set
    ],
    "document": lambda life: [
        (one.document, one.label) for one in awaited_documents(life.rulebook)
    ],
    "duty": lambda life: [(one.code, one.label) for one in duties_to_do(life)],
    "nature": _natures,
}
"""What is chosen in the convention itself, by the name of its field."""

_MEANT: Mapping[str, Callable[[Timeline], Sequence[NoticeRecord | FormalNoticeRecord]]] = {
    "notice_confirmed": notices_to_confirm,
    "notice_withdrawn": notices_to_withdraw,
    "cure": breaches_to_cure,
    "formal_notice_withdrawn": breaches_to_withdraw,
}
"""The letters that an event may be about."""

_FIELDS: Mapping[str, Callable[[], forms.Field]] = {
    "on": lambda: a_date("Date"),
    "posted_on": lambda: a_date("Postée le", "Le cachet ou la preuve de dépôt.", required=False),
    "first_presented_on": lambda: a_date(
        "Présentée le", "La première présentation.", required=False
    ),
    "received_on": lambda: a_date("Remise le", "La date de l’avis de réception.", required=False),
    "last_day": lambda: a_date("Dernier jour en vigueur", "Il est compris."),
    "until": lambda: a_date("Jusqu’au", "Il est compris."),
    "valid_until": lambda: a_date("Valable jusqu’au", "Si la pièce le dit.", required=False),
    "began_on": lambda: a_date(
        "Début de l’événement", "Si la notification le dit.", required=False
    ),
    "form": lambda: forms.ChoiceField(
        label=typeset("Sous quelle forme ?"), choices=list(LETTER_FORMS.items())
    ),
    "outcome": lambda: forms.ChoiceField(label="Son issue", choices=_OUTCOMES, required=False),
    "basis": lambda: forms.ChoiceField(label="Motif", choices=_BASES),
    "reference": lambda: forms.CharField(label="Référence", max_length=200),
    "nature": lambda: forms.ChoiceField(
        label=typeset("Pour combien de temps ?"), widget=forms.RadioSelect
    ),
    "visa": lambda: forms.CharField(
        label="Visa du juriste", max_length=100, help_text="La référence de sa décision."
    ),
    "document": lambda: forms.ChoiceField(label="Pièce"),
    "duty": lambda: forms.ChoiceField(label="Obligation"),
    "notice": lambda: forms.ChoiceField(label="Quelle dénonciation ?"),
    "formal_notice": lambda: forms.ChoiceField(label="Quelle lettre ?"),
    "convention": lambda: forms.CharField(
        label="Numéro de la convention qui la remplace", max_length=40
    ),
    "reason": lambda: forms.CharField(
        label="Motif",
        max_length=500,
        help_text="Sans nom d’allocataire ni numéro de sécurité sociale.",
        widget=forms.Textarea(attrs={"rows": 3}),
    ),
    "reasons": lambda: forms.CharField(
        label="Motifs",
        max_length=2000,
        help_text="Ce qui fonde la réponse : texte, pièces, jurisprudence.",
        widget=forms.Textarea(attrs={"rows": 5}),
    ),
    "topic": lambda: forms.ChoiceField(label="Ce dont le texte ne dit rien"),
    "of": lambda: forms.ChoiceField(label="Échéance à lever"),
    "task": lambda: forms.CharField(label="Ce qui est à faire", max_length=200),
    "due_on": lambda: a_date("Au plus tard le"),
    "ground": lambda: forms.CharField(
        label="Fondement",
        max_length=300,
        help_text=typeset("La loi, le jugement ou le courrier qui fixe la date : C. civ. 1225."),
    ),
    "agreed_by_all": lambda: forms.BooleanField(label="Toutes les parties sont d’accord"),
}
"""The fields of events by their name, those that name a party left out."""
