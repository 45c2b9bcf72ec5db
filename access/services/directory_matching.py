"""Accounts taken over from a former register, matched with the entries of the directory.

A comparison reads the directory, in the background, and changes nothing there. It says which entry
each account may be: that of the identifier that the file gave, of the holder's number, of the
user's address. Which one it is, a person says; from then on the directory follows the account.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from access.desired import DirectoryState
from access.directory.choice import directory_of
from access.directory.port import DirectoryRefused, FoundEntry
from access.drift import Drift, drift_between
from access.models import (
    Account,
    AccountIdentifier,
    AccountTakeOver,
    ComparedAccount,
    DirectoryComparison,
    HolderNumber,
)
from access.services.desired_states import desired_states
from access.services.directory_health import watched
from access.services.following import follow
from contracts.models import Caisse, PartnerNumber, User
from workflows import clock, effects
from workflows.effects import EffectContext
from workflows.french import typeset
from workflows.subjects import locked

MATCH: Final = "access.match_account"
COMPARING: Final = "access.directory_comparison"
_AT_ONCE: Final = 500

Result = ComparedAccount.Result


class CannotMatch(Exception):
    """The account cannot be matched so; nothing was written."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


def waiting(caisses: Iterable[Caisse]) -> QuerySet[AccountTakeOver]:
    """The accounts of some caisses that wait for their entry."""
    return AccountTakeOver.objects.filter(account__caisse__in=list(caisses), settled_at=None)


def latest(caisse: Caisse) -> DirectoryComparison | None:
    """The last comparison that was asked for, be it not over."""
    return caisse.comparisons.first()


def compare_later(caisse: Caisse, author: User) -> DirectoryComparison:
    """Have the directory compared; one that was asked for and is not over is that one."""
    with transaction.atomic():
        Caisse.objects.select_for_update(no_key=True).get(pk=caisse.pk)
        running = caisse.comparisons.filter(ended_at=None).first()
        if running is not None:
            return running
        asked = DirectoryComparison.objects.create(
            caisse=caisse, author=author, asked_at=clock.now()
        )
        name = f"directory_comparison:{asked.pk}"
        effects.emit(COMPARING, name, name, {"comparison": asked.pk})
    return asked


@effects.handler(COMPARING)
def compare(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Read the directory and write what may be matched.

    Raises ``DirectoryUnreachable``: it is asked again later.
    """
    asked = DirectoryComparison.objects.select_related("caisse").get(pk=payload["comparison"])
    if asked.ended_at is not None:
        return
    try:
        entries = _entries(asked.caisse)
    except DirectoryRefused as refused:
        asked.failure, entries = str(refused), []
    else:
        ComparedAccount.objects.filter(comparison__caisse=asked.caisse).delete()
        rows = list(_compared(asked, entries))
        ComparedAccount.objects.bulk_create(rows, batch_size=1000)
    asked.ended_at = clock.now()
    asked.save(update_fields=["failure", "ended_at"])


def settle(take_over: AccountTakeOver, identifier: str, author: User) -> Account:
    """Say which entry an account is, or with an empty identifier that it has none.

    From then on the directory is brought to what the account should be. Raises ``CannotMatch``, and
    ``DirectoryUnreachable``.
    """
    account = take_over.account
    entry = None
    if identifier:
        entry = _entry(account.caisse, identifier)
    return _settled(take_over, identifier, entry, author)


def settle_found(compared: Sequence[ComparedAccount], author: User) -> int:
    """Match accounts for which one entry alone was found, as it should be; how many.

    What moved in the directory since is left to be looked at. Raises ``DirectoryUnreachable``.
    """
    chosen = [one for one in compared if one.result == Result.FOUND and one.account is not None]
    if not chosen:
        return 0
    by_identifier = {one.identifier.lower(): one for one in _entries(chosen[0].comparison.caisse)}
    count = 0
    for one in chosen:
        [candidate] = one.candidates
        entry = by_identifier.get(candidate["identifier"].lower())
        if entry is None or entry.state.state != candidate["state"]:
            continue
        try:
            _settled(one.account.take_over, entry.identifier, entry, author)
        except CannotMatch:
            continue
        count += 1
    return count


def _settled(
    take_over: AccountTakeOver, identifier: str, entry: FoundEntry | None, author: User
) -> Account:
    try:
        with transaction.atomic():
            own = locked(AccountTakeOver.objects.all(), take_over.pk)
            if own.settled_at is not None:
                raise CannotMatch("Ce compte vient d’être rapproché par quelqu’un d’autre.")
            account = locked(Account.objects.all(), own.account_id)
            now = clock.now()
            if identifier:
                _identify(account, entry.identifier if entry else identifier, entry)
            own.settled_at, own.settled_by = now, author
            own.save(update_fields=["settled_at", "settled_by"])
            follow([("take_over", account.pk)])
    except IntegrityError as error:
        raise CannotMatch(
            f"L’identifiant « {identifier} » est déjà celui d’un autre compte, ou Tacite ne "
            "l’admet pas (lettres, chiffres, point, tiret, arobase). Vérifiez-le."
        ) from error
    return account


def _identify(account: Account, identifier: str, entry: FoundEntry | None) -> None:
    account.identifier = identifier
    if entry is not None:
        account.state, account.services = entry.state.state, list(entry.state.services)
    account.revision += 1
    account.save(update_fields=["identifier", "state", "services", "revision"])
    AccountIdentifier.objects.create(
        caisse_id=account.caisse_id,
        account=account,
        identifier=identifier,
        recorded_at=clock.now(),
    )


def _entries(caisse: Caisse) -> list[FoundEntry]:
    """All that the directory holds; nothing where only people can look."""
    with watched(caisse, is_undone=False):
        return list(directory_of(caisse).entries(caisse) or ())


def _entry(caisse: Caisse, identifier: str) -> FoundEntry | None:
    """The entry of that identifier; None where only people can look. Raises ``CannotMatch``."""
    with watched(caisse, is_undone=False):
        entries = directory_of(caisse).entries(caisse)
        if entries is None:
            return None
        found = next((one for one in entries if one.identifier.lower() == identifier.lower()), None)
    if found is None:
        raise CannotMatch(
            f"L’annuaire n’a pas d’entrée « {identifier} ». Vérifiez l’identifiant, ou comparez de "
            "nouveau."
        )
    return found


def _compared(
    asked: DirectoryComparison, entries: Sequence[FoundEntry]
) -> Iterator[ComparedAccount]:
    """What is found for each account that waits, then the entries that no account knows."""
    taken = {
        one.lower()
        for one in Account.objects.filter(caisse=asked.caisse)
        .exclude(identifier="")
        .values_list("identifier", flat=True)
    }
    free = [one for one in entries if one.identifier.lower() not in taken]
    take_overs = list(
        waiting([asked.caisse])
        .select_related("account__person", "account__partner", "account__site")
        .order_by("pk")
    )
    found = _candidates(asked.caisse, take_overs, free)
    claimed = Counter(entry.identifier for some in found.values() for entry in some)
    wanted = _wanted([one.account for one in take_overs])
    for one in take_overs:
        yield _row(asked, one.account, found[one.account_id], wanted[one.account_id], claimed)
    for entry in free:
        if entry.identifier not in claimed:
            told = _told(entry, "", None)
            yield ComparedAccount(comparison=asked, result=Result.UNKNOWN, candidates=[told])


def _candidates(
    caisse: Caisse, take_overs: Sequence[AccountTakeOver], entries: Sequence[FoundEntry]
) -> dict[int, dict[FoundEntry, str]]:
    """The entries that each account may be, with what made each found."""
    by_identifier = {one.identifier.lower(): one for one in entries}
    by_email: dict[str, list[FoundEntry]] = defaultdict(list)
    for one in entries:
        if one.email:
            by_email[one.email.lower()].append(one)
    numbers = _numbers(caisse, take_overs)
    found: dict[int, dict[FoundEntry, str]] = {}
    for one in take_overs:
        some: dict[FoundEntry, str] = {}
        email = _email(one.account)
        clues = (
            ("identifiant annoncé", one.identifier),
            ("n° tiers", numbers.get(one.account_id, "")),
            ("adresse électronique", email),
        )
        for by, clue in clues:
            entry = by_identifier.get(clue.lower()) if clue else None
            if entry is not None:
                some.setdefault(entry, by)
        for entry in by_email.get(email.lower(), ()) if email else ():
            some.setdefault(entry, "adresse électronique")
        found[one.account_id] = some
    return found


def _numbers(caisse: Caisse, take_overs: Sequence[AccountTakeOver]) -> dict[int, str]:
    """The number of each holder in the registers of the caisse, by account."""
    of_holders = HolderNumber.objects.filter(caisse=caisse)
    numbers = dict(of_holders.values_list("account", "number"))
    of_partners = dict(PartnerNumber.objects.filter(caisse=caisse).values_list("partner", "number"))
    for one in take_overs:
        if one.account.partner_id in of_partners:
            numbers[one.account_id] = of_partners[one.account.partner_id]
    return numbers


def _email(account: Account) -> str:
    if account.person is not None:
        return str(account.person.email)
    return str(account.partner.email) if account.partner is not None else ""


def _wanted(accounts: Sequence[Account]) -> dict[int, DirectoryState | Exception]:
    now, wanted = clock.now(), {}
    for first in range(0, len(accounts), _AT_ONCE):
        wanted.update(desired_states(accounts[first : first + _AT_ONCE], now))
    return wanted


def _row(
    asked: DirectoryComparison,
    account: Account,
    found: Mapping[FoundEntry, str],
    wanted: DirectoryState | Exception,
    claimed: Mapping[str, int],
) -> ComparedAccount:
    state = wanted if isinstance(wanted, DirectoryState) else None
    candidates = [_told(entry, by, state) for entry, by in found.items()]
    if not candidates:
        result = Result.MISSING
    elif len(candidates) > 1 or any(claimed[entry.identifier] > 1 for entry in found):
        result = Result.SEVERAL
    elif state is None or candidates[0]["drift"]:
        result = Result.DIFFERS
    else:
        result = Result.FOUND
    return ComparedAccount(comparison=asked, account=account, result=result, candidates=candidates)


def _told(entry: FoundEntry, by: str, wanted: DirectoryState | None) -> dict[str, Any]:
    drift: Drift | None = drift_between(entry.state, wanted) if wanted is not None else None
    return {
        "identifier": entry.identifier,
        "by": by,
        "state": entry.state.state,
        "services": list(entry.state.services),
        "drift": drift.value if drift else "",
    }
