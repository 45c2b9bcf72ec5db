"""The dates of a convention's life a second time, by living it day after day.

Written from the texts (CPC 641 and 642, the cases on notices, the clauses on breach) to be compared
with the real engine, of which it imports nothing. It turns the pages of the naive almanac one by
one and asks each morning what the night has ended and each day what the post has brought. It knows
one effect, terms of any length, one notice, two breach letters with cures, one agreement.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from tests.workflows import naive_calendar as naive
from tests.workflows.naive_calendar import ALMANAC, PAGES

Length = tuple[int, int]
"""Months, then days."""


class Rules(NamedTuple):
    """What the text says."""

    first: Length
    renewal: Length | None
    """None: the convention ends with its first term."""
    most_renewals: int | None
    notice: Length
    notice_counts_from: str
    """`posting` or `reception`."""
    breach_delay: Length
    cure: str
    """`none`, `express`, or `ambiguous`."""


class NoticeLetter(NamedTuple):
    """A letter that declines the next term."""

    posted_on: date
    received_on: date
    confirmed_on: date | None
    withdrawn_on: date | None
    """By all parties together."""


class BreachLetter(NamedTuple):
    """A letter that ends the convention for breach."""

    received_on: date
    cured_on: date | None


class Agreement(NamedTuple):
    """All parties agree on the last day."""

    agreed_on: date
    last_day: date


class Facts(NamedTuple):
    """What happened."""

    effect_on: date
    notice: NoticeLetter | None
    breaches: tuple[BreachLetter, ...]
    agreement: Agreement | None


class Life(NamedTuple):
    """What became of the convention."""

    terms: list[tuple[date, date]]
    verdict: str
    limits: tuple[date, date, date] | None
    """Of the notice: prudent, whole months, upper."""
    last_day: date | None
    cause: str
    state: str
    doubtful: bool
    """A lawyer has to decide something."""


def _page(day: date) -> int:
    return PAGES[day.year, day.month, day.day]


def _day(page: int) -> date:
    return date(*ALMANAC[page])


class _Anniversaries:
    """The pages on which so many months are over, counted from one page and walked only once."""

    def __init__(self, start: int) -> None:
        self.quantieme = ALMANAC[start][2]
        self.reached = [start]

    def after(self, months: int, days: int) -> int:
        while len(self.reached) <= months:
            page = self.reached[-1]
            month = ALMANAC[page][1]
            while ALMANAC[page][1] == month:
                page += 1
            month = ALMANAC[page][1]
            while ALMANAC[page][2] < self.quantieme and ALMANAC[page + 1][1] == month:
                page += 1
            self.reached.append(page)
        page = self.reached[months]
        for _ in range(days):
            page += 1
        return page


class _Breach:
    """A breach letter under way."""

    def __init__(self, letter: BreachLetter, last: int) -> None:
        self.letter = letter
        self.last = last
        self.stopped = False
        self.doubted = False


class _Convention:
    """The convention on one page of the almanac."""

    def __init__(self, rules: Rules, facts: Facts) -> None:
        self.rules, self.facts = rules, facts
        start = _page(facts.effect_on)
        self.months = _Anniversaries(start)
        self.starts = [start]
        self.term_last = self.months.after(*rules.first) - 1
        self.lasts = [self.term_last]
        self.last_nights: set[int] = set()
        self.breaches: list[_Breach] = []
        self.agreed_last: int | None = None
        self.verdict = ""
        self.posting_verdict = ""
        self.limits: tuple[date, date, date] | None = None
        self.notice_ends_term = 0
        self.noticed_term = 0
        self.notice_doubtful = False
        self.ended = ""

    # The nights.

    def doubtful(self) -> bool:
        return self.notice_doubtful or any(
            breach.doubted and not breach.stopped for breach in self.breaches
        )

    def morning(self, page: int) -> None:
        """What midnight has ended: the page before was perhaps a last day."""
        night = page - 1
        term_over = night >= self.term_last
        if self.doubtful():
            if term_over and self.rules.renewal is not None:
                self.renew()
            return
        cut = self.cut_short_by(night)
        if cut and not term_over:
            self.ended = cut
        elif term_over:
            if self.notice_ends_term == len(self.starts):
                self.ended = "notice"
            elif not self.may_renew():
                self.ended = "fixed_term"
            elif cut:
                self.ended = cut
            else:
                self.renew()

    def may_renew(self) -> bool:
        if self.rules.renewal is None:
            return False
        most = self.rules.most_renewals
        return most is None or len(self.starts) <= most

    def renew(self) -> None:
        assert self.rules.renewal is not None
        renewals = len(self.starts)
        (months, days), (more_months, more_days) = self.rules.first, self.rules.renewal
        self.starts.append(self.term_last + 1)
        self.term_last = (
            self.months.after(months + renewals * more_months, days + renewals * more_days) - 1
        )
        self.lasts.append(self.term_last)

    def cut_short_by(self, night: int) -> str:
        """Whether an agreement or an uncured breach made that night the last."""
        breached = any(
            breach.last == night and not breach.stopped and not self.saved(breach)
            for breach in self.breaches
        )
        if self.agreed_last == night:
            return "mutual_agreement"
        return "breach" if breached else ""

    def saved(self, breach: _Breach) -> bool:
        """Cured on the next working day, the last day having been none: a lawyer will say."""
        cured_on = breach.letter.cured_on
        last_day = _day(breach.last)
        return (
            self.rules.cure != "none"
            and cured_on is not None
            and not naive.is_working_day(last_day, "metropolitan")
            and cured_on == naive.next_working_day(last_day, "metropolitan")
        )

    # The days.

    def daytime(self, page: int) -> None:
        """What happens on that page, in the order of the acts of a day."""
        day = _day(page)
        self.notice_delivered(day)
        self.breach_letters_delivered(day)
        self.notice_followed(day)
        for breach in self.breaches:
            if breach.letter.cured_on == day:
                self.cured(breach, page)
        agreement = self.facts.agreement
        if agreement is not None and agreement.agreed_on == day:
            self.agreed_last = _page(agreement.last_day)
            self.last_nights.add(self.agreed_last)

    def notice_delivered(self, day: date) -> None:
        notice = self.facts.notice
        if notice is not None and notice.posted_on == day:
            self.notice_posted(day)
        if notice is not None and notice.received_on == day:
            self.notice_received(day)

    def breach_letters_delivered(self, day: date) -> None:
        for letter in self.facts.breaches:
            if letter.received_on == day:
                last = _page(naive.after(day, *self.rules.breach_delay))
                self.breaches.append(_Breach(letter, last))
                self.last_nights.add(last)

    def notice_followed(self, day: date) -> None:
        notice = self.facts.notice
        if notice is not None and notice.withdrawn_on == day:
            self.verdict, self.notice_ends_term = "withdrawn", 0
            self.notice_doubtful = False
        if notice is not None and notice.confirmed_on == day:
            self.notice_confirmed()

    def judged(self, day: date) -> str:
        """Does the notice, counted from that day, fit in the running term?"""
        over = _page(naive.after(day, *self.rules.notice))
        if over <= self.term_last:
            return "in_time"
        return "grey_zone" if over <= self.term_last + 1 else "late"

    def notice_posted(self, day: date) -> None:
        self.posting_verdict = self.judged(day)
        if self.rules.notice_counts_from == "posting":
            self.settle(self.posting_verdict)

    def notice_received(self, day: date) -> None:
        if self.rules.notice_counts_from != "reception" or self.verdict == "withdrawn":
            return
        order = ["late", "grey_zone", "in_time"]
        verdict = self.judged(day)
        better = order.index(self.posting_verdict) > order.index(verdict)
        self.settle("to_qualify" if better else verdict)

    def settle(self, verdict: str) -> None:
        self.verdict = verdict
        self.noticed_term = len(self.starts)
        self.limits = naive.notice_limits(_day(self.term_last), *self.rules.notice)
        self.notice_doubtful = verdict in ("grey_zone", "to_qualify")
        if verdict == "in_time":
            self.notice_ends_term = self.noticed_term

    def notice_confirmed(self) -> None:
        if self.verdict == "late" and len(self.starts) <= self.noticed_term + 1:
            self.notice_ends_term = self.noticed_term + 1

    def cured(self, breach: _Breach, page: int) -> None:
        late = page > breach.last
        if self.rules.cure == "none":
            return
        if self.rules.cure == "ambiguous" or late:
            breach.doubted = True
        else:
            breach.stopped = True


def live(rules: Rules, facts: Facts, until: date) -> Life:
    """Live the convention from its effect to the morning of ``until``."""
    convention = _Convention(rules, facts)
    busy = {_page(day) for day in _days_of(facts)}
    page, last_page = _page(facts.effect_on), _page(until)
    convention.daytime(page)
    last_nights = convention.last_nights
    while page < last_page and not convention.ended:
        page += 1
        if page > convention.term_last or page - 1 in last_nights:
            convention.morning(page)
        if page in busy and not convention.ended:
            convention.daytime(page)
    return _told(convention, page)


def _days_of(facts: Facts) -> Iterator[date]:
    """The days on which something happens."""
    notice, agreement = facts.notice, facts.agreement
    if notice is not None:
        yield from (notice.posted_on, notice.received_on)
        yield from (day for day in (notice.confirmed_on, notice.withdrawn_on) if day is not None)
    for letter in facts.breaches:
        yield from (day for day in letter if day is not None)
    if agreement is not None:
        yield agreement.agreed_on


def _told(convention: _Convention, page: int) -> Life:
    terms = [
        (_day(first), _day(last))
        for first, last in zip(convention.starts, convention.lasts, strict=True)
    ]
    if convention.ended in ("notice", "fixed_term"):
        state = "expired"
    elif convention.ended:
        state = "terminated"
    elif any(not breach.stopped for breach in convention.breaches):
        state = "termination_pending"
    else:
        state = "notice_given" if convention.notice_ends_term else "active"
    return Life(
        terms,
        convention.verdict,
        convention.limits,
        _day(page - 1) if convention.ended else None,
        convention.ended,
        state,
        convention.doubtful(),
    )
