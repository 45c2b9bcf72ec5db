"""From acts and a rulebook to the life of a convention: a pure function that never raises.

``known_at`` selects the acts recorded by then; ``as_of`` divides the past from the projection. The
order of the acts given does not matter: they are folded in legal order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from workflows import fold
from workflows.acts import Act, Annulment, UserAct, legal_order
from workflows.calendar import HolidayCalendar, add_months
from workflows.convention import IN_FORCE
from workflows.convention_state import ConventionState, RefusedAct
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind
from workflows.timeline import Circumstances, Interpretation, Timeline

ENGINE_VERSION = "1"
"""Grows whenever the engine may give another date for the same acts."""

HORIZON_MONTHS = 24
"""How far beyond ``as_of``, or beyond the last act, the projection goes."""


LIFETIME_YEARS = 200
"""How far a life is told where all of it is wanted: longer than any convention."""


def replay(
    rulebook: Rulebook,
    acts: Iterable[Act],
    as_of: date,
    known_at: datetime | None = None,
    interpretations: Sequence[Interpretation] = (),
    *,
    partner_kind: PartnerKind | None = None,
    holidays: HolidayCalendar = HolidayCalendar.METROPOLITAN,
) -> Timeline:
    """The life of the convention that ``acts`` make, as known at ``known_at`` (default: all known).

    Acts that the rules do not allow are listed in ``Timeline.refused``; nothing is raised.
    """
    circumstances = Circumstances(
        rulebook, tuple(acts), tuple(interpretations), partner_kind, holidays
    )
    return replay_in(circumstances, as_of, known_at)


def replay_in(
    circumstances: Circumstances, as_of: date, known_at: datetime | None = None
) -> Timeline:
    """``replay`` for circumstances already gathered."""
    known = _known(circumstances.acts, known_at)
    data = _initial(circumstances, known.acts, known_at)
    last = known.acts[-1].legal_date if known.acts else as_of
    horizon = add_months(max(as_of, last), HORIZON_MONTHS)
    fold.fold(data, known.acts, horizon)
    data.refused.extend(known.refused)
    return Timeline(circumstances, known.acts, known.users, data, as_of, known_at, horizon)


def seen_from(timeline: Timeline, day: date) -> Timeline:
    """The same life, divided into past and projection at another day; its horizon stays."""
    return Timeline(
        timeline.circumstances,
        timeline.acts,
        timeline.user_acts,
        timeline.data,
        day,
        timeline.known_at,
        timeline.horizon,
    )


def foreseen(timeline: Timeline) -> Timeline:
    """The same life, told until nothing but renewals is to come: no end is beyond its horizon.

    What stands at that horizon stands until the next act, however late one looks.
    """
    horizon = add_months(timeline.as_of, 12 * LIFETIME_YEARS)
    data = timeline.data
    if not _only_renewals_to_come(data):
        data = data.copy()
        while data.next_on <= horizon and not _only_renewals_to_come(data):
            fold.fold(data, (), data.next_on)
    return Timeline(
        timeline.circumstances,
        timeline.acts,
        timeline.user_acts,
        data,
        timeline.as_of,
        timeline.known_at,
        horizon,
    )


def _only_renewals_to_come(data: ConventionState) -> bool:
    """Whether dates alone can no longer do anything but open other terms."""
    if data.next_on == date.max:
        return True
    return data.status in IN_FORCE and data.due is None and (data.goes_on or data.held)


def folded(timeline: Timeline) -> ConventionState | None:
    """The state of a timeline at ``as_of``, nothing projected; None while an act is yet to come."""
    if timeline.acts and timeline.acts[-1].legal_date > timeline.as_of:
        return None
    data = _initial(timeline.circumstances, timeline.acts, timeline.known_at)
    return fold.fold(data, timeline.acts, timeline.as_of)


def standing_answers(
    interpretations: Iterable[Interpretation], known_at: datetime | None = None
) -> dict[str, str]:
    """Kind of question to the answer that stands: of two to one kind, the later one.

    One without an answer takes back those before it.
    """
    answers = {
        interpretation.kind: interpretation.answer
        for interpretation in sorted(interpretations, key=_by_date)
        if known_at is None or interpretation.recorded_at <= known_at
    }
    return {kind: answer for kind, answer in answers.items() if answer}


def user_acts_known(
    acts: Sequence[Act], known_at: datetime | None = None
) -> tuple[list[UserAct], list[RefusedAct]]:
    """The acts about named users known at an instant, in legal order, mistakes corrected.

    With them, the annulments among ``acts`` that annul nothing.
    """
    known = _known(acts, known_at)
    return known.users, known.refused


def _initial(
    circumstances: Circumstances, acts: Sequence[Act], known_at: datetime | None
) -> ConventionState:
    return fold.initial(
        circumstances.rulebook,
        acts,
        standing_answers(circumstances.interpretations, known_at),
        circumstances.holidays,
        circumstances.partner_kind,
    )


class _Known(NamedTuple):
    acts: list[Act]
    """About the convention, in legal order."""
    users: list[UserAct]
    refused: list[RefusedAct]


def _known(acts: Sequence[Act], known_at: datetime | None) -> _Known:
    """What was known at that instant, mistakes corrected."""
    kept = acts if known_at is None else [act for act in acts if act.recorded_at <= known_at]
    refused: list[RefusedAct] = []
    kinds = set(map(type, kept))
    if Annulment in kinds:
        kept, refused = _corrected(kept)
    ordered = sorted(kept, key=legal_order)
    if not any(issubclass(kind, UserAct) for kind in kinds):
        return _Known(ordered, [], refused)
    return _Known(
        [act for act in ordered if not isinstance(act, UserAct)],
        [act for act in ordered if isinstance(act, UserAct)],
        refused,
    )


def _corrected(acts: Sequence[Act]) -> tuple[list[Act], list[RefusedAct]]:
    """The acts that stand once annulments, taken in the order of their recording, are applied."""
    depths = _depths(acts)
    accepted: list[Annulment] = []
    refused = []
    for act in sorted(acts, key=lambda act: (act.recorded_at, act.id)):
        if not isinstance(act, Annulment):
            continue
        why_not = _why_not_annulled(act)
        if not why_not and (act.id not in depths or act.of in _annulled(accepted, depths)):
            why_not = _NOTHING_TO_ANNUL
        if why_not:
            refused.append(RefusedAct(act.id, *why_not, ""))
        else:
            accepted.append(act)
    gone = _annulled(accepted, depths) | {refusal.act for refusal in refused}
    return [act for act in acts if act.id not in gone], refused


_NOTHING_TO_ANNUL = (
    "nothing_to_annul",
    "L’événement à annuler n’existe pas, ou il est déjà annulé.",
)


def _why_not_annulled(act: Annulment) -> tuple[str, str] | None:
    """Code and sentence of what an annulment lacks by itself."""
    if not act.reason.strip():
        return "reason_missing", "Une annulation donne son motif."
    if act.replaced_by in (act.id, act.of):
        return (
            "replaced_by_itself",
            "L’événement qui remplace celui qu’on annule en est un autre, avec son propre "
            "identifiant.",
        )
    return None


def _annulled(accepted: Sequence[Annulment], depths: Mapping[str, int]) -> set[str]:
    """What these annulments undo: one that is itself annulled undoes nothing."""
    annulled: set[str] = set()
    for act in sorted(accepted, key=lambda act: -depths[act.id]):
        if act.id not in annulled:
            annulled.add(act.of)
    return annulled


def _depths(acts: Sequence[Act]) -> Mapping[str, int]:
    """How many annulments stand between each annulment and the act that it is about at last.

    Those that lead to no act, or round in a circle, are left out.
    """
    by_id = {act.id: act for act in acts}
    depths: dict[str, int] = {}
    for act in acts:
        path: list[str] = []
        following: Act | None = act
        while isinstance(following, Annulment) and following.id not in depths:
            if following.id in path:
                break
            path.append(following.id)
            following = by_id.get(following.of)
        else:
            if following is not None:
                start = depths.get(following.id, -1) + 1
                depths.update((name, start + place) for place, name in enumerate(reversed(path)))
    return depths


def _by_date(interpretation: Interpretation) -> tuple[datetime, str]:
    return interpretation.recorded_at, interpretation.kind
