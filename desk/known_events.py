"""Which events a type of convention knows: those that its rulebook speaks of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desk.events import SECURITY_MEASURE, Event
from workflows.rulebook import Condition, Rulebook


def knows(rulebook: Rulebook, event: Event) -> bool:
    """Whether the rules have this event at all: their silence is a rule."""
    if event.rule and getattr(rulebook, event.rule) is None:
        return False
    asks = _KNOWN.get(event.kind)
    return asks is None or asks(rulebook)


def as_known(rulebook: Rulebook, event: Event) -> Event:
    """The event in the shape that these rules give it."""
    if event.kind == SECURITY_MEASURE.kind and rulebook.suspension is None:
        return SECURITY_MEASURE
    return event


def awaited_documents(rulebook: Rulebook) -> tuple[Condition, ...]:
    """The papers that a convention asks for itself.

    Those without which no access is asked for have their own page, where they are checked.
    """
    return tuple(
        condition
        for condition in rulebook.effect.conditions
        if condition.kind == "document" and condition.consequence != "blocks_access_requests"
    )


def _wants_prior_request(rulebook: Rulebook) -> bool:
    return any(condition.kind == "prior_request" for condition in rulebook.effect.conditions)


def _shows_formalities(rulebook: Rulebook) -> bool:
    formalities = rulebook.provisions.cnil_formalities
    return formalities is not None and formalities.communicated_on_request


def _may_be_replaced(rulebook: Rulebook) -> bool:
    agreement = rulebook.provisions.entire_agreement
    return agreement is not None and agreement.replaces_earlier


def _awaits_attestation(rulebook: Rulebook) -> bool:
    return rulebook.survival is not None and rulebook.survival.attestation is not None


_KNOWN: Mapping[str, Callable[[Rulebook], bool]] = {
    "prior_request": _wants_prior_request,
    "document_received": lambda rules: bool(awaited_documents(rules)),
    "validation": lambda rules: rules.effect.rule == "validation_date",
    "renewal_agreed": lambda rules: rules.term.renewal.kind == "express",
    "experiment": lambda rules: rules.avenant.experiments_without_avenant,
    "cnil_copy_requested": _shows_formalities,
    "party_left": lambda rules: any(party.may_leave for party in rules.parties),
    "replaced": _may_be_replaced,
    "duty_done": lambda rules: (
        rules.survival is not None and rules.survival.attestation is not None
    ),
}
"""Kinds that more than the presence of a rule makes known."""
