"""What conventions wait for, told from their stored columns: no life is replayed for it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from contracts.models import Convention, ConventionAct, PublishedRulebook
from contracts.services.rulebooks import published_rulebooks
from workflows.convention import ConventionStatus
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind

_BEFORE_SIGNATURE = (ConventionStatus.DRAFT.value, ConventionStatus.SENT_FOR_SIGNATURE.value)


def awaiting_cnil(conventions: QuerySet[Convention]) -> QuerySet[Convention]:
    """Those that need a CNIL declaration, or a visa « sans objet », and have none.

    Signed, the state itself says so; before, the acts do, those annulled left out.
    """
    bound = Q(pk__in=())
    latest: dict[str, PublishedRulebook] = {}
    for row in published_rulebooks():
        latest[row.code] = row
        bound |= Q(pinned=row) & _of_kinds(row.rulebook)
    for code, row in latest.items():
        bound |= Q(pinned=None, rulebook_code=code) & _of_kinds(row.rulebook)
    annulled = ConventionAct.objects.annotate(of=KeyTextTransform("of", "payload")).filter(
        subject=OuterRef("subject"), kind="annulment", of=OuterRef("identifier")
    )
    declared = ConventionAct.objects.filter(subject=OuterRef("pk"), kind="cnil")
    undeclared = ~Exists(declared.filter(~Exists(annulled)))
    return conventions.filter(bound).filter(
        Q(state=ConventionStatus.SIGNED.value) | Q(undeclared, state__in=_BEFORE_SIGNATURE)
    )


def _of_kinds(rulebook: Rulebook) -> Q:
    conditions = [one for one in rulebook.effect.conditions if one.kind == "cnil"]
    kinds = [str(kind) for kind in PartnerKind if any(one.binds(kind) for one in conditions)]
    return Q(partner__kind__in=kinds)
