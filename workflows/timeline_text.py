"""The life of a convention as plain text in French: for the terminal and for the demonstration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from workflows.acts import Act
from workflows.clock import PARIS
from workflows.convention_state import Step
from workflows.french import article_number, date_in_words
from workflows.habilitation import HabilitationState, HabilitationStatus
from workflows.habilitation_fold import replay_user
from workflows.input_faults import COLON, quoted
from workflows.scopes import in_words
from workflows.timeline import Timeline

END_CAUSES = {
    "notice": "dénonciation",
    "fixed_term": "fin de la durée convenue",
    "breach": "inexécution",
    "mutual_agreement": "accord des parties",
    "force_majeure": "force majeure",
    "replaced": "remplacement par une autre convention",
    "party_left": "retrait d’une partie",
}
"""Why a convention ends, in words."""

VERDICTS = {
    "": "pas encore connue",
    "in_time": "à temps",
    "grey_zone": "zone grise, à trancher",
    "late": "tardive",
    "invalid_form": "sans effet, forme non admise",
    "to_qualify": "à qualifier",
    "withdrawn": "retirée",
}
"""What a notice is worth, in words."""

FLAGS = {
    "after_prudent_limit": "après le dernier jour conseillé",
    "late_reception_risk": "reçue après la limite",
    "never_received": "jamais reçue",
}
"""Risks of a notice in time, in words."""

_OPEN = "sans fin prévue"


def life(timeline: Timeline, title: str = "") -> str:
    """The whole life: state, steps, terms, letters, deadlines with why, questions, refused acts.

    Sections with nothing to say are left out.
    """
    blocks = [
        "\n".join([title or _title(timeline), *summary(timeline)]),
        _section("Étapes", steps_table(timeline)),
        _section("Périodes", _terms(timeline)),
        _section("Courriers", _letters(timeline)),
        _section("Questions à trancher", _questions(timeline)),
        _section("Échéances", _deadlines(timeline)),
        _section("Événements refusés", [f"- {refusal}" for refusal in timeline.refused]),
        _section("Avertissements", _warnings(timeline)),
        _section("Anomalies", [f"- {anomaly.text}" for anomaly in timeline.anomalies]),
        _section("Après la fin", _duties(timeline)),
        _section("Accès", _access(timeline)),
        _section("Utilisateurs", _users(timeline)),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _title(timeline: Timeline) -> str:
    rulebook = timeline.rulebook
    return f"{rulebook.title} ({rulebook.code}, version {rulebook.version})"


def summary(timeline: Timeline) -> list[str]:
    """State, effect and end, a line each."""
    lines = [f"État au {date_in_words(timeline.as_of)}{COLON}{timeline.state_label}"]
    if timeline.effect_on is not None:
        lines.append(f"Effet{COLON}{date_in_words(timeline.effect_on)}")
    if timeline.last_day_in_force is not None:
        cause = END_CAUSES.get(timeline.end_cause, timeline.end_cause)
        last_day = date_in_words(timeline.last_day_in_force)
        lines.append(f"Dernier jour en vigueur{COLON}{last_day} ({cause})")
    if timeline.next_change_on is not None:
        lines.append(f"Prochain changement{COLON}{date_in_words(timeline.next_change_on)}")
    return lines


def steps_table(timeline: Timeline) -> list[str]:
    """One line a step, past then projected: date, step, state, article, cause."""
    causes = {act.id: act for act in timeline.circumstances.acts}
    rows = [_step_row(timeline, step, causes.get(step.cause)) for step in timeline.steps]
    return table(("Date", "", "Étape", "État", "Article", "Cause"), rows) if rows else []


def _step_row(timeline: Timeline, step: Step, cause: Act | None) -> tuple[str, ...]:
    return (
        _figures(step.on),
        "prévu" if step.on > timeline.as_of else "",
        timeline.label_of_step(step),
        timeline.label_of(step.to_state),
        article_number(timeline.article_of(step)),
        "la date seule" if cause is None else f"{cause.label} du {_figures(cause.on)}",
    )


def _terms(timeline: Timeline) -> list[str]:
    rows = [
        (
            str(term.number),
            _figures(term.first_day),
            _figures(term.last_day),
            "en cours" if term == timeline.current_term else "",
        )
        for term in timeline.terms
        if term.first_day <= (timeline.last_day_in_force or date.max)
    ]
    return table(("N°", "Premier jour", "Dernier jour", ""), rows) if rows else []


def _letters(timeline: Timeline) -> list[str]:
    lines = []
    for notice in timeline.notices.values():
        parts = [f"- Dénonciation par {notice.by}{COLON}{VERDICTS[notice.verdict]}"]
        if notice.counted_on is not None:
            parts.append(f"date qui compte{COLON}{date_in_words(notice.counted_on)}")
        if notice.limits is not None:
            parts.append(f"limite{COLON}{date_in_words(notice.limits.whole_months)}")
        lines.append(" ; ".join([*parts, *(FLAGS[flag] for flag in notice.flags)]) + ".")
    for record in timeline.formal_notices.values():
        parts = [f"- Lettre pour manquement par {record.by}"]
        if record.counted_on is not None:
            parts.append(f"date qui compte{COLON}{date_in_words(record.counted_on)}")
        if record.last_day is not None:
            parts.append(f"fin du délai{COLON}{date_in_words(record.last_day)}")
        lines.append(" ; ".join(parts) + ".")
    return lines


def _questions(timeline: Timeline) -> list[str]:
    lines = []
    for question in timeline.questions:
        text = question.kind_text
        nature = "bloquante" if text.blocking else "pour information"
        article = f", article {article_number(question.article)}" if question.article else ""
        lines.append(f"- {question.identity} ({nature}{article}){COLON}{text.asked}")
        if question.answer is not None:
            lines.append(f"  Réponse{COLON}{question.answer.label}.")
            continue
        for answer in text.answers:
            end = question.branches[answer.code].last_day_in_force
            ends = f"fin le {date_in_words(end)}" if end is not None else "pas de fin prévue"
            lines.append(f"  {answer.code}{COLON}{answer.label} ; {ends}. {answer.reading}")
    return lines


def _deadlines(timeline: Timeline) -> list[str]:
    lines = []
    for deadline in timeline.deadlines:
        source = f" (article {article_number(deadline.article)})" if deadline.article else ""
        lines.append(f"- {_figures(deadline.due_on)}  {deadline.title}{source}")
        lines.append(f"  {deadline.arithmetic}.")
        if deadline.last_working_day != deadline.due_on:
            working_day = date_in_words(deadline.last_working_day)
            lines.append(f"  Dernier jour ouvré{COLON}{working_day}.")
        if deadline.competing:
            lines.append(f"  Autre lecture{COLON}{deadline.competing}")
    return lines


def _warnings(timeline: Timeline) -> list[str]:
    return [
        f"- {warned.text}"
        + (f" (article {article_number(warned.article)})" if warned.article else "")
        for warned in timeline.warnings
    ]


def _duties(timeline: Timeline) -> list[str]:
    lines = []
    for duty in timeline.duties:
        until = f" jusqu’au {date_in_words(duty.until)}" if duty.until is not None else ""
        done = f", fait le {date_in_words(duty.done_on)}" if duty.done_on is not None else ""
        note = f" {duty.note}" if duty.note else ""
        lines.append(f"- {duty.label}{until} (article {article_number(duty.article)}){done}.{note}")
    return lines


def _access(timeline: Timeline) -> list[str]:
    rows = [
        (
            _instant(interval.opens_at),
            _OPEN if interval.closes_at is None else _instant(interval.closes_at),
            "provisoire, une question est ouverte" if interval.provisional else "",
        )
        for interval in timeline.access_intervals
    ]
    return table(("Ouvert depuis", "Fermé à partir de", ""), rows) if rows else []


def _users(timeline: Timeline) -> list[str]:
    users = sorted({act.user for act in timeline.user_acts})
    return [_user(user, replay_user(timeline, user), timeline.as_of) for user in users]


def _user(user: str, state: HabilitationState, as_of: date) -> str:
    reached = [step.to_state for step in state.steps if step.on <= as_of]
    status = HabilitationStatus(reached[-1]) if reached else HabilitationStatus.REQUESTED
    parts = [f"- {user}{COLON}{status.label}"]
    if state.granted_on is not None:
        parts.append(f"accordée le {date_in_words(state.granted_on)}")
    if state.profile:
        parts.append(f"profil {state.profile}")
    if state.scope.level is not None:
        parts.append(f"périmètre {in_words(state.scope)}")
    if state.closes_on is not None:
        parts.append(f"fermée à partir du {date_in_words(state.closes_on)}")
    if state.dormant_from is not None:
        parts.append(f"inactive à partir du {date_in_words(state.dormant_from)}")
    if state.reported_late_by_days:
        parts.append(f"départ signalé avec {state.reported_late_by_days} jours de retard")
    return " ; ".join(parts) + "."


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines)]) if lines else ""


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows under their headings, each column as wide as its longest cell.

    A column with neither heading nor content is left out.
    """
    cells = [tuple(headings), *(tuple(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width
        ).rstrip()
        for row in cells
    ]


def _figures(day: date | None) -> str:
    return _OPEN if day is None else f"{day:%d/%m/%Y}"


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(PARIS):%d/%m/%Y à %H h %M}"


def step_lines(timeline: Timeline) -> list[str]:
    """The steps in one short line each, with ISO dates: for reports that compare them."""
    return [
        f"{step.on.isoformat()}  {timeline.label_of_step(step)} → {quoted(step.to_state)}"
        + (
            f", article {article_number(timeline.article_of(step))}"
            if timeline.article_of(step)
            else ""
        )
        for step in timeline.steps
    ]
