"""Random rulebooks that are valid and pass the static checks, for the properties of the engine."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from workflows.calendar import Duration, add
from workflows.rulebook import Rulebook

REGISTERED = ["registered_letter", "qualified_electronic_registered_letter"]
ALL_FORMS = [*REGISTERED, "hand_delivered_letter", "ordinary_letter", "email"]
FIRST_DAY = date(2020, 1, 1)
LAST_DAY = date(2030, 12, 31)

Table = dict[str, Any]


def days() -> st.SearchStrategy[date]:
    """Days around which the random conventions live, ends of months and 29 February included."""
    return st.dates(FIRST_DAY, LAST_DAY)


def durations(*, months: int = 36, days: int = 400) -> st.SearchStrategy[Duration]:
    """Lengths in months, in days, and now and then in both."""
    return st.one_of(
        st.builds(Duration, st.integers(1, months), st.just(0)),
        st.builds(Duration, st.just(0), st.integers(1, days)),
        st.builds(Duration, st.integers(1, months), st.integers(1, 45)),
    )


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    """A rulebook of any lifecycle that the schema can express and the checks accept."""
    roles = draw(st.sampled_from([["caisse", "partner"], ["caisse", "partner", "national_body"]]))
    effect = draw(_effects())
    term = draw(_terms(effect))
    content: Table = {
        "code": "modele-aleatoire",
        "version": draw(st.integers(1, 9)),
        "title": "Convention aléatoire",
        "object": {"article": "1"},
        "caisse": "Caisse fictive",
        "parties": draw(_parties(roles)),
        "effect": effect,
        "term": term,
        "avenant": {
            "article": "9-3",
            "covers": draw(st.sampled_from([["convention"], ["convention", "annexes"]])),
            "experiments_without_avenant": draw(st.booleans()),
        },
        "services": [{"article": "3", "code": "service", "label": "Service fictif"}],
        "habilitation": draw(_habilitations()),
        "documents": {"article": "2", "copies": len(roles)},
        "provisions": draw(_provisions()),
    }
    clauses: dict[str, st.SearchStrategy[Table]] = {
        "notice": _notices(term, roles),
        "breach": _breaches(),
        "dispute": _disputes(),
        "mutual_termination": st.just({"article": "C. civ. 1193", "basis": "law"}),
        "suspension": st.just({"article": "7-2", "grounds": "suspicion de fraude"}),
        "survival": _survivals(),
    }
    for name, clause in clauses.items():
        if draw(st.booleans()):
            content[name] = draw(clause)
    if draw(st.booleans()):
        content["force_majeure"] = draw(_force_majeures(may_suspend="suspension" in content))
    if not _can_end(content):
        content["mutual_termination"] = draw(clauses["mutual_termination"])
    return Rulebook.model_validate(content)


def _can_end(content: Table) -> bool:
    term = content["term"]
    by_itself = term["kind"] != "none" and (
        term["renewal"]["kind"] != "tacit" or "maximum" in term["renewal"]
    )
    return by_itself or bool({"notice", "breach", "mutual_termination"} & content.keys())


@st.composite
def _parties(draw: st.DrawFn, roles: list[str]) -> list[Table]:
    parties: list[Table] = [{"role": role, "designation": role} for role in roles]
    parties[0]["signature"] = draw(st.sampled_from(["required", "expected"]))
    if len(parties) > 2:
        parties[2]["may_leave"] = draw(st.booleans())
    return parties


@st.composite
def _effects(draw: st.DrawFn) -> Table:
    rule = draw(
        st.sampled_from(["last_signature", "document_date", "fixed_date", "validation_date"])
    )
    effect: Table = {"article": "9-1", "rule": rule}
    if rule == "fixed_date":
        effect["fixed_on"] = draw(days())
    conditions: list[Table] = []
    if draw(st.booleans()):
        conditions.append(
            {
                "article": "9-1",
                "kind": "cnil",
                "label": "Déclaration CNIL",
                "consequence": "suspends_effect",
                "accepted": ["transmission", "not_applicable"],
            }
        )
    if draw(st.booleans()):
        conditions.append(
            {
                "article": "3",
                "kind": "document",
                "document": "delegation",
                "label": "Délégation",
                "consequence": draw(
                    st.sampled_from(["suspends_effect", "blocks_access_requests", "warning"])
                ),
                "except_partner_kinds": draw(st.sampled_from([[], ["departement"]])),
            }
        )
    if draw(st.booleans()):
        conditions.append(
            {
                "article": "CGCT L.2131-1",
                "basis": "law",
                "kind": "deliberation",
                "label": "Délibération exécutoire",
                "consequence": "warning",
                "partner_kinds": ["commune", "departement"],
            }
        )
    effect["conditions"] = draw(st.permutations(conditions))
    return effect


@st.composite
def _terms(draw: st.DrawFn, effect: Table) -> Table:
    kind = draw(st.sampled_from(["length", "length", "length", "fixed_last_day", "none"]))
    term: Table = {"article": "9-1", "kind": kind, "renewal": {"article": "9-1", "kind": "none"}}
    if kind == "length":
        term["length"] = draw(durations())
    elif kind == "fixed_last_day":
        term["last_day"] = draw(st.dates(effect.get("fixed_on", FIRST_DAY), date(2034, 12, 31)))
    if kind != "none":
        term["renewal"] = draw(_renewals())
    return term


@st.composite
def _renewals(draw: st.DrawFn) -> Table:
    kind = draw(st.sampled_from(["tacit", "tacit", "express", "none"]))
    renewal: Table = {"article": "9-1", "kind": kind}
    if kind != "none":
        renewal["length"] = draw(durations())
    if kind == "tacit" and draw(st.booleans()):
        renewal["maximum"] = draw(st.integers(1, 5))
    return renewal


@st.composite
def _notices(draw: st.DrawFn, term: Table, roles: list[str]) -> Table:
    lengths = [length for length in (term.get("length"), term["renewal"].get("length")) if length]
    start = date(2001, 3, 1)
    days_at_most = min(((add(start, length) - start).days for length in lengths), default=365) - 1
    months_at_most = min((length.months for length in lengths), default=12) - 1
    fits = term["renewal"]["kind"] != "none" and days_at_most >= 1
    timing = draw(st.sampled_from(["before_term_end", "at_any_time"] if fits else ["at_any_time"]))
    if timing == "at_any_time":
        length = draw(durations(months=12, days=120))
    elif months_at_most >= 1 and draw(st.booleans()):
        length = Duration(draw(st.integers(1, min(months_at_most, 12))), 0)
    else:
        length = Duration(0, draw(st.integers(1, min(days_at_most, 200))))
    counts_from = draw(st.sampled_from(["posting", "first_presentation", "reception"]))
    return {
        "article": "9-1",
        "length": length,
        "timing": timing,
        "forms": draw(_forms(counts_from)),
        "by": draw(st.lists(st.sampled_from(roles), min_size=1, unique=True)),
        "counts_from": counts_from,
        "late": draw(st.sampled_from(["next_term_if_confirmed", "void"])),
    }


@st.composite
def _breaches(draw: st.DrawFn) -> Table:
    counts_from = draw(st.sampled_from(["posting", "first_presentation", "reception"]))
    breach: Table = {
        "article": "9-2",
        "kind": draw(st.sampled_from(["delay", "delay", "immediate"])),
        "counts_from": counts_from,
        "forms": draw(_forms(counts_from)),
        "cure": "none",
        "damages_kept": draw(st.booleans()),
    }
    if breach["kind"] == "delay":
        breach["delay"] = draw(durations(months=6, days=90))
        breach["cure"] = draw(st.sampled_from(["none", "express", "ambiguous"]))
        breach["other_reading_days"] = draw(st.sampled_from([0, -1]))
    return breach


@st.composite
def _forms(draw: st.DrawFn, counts_from: str) -> list[str]:
    # Only a letter has a first presentation.
    possible = ALL_FORMS if counts_from != "first_presentation" else REGISTERED
    further = draw(st.lists(st.sampled_from(possible), unique=True, max_size=3))
    return [REGISTERED[0], *(form for form in further if form != REGISTERED[0])]


@st.composite
def _disputes(draw: st.DrawFn) -> Table:
    dispute: Table = {"article": "10"}
    if draw(st.booleans()):
        dispute["amicable"] = draw(durations(months=6, days=90))
    return dispute


@st.composite
def _force_majeures(draw: st.DrawFn, *, may_suspend: bool) -> Table:
    return {
        "article": "10",
        "faculty_after": draw(durations(months=6, days=90)),
        "access": draw(
            st.sampled_from(["unchanged", "suspended"] if may_suspend else ["unchanged"])
        ),
        "without_indemnity": draw(st.booleans()),
    }


@st.composite
def _survivals(draw: st.DrawFn) -> Table:
    survival: Table = {"article": "9-2", "articles": draw(st.sampled_from([[], ["3"]]))}
    confidentiality = draw(st.sampled_from([None, "unlimited", "after_end", "unstated"]))
    if confidentiality is not None:
        survival["confidentiality"] = {
            "article": "6-1",
            "unlimited": confidentiality == "unlimited",
        }
    if confidentiality == "after_end":
        survival["confidentiality"]["after_end"] = draw(durations(months=120))
    if draw(st.booleans()):
        survival["attestation"] = {"article": "6-1"}
        if draw(st.booleans()):
            survival["attestation"]["within"] = draw(durations(months=3, days=60))
    return survival


@st.composite
def _habilitations(draw: st.DrawFn) -> Table:
    rules: Table = {
        "article": "4",
        "account_holder": draw(st.sampled_from(["partner", "user"])),
        "opens_on": draw(st.sampled_from(["effect", "partner_signature_returned"])),
        "loss": {
            "article": "5",
            "procedure": draw(st.sampled_from(["new_habilitation", "self_service"])),
        },
    }
    if draw(st.booleans()):
        after = Duration(draw(st.integers(2, 24)), 0)
        rules["dormancy"] = {
            "article": "4",
            "after": after,
            "warn_after": Duration(after.months - 1, 0),
            "automatic": draw(st.booleans()),
        }
    return rules


@st.composite
def _provisions(draw: st.DrawFn) -> Table:
    if draw(st.booleans()):
        return {"entire_agreement": {"article": "13.1"}}
    return {}
