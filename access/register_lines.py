"""The register of a day as lines of a file: who, where, under what, from when until when."""

from __future__ import annotations

from datetime import date, datetime

from access.services.register import Entry
from workflows.clock import PARIS
from workflows.french import article_number, date_in_words, typeset

COLUMNS = (
    "jour",
    "tel que connu le",
    "nom",
    "prénom",
    "service",
    "profil",
    "périmètre",
    "caisse",
    "convention",
    "partenaire",
    "structure",
    "habilitation",
    "identifiant",
    "accès depuis le",
    "dernier jour d’accès",
    "article",
    "remarque",
)


def line_of(entry: Entry, day: date, known_at: datetime) -> list[str]:
    """One entry of the register under ``COLUMNS``."""
    one, convention = entry.habilitation, entry.habilitation.convention
    days = entry.days
    return [
        day.isoformat(),
        known_at.astimezone(PARIS).isoformat(timespec="seconds"),
        one.person.last_name,
        one.person.first_name,
        entry.service,
        entry.profile,
        entry.scope,
        convention.caisse.name,
        convention.number,
        convention.partner.name,
        one.site.name if one.site else "",
        str(one.pk),
        one.account.identifier,
        days.since.isoformat() if days else "",
        entry.last_day.isoformat() if entry.last_day else "",
        article_number(entry.article),
        remark_of(entry),
    ]


def remark_of(entry: Entry) -> str:
    """What is to be known besides: a doubt that a lawyer has to settle, a life that is unread."""
    if entry.days is not None and entry.days.provisional:
        return typeset("À titre provisoire : une question attend la décision d’un juriste.")
    return entry.fault


def sentence_of(entry: Entry) -> str:
    """One entry in one line, for a terminal."""
    one, days = entry.habilitation, entry.days
    period = ""
    if days is not None:
        period = f"depuis le {date_in_words(days.since)}"
        if entry.last_day is not None:
            period += f", jusqu’au {date_in_words(entry.last_day)}"
    told = (
        one.person.get_full_name(),
        entry.service,
        entry.profile,
        entry.scope,
        f"{one.convention.number} ({one.convention.partner.name})",
        f"habilitation {one.pk}",
        f"compte {one.account.identifier}",
        period,
        f"article {article_number(entry.article)}" if entry.article else "",
        remark_of(entry),
    )
    return " · ".join(filter(None, told))
