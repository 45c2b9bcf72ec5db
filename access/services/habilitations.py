"""Granting a right to a named user, and recording what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from access.models import Habilitation, HabilitationAct
from access.services.accounts import account_for
from contracts.models import Convention, EvidenceFile, Person, Site
from workflows import acts, clock, subjects
from workflows.acts import Act
from workflows.french import typeset
from workflows.habilitation import HabilitationStatus
from workflows.replay import ENGINE_VERSION
from workflows.scopes import EVERYWHERE, Scope
from workflows.subjects import locked


class CannotGrant(Exception):
    """The habilitation cannot be granted as asked; nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


def grant(
    convention: Convention,
    person: Person,
    service: str,
    author: Any,
    on: date,
    request_reference: str = "",
    site: Site | None = None,
    profile: str = "",
    scope: Scope = EVERYWHERE,
) -> Habilitation:
    """Grant ``person`` the right to enter ``service`` from ``on``, no earlier than the convention.

    ``profile`` is a number of the rules' list, ``scope`` what narrows the territory of the service.
    ``request_reference`` names the line of the request that asked for it: granted twice, it is the
    same habilitation. The account opens after the commit, once the convention is in effect.

    Raises ``CannotGrant`` for a service that the convention does not open, somebody else's
    structure, an erased person or a right already held, and ``recording.ActRefused`` when the
    rules refuse it.
    """
    with transaction.atomic():
        # Two grants of one right wait for each other here.
        convention = locked(Convention.objects.select_related("caisse", "partner"), convention.pk)
        _check(convention, person, service, site)
        check_scope(convention, scope)
        if request_reference and (
            known := Habilitation.objects.filter(
                request_reference=request_reference, service=service
            ).first()
        ):
            return known
        habilitation = Habilitation(
            convention=convention,
            person=person,
            site=site,
            service=service,
            request_reference=request_reference,
            created_by=author,
            created_at=clock.now(),
            state=HabilitationStatus.REQUESTED,
            as_of=clock.today(),
            engine_version=ENGINE_VERSION,
        )
        if habilitation.same_right().exists():
            raise CannotGrant(
                "Cette personne a déjà une habilitation en cours à ce service. Enregistrez "
                "d’abord sa fin (départ, perte des identifiants), puis accordez la nouvelle."
            )
        habilitation.account = account_for(convention, person, site)
        habilitation.save(force_insert=True)
        granted = acts.Granted(
            id="granted",
            on=on,
            recorded_at=clock.now(),
            user=habilitation.user_key,
            service=service,
            profile=profile,
            scope=scope,
        )
        subjects.record(habilitation, granted, author)
    return habilitation


def record(
    habilitation: Habilitation,
    act: Act,
    author: Any,
    seen_revision: int | None = None,
    evidence: Sequence[EvidenceFile] = (),
) -> HabilitationAct:
    """Record an act about a habilitation; the account follows after the commit.

    Raises what ``workflows.subjects.record`` raises.
    """
    row = subjects.record(habilitation, act, author, evidence, seen_revision)
    assert isinstance(row, HabilitationAct)
    return row


def check_scope(convention: Convention, scope: Scope) -> None:
    """Raise ``CannotGrant`` for a département that the caisse does not manage, where it says so."""
    managed = [str(code) for code in convention.caisse.departments]
    if scope.departement and managed and scope.departement not in managed:
        raise CannotGrant(
            f"Le département {scope.departement} n’est pas de ceux de {convention.caisse.name} "
            f"({', '.join(managed)})."
        )


def _check(convention: Convention, person: Person, service: str, site: Site | None) -> None:
    offered = {offer.code: offer.label for offer in convention.rules.services}
    if service not in offered:
        raise CannotGrant(
            f"La convention n’ouvre pas le service « {service} ». Services ouverts : "
            f"{', '.join(offered)}."
        )
    if person.erased_at is not None:
        raise CannotGrant("Les coordonnées de cette personne ont été effacées.")
    if site is None:
        return
    if site.is_closed(clock.today()):
        raise CannotGrant(f"La structure « {site.name} » est fermée.")
    covered = set(convention.sites.values_list("pk", flat=True))
    if site.pk in covered:
        return
    # Whoever took the place of the partner that signed took it for that partner's structures.
    if site.partner_id not in (convention.partner_id, convention.contracting_partner_id):
        raise CannotGrant(f"La structure « {site.name} » n’est pas de ce partenaire.")
    if covered:
        raise CannotGrant(f"La structure « {site.name} » n’est pas couverte par la convention.")
