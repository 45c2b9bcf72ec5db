"""Who takes a partner's place, by what deed, and who was the partner of a convention on a day."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contracts.models.partners import Partner
from contracts.models.periods import Period
from workflows.advance import Advance
from workflows.french import NO_BREAK_SPACE
from workflows.parties import successions_of
from workflows.settling import Settlement
from workflows.timeline import Timeline

if TYPE_CHECKING:
    from contracts.models.conventions import Convention

FROM_THE_START = date(1900, 1, 1)
"""The first day as a party of whoever signed: no act is dated before."""


class PartnerSuccession(models.Model):
    """One deed by which a partner takes the place of another; a trigger refuses any change.

    Which conventions pass is told by their acts, which bear its ``identifier``: a succession
    annulled is one whose acts are.
    """

    identifier = models.UUIDField("envoi du formulaire", unique=True, default=uuid.uuid4)
    """Made by the page, so that a form sent twice records it once; that of the acts too."""
    predecessor = models.ForeignKey(Partner, models.PROTECT, related_name="taken_over_by")
    successor = models.ForeignKey(Partner, models.PROTECT, related_name="taken_over")
    ground = models.CharField("fondement", max_length=40)
    """Code of the ground (``contracts.succession_grounds``)."""
    reference = models.CharField("acte", max_length=250)
    """« Arrêté préfectoral du 3 octobre 2025 »."""
    scope = models.CharField("ce qui passe", max_length=250, blank=True)
    """The competence or the activity transferred; empty when it is everything."""
    first_day = models.DateField("à compter du")
    consented_on = models.DateField("accord écrit de la caisse", null=True, blank=True)
    evidence = models.ForeignKey(
        "contracts.EvidenceFile", models.PROTECT, related_name="+", null=True, blank=True
    )
    recorded_at = models.DateTimeField("enregistré le")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "succession d’un partenaire"
        verbose_name_plural = "successions des partenaires"
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="contracts_succession_of_another"
            ),
            models.CheckConstraint(
                condition=~Q(ground="") & ~Q(reference=""), name="contracts_succession_grounded"
            ),
        ]

    def __str__(self) -> str:
        return f"succession du partenaire {self.predecessor_id} par {self.successor_id}"


class ConventionParty(Period):
    """Who was the partner of a convention over some days: a cache of its acts.

    Only conventions whose partner changed, or is to change, have rows. Written with the cached
    columns of the convention, in the same transaction; ``cache verify`` compares them with the
    acts. Read by date, so that no job has to run for the new partner to answer at midnight.
    """

    convention = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="parties", db_index=False
    )
    """Found by the unique constraint that begins with it."""
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="places")
    succession = models.ForeignKey(
        PartnerSuccession, models.PROTECT, related_name="places", null=True, blank=True
    )
    """Absent for whoever signed."""

    class Meta(Period.Meta):
        verbose_name = "partie d’une convention"
        verbose_name_plural = "parties des conventions"
        ordering = ["first_day"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(
                fields=["convention", "first_day"], name="contracts_conventionparty_one_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"partenaire {self.partner_id}, convention {self.convention_id}"

    @classmethod
    def follow(cls, settlements: Sequence[Settlement]) -> None:
        """Bring the rows of some conventions in line with their lives."""
        for one in settlements:
            convention: Convention = one.subject  # type: ignore[assignment]
            # Most conventions keep the partner that signed: nothing is read for them; nor for
            # those that days alone moved, as only acts make parties.
            if isinstance(one.life, Advance):
                continue
            if convention.concluded_by_id is None and "concluded_by_id" not in one.moved:
                continue
            wanted = list(_places(convention, one.timeline))
            stored = {row.place: row.pk for row in convention.parties.all()}
            gone = [pk for place, pk in stored.items() if place not in wanted]
            cls.objects.filter(pk__in=gone).delete()
            cls.objects.bulk_create(
                cls(
                    convention=convention,
                    partner_id=partner,
                    first_day=first,
                    last_day=last,
                    succession_id=succession,
                )
                for partner, first, last, succession in wanted
                if (partner, first, last, succession) not in stored
            )

    @property
    def place(self) -> tuple[int, date, date | None, int | None]:
        """What the row holds."""
        return self.partner_id, self.first_day, self.last_day, self.succession_id


def party_differences(convention: Convention, timeline: Timeline) -> Iterator[str]:
    """How the stored parties of a convention disagree with its acts, in French sentences."""
    stored = [row.place for row in convention.parties.order_by("first_day")]
    wanted = list(_places(convention, timeline))
    if stored != wanted:
        yield (
            f"Parties successives{NO_BREAK_SPACE}: {len(stored)} enregistrées, {len(wanted)} "
            "calculées, ou d’autres dates."
        )


def _places(
    convention: Convention, timeline: Timeline
) -> Iterator[tuple[int, date, date | None, int | None]]:
    """Partner, first and last day, succession: as the acts say; nothing while nobody succeeded."""
    successions = successions_of(timeline)
    if not successions:
        return
    known = dict(
        PartnerSuccession.objects.filter(
            identifier__in=[one.act.id for one in successions if _is_uuid(one.act.id)]
        ).values_list("identifier", "pk")
    )
    until = successions[0].before
    yield convention.contracting_partner_id, FROM_THE_START, until, None
    for one in successions:
        deed = known.get(uuid.UUID(one.act.id)) if _is_uuid(one.act.id) else None
        yield int(one.successor), one.first_day, one.last_day, deed


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
