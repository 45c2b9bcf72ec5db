"""Opening a convention from a form: with its signatory, once, however often the form is sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from contracts.models import Caisse, Convention, Partner, PublishedRulebook, Site, User
from contracts.services.conventions import CannotDraft, draft_convention
from contracts.services.partners import NewSite, add_signatory, add_site
from contracts.services.rulebooks import published_rulebooks
from workflows import clock
from workflows.convention import ENDED, ConventionStatus
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind

OVER = {*ENDED, ConventionStatus.ABANDONED.value}
"""States that leave the place for another convention of the same type."""


class NamedSignatory(NamedTuple):
    """Who will sign for the partner."""

    first_name: str
    last_name: str
    quality: str


def rulebooks_for(kind: str) -> list[Rulebook]:
    """The latest published version of each type of convention open to this kind of partner."""
    latest: dict[str, PublishedRulebook] = {}
    for row in published_rulebooks():
        latest[row.code] = row
    found = [row.rulebook for row in latest.values()]
    return sorted(
        (rulebook for rulebook in found if admits(rulebook, kind)), key=lambda one: one.title
    )


def admits(rulebook: Rulebook, kind: str) -> bool:
    """Whether the type of convention may be concluded with this kind of partner."""
    return all(
        not party.kinds or PartnerKind(kind) in party.kinds
        for party in rulebook.parties
        if party.role == "partner"
    )


def same_conventions(
    caisse: Caisse, partner: Partner, rulebook_code: str, sites: Iterable[Site]
) -> list[Convention]:
    """The conventions of that type, not over, that already cover one of these structures.

    Without structures on either side, the partner as a whole is covered: they are the same.
    """
    wanted = {site.pk for site in sites}
    alive = Convention.objects.filter(
        caisse=caisse, partner=partner, rulebook_code=rulebook_code
    ).exclude(state__in=OVER)
    same = []
    for convention in alive.select_related("pinned").prefetch_related("sites").order_by("pk"):
        covered = {site.pk for site in convention.sites.all()}
        if not wanted or not covered or wanted & covered:
            same.append(convention)
    return same


def open_draft(
    *,
    form_token: UUID,
    caisse: Caisse,
    partner: Partner,
    rulebook_code: str,
    sites: Iterable[Site],
    author: User,
    new_site: NewSite | None = None,
    signatory: NamedSignatory | None = None,
) -> Convention:
    """Open a draft, with a structure not known yet and who will sign; again, it is the same draft.

    Raises ``CannotDraft``, and ``ValidationError`` for a structure or a signatory that cannot be
    kept; nothing is written then.
    """
    already = Convention.objects.filter(form_token=form_token).first()
    if already is not None:
        return already
    try:
        with transaction.atomic():
            covered = list(sites)
            if new_site is not None:
                covered.append(add_site(partner, new_site))
            if signatory is not None:
                add_signatory(partner, **signatory._asdict(), on=clock.today())
            return draft_convention(
                caisse=caisse,
                partner=partner,
                rulebook_code=rulebook_code,
                author=author,
                sites=covered,
                form_token=form_token,
            )
    except (CannotDraft, ValidationError, IntegrityError):
        # Sent twice at the same moment: the other one won.
        already = Convention.objects.filter(form_token=form_token).first()
        if already is None:
            raise
        return already
