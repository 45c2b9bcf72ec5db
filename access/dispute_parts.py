"""What the evidence file of a convention tells of its habilitations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from access.models import Habilitation
from contracts.models import Convention
from contracts.services.dispute_members import Member, as_json
from contracts.services.dispute_parts import chained_act, chained_entry
from workflows.french import NO_BREAK_SPACE


def habilitations(convention: Convention, as_of: date) -> Iterator[Member]:
    """One member a habilitation: whose, for which service, its acts and its journal."""
    rows = convention.habilitations.select_related("person", "site", "account").order_by("pk")
    for number, one in enumerate(rows, start=1):
        yield as_json(
            f"habilitations/{number:03}.json",
            f"Habilitation de {one.person.get_full_name()}{NO_BREAK_SPACE}: événements et journal",
            _told(one),
        )


def _told(one: Habilitation) -> dict[str, object]:
    return {
        "personne": one.person.get_full_name(),
        "structure": one.site.name if one.site else "",
        "service": one.service,
        "profil": one.profile,
        "perimetre": one.scope,
        "compte": one.account.identifier,
        "etat": one.state,
        "accordee_le": one.granted_on.isoformat() if one.granted_on else "",
        "fermee_le": one.closes_on.isoformat() if one.closes_on else "",
        "evenements": [
            chained_act(row, row.evidence_digests())
            for row in one.acts.order_by("revision").select_related("author")
        ],
        "journal": [chained_entry(entry) for entry in one.journal.order_by("number")],
    }
