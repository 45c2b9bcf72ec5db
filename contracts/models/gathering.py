"""What many conventions live by, read with a few queries for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from contracts.models.caisses import Caisse
from contracts.models.partners import Partner
from contracts.models.rulebooks import Interpretation, PublishedRulebook
from workflows.advance import Advance, advance
from workflows.calendar import HolidayCalendar
from workflows.replay import replay, standing_answers
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind
from workflows.snapshots import Setting
from workflows.subjects import act_rows
from workflows.timeline import Timeline

if TYPE_CHECKING:
    from contracts.models.conventions import Convention


class Gathering:
    """The rules, the standing interpretations, the partners and calendars of some conventions."""

    def __init__(self, conventions: Sequence[Convention]) -> None:
        self._conventions = conventions
        self._rulebooks = {
            row.pk: row.rulebook
            for row in PublishedRulebook.objects.filter(
                pk__in={one.pinned_id for one in conventions}
            )
        }
        self._kinds = _values(Partner, {one.partner_id for one in conventions}, "kind")
        self._calendars = _values(
            Caisse, {one.caisse_id for one in conventions}, "holiday_calendar"
        )
        self._interpretations = {
            code: Interpretation.standing(code)
            for code in {one.rulebook_code for one in conventions}
        }
        self._settings: dict[tuple[Any, ...], Setting] = {}

    def lives(self, as_of: date) -> Iterator[Timeline | Exception]:
        """The life of each convention, in their order, or why it cannot be told."""
        rows = act_rows(self._conventions[0].acts.model, [one.pk for one in self._conventions])
        for one in self._conventions:
            try:
                yield replay(
                    self._rulebook(one),
                    [row.act for row in rows[one.pk]],
                    as_of,
                    interpretations=self._interpretations[one.rulebook_code],
                    partner_kind=PartnerKind(self._kinds[one.partner_id]),
                    holidays=HolidayCalendar(self._calendars[one.caisse_id]),
                )
            except Exception as error:
                yield error

    def advances(self, as_of: date) -> Iterator[Advance | None]:
        """Each convention gone on from its snapshot; None where its acts are to be replayed."""
        for one in self._conventions:
            yield advance(one.snapshot, self._setting(one), as_of) if one.snapshot else None

    def _rulebook(self, convention: Convention) -> Rulebook:
        pinned = convention.pinned_id
        return convention.rules if pinned is None else self._rulebooks[pinned]

    def _setting(self, convention: Convention) -> Setting:
        kind = self._kinds[convention.partner_id]
        calendar = self._calendars[convention.caisse_id]
        code = convention.rulebook_code
        alike = (convention.pinned_id, code, kind, calendar)
        if alike not in self._settings:
            self._settings[alike] = Setting(
                self._rulebook(convention),
                tuple(standing_answers(self._interpretations[code]).items()),
                PartnerKind(kind),
                HolidayCalendar(calendar),
            )
        return self._settings[alike]


def _values(model: Any, keys: set[int], column: str) -> dict[int, str]:
    return dict(model.objects.filter(pk__in=keys).values_list("pk", column))
