"""The engine agrees with a second, naive one on a hundred thousand random lives."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

import pytest

from tests.workflows import naive_engine
from tests.workflows.naive_engine import Agreement, BreachLetter, Facts, NoticeLetter, Rules
from tests.workflows.rulebook_contents import content
from workflows import acts
from workflows.acts import Act
from workflows.calendar import Duration
from workflows.clock import PARIS, start_of_day
from workflows.replay import replay
from workflows.rulebook import LetterForm, Rulebook
from workflows.timeline import Timeline

SEEDS = (1101, 1102, 1103, 1104)
RULEBOOKS, LIVES_OF_EACH = 125, 200
MONTH_ENDS = ((1, 31), (2, 28), (2, 29), (3, 31), (8, 31), (11, 30), (12, 31))
LETTER = LetterForm.REGISTERED_LETTER


def some_rules(chance: Random) -> Rules:
    first = chance.choice(((12, 0), (12, 0), (6, 0), (18, 0), (3, 0), (0, 200), (0, 91)))
    renewal = chance.choice(((12, 0), (12, 0), (6, 0), (1, 0), (0, 100), (2, 15), None))
    return Rules(
        first,
        renewal,
        chance.choice((None, None, 1, 2)) if renewal else None,
        chance.choice(((3, 0), (3, 0), (2, 0), (1, 0), (0, 30), (0, 60), (1, 15))),
        chance.choice(("posting", "reception")),
        chance.choice(((0, 30), (0, 30), (1, 0), (0, 8))),
        chance.choice(("none", "express", "ambiguous")),
    )


def rulebook_of(rules: Rules) -> Rulebook:
    table = content(effect__conditions=[])
    forms = {"forms": ["registered_letter"]}
    table["term"] = {
        "article": "9-1",
        "kind": "length",
        "length": Duration(*rules.first),
        "renewal": {"article": "9-1", "kind": "none"},
    }
    if rules.renewal is not None:
        table["term"]["renewal"] = {
            "article": "9-1",
            "kind": "tacit",
            "length": Duration(*rules.renewal),
            "maximum": rules.most_renewals,
        }
    table["notice"] = {
        "article": "9-1",
        "length": Duration(*rules.notice),
        "counts_from": rules.notice_counts_from,
        **forms,
    }
    table["breach"] = {
        "article": "9-2",
        "delay": Duration(*rules.breach_delay),
        "counts_from": "reception",
        "cure": rules.cure,
        **forms,
    }
    table["mutual_termination"] = {"article": "C. civ. 1193", "basis": "law"}
    return Rulebook.model_validate(table)


def some_day(chance: Random) -> date:
    """Any day of a leap cycle, and one in three at the end of a month."""
    year = chance.randint(2022, 2027)
    if chance.random() < 1 / 3:
        month, quantieme = chance.choice(MONTH_ENDS)
        leap = year % 4 == 0
        return date(year, month, 28 if quantieme == 29 and not leap else quantieme)
    return date(year, 1, 1) + timedelta(days=chance.randint(0, 364))


def some_facts(chance: Random, rules: Rules) -> Facts:
    """Letters near the days that matter: the limits of the term, the last day of the delay."""
    effect_on = some_day(chance)
    months, days = rules.first
    term_end = effect_on + timedelta(days=30.4 * months + days)
    notice_months, notice_days = rules.notice
    limit = term_end - timedelta(days=round(30.4 * notice_months) + notice_days)
    notice, breaches, agreement = None, [], None
    what = chance.random()
    if what < 0.7:
        posted_on = max(effect_on, limit + timedelta(days=chance.randint(-4, 6)))
        if chance.random() < 0.2:
            posted_on = effect_on + timedelta(days=chance.randint(0, 700))
        notice = NoticeLetter(
            posted_on,
            posted_on + timedelta(days=chance.choice((0, 1, 2, 3, 10))),
            posted_on + timedelta(days=chance.randint(11, 300)) if chance.random() < 0.3 else None,
            posted_on + timedelta(days=chance.randint(11, 20)) if what < 0.1 else None,
        )
    if what > 0.5:
        for _ in range(chance.choice((1, 1, 2))):
            received_on = effect_on + timedelta(days=chance.randint(0, 500))
            if chance.random() < 0.4:
                received_on = max(effect_on, term_end + timedelta(days=chance.randint(-40, 5)))
            days = round(30.4 * rules.breach_delay[0]) + rules.breach_delay[1]
            cured_on = received_on + timedelta(days=max(0, days + chance.choice((-9, -1, 0, 1, 2))))
            breaches.append(BreachLetter(received_on, cured_on if chance.random() < 0.5 else None))
    if 0.4 < what < 0.5 or what > 0.95:
        agreed_on = effect_on + timedelta(days=chance.randint(0, 500))
        agreement = Agreement(agreed_on, agreed_on + timedelta(days=chance.randint(0, 90)))
    return Facts(effect_on, notice, tuple(breaches), agreement)


def acts_of(facts: Facts) -> list[Act]:
    """The facts in the engine's words, each recorded at noon of its day."""
    told: list[Act] = []

    def tell(kind: type[Act], on: date, name: str, **own: object) -> None:
        recorded_at = datetime.combine(on, time(12), tzinfo=PARIS)
        told.append(kind(id=name, on=on, recorded_at=recorded_at, **own))

    for party in ("caisse", "partner"):
        tell(acts.Signature, facts.effect_on, f"signature-{party}", party=party)
    notice = facts.notice
    if notice is not None:
        tell(acts.Notice, notice.posted_on, "notice", letter="n", by="partner", form=LETTER)
        tell(acts.LetterPosted, notice.posted_on, "notice.posted", letter="n")
        tell(acts.LetterDelivered, notice.received_on, "notice.delivered", letter="n")
        if notice.withdrawn_on is not None:
            both = ("caisse", "partner")
            tell(acts.NoticeWithdrawn, notice.withdrawn_on, "withdrawn", agreed_by=both)
        if notice.confirmed_on is not None:
            tell(acts.NoticeConfirmed, notice.confirmed_on, "confirmed")
    for number, breach in enumerate(facts.breaches):
        name = f"breach-{number}"
        tell(acts.FormalNotice, breach.received_on, name, letter=name, by="caisse", form=LETTER)
        tell(acts.LetterDelivered, breach.received_on, f"{name}.delivered", letter=name)
        if breach.cured_on is not None:
            tell(acts.Cure, breach.cured_on, f"{name}.cure", formal_notice=name)
    if facts.agreement is not None:
        tell(
            acts.MutualTermination,
            facts.agreement.agreed_on,
            "agreement",
            last_day=facts.agreement.last_day,
            agreed_by=("caisse", "partner"),
        )
    return told


def life_of(timeline: Timeline) -> naive_engine.Life:
    """What the engine says, in the words of the naive one."""
    until = timeline.as_of
    last_day = timeline.last_day_in_force
    over = last_day is not None and last_day < until
    record = timeline.notices.get("notice")
    return naive_engine.Life(
        [(t.first_day, t.last_day) for t in timeline.terms if t.first_day <= until],
        record.verdict if record else "",
        tuple(record.limits) if record and record.verdict and record.limits else None,
        last_day if over else None,
        timeline.end_cause if over else "",
        timeline.state,
        any(question.blocking for question in timeline.open_questions),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_both_engines_give_the_same_life(seed: int) -> None:
    chance = Random(seed)
    compared = 0
    for _ in range(RULEBOOKS):
        rules = some_rules(chance)
        rulebook = rulebook_of(rules)
        for _ in range(LIVES_OF_EACH):
            facts = some_facts(chance, rules)
            until = facts.effect_on + timedelta(days=chance.choice((300, 500, 900)))
            told = acts_of(facts)
            if any(act.on >= until for act in told):
                until = max(act.on for act in told) + timedelta(days=60)
            timeline = replay(rulebook, told, until)
            naive = naive_engine.live(rules, facts, until)
            compared += 1
            assert life_of(timeline) == naive, (seed, compared, rules, facts, until)
            if compared % 40 == 0 and naive.last_day is not None:
                # Accounts close at the midnight that follows the last day.
                closes_at = timeline.access_intervals[-1].closes_at
                assert closes_at == start_of_day(naive.last_day + timedelta(days=1))
    assert compared == RULEBOOKS * LIVES_OF_EACH


def test_a_hundred_thousand_lives_are_compared() -> None:
    assert len(SEEDS) * RULEBOOKS * LIVES_OF_EACH >= 100_000
