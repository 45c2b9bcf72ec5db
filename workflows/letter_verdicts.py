"""What the rules say of a letter, in sentences: its dates, the arithmetic, the conclusion.

For people: pages, the terminal, the demonstration.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from workflows.calendar import add
from workflows.convention_state import FormalNoticeRecord, LetterRecord, NoticeRecord
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.question_kinds import QUESTION_KINDS
from workflows.timeline import Timeline

COLON = f"{NO_BREAK_SPACE}: "
_ONE_DAY = timedelta(days=1)

_CONCLUSIONS: Mapping[str, str] = {
    "in_time": "La dénonciation est à temps",
    "grey_zone": "Zone grise, à trancher par un juriste",
    "late": "La dénonciation est tardive",
    "invalid_form": "Sans effet, la forme n’est pas admise",
    "to_qualify": "À qualifier par un juriste",
    "withdrawn": "Retirée d’un commun accord",
    "": "Conclusion pas encore connue",
}

_STANDINGS: Mapping[str, str] = {
    "waiting": "Le délai n’a pas commencé",
    "running": "Le délai court",
    "held": "La fin est suspendue à une question",
    "cured": "Le manquement est réparé",
    "withdrawn": "La lettre est retirée par son auteur",
    "void": "La lettre est sans effet",
}

_QUESTIONS_OF_NOTICES = ("grey_zone", "notice_to_qualify")
_QUESTIONS_OF_BREACHES = (
    "unclaimed_formal_notice",
    "lost_formal_notice_proof",
    "ambiguous_cure",
    "cure_on_next_working_day",
)


def designation(timeline: Timeline, role: str) -> str:
    """What the convention calls a party: « la Caisse de MSA »; the role itself if it has none."""
    found = (p.designation for p in timeline.rulebook.parties if p.role == role)
    return next(found, role)


def notice_conclusion(record: NoticeRecord) -> str:
    """What a notice is worth, in a few words."""
    return _CONCLUSIONS[record.verdict]


def notice_reasons(timeline: Timeline, record: NoticeRecord) -> list[str]:
    """Why a notice is worth that, a sentence each."""
    if record.verdict == "invalid_form":
        return ["La convention demande une lettre recommandée avec avis de réception."]
    sentences = [_postal_life(timeline.data.letters.get(record.letter))]
    if record.counted_on is not None and record.term_last_day is not None and record.length:
        sentences.append(
            _arithmetic(
                record.counted_on,
                add(record.counted_on, record.length),
                record.length.in_words(),
                record.term_last_day,
            )
        )
    sentences += _decided(timeline, _QUESTIONS_OF_NOTICES, record.act)
    if record.last_day is not None:
        sentences.append(f"Dernier jour en vigueur{COLON}{date_in_words(record.last_day)}.")
    elif record.ends_term:
        ended = timeline.term(record.ends_term)
        if ended is not None and ended.last_day is not None:
            sentences.append(
                f"La convention prend fin avec la période, le {date_in_words(ended.last_day)}."
            )
    elif record.verdict == "late":
        sentences.append(
            "La période suivante s’ouvre ; la lettre ne vaut pour l’échéance d’après que si son "
            "auteur la maintient."
        )
    return [sentence for sentence in sentences if sentence]


def formal_notice_conclusion(timeline: Timeline, record: FormalNoticeRecord) -> str:
    """Where a breach letter stands at ``as_of``, in a few words."""
    if record.standing == "running" and record.last_day and record.last_day < timeline.as_of:
        return "Le délai est passé, la résiliation a pris effet"
    return _STANDINGS[record.standing]


def formal_notice_reasons(timeline: Timeline, record: FormalNoticeRecord) -> list[str]:
    """How its delay is counted, and what stopped it, a sentence each."""
    sentences = [_postal_life(timeline.data.letters.get(record.letter))]
    breach = timeline.rulebook.breach
    if record.counted_on is not None and record.last_day is not None and breach and breach.delay:
        sentences.append(
            f"{date_in_words(record.counted_on)} (jour exclu) + {breach.delay.in_words()} = "
            f"{date_in_words(record.last_day)}, dernier jour du délai à 24{NO_BREAK_SPACE}h."
        )
    if record.standing in ("cured", "held"):
        sentences += [
            f"Manquement réparé le {date_in_words(cure.on)}."
            for cure in timeline.data.cures
            if cure.formal_notice in ("", record.act)
        ]
    sentences += _decided(timeline, _QUESTIONS_OF_BREACHES, record.act)
    return [sentence for sentence in sentences if sentence]


def _postal_life(letter: LetterRecord | None) -> str:
    if letter is None:
        return ""
    moments = []
    if letter.posted_on is not None:
        moments.append(f"postée le {date_in_words(letter.posted_on)}")
    if letter.presented_on is not None:
        moments.append(f"présentée le {date_in_words(letter.presented_on)}")
    if letter.outcome_on is not None:
        outcome = {
            "delivered": "reçue",
            "refused": "refusée",
            "unclaimed": "revenue non réclamée",
            "undeliverable": "revenue, destinataire inconnu",
            "lost": "son avis de réception déclaré perdu",
        }[letter.outcome or "delivered"]
        moments.append(f"{outcome} le {date_in_words(letter.outcome_on)}")
    return f"Lettre {', '.join(moments)}." if moments else ""


def _arithmetic(counted: date, reached: date, length: str, last_day: date) -> str:
    total = f"{date_in_words(counted)} + {length} = {date_in_words(reached)}"
    last = date_in_words(last_day)
    if reached <= last_day:
        return f"{total}{COLON}le délai tient dans la période, qui finit le {last}."
    if reached == last_day + _ONE_DAY:
        return (
            f"{total}, le lendemain du dernier jour de la période ({last}){COLON}à temps si "
            "l’échéance est ce jour anniversaire, tardive si elle est la veille."
        )
    return f"{total}, après la fin de la période ({last})."


def _decided(timeline: Timeline, kinds: tuple[str, ...], act: str) -> list[str]:
    """What lawyers answered to the questions of these kinds that ``act``, or its cure, raised."""
    sentences = []
    for question in timeline.questions:
        related = question.raised.act == act or question.kind in _QUESTIONS_OF_BREACHES
        if question.kind not in kinds or not related:
            continue
        if question.answer is not None:
            sentences.append(f"Tranché{COLON}{question.answer.label}.")
        elif question.on <= timeline.as_of:
            sentences.append(f"Question ouverte{COLON}{QUESTION_KINDS[question.kind].asked}")
    return sentences
