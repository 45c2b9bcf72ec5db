"""The named users of the demonstration: their rights lived again, fact by fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from access.directory.choice import directory_of
from access.models import Account, Habilitation
from access.services.accounts import desired_state, give_identifier, now_known
from access.services.habilitations import grant, record
from contracts.demonstration.loading import LoadingFailed, Moment
from contracts.demonstration.portfolio import DemoConvention, DemoNamedUser
from contracts.models import Convention, Person
from workflows import clock
from workflows.act_payloads import parse
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.subjects import locked

_HOUR = timedelta(hours=15)
"""In the afternoon, once the convention's own facts of the day are recorded."""


def named_users(
    given: DemoConvention, convention: Callable[[], Convention], today: date
) -> Iterator[Moment]:
    """What happened to each user whom a convention of the demonstration names."""
    for number, user in enumerate(given.named_users):
        told = _User(given, user, convention)
        for rank, fact in enumerate(user.dated_facts(today)):
            at = clock.start_of_day(fact["on"]) + _HOUR
            yield Moment(at, given.key, 1000 * (number + 1) + rank, told.living(rank, fact))


class _User:
    """One named user, and the right once it is granted."""

    def __init__(
        self, given: DemoConvention, user: DemoNamedUser, convention: Callable[[], Convention]
    ) -> None:
        self._given, self._user, self._convention = given, user, convention
        self._right: Habilitation | None = None

    def living(self, rank: int, fact: dict[str, Any]) -> Callable[[], None]:
        """What records one fact of the user's."""

        def live() -> None:
            try:
                self._live(rank, fact)
            except Exception as error:
                raise LoadingFailed(
                    f"{self._given.key}, {fact['kind']} du {date_in_words(fact['on'])}"
                    f"{NO_BREAK_SPACE}: {error}"
                ) from error

        return live

    def _live(self, rank: int, fact: dict[str, Any]) -> None:
        convention = Convention.objects.select_related("caisse", "partner").get(
            pk=self._convention().pk
        )
        if self._right is None:
            self._right = self._granted(convention, fact["on"])
            return
        if fact["kind"] == "credentials_sent":
            _register(self._right)
        told = {
            "id": f"demonstration-{rank}",
            "recorded_at": clock.now().isoformat(),
            "user": self._right.user_key,
        }
        fields = {name: value for name, value in fact.items() if name != "kind"}
        fields["on"] = fact["on"].isoformat()
        record(self._right, parse(fact["kind"], fields | told), convention.created_by)

    def _granted(self, convention: Convention, on: date) -> Habilitation:
        person = Person.objects.create(
            first_name=self._user.first_name,
            last_name=self._user.last_name,
            email=self._user.email,
        )
        site = convention.partner.sites.get(name=self._user.site) if self._user.site else None
        [service, *_] = convention.rules.services
        return grant(
            convention,
            person,
            service.code,
            convention.created_by,
            on,
            site=site,
            profile=self._user.profile,
        )


def _register(right: Habilitation) -> None:
    """The entry that the directory made before the credentials left, without any message."""
    account = locked(Account.objects.select_related("caisse"), right.account_id)
    directory = directory_of(account.caisse)
    if not account.identifier and (identifier := directory.new_identifier(account)):
        give_identifier(account, identifier)
    now_known(account, directory.ensure(account, desired_state(account, clock.now())))
