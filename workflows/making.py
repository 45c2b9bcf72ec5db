"""The making of a convention: signatures, conditions, and the day on which it takes effect."""

from __future__ import annotations

from datetime import date, timedelta

from workflows import acts, endings
from workflows.calendar import Duration, Term, add, add_months
from workflows.convention import ConventionLifecycle, Refused
from workflows.convention_state import ConventionState
from workflows.rulebook import Condition, TermRule

_ONE_DAY = timedelta(days=1)


def on_sent_for_signature(life: ConventionLifecycle, act: acts.SentForSignature) -> None:
    """The text leaves for signature."""
    life.perform("send_for_signature", act)


def on_abandonment(life: ConventionLifecycle, act: acts.Abandonment) -> None:
    """The file is closed without effect."""
    life.perform("abandon", act)


def on_signature(life: ConventionLifecycle, act: acts.Signature) -> None:
    """A party signed; the last required signature completes the convention."""
    data = life.data
    if act.party not in data.rules.roles:
        raise Refused(
            "unknown_party",
            f"« {act.party} » n’est pas une partie à cette convention. Parties : "
            f"{', '.join(sorted(data.rules.roles))}.",
            "parties",
        )
    if act.party in data.signatures:
        raise Refused("already_signed", "Cette partie a déjà signé la convention.", "parties")
    data.signatures[act.party] = act.on
    if data.effect_on is None:
        _proceed(life, act)


def on_document_date(life: ConventionLifecycle, act: acts.DocumentDate) -> None:
    """The date at the foot of the convention, which may give it its effect."""
    data = life.data
    if data.effect_on is not None and data.rules.effect.rule == "document_date":
        raise Refused(
            "effect_is_fixed",
            "La date de la convention a déjà fixé son effet : elle ne se change qu’en remplaçant "
            "l’événement qui la donne.",
            "effect",
        )
    data.document_date = act.on
    _proceed(life, act)


def on_validation(life: ConventionLifecycle, act: acts.Validation) -> None:
    """The caisse validated the file."""
    life.data.validated_on = life.data.validated_on or act.on
    _proceed(life, act)


def on_cnil(life: ConventionLifecycle, act: acts.Cnil) -> None:
    """A formality, or the visa that none is due. The first one that the rulebook accepts counts."""
    data = life.data
    if data.cnil_on is not None:
        return
    condition = _cnil_condition(data)
    if condition is not None and condition.accepted and act.basis not in condition.accepted:
        raise Refused(
            "cnil_basis_not_accepted",
            "Ce motif ne lève pas la condition CNIL prévue par la convention.",
            "effect",
        )
    data.cnil_on, data.cnil_act = act.on, act.id
    _proceed(life, act)


def on_document_received(life: ConventionLifecycle, act: acts.DocumentReceived) -> None:
    """A document that a condition asks for."""
    life.data.documents[act.document] = (act.on, act.valid_until)
    _proceed(life, act)


def on_prior_request(life: ConventionLifecycle, act: acts.PriorRequest) -> None:
    """The request that comes before the convention."""
    life.data.requested_on = life.data.requested_on or act.on
    _proceed(life, act)


def on_deliberation(life: ConventionLifecycle, act: acts.Deliberation) -> None:
    """The deliberation became enforceable on its reception by the préfecture."""
    data = life.data
    if data.deliberation_on is None:
        data.deliberation_on = act.on
        signed_on = data.signatures.get("partner")
        if signed_on is not None and signed_on < act.on and _wants_deliberation(data):
            life.raise_question("signed_before_deliberation", act.id)
    _proceed(life, act)


def on_experiment(life: ConventionLifecycle, act: acts.Experiment) -> None:
    """A test period: traced, without avenant and without any effect on the dates."""
    if not life.data.rules.avenant.experiments_without_avenant:
        raise Refused(
            "experiment_needs_avenant",
            "Cette convention ne prévoit pas d’expérimentation sans avenant.",
            "avenant",
        )
    if act.until < act.on:
        raise Refused(
            "end_before_start", "La fin de l’expérimentation précède son début.", "avenant"
        )
    life.data.experiments.append((act.on, act.until))


def activate_on(life: ConventionLifecycle, on: date) -> None:
    """The effect decided earlier falls due: open the first term, then those already run."""
    data = life.data
    assert data.effect_on is not None
    rule = data.rules.term
    open_term(data, term_of(rule, 1, data.effect_on, rule.length), rule.length)
    life.activate(on=on, cause=data.effect_act)
    if data.earlier_anchor is not None:
        life.raise_question("earlier_effect", data.effect_act)
    while _is_over(data.terms[-1], on) and endings.may_renew(data):
        data.terms.append(next_term(data))


def open_term(data: ConventionState, opened: Term, length: Duration | None) -> None:
    """Make ``opened`` the running term, and its first day the anchor of the following ones.

    ``length`` is None for a term that a date ends, or that has no end.
    """
    data.anchor, data.base_number, data.first_length = opened.first_day, opened.number, length
    data.terms[opened.number - 1 :] = [opened]


def term_of(rule: TermRule, number: int, first_day: date, length: Duration | None) -> Term:
    """The term that starts on ``first_day`` and lasts ``length``, else ends as the rule says."""
    if length is not None:
        return Term(number, first_day, add(first_day, length) - _ONE_DAY)
    return Term(number, first_day, rule.last_day)


def next_term(data: ConventionState) -> Term:
    """The term that follows the last one, counted from the anchor and never from a clamped date."""
    number, _, last_day = data.terms[-1]
    anchor, first, length = data.anchor, data.first_length, data.rules.term.renewal.length
    if last_day is None or anchor is None or length is None:
        raise ValueError("Aucune période ne suit : la convention n’a pas de terme à renouveler.")
    number += 1
    if first is None:
        anchor, first = data.anchor, data.first_length = last_day + _ONE_DAY, length
        data.base_number = number
    renewals = number - data.base_number
    anniversary = add_months(anchor, first.months + renewals * length.months)
    if first.days or length.days:
        anniversary += timedelta(days=first.days + renewals * length.days)
    return Term(number, last_day + _ONE_DAY, anniversary - _ONE_DAY)


def _is_over(last: Term, day: date) -> bool:
    return last.last_day is not None and last.last_day < day


def _cnil_condition(data: ConventionState) -> Condition | None:
    for condition in data.rules.effect.conditions:
        if condition.kind == "cnil":
            return condition
    return None


def _proceed(life: ConventionLifecycle, act: acts.Act) -> None:
    """See whether this fact completes the signature, the conditions, the effect."""
    data = life.data
    if data.effect_on is not None:
        return
    if data.signed_on is None:
        if not data.rules.required_signatures.difference(data.left) <= data.signatures.keys():
            return
        life.perform("sign", act)
        data.signed_on = data.day
    met_on = _conditions_met_on(life, act)
    base = _base_date(data)
    if met_on is None or base is None:
        return
    effect_on = max(base, met_on)
    last_day = data.rules.term.last_day
    if last_day is not None and effect_on > last_day:
        data.effect_after_last_day = True
        return
    data.effect_on, data.effect_act = effect_on, act.id
    if met_on > base and data.rules.effect.rule == "last_signature":
        data.earlier_anchor = base
        if life.answer("earlier_effect", act.id) == "retroactive":
            data.effect_on = base
    if data.effect_on <= data.day:
        activate_on(life, data.day)


def _base_date(data: ConventionState) -> date | None:
    """The day that the effect rule names; None while it is not known."""
    effect = data.rules.effect
    match effect.rule:
        case "last_signature":
            return data.signed_on
        case "document_date":
            return data.document_date
        case "validation_date":
            return data.validated_on
        case _:
            return effect.fixed_on


def _conditions_met_on(life: ConventionLifecycle, act: acts.Act) -> date | None:
    """The day on which the last suspending condition was met; None while one is missing."""
    data = life.data
    met_on = date.min
    for condition in data.rules.effect.conditions:
        if condition.consequence != "suspends_effect" or not condition.binds(data.partner_kind):
            continue
        day = condition_met_on(data, condition)
        if day is None:
            return None
        if condition.kind == "cnil" and data.status == "signed":
            life.perform("transmit_cnil", act)
        met_on = max(met_on, day)
    return met_on


def _wants_deliberation(data: ConventionState) -> bool:
    """Whether the rules want the partner's signature to be authorised by a deliberation."""
    return any(
        condition.kind == "deliberation" and condition.binds(data.partner_kind)
        for condition in data.rules.effect.conditions
    )


def condition_met_on(data: ConventionState, condition: Condition) -> date | None:
    """The day on which a condition was met; None while it is not."""
    match condition.kind:
        case "cnil":
            return data.cnil_on
        case "deliberation":
            return data.deliberation_on
        case "prior_request":
            return data.requested_on
        case _:
            received = data.documents.get(condition.document)
            return received[0] if received else None
