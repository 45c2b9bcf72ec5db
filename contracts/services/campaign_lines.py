"""Where each line of a campaign stands, read from its facts by the database itself.

One expression says it for a row, a list, a filter and a count: nothing is stored that could
disagree with the avenant, its letter, its signed copies or the convention.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Greatest

from contracts.models import (
    AvenantCampaign,
    AvenantFact,
    CampaignLine,
    ConventionAct,
    FiledScan,
    FileVerification,
    OutgoingLetter,
    SignedCopy,
)
from workflows.convention import ENDED

_CAISSE = "caisse"
"""The role of the party that proposes the avenants, in every rulebook."""


class LineStanding(StrEnum):
    """Where a line stands, in the order in which a campaign goes on."""

    LEFT_OUT = "left_out"
    TO_PREPARE = "to_prepare"
    TO_SEND = "to_send"
    SENT = "sent"
    SILENT = "silent"
    RETURNED = "returned"
    TO_SIGN = "to_sign"
    SIGNED = "signed"
    REFUSED = "refused"
    ABANDONED = "abandoned"
    ENDED = "ended"
    ANNULLED = "annulled"


LABELS: Mapping[LineStanding, str] = {
    LineStanding.LEFT_OUT: "Laissée de côté",
    LineStanding.TO_PREPARE: "À préparer",
    LineStanding.TO_SEND: "À envoyer",
    LineStanding.SENT: "Envoyé",
    LineStanding.SILENT: "Sans réponse",
    LineStanding.RETURNED: "Revenu, à vérifier",
    LineStanding.TO_SIGN: "À signer par la caisse",
    LineStanding.SIGNED: "Signé",
    LineStanding.REFUSED: "Refusé",
    LineStanding.ABANDONED: "Classé sans suite",
    LineStanding.ENDED: "Convention finie entre-temps",
    LineStanding.ANNULLED: "Signature annulée",
}

OPEN = (
    LineStanding.TO_SEND,
    LineStanding.SENT,
    LineStanding.SILENT,
    LineStanding.RETURNED,
    LineStanding.TO_SIGN,
)
"""An avenant that may still be signed."""

WAITING_FOR_US = (LineStanding.SILENT, LineStanding.RETURNED, LineStanding.TO_SIGN)
"""What the caisse has to do next, the letters apart, which have queues of their own."""


def with_standing(lines: QuerySet[CampaignLine], today: date) -> QuerySet[CampaignLine]:
    """The lines, each with its ``standing``, ``sent_on`` and ``last_word_on``."""
    facts = AvenantFact.objects.filter(avenant=OuterRef("avenant")).order_by()
    theirs = facts.filter(kind="signed").exclude(party=_CAISSE)
    ours = facts.filter(kind="signed", party=_CAISSE)
    acts = ConventionAct.objects.filter(subject=OuterRef("convention")).order_by()
    recorded = acts.filter(identifier=OuterRef("act"))
    annulled = _annulling(acts).filter(of=OuterRef("act"))
    posted = OutgoingLetter.objects.filter(issued=OuterRef("letter"))
    told = lines.annotate(
        sent_on=Coalesce(
            Subquery(facts.filter(kind="sent").values("on")[:1]),
            Subquery(posted.values("posted_on")[:1]),
        ),
        copied=Exists(_copies())
        | Exists(_untold(FiledScan.objects.filter(issued=OuterRef("document")))),
        signed_by_them=Exists(theirs),
        signed_by_us=Exists(ours),
    ).annotate(last_word_on=Coalesce(Greatest("sent_on", "reminded_on"), F("sent_on")))
    return told.annotate(
        standing=Case(
            _when(Q(outcome="left_out"), LineStanding.LEFT_OUT),
            _when(Q(outcome="waiting"), LineStanding.TO_PREPARE),
            _when(Exists(recorded) & Exists(annulled), LineStanding.ANNULLED),
            _when(Q(Exists(recorded)), LineStanding.SIGNED),
            _when(Q(Exists(facts.filter(kind="refused"))), LineStanding.REFUSED),
            _when(Q(Exists(facts.filter(kind="abandoned"))), LineStanding.ABANDONED),
            _when(Q(convention__state__in=sorted(ENDED)), LineStanding.ENDED),
            _when(Q(signed_by_them=True, signed_by_us=False), LineStanding.TO_SIGN),
            _when(Q(copied=True, signed_by_them=False), LineStanding.RETURNED),
            _when(Q(sent_on__isnull=True), LineStanding.TO_SEND),
            *_silent(today),
            default=Value(LineStanding.SENT.value),
            output_field=CharField(),
        )
    )


def counted(lines: QuerySet[CampaignLine], today: date) -> dict[LineStanding, int]:
    """How many lines stand where, in the order of a campaign; a standing of none is not there."""
    found: Counter[str] = Counter()
    for numbers in counted_by_campaign(lines, today).values():
        found.update(numbers)
    return {one: found[one.value] for one in LineStanding if found[one.value]}


def counted_by_campaign(lines: QuerySet[CampaignLine], today: date) -> dict[int, Counter[str]]:
    """How many lines stand where, by the key of their campaign, in one query."""
    rows = with_standing(lines, today).order_by().values_list("campaign", "standing")
    found: dict[int, Counter[str]] = {}
    for campaign, standing, number in rows.annotate(Count("pk")):
        found.setdefault(campaign, Counter())[standing] = number
    return found


def moved_kinds(lines: QuerySet[CampaignLine]) -> dict[str, int]:
    """For how many lines each kind of date moves; under an empty name, those where none does."""
    found: dict[str, int] = {}
    rows = lines.filter(outcome="waiting", weighed_at__isnull=False).order_by()
    for kinds, number in rows.values_list("move_kinds").annotate(Count("pk")):
        for kind in kinds.split() or [""]:
            found[kind] = found.get(kind, 0) + number
    return dict(sorted(found.items(), key=lambda one: (one[0] == "", -one[1], one[0])))


def _when(condition: Q, standing: LineStanding) -> When:
    return When(condition, then=Value(standing.value))


def _silent(today: date) -> list[When]:
    """Silent after the days that each campaign gives: a few lengths among all of them."""
    lengths = AvenantCampaign.objects.order_by().values_list("chase_after", flat=True).distinct()
    return [
        _when(
            Q(campaign__chase_after=days, last_word_on__lte=today - timedelta(days=days)),
            LineStanding.SILENT,
        )
        for days in lengths
    ]


def _annulling(acts: QuerySet[ConventionAct]) -> QuerySet[ConventionAct]:
    """The annulments that stand, each with the identifier ``of`` what it annuls."""
    of = KeyTextTransform("of", "payload")
    others = ConventionAct.objects.filter(subject=OuterRef("subject"), kind="annulment")
    undone = others.annotate(of=of).filter(of=OuterRef("identifier")).order_by()
    return acts.filter(~Exists(undone), kind="annulment").annotate(of=of)


def _copies() -> QuerySet[SignedCopy]:
    """The copies of the avenant that still count and that another than the caisse signed."""
    copies = SignedCopy.objects.filter(issued=OuterRef("document"), voided__isnull=True)
    copies = copies.exclude(signed_by=[_CAISSE])
    return copies.exclude(file__verification__state=FileVerification.State.REFUSED).order_by()


def untold_scans(lines: QuerySet[CampaignLine]) -> QuerySet[FiledScan]:
    """The scanned copies sorted to avenants of these lines, of which nobody said who signed."""
    scans = FiledScan.objects.filter(issued__in=lines.values("document"))
    return _untold(scans).select_related("issued", "file", "batch")


def _untold(scans: QuerySet[FiledScan]) -> QuerySet[FiledScan]:
    taken = SignedCopy.objects.filter(issued=OuterRef("issued"), file=OuterRef("file"))
    return scans.filter(~Exists(taken)).order_by()
