"""Acts as plain data: nothing is lost on the way, nothing wrong comes in."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.act_payloads import ActError, describe, parse, payload_of
from workflows.acts import KINDS, Act, Avenant, Cnil, Notice, Signature
from workflows.calendar import Duration
from workflows.clock import PARIS
from workflows.input_reading import FIRST_DAY, LAST_DAY, Key
from workflows.rulebook import LetterForm
from workflows.scopes import Scope

COMMON = {"id": "7", "on": "2025-01-15", "recorded_at": "2025-01-16T09:30:00+01:00"}
TEXTS = st.text(min_size=1, max_size=20).filter(str.strip)


def values_of(key: Key) -> st.SearchStrategy[Any]:
    """Any value that a key of an act may hold."""
    if key.name == "changes":
        values = st.one_of(st.none(), st.text(max_size=9), st.integers(), st.lists(st.text()))
        return st.dictionaries(st.text(min_size=1), values, max_size=3)
    if key.hint is date:
        return st.dates(FIRST_DAY, LAST_DAY)
    if key.hint == date | None:
        return st.none() | st.dates(FIRST_DAY, LAST_DAY)
    if key.hint is datetime:
        moments = st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1))  # noqa: DTZ001
        return st.builds(lambda moment, zone: moment.replace(tzinfo=zone), moments, zones())
    if key.hint is str:
        return TEXTS if key.required else st.text(max_size=20)
    if key.hint == tuple[str, ...]:
        return st.lists(TEXTS, min_size=1, max_size=3).map(tuple)
    if key.hint is Scope:
        return scopes()
    return st.from_type(key.hint)


def scopes() -> st.SearchStrategy[Scope]:
    code = st.from_regex(r"[A-Z0-9][A-Z0-9-]{0,8}", fullmatch=True)
    return st.one_of(
        st.just(Scope()),
        st.builds(Scope, departement=code),
        st.builds(Scope, departement=code, circonscription=code),
        st.builds(Scope, establishments=st.lists(code, min_size=1, max_size=3).map(tuple)),
    )


def zones() -> st.SearchStrategy[Any]:
    # Not Paris itself: Python holds the hour that comes twice unequal to itself across zones.
    return st.sampled_from([UTC, timezone(timedelta(hours=2))])


@st.composite
def any_act(draw: st.DrawFn) -> Act:
    kind = draw(st.sampled_from(sorted(KINDS)))
    return KINDS[kind](**{key.name: draw(values_of(key)) for key in describe(kind)})


@given(any_act())
def test_an_act_read_back_from_its_payload_is_the_same_act(act: Act) -> None:
    stored = json.loads(json.dumps(payload_of(act)))
    common = {"id": act.id, "on": act.on.isoformat(), "recorded_at": act.recorded_at.isoformat()}

    assert parse(act.kind, {**common, **stored}) == act


def test_a_payload_leaves_out_what_every_act_has() -> None:
    act = parse("cnil", {**COMMON, "basis": "transmission"})

    assert isinstance(act, Cnil)
    assert payload_of(act) == {"basis": "transmission", "reference": "", "by": "caisse"}


def test_dates_and_durations_of_an_avenant_are_stored_as_text() -> None:
    act = parse("avenant", {**COMMON, "effective_on": "2025-02-01"})
    assert isinstance(act, Avenant)
    changed = Avenant(
        id=act.id,
        on=act.on,
        recorded_at=act.recorded_at,
        effective_on=act.effective_on,
        changes={"term.length": Duration(36, 0), "term.last_day": date(2027, 1, 9)},
    )

    assert payload_of(changed) == {
        "effective_on": "2025-02-01",
        "changes": {"term.length": "P3Y", "term.last_day": "2027-01-09"},
    }


def test_values_already_typed_are_taken_as_they_are() -> None:
    act = parse(
        "notice",
        {
            "id": "7",
            "on": date(2025, 1, 15),
            "recorded_at": datetime(2025, 1, 16, tzinfo=PARIS),
            "letter": "L",
            "by": "partner",
            "form": LetterForm.REGISTERED_LETTER,
        },
    )

    assert isinstance(act, Notice)
    assert (act.on, act.form) == (date(2025, 1, 15), LetterForm.REGISTERED_LETTER)


def test_every_kind_describes_its_keys() -> None:
    for kind, act_class in KINDS.items():
        keys = {key.name: key for key in describe(kind)}
        assert set(keys) == set(get_type_hints(act_class)) - {
            "kind",
            "label",
            "rank",
            "announces",
        }
        assert all(key.expected for key in keys.values())


def refused(kind: str, **changes: Any) -> str:
    """What is said of a payload that cannot be read."""
    with pytest.raises(ActError) as refusal:
        parse(kind, {**COMMON, **changes})
    assert len(refusal.value.faults) == 1
    return str(refusal.value).replace("\N{NO-BREAK SPACE}", " ")


def test_an_unknown_kind_is_told_the_known_ones_and_the_nearest() -> None:
    said = refused("signatur")

    assert "« signatur » inconnu" in said
    assert "annulment, avenant" in said
    assert said.endswith("Peut-être « signature ».")


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("signature", {}, "« signature » : party : clé absente"),
        ("signature", {"party": ""}, "texte vide"),
        ("annulment", {"of": "a1"}, "« annulment » : reason : clé absente"),
        ("annulment", {"of": "a1", "reason": "\u00a0"}, "reason : texte vide"),
        ("annulment", {"of": "a1", "replaced_by": "a2"}, "reason : clé absente"),
        ("signature", {"party": 3}, "party : valeur refusée, reçu « 3 »"),
        ("signature", {"party": "caisse", "partie": "x"}, "clé « partie » inconnue"),
        ("signature", {"party": "caisse", "on": "2025-02-30"}, "n’existe pas dans le calendrier"),
        ("signature", {"party": "caisse", "on": "15/01/2025"}, "« 15/01/2025 » n’est pas une date"),
        ("signature", {"party": "caisse", "on": "20250115"}, "n’est pas une date"),
        ("signature", {"party": "caisse", "on": 1736899200}, "n’est pas une date"),
        ("signature", {"party": "caisse", "on": "2025-01-15T00:00:00"}, "n’est pas une date"),
        ("signature", {"party": "caisse", "on": datetime(2025, 1, 15, tzinfo=UTC)}, "pas une date"),
        ("signature", {"party": "caisse", "on": "1899-12-31"}, "du 1900-01-01 au 2200-12-31"),
        ("signature", {"party": "caisse", "on": "2201-01-01"}, "du 1900-01-01 au 2200-12-31"),
        ("signature", {"party": "caisse", "on": None}, "null n’est pas une date"),
        ("signature", {"party": "caisse", "id": " "}, "id : texte vide"),
        (
            "signature",
            {"party": "caisse", "recorded_at": "2025-01-16T09:30:00"},
            "n’a pas de décalage horaire",
        ),
        ("signature", {"party": "caisse", "recorded_at": "hier"}, "« hier » n’est pas un instant"),
        ("signature", {"party": "caisse", "recorded_at": 1736899200}, "n’est pas un instant"),
        (
            "signature",
            {"party": "caisse", "recorded_at": "0001-01-01T00:00:00+14:00"},
            "hors",
        ),
        ("notice", {"letter": "L", "by": "partner", "form": "pigeon"}, "reçu « pigeon »"),
        ("cnil", {"basis": "oubli"}, "transmission, modification, not_applicable"),
        ("avenant", {"effective_on": "2025-01-01", "changes": ["x"]}, "changes : valeur refusée"),
        ("avenant", {"effective_on": "3025-01-01"}, "effective_on"),
        ("notice_withdrawn", {"agreed_by": "caisse"}, "une liste d’au moins un texte"),
        ("notice_withdrawn", {"agreed_by": []}, "une liste vide"),
        ("document_received", {"document": "d", "valid_until": "2025-13-01"}, "valid_until"),
    ],
)
def test_a_wrong_payload_names_the_key_and_what_was_expected(
    kind: str, changes: dict[str, Any], said: str
) -> None:
    assert said in refused(kind, **changes)


def test_all_the_faults_of_an_act_are_said_at_once() -> None:
    with pytest.raises(ActError) as refusal:
        parse("notice", {"on": "2025-02-30", "form": "pigeon", "lettre": "x"})

    assert {fault.key for fault in refusal.value.faults} == {
        "id",
        "on",
        "recorded_at",
        "letter",
        "by",
        "form",
        "lettre",
    }
    assert isinstance(refusal.value, ValueError)


def test_what_is_no_table_is_no_act() -> None:
    with pytest.raises(ActError, match="une table"):
        parse("signature", ["caisse"])  # type: ignore[arg-type]


def test_describing_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ActError, match="inconnu"):
        describe("signatur")


def test_the_first_and_the_last_day_are_admitted() -> None:
    for day in (FIRST_DAY, LAST_DAY):
        act = parse("signature", {**COMMON, "on": day.isoformat(), "party": "caisse"})
        assert isinstance(act, Signature)
        assert act.on == day
