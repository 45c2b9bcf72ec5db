"""Reconciliation: what the directory of a caisse holds, compared with what it should hold.

1. The directory is listed once. Where only people can look, what is known stands in.
2. Each account is compared, by chunks. What the directory was seen to hold becomes what is known,
   and each mending is asked of the effects ledger in the same transaction.
3. The breaker counts what would be closed or removed, before the first is.
4. Each account is brought to its state. One that fails stops no other: the ledger tries it again,
   as it does what the breaker holds back once a person let it go.

What moved between the listing and the comparison is left to what moved it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Lower

from access.desired import ABSENT, DirectoryState
from access.directory.choice import directory_of
from access.directory.port import DirectoryUnreachable
from access.drift import Drift, drift_between
from access.measures import ACCOUNTS, FOLLOWING, REMOVALS
from access.models import Account, AccountState
from access.services.bringing_together import bring_together
from access.services.desired_states import CHUNK, desired_states
from access.services.directory_health import note, watched
from access.services.following import follow
from contracts.models import Caisse
from workflows import breaker, clock, effects, last_runs
from workflows.effects import HeldBack
from workflows.french import count
from workflows.models import HeldRun


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that is not as it should be."""

    kind: Drift
    identifier: str
    """Empty while no identifier was given."""
    account: int | None
    """The key of the account; None for an entry that no account knows."""
    found: DirectoryState
    wanted: DirectoryState | None


@dataclass(slots=True)
class Reconciliation:
    """What a run found in the directory of one caisse, and what became of it."""

    caisse: Caisse
    dry_run: bool
    readable: bool = True
    """False where only people can look: what is known was compared."""
    compared: int = 0
    moved: int = 0
    """Accounts that changed during the run, left to what changed them."""
    differences: list[Difference] = field(default_factory=list)
    failing: list[tuple[int, Exception]] = field(default_factory=list)
    """Accounts by their keys, and why nobody could tell or mend their state."""
    held: list[HeldRun] = field(default_factory=list)
    """Why closings or removals wait for a person."""
    mended: int = 0
    asked: int = 0
    """Asked of the agents who work in a directory that no machine can read."""
    waiting: int = 0
    """What the breaker holds back."""

    def of_kind(self, kind: Drift) -> list[Difference]:
        """The differences of one kind."""
        return [one for one in self.differences if one.kind == kind]

    @property
    def left(self) -> int:
        """How many differences and failures remain, what agents were asked to do apart."""
        untold = len({pk for pk, _ in self.failing} - {one.account for one in self.differences})
        return len(self.differences) - self.mended - self.asked + untold


Progress = Callable[[int, int], None]


def reconcile(
    caisse: Caisse, dry_run: bool = False, progress: Progress | None = None, chunk: int = CHUNK
) -> Reconciliation:
    """Compare the directory of a caisse with what it should hold; mend it, unless ``dry_run``.

    ``progress`` is told how many accounts are compared, and of how many. Raises
    ``DirectoryUnreachable``: what was asked for by then stays asked for.
    """
    run = Reconciliation(caisse, dry_run)
    accounts = Account.objects.filter(caisse=caisse)
    revisions = dict(accounts.values_list("pk", "revision"))
    listing = _listing(caisse)
    run.readable = listing is not None
    unmatched = dict(listing or {})
    asked_at = clock.system_time()
    for found in _chunks(caisse, chunk):
        _compare(run, found, revisions, listing, asked_at)
        for account in found:
            unmatched.pop(account.identifier.lower(), None)
        if progress is not None:
            progress(run.compared, len(revisions))
    _add_unknown(run, unmatched)
    if not dry_run:
        _mend(run)
    last_runs.note(last_runs.reconciliation(caisse.code), _told(run), is_well=not run.left)
    return run


def _told(run: Reconciliation) -> str:
    """How it ended, for whoever watches over the site."""
    told = count(run.compared, "compte comparé", "comptes comparés")
    if not run.differences and not run.left:
        return f"{told}, aucun écart."
    mended = count(run.mended, "réglé")
    return f"{told}, {count(len(run.differences), 'écart')} dont {mended}, {run.left} à régler."


def _listing(caisse: Caisse) -> dict[str, tuple[str, DirectoryState]] | None:
    """Every entry by its identifier in small letters; None where only people can look."""
    with watched(caisse, is_undone=False):
        entries = directory_of(caisse).entries(caisse)
        if entries is None:
            return None
        return {entry.identifier.lower(): (entry.identifier, entry.state) for entry in entries}


def _chunks(caisse: Caisse, size: int) -> Iterator[list[Account]]:
    rows, last = Account.objects.filter(caisse=caisse).order_by("pk"), 0
    while found := list(rows.filter(pk__gt=last)[:size]):
        yield found
        last = found[-1].pk


def _compare(
    run: Reconciliation,
    accounts: list[Account],
    revisions: Mapping[int, int],
    listing: Mapping[str, tuple[str, DirectoryState]] | None,
    asked_at: datetime,
) -> None:
    """Compare some accounts; unless it is only tried, write what is known and ask for the rest."""
    wanted_of = desired_states(accounts, clock.now())
    differing: list[int] = []
    with transaction.atomic():
        for account in accounts:
            run.compared += 1
            wanted = wanted_of[account.pk]
            if isinstance(wanted, Exception):
                run.failing.append((account.pk, wanted))
                continue
            known = DirectoryState(AccountState(account.state), tuple(account.services))
            found = known
            if listing is not None:
                _, found = listing.get(account.identifier.lower(), ("", ABSENT))
            unmoved = revisions.get(account.pk) == account.revision
            if unmoved and found != known and not run.dry_run:
                unmoved = _now_seen(account, found)
            if not unmoved:
                run.moved += 1
                continue
            kind = drift_between(found, wanted)
            if kind is not None:
                differing.append(account.pk)
                run.differences.append(
                    Difference(kind, account.identifier, account.pk, found, wanted)
                )
        if not run.dry_run:
            _ask_for(differing, asked_at)


def _now_seen(account: Account, found: DirectoryState) -> bool:
    """Write what the directory was seen to hold, unless the account moved since it was read."""
    same = Account.objects.filter(pk=account.pk, revision=account.revision)
    return bool(
        same.update(state=found.state, services=list(found.services), revision=F("revision") + 1)
    )


def _ask_for(accounts: list[int], asked_at: datetime) -> None:
    """Have the ledger mend accounts, except those whose turn comes already."""
    lanes = {f"account:{pk}" for pk in accounts}
    coming = set(
        effects.unfinished()
        .filter(handler=FOLLOWING, lane__in=lanes)
        .values_list("lane", flat=True)
    )
    follow(
        (f"reconcile:{asked_at:%Y%m%dT%H%M%S%f}", pk)
        for pk in accounts
        if f"account:{pk}" not in coming
    )


def _add_unknown(run: Reconciliation, unmatched: Mapping[str, tuple[str, DirectoryState]]) -> None:
    """Add the entries that no account knows, even one made since the comparison began."""
    keys = list(unmatched)
    known: set[str] = set()
    for first in range(0, len(keys), CHUNK):
        accounts = Account.objects.filter(caisse=run.caisse).annotate(key=Lower("identifier"))
        known |= set(
            accounts.filter(key__in=keys[first : first + CHUNK]).values_list("key", flat=True)
        )
    run.differences += [
        Difference(Drift.UNKNOWN, identifier, None, found, None)
        for key, (identifier, found) in unmatched.items()
        if key not in known
    ]


def _mend(run: Reconciliation) -> None:
    breaker.hold(clock.today())
    held = breaker.open_runs().filter(measure__in=[ACCOUNTS.name, REMOVALS.name])
    keys = [one.account for one in run.differences if one.account is not None]
    try:
        for key, brought in bring_together(run.caisse, keys):
            if isinstance(brought, HeldBack):
                run.waiting += 1
            elif isinstance(brought, Exception):
                run.failing.append((key, brought))
            else:
                run.mended += run.readable
                run.asked += not run.readable
    except DirectoryUnreachable as error:
        note(run.caisse.pk, str(error))
        raise
    if run.waiting:
        run.held = list(held.all())
