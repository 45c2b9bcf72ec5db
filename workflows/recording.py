"""Whether an act may be recorded: the only place where the rules refuse to take a fact.

Only the new act can be refused. What a backdated act makes of acts recorded earlier is shown in the
timeline, not refused here; except that a letter may not be received before it was posted, nor
carry two acts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from workflows.acts import Act
from workflows.calendar import HolidayCalendar
from workflows.clock import civil_date
from workflows.french import date_in_words
from workflows.replay import replay_in
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind
from workflows.timeline import Circumstances, Interpretation, Refusal, Timeline

_CONTRADICTIONS = frozenset({"letter_out_of_order", "letter_already_used"})
"""Refusals of an earlier act that show that the new one is wrong."""


class ActRefused(Exception):
    """The rules do not take this act; its text is the reason, with the article."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def refuse_future(new_act: Act) -> date:
    """The Paris day of recording; ``ActRefused`` for an act dated later that announces nothing."""
    today = civil_date(new_act.recorded_at)
    if new_act.on > today and not new_act.announces:
        raise ActRefused(
            Refusal(
                new_act,
                "dated_in_the_future",
                f"Daté du {date_in_words(new_act.on)}, après le jour de son enregistrement "
                f"({date_in_words(today)}) : n’enregistrer un fait qu’une fois arrivé.",
                "",
            )
        )
    return today


def consider(
    rulebook: Rulebook,
    acts: Iterable[Act],
    new_act: Act,
    interpretations: Sequence[Interpretation] = (),
    partner_kind: PartnerKind | None = None,
    holidays: HolidayCalendar = HolidayCalendar.METROPOLITAN,
) -> Timeline:
    """The timeline with ``new_act``, on the Paris day of its recording.

    Raises ``ActRefused`` when the act is dated after that day though it announces nothing, when the
    rules refuse it, or when it contradicts a letter's dates already recorded.
    """
    today = refuse_future(new_act)
    circumstances = Circumstances(
        rulebook, tuple(acts), tuple(interpretations), partner_kind, holidays
    )
    with_it = circumstances._replace(acts=(*circumstances.acts, new_act))
    timeline = replay_in(with_it, today, new_act.recorded_at)
    known = {(r.act.id, r.code) for r in replay_in(circumstances, today).refused}
    for refusal in timeline.refused:
        if refusal.act.id == new_act.id:
            raise ActRefused(refusal)
        if refusal.code in _CONTRADICTIONS and (refusal.act.id, refusal.code) not in known:
            raise ActRefused(refusal._replace(act=new_act))
    return timeline
