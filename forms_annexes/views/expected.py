"""What is expected of the partner, in the order to do it: the first of these is the page's action.

Each source reads one kind of thing that may wait for somebody of the partner; another kind is
another function in ``SOURCES``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse

from access.models import UserReview
from contracts.models import Convention, Site
from forms_annexes.completeness import has_wrong_signatory
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import EDITABLE, RequestStatus
from forms_annexes.services.standing import standing_of
from forms_annexes.services.structures import missing_sheets
from workflows.french import count, date_in_words, typeset


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing that waits for the partner."""

    title: str
    words: str
    missing: tuple[str, ...] = ()
    """What to bring, where several things are."""
    action: str = ""
    """What the button says; empty when nothing is done on this site."""
    address: str = ""
    posted: Mapping[str, str] = field(default_factory=dict)
    """What the button sends; empty: it is a link."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the reader sees of one convention."""

    convention: Convention
    requests: Sequence[AccessRequest]
    """Theirs, with their users."""
    sites: Sequence[Site]
    """The structures they answer for that have not closed."""
    today: date


Source = Callable[[Seen], Iterator[Expected]]


def expected_of(seen: Seen) -> list[Expected]:
    """Everything that waits for the partner under one convention, the most pressing first."""
    return [one for source in SOURCES for one in source(seen)]


def waits_for_partner(request: AccessRequest) -> bool:
    """Whether the next move of a request is the partner's."""
    if request.status == RequestStatus.SUBMITTED.value:
        return has_wrong_signatory(request)
    return request.status in EDITABLE


def names_of(request: AccessRequest) -> str:
    """The persons for whom it asks."""
    return ", ".join(filter(None, (user.get_full_name() for user in request.users.all())))


def _requests(seen: Seen) -> Iterator[Expected]:
    waiting = [one for one in seen.requests if waits_for_partner(one)]
    # Given back first: the caisse has looked, and waits.
    waiting.sort(key=lambda one: one.status == RequestStatus.DRAFT.value)
    for one in waiting:
        standing = standing_of(one)
        names = names_of(one)
        about = f" pour {names}" if names else f" pour {one.site.name}" if one.site else ""
        page, action = "space_request", "Voir la demande"
        if standing.to_do == "complete":
            action = "Compléter la demande"
        elif standing.to_do == "sign":
            action = "Signer ou faire signer"
        address = reverse(page, args=[one.pk])
        if standing.to_do == "complete":
            address = reverse("space_step", args=[one.pk, 1])
        elif standing.to_do == "sign":
            address = reverse("space_signature", args=[one.pk])
        yield Expected(
            typeset(f"Demande {one.number}{about} : {standing.label.lower()}"),
            standing.expected,
            standing.missing,
            action,
            address,
        )


def _reviews(seen: Seen) -> Iterator[Expected]:
    open_ones = UserReview.objects.filter(convention=seen.convention, confirmed_on__isnull=True)
    for review in open_ones:
        yield Expected(
            "Dire qui a encore besoin de son accès",
            typeset(
                "La caisse vous a envoyé la liste de vos utilisateurs. Elle attend votre réponse "
                f"au plus tard le {date_in_words(review.due_on)}."
            ),
        )


def _sheets(seen: Seen) -> Iterator[Expected]:
    begun = {(one.form_code, one.site_id) for one in seen.requests if one.status in EDITABLE}
    missing = [
        sheet
        for sheet in missing_sheets(seen.convention, seen.sites, seen.requests)
        # A draft already stands above, as a request to complete.
        if (sheet.form.code, sheet.site.pk if sheet.site else None) not in begun
    ]
    if not missing:
        return
    yield Expected(
        "Envoyer " + count(len(missing), "fiche manquante", "fiches manquantes"),
        "Sans sa fiche, une structure n’a pas d’accès. Les autres n’attendent pas.",
        tuple(sheet.title for sheet in missing),
        "Remplir les fiches" if len(missing) > 1 else "Remplir la fiche",
        reverse("space_structures", args=[seen.convention.pk]),
    )


SOURCES: tuple[Source, ...] = (_requests, _reviews, _sheets)
