"""Facts that stand beside the state and do not stop the term clock: suspension of access, force
majeure, dispute."""

from __future__ import annotations

from workflows import acts
from workflows.convention import IN_FORCE, ConventionLifecycle, Refused
from workflows.convention_state import Suspended


def on_suspension(life: ConventionLifecycle, act: acts.AccessSuspended) -> None:
    """The caisse suspends access: by the clause, or as a security measure under a lawyer's visa."""
    data = life.data
    rule = data.rules.suspension
    if rule is None and not act.visa:
        raise Refused(
            "no_suspension_clause",
            "Cette convention n’a pas de clause de suspension : une mesure conservatoire de "
            "sécurité demande le visa du service juridique.",
        )
    if rule is not None and act.nature not in rule.kinds:
        raise Refused(
            "nature_not_provided",
            "La clause de suspension ne prévoit pas cette nature de suspension.",
            "suspension",
        )
    if data.status not in IN_FORCE:
        raise Refused(
            "not_in_force",
            "L’accès n’est ouvert, et donc suspendu, que par une convention en vigueur.",
            "suspension",
        )
    if data.suspensions and data.suspensions[-1].until is None:
        raise Refused("already_suspended", "L’accès est déjà suspendu.", "suspension")
    data.suspensions.append(Suspended(act.on, None, act.nature == "definitive"))


def on_suspension_lifted(life: ConventionLifecycle, act: acts.SuspensionLifted) -> None:
    """Access is given back."""
    data = life.data
    if not data.suspensions or data.suspensions[-1].until is not None:
        raise Refused("not_suspended", "L’accès n’est pas suspendu.", "suspension")
    running = data.suspensions[-1]
    if running.definitive:
        raise Refused(
            "definitive_suspension", "Une suspension définitive ne se lève pas.", "suspension"
        )
    data.suspensions[-1] = running._replace(until=act.on)


def on_force_majeure(life: ConventionLifecycle, act: acts.ForceMajeureNotified) -> None:
    """A party notified an event beyond its control."""
    if life.data.force_majeure and life.data.force_majeure[-1][1] is None:
        raise Refused(
            "already_notified", "Un cas de force majeure est déjà notifié.", "force_majeure"
        )
    if act.began_on is not None and act.began_on > act.on:
        raise Refused(
            "begins_after_its_notice",
            "Le début de l’événement est postérieur à sa notification.",
            "force_majeure",
        )
    life.data.force_majeure.append((act.on, None))


def on_force_majeure_ended(life: ConventionLifecycle, act: acts.ForceMajeureEnded) -> None:
    """The event is over: the faculty to terminate closes."""
    running = life.data.force_majeure[-1] if life.data.force_majeure else None
    if running is None or running[1] is not None:
        raise Refused("not_notified", "Aucun cas de force majeure n’est en cours.", "force_majeure")
    life.data.force_majeure[-1] = (running[0], act.on)


def on_dispute(life: ConventionLifecycle, act: acts.DisputeNotified) -> None:
    """A party notified a disagreement."""
    life.data.disputes.append((act.on, None))


def on_dispute_settled(life: ConventionLifecycle, act: acts.DisputeSettled) -> None:
    """The disagreement is settled."""
    running = next(
        (place for place, (_, until) in enumerate(life.data.disputes) if until is None), None
    )
    if running is None:
        raise Refused("no_dispute", "Aucun différend n’est en cours.", "dispute")
    life.data.disputes[running] = (life.data.disputes[running][0], act.on)
