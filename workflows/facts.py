"""Facts as they come from outside, expanded into acts.

A letter is one fact with its whole postal life, as a clerk reads it off the envelope and the slip;
the engine wants each moment of it as an act of its own. Every kind of act may also be given as it
is, with its own keys. The act of a fact keeps the fact's ``id``; the moments of a letter are named
after it: ``4.posted``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Literal, NamedTuple

from workflows import acts
from workflows.act_payloads import keys_of, unknown_kind
from workflows.acts import KINDS, Act
from workflows.calendar import acceptance_window
from workflows.clock import PARIS, civil_date
from workflows.french import date_in_words
from workflows.input_faults import Fault, InputError, Wrong, given, quoted
from workflows.input_reading import Key, Shape, read_day, read_instant
from workflows.rulebook import LetterForm

SOLE_USER = "U1"
"""The user meant by a fact about a user that names none."""

HELD_AT_THE_OFFICE = timedelta(days=15)
"""How long the post keeps a registered letter for its addressee before sending it back."""

_OUTSIDE_NAMES: Mapping[str, Mapping[str, str]] = {
    "avenant": {"on": "signed_on"},
    "deliberation": {"on": "received_on"},
    "experiment": {"on": "from", "until": "to"},
}
"""Kinds whose facts name the engine's keys otherwise; a fact that carries ``on`` uses its own."""

_RECORDING = ("recorded_on", "recorded_at")
_IDENTIFIER = "des lettres, chiffres, points, tirets, 40 signes au plus"


class FactError(InputError):
    """Facts that cannot be read; ``faults`` says all that is wrong with all of them."""


class Origin(NamedTuple):
    """The fact that an act comes from."""

    number: int
    """Its place in the list, from 1."""
    kind: str


class Facts(NamedTuple):
    """Acts, and the fact that each comes from."""

    acts: tuple[Act, ...]
    origins: Mapping[str, Origin]
    """By the identifier of the act."""


def read(facts: Any) -> Facts:
    """The acts that a list of facts make, in the order of the facts.

    ``recorded_on`` (a day: at noon in Paris) or ``recorded_at`` (an instant) says when the whole
    fact was recorded; without it each act was recorded at noon of its own day, an avenant on the
    day of its signature, a departure on the day it was reported. Raises ``FactError`` with every
    fault of every fact.
    """
    if not isinstance(facts, list | tuple):
        raise FactError(
            [Fault("", "", f"les événements forment une liste, reçu {given(facts)}", "[{…}, {…}]")]
        )
    found: list[Act] = []
    origins: dict[str, Origin] = {}
    faults: list[Fault] = []
    for number, fact in enumerate(facts, start=1):
        expanded, wrong = _expanded(number, fact)
        faults += wrong
        for act in expanded:
            if act.id in origins:
                faults.append(_same_identifier(number, fact, act.id, origins[act.id]))
            origins[act.id] = Origin(number, str(fact["kind"]))
        found += expanded
    if faults:
        raise FactError(faults)
    return Facts(tuple(found), origins)


def _expanded(number: int, fact: Any) -> tuple[list[Act], list[Fault]]:
    place = f"événement n° {number}"
    if not isinstance(fact, Mapping):
        return [], [Fault(place, "", f"un événement est une table, reçu {given(fact)}")]
    kind = fact.get("kind")
    if kind is None:
        return [], [Fault(place, "kind", "clé absente", "le genre de l’événement : signature")]
    if not isinstance(kind, str) or kind not in KINDS:
        return [], [unknown_kind(kind, place=place)]
    place = f"{place} ({kind})"
    identifier, faults = _identifier(fact.get("id", str(number)), place)
    recorded_at, wrong = _recording(fact, place)
    own = {key: value for key, value in fact.items() if key not in ("kind", "id", *_RECORDING)}
    reading = _Reading(place, kind, identifier, recorded_at)
    if kind in _LETTERS and not {"on", "letter"} <= own.keys():
        expanded, more = _letter(reading, own)
    else:
        expanded, more = _plain(reading, own)
    faults += wrong + more
    return ([], faults) if faults else (expanded, _recorded_too_early(expanded, place))


class _Reading(NamedTuple):
    """A fact being read."""

    place: str
    kind: str
    identifier: str
    recorded_at: datetime | None
    """When the fact was recorded, if it says so."""

    def made(self, kind: str, on: date, suffix: str = "", **own: Any) -> Act:
        """An act of this fact."""
        return KINDS[kind](
            id=f"{self.identifier}.{suffix}" if suffix else self.identifier,
            on=on,
            recorded_at=self.recorded_at or _noon(on),
            **own,
        )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=PARIS)


def _identifier(value: Any, place: str) -> tuple[str, list[Fault]]:
    if isinstance(value, str) and 0 < len(value) <= 40:
        plain = value.replace(".", "").replace("-", "").replace("_", "")
        if plain.isascii() and plain.isalnum() and value[0].isalnum():
            return value, []
    return "", [Fault(place, "id", f"{given(value)} n’est pas un identifiant", _IDENTIFIER)]


def _recording(fact: Mapping[str, Any], place: str) -> tuple[datetime | None, list[Fault]]:
    said = [key for key in _RECORDING if fact.get(key) is not None]
    if len(said) > 1:
        problem = "recorded_on et recorded_at disent tous deux quand l’événement est enregistré"
        return None, [Fault(place, "recorded_at", problem, "un seul des deux", "")]
    if not said:
        return None, []
    key = said[0]
    try:
        if key == "recorded_at":
            return read_instant(fact[key]), []
        return _noon(read_day(fact[key])), []
    except Wrong as wrong:
        return None, [Fault(place, key, wrong.problem, wrong.expected, wrong.advice)]


def _recorded_too_early(expanded: Sequence[Act], place: str) -> list[Fault]:
    for act in expanded:
        recorded_on = civil_date(act.recorded_at)
        if act.on > recorded_on and not act.announces:
            return [
                Fault(
                    place,
                    "recorded_on",
                    f"« {act.label} » est du {date_in_words(act.on)}, et serait enregistré avant, "
                    f"le {date_in_words(recorded_on)}",
                    "un enregistrement le jour même ou plus tard",
                    "Vérifier les deux dates : un fait s’enregistre une fois arrivé",
                )
            ]
    return []


def _same_identifier(number: int, fact: Any, identifier: str, earlier: Origin) -> Fault:
    return Fault(
        f"événement n° {number} ({fact['kind']})",
        "id",
        f"{quoted(identifier)} désigne déjà l’événement n° {earlier.number}",
        "un identifiant qui ne serve qu’une fois",
        "Sans « id », un événement porte son numéro d’ordre",
    )


# Facts that make one act.


@cache
def _plain_shape(kind: str, *, own_names: bool) -> Shape:
    names = {} if own_names else _OUTSIDE_NAMES.get(kind, {})
    keys = []
    for key in keys_of(KINDS[kind]):
        if key.name in ("id", "recorded_at"):
            continue
        if key.name == "user":
            key = key._replace(required=False, default=SOLE_USER)
        if kind == "avenant" and key.hint is date:
            key = key._replace(hint=date | None, required=False)
        keys.append(key._replace(name=names.get(key.name, key.name)))
    if kind == "departure":
        keys.append(Key("reported_on", date | None, required=False))
    return Shape(keys)


def _plain(reading: _Reading, own: Mapping[str, Any]) -> tuple[list[Act], list[Fault]]:
    own_names = "on" in own
    values, faults = _plain_shape(reading.kind, own_names=own_names).read(own, reading.place)
    if faults:
        return [], faults
    if not own_names:
        for engine_name, outside_name in _OUTSIDE_NAMES.get(reading.kind, {}).items():
            values[engine_name] = values.pop(outside_name)
    if reading.kind == "avenant":
        signed_on, effective_on = values["on"], values["effective_on"]
        if signed_on is None and effective_on is None:
            problem, expected = "avenant sans date", "signed_on, effective_on ou les deux"
            return [], [Fault(reading.place, "signed_on", problem, expected)]
        values["on"] = signed_on or effective_on
        values["effective_on"] = effective_on or signed_on
    reported_on = values.pop("reported_on", None)
    if reported_on is not None and reading.recorded_at is None:
        reading = reading._replace(recorded_at=_noon(reported_on))
    return [reading.made(reading.kind, **values)], []


# Letters: one fact, several acts.

_LETTERS = {acts.Notice.kind, acts.FormalNotice.kind}

_LETTER = Shape(
    [
        Key("by", str),
        Key("form", LetterForm),
        Key("posted_on", date | None, required=False),
        Key("posted_at", datetime | None, required=False),
        Key("first_presented_on", date | None, required=False),
        Key("received_on", date | None, required=False),
        Key("outcome", Literal["delivered", "refused", "unclaimed"] | None, required=False),
        Key("letter", str, required=False, default=""),
    ]
)


def _letter(reading: _Reading, own: Mapping[str, Any]) -> tuple[list[Act], list[Fault]]:
    values, faults = _LETTER.read(own, reading.place)
    if faults:
        return [], faults
    posted_on, faults = _posting(values, reading.place)
    life = _PostalLife(
        posted_on, values["first_presented_on"], values["received_on"], values["outcome"]
    )
    if not faults:
        faults = life.faults(reading.place)
    if faults:
        return [], faults
    letter = values["letter"] or reading.identifier
    moments = life.moments(values["form"], reading.recorded_at)
    first_day = min(on for _, on in moments)
    carried = reading.made(
        reading.kind, first_day, letter=letter, by=values["by"], form=values["form"]
    )
    return [
        carried,
        *(reading.made(f"letter_{name}", on, name, letter=letter) for name, on in moments),
    ], []


def _posting(values: Mapping[str, Any], place: str) -> tuple[date | None, list[Fault]]:
    """The day of the posting: that of Paris, whatever the offset of the instant."""
    posted_on, posted_at = values["posted_on"], values["posted_at"]
    if posted_at is None:
        return posted_on, []
    day = civil_date(posted_at)
    if posted_on is not None and posted_on != day:
        return None, [
            Fault(
                place,
                "posted_on",
                f"{posted_on.isoformat()} contredit posted_at, qui est le {day.isoformat()} à "
                "Paris",
                "la même date civile de Paris, ou l’une des deux clés seulement",
            )
        ]
    return day, []


class _PostalLife(NamedTuple):
    posted_on: date | None
    presented_on: date | None
    received_on: date | None
    outcome: Literal["delivered", "refused", "unclaimed"] | None

    def faults(self, place: str) -> list[Fault]:
        """What is missing of the dates, or contradicts the outcome."""
        if not any((self.posted_on, self.presented_on, self.received_on)):
            problem = "courrier sans aucune date"
            expected = "au moins l’une des clés posted_on, first_presented_on, received_on"
            return [Fault(place, "posted_on", problem, expected)]
        if self.outcome == "delivered" and self.received_on is None:
            problem = "courrier remis (delivered) sans date de remise"
            return [Fault(place, "received_on", problem, "la date de remise, ou pas d’outcome")]
        if self.outcome == "refused" and not (self.received_on or self.presented_on):
            problem = "courrier refusé (refused) sans date de refus ni de présentation"
            return [Fault(place, "received_on", problem, "la date du refus")]
        if self.outcome == "unclaimed" and self.received_on is not None:
            problem = "courrier non réclamé (unclaimed), et pourtant reçu"
            advice = "Ôter received_on, ou dire l’issue « delivered »"
            return [Fault(place, "received_on", problem, "pas de date de remise", advice)]
        return []

    def moments(self, form: LetterForm, recorded_at: datetime | None) -> list[tuple[str, date]]:
        """What the post did with the letter, each with its day."""
        found = []
        if self.posted_on is not None:
            found.append(("posted", self.posted_on))
        if self.presented_on is not None:
            found.append(("presented", self.presented_on))
        if self.outcome == "unclaimed":
            found.append(("unclaimed", self._returned_on(form, recorded_at)))
        elif self.outcome == "refused":
            refused_on = self.received_on or self.presented_on
            assert refused_on is not None
            found.append(("refused", refused_on))
        elif self.received_on is not None:
            found.append(("delivered", self.received_on))
        return found

    def _returned_on(self, form: LetterForm, recorded_at: datetime | None) -> date:
        """The day on which the wait was over; sooner if the return was recorded sooner."""
        since = self.presented_on or self.posted_on
        assert since is not None
        if form is LetterForm.QUALIFIED_ELECTRONIC_REGISTERED_LETTER:
            _, returned_on, _ = acceptance_window(since)
        else:
            returned_on = since + HELD_AT_THE_OFFICE
        if recorded_at is not None and since <= civil_date(recorded_at) < returned_on:
            return civil_date(recorded_at)
        return returned_on
