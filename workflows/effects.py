"""The effects ledger: what is to be done outside the database, written with what made it necessary.

A mail, a change of the directory or a file is not done where it is decided: it is emitted in the
same transaction, under a key that makes it one, and done by a worker (``effect_worker``) until it
succeeds or a person has to look at it. Effects of one lane are done one after the other.

The ledger is exact about its own database: what a handler writes there is committed with its
result, or not at all. Outside it, a worker killed at the wrong moment does the same thing twice:
a handler says "bring to this state" or gives its message a fixed name, never "toggle" or "add".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet

from workflows import bulk, clock
from workflows.french import NO_BREAK_SPACE, typeset
from workflows.models import LONGEST, Effect, EffectDecision, EffectState


class EffectFailed(Exception):
    """Raised by a handler that could not do its work; its text is kept and shown to staff.

    It must name nobody. Of any other exception only the type and the place are kept.
    """


class HeldBack(EffectFailed):
    """Raised by a handler that must wait for a person's decision: no attempt is counted."""

    def __init__(self, measure: str, why: str) -> None:
        super().__init__(why)
        self.measure = measure
        """Name of what there would be too much of (``breaker.measure``)."""


class UnknownHandler(EffectFailed):
    """No handler of this name is registered in this process."""


class ConflictingEffect(Exception):
    """The key is that of another effect: the same key stands for two different things."""


class RefusedEffect(ValueError):
    """What is to be emitted must not be kept, or could not be."""


class NotDead(Exception):
    """Only an effect that failed for good waits for a person's decision."""


@dataclass(frozen=True, slots=True)
class EffectContext:
    """What a handler may know of the effect beside its payload."""

    key: str
    """The same at each attempt: what an outside system may recognise it by."""
    lane: str
    attempt: int
    """Number of this attempt, from 1."""
    held: Callable[[], bool]
    """Whether the lease is still this worker's: to be asked just before what cannot be undone."""


Handler = Callable[[Mapping[str, Any], EffectContext], object]
HandlerFunction = TypeVar("HandlerFunction", bound=Handler)

_handlers: dict[str, Handler] = {}


def handler(name: str) -> Callable[[HandlerFunction], HandlerFunction]:
    """Decorator: have the effects called ``name`` done by a function.

    It is called inside the transaction that writes its result, with the payload and an
    ``EffectContext``. Returning is success; any exception is a failure, tried again later.
    """

    def add(function: HandlerFunction) -> HandlerFunction:
        if _handlers.setdefault(name, function) is not function:
            raise ValueError(typeset(f"« {name} » est déjà le nom d’un traitement."))
        return function

    return add


def handler_of(name: str) -> Handler:
    """The function registered as ``name``. Raises ``UnknownHandler``."""
    try:
        return _handlers[name]
    except KeyError:
        known = ", ".join(sorted(_handlers)) or "aucun"
        raise UnknownHandler(
            typeset(
                f"Aucun traitement ne s’appelle « {name} » dans cette version : installez celle "
                f"qui le connaît, puis relancez l’envoi. Connus : {known}."
            )
        ) from None


class NewEffect(NamedTuple):
    """An effect to emit: who does it, what makes it one, in what order, and about what."""

    handler: str
    key: str
    """``convention:42:renewed:2026-01-15:1:directory``: keyed by the belief that caused it."""
    lane: str
    """``convention:42``. To keep its order, emit while the lane's subject is locked."""
    payload: Mapping[str, Any]
    """Numbers, codes and ISO dates only."""


def emit(handler: str, key: str, lane: str, payload: Mapping[str, Any]) -> Effect:
    """Write an effect in the current transaction; under a known key, it is the one of that key.

    Raises ``ConflictingEffect`` when the key is that of something else, ``RefusedEffect`` for a
    content that must not be kept, ``TransactionManagementError`` outside a transaction.
    """
    wanted = NewEffect(handler, key, lane, payload)
    emit_all([wanted])
    effect = Effect.objects.get(key=key)
    if (effect.handler, effect.lane, effect.payload) != (handler, lane, dict(payload)):
        raise ConflictingEffect(
            typeset(
                f"La clé « {key} » est celle d’un autre envoi (« {effect.handler} », file "
                f"« {effect.lane} ») : donnez à chaque envoi une clé qui dit ce qui l’a causé."
            )
        )
    return effect


_FRESH = {
    "state": EffectState.PENDING.value,
    "attempts": 0,
    "losses": 0,
    "fence": 0,
    "last_error": "",
}
"""What an effect is before anybody took it up."""


def emit_all(new: Iterable[NewEffect]) -> None:
    """Write many effects in the current transaction, in this order; known keys are passed over.

    Raises what ``emit`` raises, except that a known key is not compared.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "Un envoi s’écrit dans la transaction de ce qui le cause."
        )
    # The first attempt is of the machine's own clock, whatever day the demonstration is at.
    common = {"created_at": clock.now(), "next_attempt_at": clock.system_time()}
    rows = [[*one[:-1], _checked(one), *common.values(), *_FRESH.values()] for one in new]
    if not rows:
        return
    bulk.insert(Effect, (*NewEffect._fields, *common, *_FRESH), rows, known=["key"])
    for announce in _announcers:
        announce()


_announcers: list[Callable[[], object]] = []


def announce_with(announce: Callable[[], object]) -> None:
    """Have ``announce`` called, still in the transaction, whenever effects are emitted."""
    if announce not in _announcers:
        _announcers.append(announce)


def announce_no_more_with(announce: Callable[[], object]) -> None:
    """Undo ``announce_with``."""
    if announce in _announcers:
        _announcers.remove(announce)


_observers: list[Callable[[Effect, Exception], object]] = []


def observe_failures_with(observe: Callable[[Effect, Exception], object]) -> None:
    """Have ``observe`` called with each failing effect, once what it wrote was taken back."""
    if observe not in _observers:
        _observers.append(observe)


def tell_failure(effect: Effect, error: Exception) -> None:
    """Tell those who observe failures of one."""
    for observe in _observers:
        observe(effect, error)


def unfinished() -> QuerySet[Effect]:
    """What is still to be done, dead letters included."""
    return Effect.objects.filter(done_at__isnull=True)


def dead_letters() -> QuerySet[Effect]:
    """What failed for good and waits for a person, the oldest first."""
    return Effect.objects.filter(state=EffectState.DEAD)


def held_back(effect: Effect) -> QuerySet[Effect]:
    """What waits in the lane behind an effect that is not finished."""
    return unfinished().filter(lane=effect.lane, pk__gt=effect.pk)


def replay(effect: Effect, author: Any) -> None:
    """Have a dead letter tried again from its first attempt, as ``author`` decided.

    Raises ``NotDead``, when somebody else has decided already.
    """
    _decide(
        effect,
        EffectDecision(kind=EffectDecision.Kind.REPLAYED, author=author),
        state=EffectState.PENDING,
        attempts=0,
        losses=0,
        next_attempt_at=clock.system_time(),
    )


def set_aside(effect: Effect, author: Any, reason: str) -> None:
    """Give a dead letter up, for a reason, and let its lane go on.

    The caller sees to it that the reason names nobody. Raises ``NotDead``, and ``RefusedEffect``
    without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise RefusedEffect("Un envoi ne s’écarte pas sans motif : dites pourquoi.")
    _decide(
        effect,
        EffectDecision(kind=EffectDecision.Kind.SET_ASIDE, author=author, reason=reason),
        state=EffectState.SET_ASIDE,
        done_at=clock.now(),
    )


def let_go() -> None:
    """Have what was held back for a person's decision tried at once."""
    waiting = Effect.objects.filter(
        state=EffectState.PENDING, last_error__startswith=f"{HeldBack.__name__}{NO_BREAK_SPACE}:"
    )
    if waiting.update(next_attempt_at=clock.system_time()):
        for announce in _announcers:
            announce()


def _decide(effect: Effect, decision: EffectDecision, **changes: Any) -> None:
    with transaction.atomic():
        # The condition is the guard: of two people who decide at once, one is told.
        if not dead_letters().filter(pk=effect.pk).update(**changes):
            raise NotDead(
                "Cet envoi n’est pas ou n’est plus en échec : rechargez la page pour voir où il "
                "en est."
            )
        effect.refresh_from_db()
        decision.effect, decision.error = effect, effect.last_error
        decision.decided_at = clock.now()
        decision.save(force_insert=True)
        for announce in _announcers:
            announce()


_CODE = re.compile(r"[\w:./+-]{0,200}", re.ASCII)
"""Numbers, codes, dates and digests have neither spaces nor accents nor an @."""


def _checked(new: NewEffect) -> dict[str, Any]:
    """The payload, if it may be kept, of an effect that fits its columns."""
    for name, longest in LONGEST.items():
        text = getattr(new, name)
        if not text or not _CODE.fullmatch(text) or len(text) > longest:
            raise RefusedEffect(
                typeset(
                    f"Envoi refusé : {name} = « {text} ». Attendu : de 1 à {longest} lettres, "
                    "chiffres et signes « : . / + - _ »."
                )
            )
    for name, value in new.payload.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and _CODE.fullmatch(one):
                continue
            if one is not None and not isinstance(one, int):
                raise RefusedEffect(
                    typeset(
                        f"Envoi « {new.key} » refusé : « {name} » n’est ni un nombre entier, ni "
                        "un code, ni une date ISO, ni une liste de ceux-ci. Les personnes se "
                        "désignent par leur numéro."
                    )
                )
    return dict(new.payload)
