"""The conventions that have ended and whose file is open: what each waits for, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from access.models import Account, AccountState, Habilitation
from contracts.models import Convention, User
from contracts.rules import conventions_where
from contracts.services.after_end import REQUEST, letters_asking, to_settle
from notifications.attestations import mails_asking
from workflows.after_end import AfterEnd, Next, after_end

SETTLE = "contracts.record_act"
"""The power of those for whom the list is: they ask, receive and close."""

PATIENCE = timedelta(days=30)
"""How long a partner is given before the list proposes to ask it again: a practice, not a text."""


@dataclass(frozen=True, slots=True)
class Row:
    """One ended convention."""

    convention: Convention
    todo: AfterEnd | None
    """What it waits for; None when its life cannot be told."""

    @property
    def act(self) -> tuple[str, str]:
        """The words of the one thing to do, and where it is done."""
        pk = self.convention.pk
        if self.todo is None:
            return "Ouvrir la convention", reverse("convention", args=[pk])
        ask = reverse("write_letter", args=[pk, REQUEST])
        return {
            Next.ASK: ("Demander l’attestation", ask),
            Next.ASK_AGAIN: ("Relancer par courrier", ask),
            Next.LOCK: ("Fermer les comptes", reverse("accounts")),
            Next.WAIT: ("Enregistrer l’attestation reçue", _event(pk, "duty_done")),
            Next.CLOSE: ("Clore le dossier", _event(pk, "closing")),
        }[self.todo.next]

    @property
    def receive(self) -> str:
        """Where an attestation is recorded, while one is awaited and the thing to do is another."""
        if self.todo is None or not self.todo.awaits_attestation or self.todo.next is Next.WAIT:
            return ""
        return _event(self.convention.pk, "duty_done")


def _event(pk: int, kind: str) -> str:
    return reverse("tell_event", args=[pk, kind])


def waiting(user: User, today: date) -> QuerySet[Convention]:
    """Those that the user may settle, the oldest end first."""
    return to_settle(conventions_where(user, SETTLE, today)).order_by("last_day_in_force", "pk")


def rows_of(conventions: Sequence[Convention], today: date) -> list[Row]:
    """The rows of some of them, in their order, with a few queries for all."""
    if not conventions:
        return []
    keys = [one.pk for one in conventions]
    accounts, letters, mails = _accounts_open(keys, today), letters_asking(keys), mails_asking(keys)
    found = {one.pk: one for one in Convention.to_sweep().filter(pk__in=keys)}
    lives = Convention.lives([found[key] for key in keys], today)
    return [
        Row(
            one,
            None
            if isinstance(life, Exception)
            else after_end(
                life,
                accounts[one.pk],
                [*letters.get(one.pk, ()), *mails.get(one.pk, ())],
                PATIENCE,
            ),
        )
        for one, life in zip(conventions, lives, strict=True)
    ]


def _accounts_open(conventions: Sequence[int], today: date) -> Counter[int]:
    """How many accounts of each the directory still holds open without any right left."""
    rights = Habilitation.objects.filter(account=OuterRef("pk"))
    left = rights.filter(Q(closes_on__isnull=True) | Q(closes_on__gt=today))
    stale = Account.objects.filter(~Exists(left), state=AccountState.OPEN)
    return Counter(
        dict(
            Habilitation.objects.filter(convention__in=conventions, account__in=stale)
            .order_by()
            .values_list("convention")
            .annotate(number=Count("account", distinct=True))
        )
    )
