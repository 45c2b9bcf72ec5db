"""Access requests that gave no right (refused, lapsed, withdrawn) go before their convention.

What their convention holds besides them stays, save the mails to a signatory who has no account:
that person is known by the request alone. One whose convention's file is gone went with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncDate

from contracts.models import Caisse, Convention, EliminationItem, LegalHold
from contracts.retention.erasing import Erased, erase_rows, lock
from contracts.retention.holdings import Holding, holdings, still_kept
from contracts.retention.holds import held, holds_on
from contracts.retention.kinds import Found, Kind, also_keep, free
from contracts.retention.persons import forget_named
from contracts.retention.rules import REQUEST
from forms_annexes.holdings import OF_REQUESTS, SIGNER_LINK, USER_LINK
from forms_annexes.models import AccessRequest, RequestTransition, SignatureCode, SignatureLink
from forms_annexes.services.telling import code_key, link_key
from notifications.holdings import DEAD_ADDRESSES, MESSAGES, READER_LINK
from notifications.models import DeadAddress, Message
from workflows.clock import PARIS, start_of_day
from workflows.french import typeset

ENDED = ("refused", "lapsed", "withdrawn")


def _had_their_time(caisse: Caisse, limit: date) -> Found:
    moves = RequestTransition.objects.filter(request=OuterRef("pk"), target__in=ENDED)
    endings = moves.exclude(name__in=RequestTransition.INTERNAL)
    gone = EliminationItem.objects.filter(convention=OuterRef("convention"), outcome__kind="gone")
    kept_back = Convention.objects.filter(held(), caisse=caisse)
    return (
        AccessRequest.objects.filter(convention__caisse=caisse, status__in=ENDED)
        .annotate(ended_at=Subquery(endings.order_by("-number").values("at")[:1]))
        .filter(ended_at__lt=start_of_day(limit + timedelta(days=1)))
        .filter(~Exists(gone), free(caisse, REQUEST))
        .exclude(convention__in=kept_back)
        .annotate(ended_on=TruncDate("ended_at", tzinfo=PARIS))
        .order_by("ended_at", "pk")
        .values_list("pk", "ended_on")
    )


def _named(caisse: Caisse, subjects: Collection[int]) -> Mapping[int, str]:
    rows = AccessRequest.objects.filter(
        convention__caisse=caisse, pk__in=subjects, status__in=ENDED
    )
    return {
        pk: typeset(f"Demande {number}, {status}")
        for pk, number, status in (
            (one.pk, one.number, one.get_status_display().lower()) for one in rows.order_by("pk")
        )
    }


def _convention(subject: int) -> Convention:
    return Convention.objects.get(access_requests=subject)


def _lock(caisse: Caisse, subject: int) -> None:
    # A hold on the thing waits for the caisse, one on its convention for the partner.
    Caisse.objects.select_for_update().get(pk=caisse.pk)
    lock(_convention(subject))


def _held_too(caisse: Caisse, subject: int) -> QuerySet[LegalHold]:
    return holds_on(_convention(subject))


def _erase(caisse: Caisse, subject: int) -> Erased:
    mails = _to_signatories(subject)
    own = {holding.label: _rows(holding, subject) for holding in OF_REQUESTS}
    own[MESSAGES.label] = mails
    own[DEAD_ADDRESSES.label] = DeadAddress.objects.filter(message__in=mails).order_by("pk")
    links = {
        link: _rows_of(link.model, link.convention, subject) for link in (USER_LINK, SIGNER_LINK)
    }
    links[READER_LINK] = mails
    return erase_rows(
        ((holding, own[holding.label]) for holding in (*OF_REQUESTS, MESSAGES, DEAD_ADDRESSES)),
        lambda file: any(_needs(one, file, own.get(one.label)) for one in holdings()),
        lambda: forget_named(links),
    )


def _to_signatories(subject: int) -> QuerySet[Message]:
    """The mails by which signatories without an account had the request and the codes."""
    links = SignatureLink.objects.filter(request=subject).values_list("pk", flat=True)
    codes = SignatureCode.objects.filter(link__request=subject).values_list("pk", flat=True)
    keys = [link_key(pk) for pk in links] + [code_key(pk) for pk in codes]
    return Message.objects.filter(key__in=keys).order_by("pk")


def _rows(holding: Holding, subject: int) -> QuerySet[Any]:
    return _rows_of(holding.model, holding.convention, subject)


def _rows_of(model: Any, convention: str, subject: int) -> QuerySet[Any]:
    way = convention.removesuffix("convention").removesuffix("__") or "pk"
    rows: QuerySet[Any] = model._default_manager.filter(**{way: subject})
    return rows.order_by("pk")


def _needs(holding: Holding, file: int, own: QuerySet[Any] | None) -> bool:
    """Whether a kept row of that table has a file, other than those of the request itself."""
    for column in holding.files:
        kept = {column: file, f"{holding.convention}__in": still_kept()}
        rows = holding.model._default_manager.filter(**kept)
        if own is not None:
            rows = rows.exclude(pk__in=own.values("pk"))
        if rows.exists():
            return True
    return False


also_keep(Kind(REQUEST, "Demandes sans suite", _had_their_time, _named, _lock, _erase, _held_too))
