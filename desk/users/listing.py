"""The list of named users, from cached columns only: no life is replayed for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from access.models import AccountState, Habilitation
from contracts.models import Convention, PublishedRulebook
from desk.convention_users import MEANINGS
from desk.users.forms import DORMANT, DORMANT_SOON, UsersForm
from desk.users.words import profile_words
from workflows.habilitation import HabilitationStatus
from workflows.rulebook import Rulebook
from workflows.scopes import in_words, scope_of

ROWS_A_PAGE = 25
_AT_ONCE = 500

COLUMNS = (
    "nom",
    "prénom",
    "service",
    "profil",
    "périmètre",
    "état",
    "identifiant",
    "état du compte",
    "convention",
    "partenaire",
    "structure",
    "caisse",
    "accordée le",
    "dernière connexion",
    "fermée le",
    "inactive à partir du",
)

_READ = ("person", "site", "account", "convention__partner", "convention__caisse")


@dataclass(frozen=True, slots=True)
class Row:
    """One habilitation as the list shows it."""

    habilitation: Habilitation
    name: str
    service: str
    meaning: str
    state: str
    profile: str
    scope: str

    def as_csv(self) -> list[str]:
        """The row under ``COLUMNS``."""
        one = self.habilitation
        return [
            one.person.last_name,
            one.person.first_name,
            self.service,
            self.profile,
            self.scope,
            self.state,
            one.account.identifier,
            str(AccountState(one.account.state).label),
            one.convention.number,
            one.convention.partner.name,
            one.site.name if one.site else "",
            one.convention.caisse.name,
            *(
                day.isoformat() if day else ""
                for day in (one.granted_on, one.last_login_on, one.closes_on, one.dormant_on)
            ),
        ]


def narrowed(found: QuerySet[Habilitation], form: UsersForm, today: date) -> QuerySet[Habilitation]:
    """The users that answer the search, by name.

    A filter that cannot be read narrows nothing: the form says what is wrong with it.
    """
    form.is_valid()
    asked = form.cleaned_data
    for word in (asked.get("q") or "").split():
        found = found.filter(
            Q(person__last_name__icontains=word)
            | Q(person__first_name__icontains=word)
            | Q(account__identifier__icontains=word)
            | Q(convention__partner__name__icontains=word)
            | Q(convention__number__icontains=word)
            | Q(site__name__icontains=word)
        )
    state = asked.get("etat")
    if state == DORMANT:
        found = found.filter(dormant_on__lte=today)
    elif state == DORMANT_SOON:
        found = found.filter(dormancy_warning_on__lte=today, dormant_on__gt=today)
    elif state:
        found = found.filter(state=state)
    if asked.get("service"):
        found = found.filter(service=asked["service"])
    if asked.get("caisse"):
        found = found.filter(convention__caisse=asked["caisse"])
    if asked.get("partenaire"):
        found = found.filter(convention__partner=asked["partenaire"])
    return found.order_by("person__last_name", "person__first_name", "pk")


def services_in(conventions: QuerySet[Convention]) -> dict[str, str]:
    """The services that some conventions open, with their words, in the order of the words."""
    types = conventions.order_by().values("rulebook_code").distinct()
    labels = {
        service.code: service.label
        for row in PublishedRulebook.objects.filter(code__in=types).order_by("code", "version")
        for service in row.rulebook.services
    }
    return dict(sorted(labels.items(), key=itemgetter(1)))


def page_of(found: QuerySet[Habilitation], number: str | None) -> Page:
    """One page of them; the nearest one that exists when ``number`` names none."""
    return Paginator(found, ROWS_A_PAGE).get_page(number)


def listed(found: Iterable[Habilitation]) -> list[Row]:
    """The rows of some habilitations, with one query for the words of all their rulebooks."""
    if isinstance(found, QuerySet):
        found = found.select_related(*_READ)
    return list(_rows(found, _Rulebooks()))


def all_of(found: QuerySet[Habilitation]) -> Iterator[Row]:
    """Every row, a few in memory at a time."""
    rows = found.select_related(*_READ).iterator(chunk_size=_AT_ONCE)
    return _rows(rows, _Rulebooks())


def _rows(found: Iterable[Habilitation], rules: _Rulebooks) -> Iterator[Row]:
    for one in found:
        rulebook = rules.of(one)
        labels = {service.code: service.label for service in rulebook.services}
        yield Row(
            one,
            one.person.get_full_name(),
            labels.get(one.service, one.service),
            MEANINGS[HabilitationStatus(one.state)],
            one.state_label,
            profile_words(one.profile, rulebook),
            in_words(scope_of(one.scope)),
        )


class _Rulebooks:
    """The rulebooks of some conventions, each read once: pinned, or the latest of its type."""

    def __init__(self) -> None:
        self._by_pk: dict[int, Rulebook] = {}
        self._latest: dict[str, Rulebook] = {}

    def of(self, habilitation: Habilitation) -> Rulebook:
        """The rules of the convention that gives it."""
        convention = habilitation.convention
        pinned = convention.pinned_id
        if pinned is None:
            code = convention.rulebook_code
            if code not in self._latest:
                self._latest[code] = convention.rules
            return self._latest[code]
        if pinned not in self._by_pk:
            self._by_pk[pinned] = PublishedRulebook.objects.get(pk=pinned).rulebook
        return self._by_pk[pinned]
