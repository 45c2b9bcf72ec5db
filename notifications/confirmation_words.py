"""What a confirmation says of one binding step: the step, what follows, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from contracts.models import Avenant, Partner
from notifications.binding import STEPS, Binding
from templates_conventions.letter_words import cited
from templates_conventions.sources import read_toml
from workflows.french import NO_BREAK_SPACE, date_in_words, typeset
from workflows.parties import successions_of
from workflows.rulebook_types import Frozen
from workflows.timeline import Timeline


class Words(Frozen):
    """What is said of a kind of step."""

    label: str
    consequence: str
    action: str


class _File(Frozen):
    kinds: dict[str, Words]


class Said(NamedTuple):
    """One step as its reader is told of it."""

    line: str
    """« 15 janvier 2025 : tacite reconduction, 2ᵉ période (article 9-1) »."""
    consequence: str
    action: str


@cache
def words() -> dict[str, Words]:
    """What is said of each kind. Raises ``SourceFault``."""
    path = Path(__file__).with_name("confirmations.toml")
    return _File.model_validate(read_toml(path).settings).kinds


def named(binding: Binding) -> str:
    """« prise d’effet, le 15 janvier 2025 »: a step without its life, as where it proves untrue."""
    label = words()[binding.kind].label
    return typeset(f"{label[:1].lower()}{label[1:]}, le {date_in_words(binding.on)}")


def told(binding: Binding, timeline: Timeline, *, to_partner: bool) -> Said:
    """What is told of a step of that life, to the partner or to the caisse."""
    kind = words()[binding.kind]
    known = dict(_facts(binding, timeline))
    if "by" in known:
        parties = {one.role: one.designation for one in timeline.rulebook.parties}
        parties |= {"caisse": "la caisse", "partner": "vous" if to_partner else "le partenaire"}
        known["by"] = parties[known["by"]]
    label = _label(binding, timeline) or kind.label
    article = _article(binding, timeline)
    source = f" ({cited(article)})" if article else ""
    return Said(
        typeset(f"{date_in_words(binding.on)} : {label[:1].lower()}{label[1:]}{source}"),
        typeset(kind.consequence.format_map(known)),
        typeset(kind.action.format_map(known)),
    )


def _label(binding: Binding, timeline: Timeline) -> str:
    """As its convention calls it: a renewal is tacit, or agreed upon."""
    if binding.kind == "renewed":
        return timeline.label_of_step(timeline.steps[_step(binding, timeline)])
    return ""


def _step(binding: Binding, timeline: Timeline) -> int:
    """The place of the step of a binding among those of the life."""
    return next(
        place
        for place, step in enumerate(timeline.steps)
        if STEPS.get(step.name) == binding.kind
        and step.on == binding.on
        and binding.about in ("", str(step.term))
    )


def _article(binding: Binding, timeline: Timeline) -> str:
    rules = timeline.rulebook
    match binding.kind:
        case "notice_given" | "notice_withdrawn":
            return timeline.notices[binding.about].rule.article
        case "breach_delay" | "breach_cured" | "breach_withdrawn":
            return timeline.formal_notices[binding.about].rule.article
        case "suspended" | "suspended_for_good" | "suspension_lifted":
            return rules.article_of("suspension")
        case "avenant":
            return rules.article_of("avenant")
        case "succeeded":
            return rules.article_of("provisions.assignment")
    return timeline.article_of(timeline.steps[_step(binding, timeline)])


def _facts(binding: Binding, timeline: Timeline) -> Iterator[tuple[str, str]]:
    match binding.kind:
        case "signed":
            effect = timeline.effect_on
            yield (
                "effect",
                (
                    f"elle prend effet le {date_in_words(effect)}"
                    if effect is not None and effect > timeline.as_of
                    else "il reste une condition à remplir"
                ),
            )
        case "in_force" | "renewed":
            number = int(binding.about or 1)
            yield "term", _until(timeline, number)
            yield "limit", _limit(timeline, number)
        case "notice_given" | "notice_withdrawn":
            notice = timeline.notices[binding.about]
            assert notice.counted_on is not None
            yield "by", notice.by
            yield "counted_on", date_in_words(notice.counted_on)
            term = timeline.term(notice.ends_term)
            last_day = notice.last_day or (term and term.last_day)
            yield "last_day", date_in_words(last_day) if last_day else ""
        case "breach_delay" | "breach_cured" | "breach_withdrawn":
            letter = timeline.formal_notices[binding.about]
            assert letter.counted_on is not None
            assert letter.last_day is not None
            yield "by", letter.by
            yield "counted_on", date_in_words(letter.counted_on)
            yield "last_day", date_in_words(letter.last_day)
        case "avenant":
            prepared = Avenant.objects.filter(identifier=binding.about).first()
            yield (
                "name",
                (f"L’avenant n°{NO_BREAK_SPACE}{prepared.number}" if prepared else "L’avenant"),
            )
        case "succeeded":
            [place] = [one for one in successions_of(timeline) if one.act.id == binding.about]
            names = Partner.objects.in_bulk([int(place.predecessor), int(place.successor)])
            yield "predecessor", names[int(place.predecessor)].name
            yield "successor", names[int(place.successor)].name
        case "expired" | "terminated":
            assert timeline.last_day_in_force is not None
            yield "last_day", date_in_words(timeline.last_day_in_force)


def _until(timeline: Timeline, number: int) -> str:
    term = timeline.term(number)
    if term is None or term.last_day is None:
        return ""
    last = date_in_words(term.last_day)
    if number == 1:
        return f" ; sa première période va jusqu’au {last}"
    return f", jusqu’au {last}"


def _limit(timeline: Timeline, number: int) -> str:
    """Until when that term may be declined, while it still may."""
    for one in timeline.deadlines:
        if (one.kind, one.term) == ("notice_limit", number) and one.due_on >= timeline.as_of:
            return (
                " ; pour qu’elle s’arrête à la fin de cette période, dénoncez-la au plus tard le "
                f"{date_in_words(one.due_on)}"
            )
    return ""
