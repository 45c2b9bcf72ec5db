"""What many conventions live by, read with a few queries for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from contracts.models.rulebooks import Interpretation, PublishedRulebook
from workflows.acts import Act
from workflows.advance import Advances, GoneOn
from workflows.calendar import HolidayCalendar
from workflows.replay import replay, standing_answers
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind
from workflows.snapshots import Setting
from workflows.subjects import act_rows
from workflows.timeline import Timeline


class Gathering:
    """The rules and the standing interpretations of some conventions.

    They are read by ``Convention.to_sweep``, which brings the kind of partner and the calendar.
    """

    def __init__(self, conventions: Sequence[Any]) -> None:
        self._conventions = conventions
        self._published = PublishedRulebook.objects.in_bulk(
            {one.pinned_id for one in conventions if one.pinned_id is not None}
        )
        self._interpretations = {
            code: Interpretation.standing(code)
            for code in {one.rulebook_code for one in conventions}
        }
        self._rulebooks: dict[int, Rulebook] = {}
        self._latest: dict[str, Rulebook] = {}

    def lives(
        self, as_of: date, known_at: datetime | None = None
    ) -> Iterator[Timeline | Exception]:
        """The life of each convention, in their order, or why it cannot be told."""
        rows = act_rows(self._conventions[0].acts.model, [one.pk for one in self._conventions])
        for one in self._conventions:
            try:
                yield self.life(one, [row.act for row in rows[one.pk]], as_of, known_at)
            except Exception as error:
                yield error

    def life(
        self, convention: Any, acts: Sequence[Act], as_of: date, known_at: datetime | None = None
    ) -> Timeline:
        """The life that some acts make of one of the conventions."""
        return replay(
            self._rulebook(convention),
            acts,
            as_of,
            known_at,
            interpretations=self._interpretations[convention.rulebook_code],
            partner_kind=PartnerKind(convention.partner_kind),
            holidays=HolidayCalendar(convention.calendar),
        )

    def advances(self, as_of: date) -> Iterator[GoneOn | None]:
        """Each convention gone on from its snapshot; None where its acts are to be replayed."""
        alike: dict[tuple[Any, ...], Advances] = {}
        for one in self._conventions:
            setting = (one.pinned_id, one.rulebook_code, one.partner_kind, one.calendar)
            try:
                if setting not in alike:
                    alike[setting] = Advances(self._setting(one), as_of)
                yield alike[setting].gone_on(one.snapshot) if one.snapshot else None
            except Exception:
                yield None  # The replay says of this one what is wrong, and of no other.

    def _rulebook(self, convention: Any) -> Rulebook:
        """Its rules, read when they are asked for: unreadable, they stop their conventions only."""
        pinned: int | None = convention.pinned_id
        if pinned is None:
            # The latest of its type: the same for all the drafts that are read together.
            if convention.rulebook_code not in self._latest:
                self._latest[convention.rulebook_code] = convention.rules
            return self._latest[convention.rulebook_code]
        if pinned not in self._rulebooks:
            self._rulebooks[pinned] = self._published[pinned].rulebook
        return self._rulebooks[pinned]

    def _setting(self, convention: Any) -> Setting:
        return Setting(
            self._rulebook(convention),
            tuple(standing_answers(self._interpretations[convention.rulebook_code]).items()),
            PartnerKind(convention.partner_kind),
            HolidayCalendar(convention.calendar),
        )
