"""What nobody confirmed is forgotten, with whoever typed it."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from forms_annexes.models import PublicRequest
from forms_annexes.models.public_requests import PublicStatus
from notifications.models import MessageState
from notifications.services import withdraw
from workflows import clock
from workflows.subjects import locked


def lasts() -> timedelta:
    """How long a request waits for its confirmation."""
    return timedelta(days=settings.TACITE_PUBLIC_REQUEST_DAYS)


def purge_unconfirmed(today: date) -> int:
    """Delete the requests sent, or else begun, too long ago and never confirmed; how many."""
    before = clock.start_of_day(today) - lasts()
    left = Q(sent_at__lt=before) | Q(sent_at__isnull=True, created_at__lt=before)
    old = PublicRequest.objects.filter(left, status=PublicStatus.UNCONFIRMED.value).values_list(
        "pk", flat=True
    )
    return sum(forget(pk) for pk in list(old))


def forget(pk: int) -> bool:
    """Delete one request that does not count yet; False when it counts, or is gone already."""
    with transaction.atomic():
        try:
            public = locked(PublicRequest.objects.all(), pk)
        except PublicRequest.DoesNotExist:
            return False
        if public.status != PublicStatus.UNCONFIRMED.value:
            return False
        contact = public.contact
        public.delete()
        if contact is not None:
            withdraw(contact.messages.all(), "La demande n’a pas été confirmée.")
            contact.messages.filter(state=MessageState.SENT).delete()
            if contact.messages.exists():
                # What was cancelled keeps no address; its row stays for the ledger.
                contact.first_name = contact.last_name = contact.email = ""
                contact.erased_at = clock.now()
                contact.save()
            else:
                contact.delete()
    return True
