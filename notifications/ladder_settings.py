"""When the deadlines of a caisse are announced: what ``ladders.toml`` says, and what it decided."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from django.db import transaction
from pydantic import AfterValidator, Field, ValidationError

from contracts.models import Caisse, User
from notifications.ladders import Ladder, Practice
from notifications.models import ReminderSettingChange
from templates_conventions.sources import read_toml
from workflows import clock
from workflows.french import typeset
from workflows.rulebook_types import Frozen
from workflows.subjects import locked

SETTING = "deadline_reminders"
"""The caisse's setting: ``{"preparation_days": 10, "days": {"notice_limit": [90, 30]}, "courtesy":
{"enabled": true, "days": 45}, "attestation": {"days": [1, 20, 40]}}``, each key on its own."""

LONGEST = 366
"""Days: a rung earlier than this would announce the deadline of another term."""
MOST_RUNGS = 6


class ReminderSettingWrong(ValueError):
    """The setting of a caisse cannot be read: it says which, and what was expected."""


def _falling(days: tuple[int, ...]) -> tuple[int, ...]:
    if any(later >= earlier for earlier, later in pairwise(days)):
        raise ValueError("les jours vont du plus grand au plus petit, sans répétition")
    return days


Days = Annotated[
    tuple[Annotated[int, Field(ge=1, le=LONGEST, strict=True)], ...],
    Field(max_length=MOST_RUNGS),
    AfterValidator(_falling),
]


def _rising(days: tuple[int, ...]) -> tuple[int, ...]:
    _falling(days[::-1])
    return days


RisingDays = Annotated[
    tuple[Annotated[int, Field(ge=1, le=LONGEST, strict=True)], ...],
    Field(min_length=1, max_length=MOST_RUNGS),
    AfterValidator(_rising),
]


class Kind(Frozen):
    """A kind of deadline that is announced."""

    days: Days
    role: str
    label: str
    """What it is, in the subject of a message."""
    consequence: str
    action: str


class Courtesy(Frozen):
    """The reminder to the partner before the limit of a notice."""

    enabled: bool = Field(strict=True)
    days: int = Field(ge=1, le=LONGEST, strict=True)


class AttestationRungs(Frozen):
    """When the partner of an ended convention is asked for its attestation."""

    enabled: bool = Field(strict=True)
    days: RisingDays
    """Days after the last one in force."""


class Ladders(Frozen):
    """The whole of ``ladders.toml``."""

    preparation_days: int
    courtesy: Courtesy
    attestation: AttestationRungs
    kinds: Mapping[str, Kind]
    without: Mapping[str, str]
    """The kinds of deadlines that nobody is told of, each with the reason."""


class OwnCourtesy(Frozen):
    """What a caisse decided about the reminder to the partner."""

    enabled: bool | None = Field(None, strict=True)
    days: int | None = Field(None, ge=1, le=LONGEST, strict=True)


class OwnAttestation(Frozen):
    """What a caisse decided about the requests for attestations."""

    enabled: bool | None = Field(None, strict=True)
    days: RisingDays | None = None


class Own(Frozen):
    """What a caisse decided; what it left out is that of ``ladders.toml``."""

    preparation_days: int | None = Field(None, ge=0, le=120, strict=True)
    days: Mapping[str, Days] = {}
    courtesy: OwnCourtesy = OwnCourtesy()
    attestation: OwnAttestation = OwnAttestation()


@cache
def ladders() -> Ladders:
    """The ladders that hold wherever a caisse has none of its own."""
    return Ladders.model_validate(read_toml(Path(__file__).with_name("ladders.toml")).settings)


def practice_of(caisse: Caisse) -> Practice:
    """When the caisse announces its deadlines. Raises ``ReminderSettingWrong``."""
    own, common = own_of(caisse), ladders()
    return Practice(
        {
            code: Ladder(own.days.get(code, kind.days), kind.role)
            for code, kind in common.kinds.items()
        },
        common.preparation_days if own.preparation_days is None else own.preparation_days,
    )


def courtesy_of(caisse: Caisse) -> Courtesy:
    """Whether and when the caisse reminds its partners. Raises ``ReminderSettingWrong``."""
    own, common = own_of(caisse).courtesy, ladders().courtesy
    return Courtesy(
        enabled=common.enabled if own.enabled is None else own.enabled,
        days=own.days or common.days,
    )


def attestation_of(caisse: Caisse) -> AttestationRungs:
    """When the caisse asks for attestations, if it does. Raises ``ReminderSettingWrong``."""
    own, common = own_of(caisse).attestation, ladders().attestation
    return AttestationRungs(
        enabled=common.enabled if own.enabled is None else own.enabled,
        days=own.days or common.days,
    )


def decide(caisse: Caisse, content: Mapping[str, Any], author: User) -> None:
    """Have the caisse announce its deadlines otherwise; what is not said goes by ``ladders.toml``.

    Raises ``ReminderSettingWrong``, and then changes nothing.
    """
    read(caisse.name, content)
    with transaction.atomic():
        current = locked(Caisse.objects.all(), caisse.pk)
        before = current.settings.get(SETTING) or {}
        if before == content:
            return
        current.settings = {**current.settings, SETTING: dict(content)}
        current.save(update_fields=["settings"])
        ReminderSettingChange.objects.create(
            caisse=current, before=before, after=dict(content), author=author, at=clock.now()
        )


def own_of(caisse: Caisse) -> Own:
    """What the caisse decided for itself. Raises ``ReminderSettingWrong``."""
    return read(caisse.name, caisse.settings.get(SETTING) or {})


def read(name: str, content: Any) -> Own:
    """The setting of the caisse of that name. Raises ``ReminderSettingWrong``."""
    try:
        own = Own.model_validate(content)
        strange = sorted(set(own.days) - set(ladders().kinds))
        where = f"days.{strange[0]} (échéance inconnue)" if strange else ""
    except ValidationError as error:
        places = (".".join(map(str, one["loc"])) for one in error.errors())
        where = ", ".join(place or "le réglage entier" for place in places)
    if where:
        raise ReminderSettingWrong(
            typeset(
                f"Réglage « {SETTING} » de {name} illisible : {where}. Attendu : "
                "preparation_days (de 0 à 120), days en listes de jours du plus grand au plus "
                f"petit (de 1 à {LONGEST}, {MOST_RUNGS} au plus) pour "
                f"{', '.join(sorted(ladders().kinds))}, courtesy (enabled, days) et attestation "
                "(enabled, days du plus petit au plus grand). Corrigez le réglage de la caisse ; "
                "aucune alerte ne part d’ici là."
            )
        )
    return own
