"""The rows of the statistics in words: services, conventions and profiles by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from access.models import ConnectionCount
from contracts.models import Convention, PublishedRulebook
from desk.connections.forms import StatisticsForm

COLUMNS = (
    "mois",
    "caisse",
    "service",
    "convention",
    "partenaire",
    "profil",
    "connexions",
    "tentatives refusées",
    "connexions vues par l’annuaire",
    "comptes distincts",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Row(NamedTuple):
    """One service, convention and profile over a period."""

    service: str
    convention: Convention | None
    profile: str
    figures: dict[str, Any]


class Words(NamedTuple):
    """What the codes mean, by the rulebooks that the counted conventions follow."""

    services: dict[str, str]
    profiles: dict[str, str]

    def service(self, code: str) -> str:
        """The label of a service; what the directory tells has none."""
        return self.services.get(code, code) if code else "Service non précisé"


def words_of(counts: QuerySet[ConnectionCount]) -> Words:
    """The labels of the services and profiles counted."""
    services = set(counts.values_list("service", flat=True).distinct().order_by()) - {""}
    profiles = set(counts.values_list("profile", flat=True).distinct().order_by()) - {""}
    codes = Convention.objects.filter(
        pk__in=counts.exclude(convention=None).values("convention")
    ).values("rulebook_code")
    service_words, profile_words = {code: code for code in services}, {p: p for p in profiles}
    for row in PublishedRulebook.objects.filter(code__in=codes).order_by("code", "version"):
        service_words |= {o.code: o.label for o in row.rulebook.services if o.code in services}
        listed = row.rulebook.habilitation.profiles
        for profile in listed.profiles if listed else ():
            if str(profile.number) in profiles:
                profile_words[str(profile.number)] = f"{profile.number}. {profile.label}"
    return Words(_sorted(service_words), _sorted(profile_words))


def narrowed(counts: QuerySet[ConnectionCount], form: StatisticsForm) -> QuerySet[ConnectionCount]:
    """The counts that the form asks for; a filter that cannot be read narrows nothing."""
    form.is_valid()
    asked, (first, last) = form.cleaned_data, form.period
    counts = counts.filter(month__gte=first, month__lte=last)
    if asked.get("service"):
        counts = counts.filter(service=asked["service"])
    if asked.get("profil"):
        counts = counts.filter(profile=asked["profil"])
    if asked.get("caisse"):
        counts = counts.filter(caisse=asked["caisse"])
    if asked.get("q"):
        counts = counts.filter(
            Q(convention__number__icontains=asked["q"])
            | Q(convention__partner__name__icontains=asked["q"])
        )
    return counts


def rows_of(groups: Iterable[dict[str, Any]], words: Words) -> list[Row]:
    """The groups with their words, conventions read at once."""
    groups = list(groups)
    conventions = Convention.objects.select_related("partner").in_bulk(
        {group["convention"] for group in groups if group["convention"]}
    )
    return [
        Row(
            words.service(group["service"]),
            conventions.get(group["convention"]),
            words.profiles.get(group["profile"], group["profile"]),
            group,
        )
        for group in groups
    ]


def exported(counts: QuerySet[ConnectionCount], words: Words) -> Iterator[list[object]]:
    """The heading, then one line a count, the earliest month first."""
    yield list(COLUMNS)
    rows = counts.select_related("caisse", "convention__partner").order_by(
        "month", "caisse", "service", "convention", "profile"
    )
    for row in rows.iterator(2_000):
        convention = row.convention
        yield [
            f"{row.month:%Y-%m}",
            row.caisse.code,
            row.service,
            convention.number if convention else "",
            _plain(convention.partner.name) if convention else "",
            _plain(words.profiles.get(row.profile, row.profile)),
            row.connections,
            row.refused,
            row.logins_seen,
            row.users,
        ]


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _sorted(words: dict[str, str]) -> dict[str, str]:
    return dict(sorted(words.items(), key=lambda item: item[1]))
