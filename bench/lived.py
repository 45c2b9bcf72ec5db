"""A few conventions with a life, in a portfolio whose rows have none: pages of one are read."""

from __future__ import annotations

from uuid import uuid4

from access.services.habilitations import grant
from contracts.models import Caisse, Convention, Partner, Person, Site
from contracts.services import avenant_preparation
from contracts.services.avenant_preparation import Wanted
from contracts.services.conventions import draft_convention
from workflows import clock
from workflows.act_payloads import parse
from workflows.subjects import record

LIVES = 40
USERS, SITES, DELIBERATIONS = 8, 3, 12
TYPE = "psu-msa-picardie"


def lived(caisse: Caisse) -> list[Convention]:
    """Some conventions in force, each with users, structures, an avenant and some events."""
    return [_one(caisse, Partner.objects.get(pk=number)) for number in range(1, LIVES + 1)]


def _one(caisse: Caisse, partner: Partner) -> Convention:
    convention = draft_convention(caisse=caisse, partner=partner, rulebook_code=TYPE)
    _told(convention, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    for party in ("partner", "caisse"):
        _told(convention, "signature", "2024-01-15", party=party)
    for number in range(DELIBERATIONS):
        _told(convention, "deliberation", f"2025-{number + 1:02}-10", reference=f"D-{number}")
    for number in range(SITES):
        site = Site.objects.create(partner=partner, name=f"Structure {number}")
        convention.sites.add(site)
    service = convention.rules.services[0].code
    for number in range(USERS):
        person = Person.objects.create(first_name="Camille", last_name=f"Essai {number}")
        grant(convention, person, service, None, clock.today())
    longer = Wanted("duration", changes={"term.length": "P3Y"})
    avenant_preparation.prepare(convention, longer, None, uuid4())
    return convention


def _told(convention: Convention, kind: str, on: str, **fields: str) -> None:
    common = {"id": str(uuid4()), "on": on, "recorded_at": clock.now().isoformat()}
    record(convention, parse(kind, common | fields), author=None)
