"""The lives of the demonstration as text, on lines of 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date, timedelta

from contracts.demonstration.portfolio import DemoConvention, Portfolio, played
from workflows.convention_state import Step
from workflows.deadlines import Deadline
from workflows.french import article_number, date_in_words
from workflows.letter_verdicts import (
    COLON,
    formal_notice_conclusion,
    formal_notice_reasons,
    notice_conclusion,
    notice_reasons,
)
from workflows.timeline import Timeline

WIDTH = 100
_STEP, _ARTICLE = 46, 15


def told(portfolio: Portfolio, today: date) -> Iterator[str]:
    """Every life, the five source conventions first, a block of lines each."""
    yield "\n".join(_heading("Les cinq conventions, du brouillon à aujourd’hui"))
    for convention in portfolio.source_conventions:
        yield "\n".join(_life(portfolio, convention, today))
    yield "\n".join(_heading("D’autres vies, sur des partenaires fictifs"))
    for convention in portfolio.fictitious_conventions:
        yield "\n".join(_life(portfolio, convention, today))


def _heading(words: str) -> list[str]:
    return ["", words.upper(), "═" * WIDTH]


def _life(portfolio: Portfolio, convention: DemoConvention, today: date) -> Iterator[str]:
    timeline = played(portfolio, convention, today)
    yield ""
    yield convention.title
    yield "─" * WIDTH
    yield from _wrapped(
        f"{portfolio.partner(convention.partner).name} et "
        f"{portfolio.caisse(convention.caisse).name}. Modèle{COLON}{convention.rulebook}."
    )
    if convention.story:
        yield from _wrapped(convention.story)
    yield from _wrapped(_state(timeline))
    yield ""
    yield _row("Date", "Étape", "Article", "Cause")
    yield _row(f"{convention.opened(today):%d/%m/%Y}", "Ouverture du brouillon", "", "")
    yield from _steps(timeline)
    yield from _letters(timeline)
    yield ""
    for question in timeline.open_questions:
        nature = "Question à trancher" if question.blocking else "Autre lecture possible"
        cited = f"{nature} (article {article_number(question.article)})"
        yield from _wrapped(f"{cited}{COLON}{question.kind_text.asked}")
    for deadline in _next_deadlines(timeline):
        yield from _wrapped(
            f"{deadline.title} (article {article_number(deadline.article)}){COLON}"
            f"{date_in_words(deadline.due_on)}. {deadline.arithmetic}."
        )
    for duty in timeline.duties:
        if duty.to_be_done and timeline.last_day_in_force and timeline.last_day_in_force < today:
            done = f"faite le {date_in_words(duty.done_on)}" if duty.done_on else "attendue"
            yield from _wrapped(
                f"{duty.label} (article {article_number(duty.article)}){COLON}{done}."
            )
    for warned in timeline.warnings:
        yield from _wrapped(f"À voir{COLON}{warned.text}")


def _state(timeline: Timeline) -> str:
    words = f"Au {date_in_words(timeline.as_of)}{COLON}{timeline.state_label}"
    term = timeline.current_term
    if term is not None and term.last_day is not None and timeline.state not in ("closed",):
        last_day = min(term.last_day, timeline.last_day_in_force or date.max)
        ordinal = "1ʳᵉ" if term.number == 1 else f"{term.number}ᵉ"
        words += (
            f", {ordinal} période, du {date_in_words(term.first_day)} au {date_in_words(last_day)}"
        )
    return f"{words}."


def _steps(timeline: Timeline) -> Iterator[str]:
    acts = {act.id: act for act in timeline.circumstances.acts}
    for step in timeline.steps:
        if step.on > timeline.as_of + timedelta(days=366):
            break
        cause = acts.get(step.cause)
        yield _row(
            f"{step.on:%d/%m/%Y}",
            _step_words(timeline, step),
            timeline.article_of(step),
            "la date seule" if cause is None else cause.label,
        )


def _step_words(timeline: Timeline, step: Step) -> str:
    words = timeline.label_of_step(step)
    return f"{words} (à venir)" if step.on > timeline.as_of else words


def _row(day: str, step: str, article: str, cause: str) -> str:
    """Four columns, each cell continued on the next line where it is too long."""
    widths = (10, _STEP, _ARTICLE, WIDTH - 16 - _STEP - _ARTICLE)
    cells = [
        textwrap.wrap(cell, width) or [""]
        for cell, width in zip((day, step, article, cause), widths, strict=True)
    ]
    height = max(map(len, cells))
    return "\n".join(
        "  ".join(
            (cell[line] if line < len(cell) else "").ljust(width)
            for cell, width in zip(cells, widths, strict=True)
        ).rstrip()
        for line in range(height)
    )


def _letters(timeline: Timeline) -> Iterator[str]:
    rules = timeline.rulebook
    for notice in timeline.notices.values():
        yield ""
        article = rules.article_of("notice")
        yield from _wrapped(f"{notice_conclusion(notice)} (article {article_number(article)}).")
        yield from _wrapped(" ".join(notice_reasons(timeline, notice)))
    for formal_notice in timeline.formal_notices.values():
        yield ""
        article = rules.article_of("breach")
        conclusion = formal_notice_conclusion(timeline, formal_notice)
        yield from _wrapped(f"{conclusion} (article {article_number(article)}).")
        yield from _wrapped(" ".join(formal_notice_reasons(timeline, formal_notice)))


def _next_deadlines(timeline: Timeline) -> list[Deadline]:
    return [d for d in timeline.deadlines if d.due_on >= timeline.as_of][:1]


def _wrapped(words: str) -> list[str]:
    return textwrap.wrap(words, WIDTH, break_on_hyphens=False)
