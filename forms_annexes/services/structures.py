"""The sheets that a convention takes: the partner's own, and one a structure where rules say so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from contracts.models import Convention, Site
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestKind, RequestStatus
from forms_annexes.services.moving import RequestRefused
from workflows import clock
from workflows.convention import ENDED
from workflows.french import NO_BREAK_SPACE, typeset
from workflows.rulebook_access import RequestForm

ARRIVED = {
    status.value
    for status in (RequestStatus.SUBMITTED, RequestStatus.RETURNED, RequestStatus.ACCEPTED)
}
"""A request in one of these has reached the caisse, and was neither given up nor refused."""


class Sheet(NamedTuple):
    """One form to fill, and the structure it is about."""

    form: RequestForm
    site: Site | None
    """None for the partner's own sheet, or when no structure is known."""

    @property
    def title(self) -> str:
        """« Fiche Structure (1 fiche par structure) : Multi-accueil Le Premier Exemple »."""
        about = f"{NO_BREAK_SPACE}: {self.site.name}" if self.site else ""
        return f"{self.form.label}{about}"


ABOUT_RIGHTS = (RequestKind.MODIFY, RequestKind.REMOVE)
"""What is asked about users who have a right: on screen alone where the rules have no form."""

_FORM_OF = {RequestKind.REPLACE: RequestKind.CREATE}
"""A replacement is asked by the form that gives access: its departure needs none."""


def forms_for(convention: Convention, kind: RequestKind) -> list[RequestForm]:
    """The forms by which the rules have that asked, in the order of the annexes."""
    operation = _FORM_OF.get(kind, kind).value
    return [form for form in convention.rules.habilitation.forms if operation in form.operations]


def takes_sheets(convention: Convention) -> bool:
    """Whether the rules take a sheet for each structure."""
    return any(form.one_for == "site" for form in forms_for(convention, RequestKind.CREATE))


def is_over(convention: Convention) -> bool:
    """Whether the convention has ended, or never began and never will."""
    return convention.state in {*ENDED, "abandoned", "closed"}


def sheets_of(convention: Convention, sites: Sequence[Site]) -> list[Sheet]:
    """Every sheet by which an access may be asked, for the structures of the convention."""
    return [
        Sheet(form, site)
        for form in forms_for(convention, RequestKind.CREATE)
        for site in ((*sites,) or (None,) if form.one_for == "site" else (None,))
    ]


def missing_sheets(
    convention: Convention, sites: Sequence[Site], requests: Iterable[AccessRequest]
) -> list[Sheet]:
    """The sheets still awaited, where the rules take one a structure; none elsewhere, nor once the
    convention is over.

    ``requests`` are those of the convention. What is asked without being compulsory is never
    missing, except the sheet of a structure: without it nobody there has an access. A structure
    that has closed owes none.
    """
    if is_over(convention) or not takes_sheets(convention):
        return []
    come = {(one.form_code, one.site_id) for one in requests if one.status in ARRIVED}
    return [
        sheet
        for sheet in sheets_of(convention, sites)
        if (sheet.site or sheet.form.compulsory)
        and not (sheet.site and sheet.site.is_closed(clock.today()))
        and (sheet.form.code, sheet.site.pk if sheet.site else None) not in come
    ]


def structure_of(convention: Convention) -> Site | None:
    """The structure of the convention when one only is open; none when none is known.

    Raises ``RequestRefused`` when there are several to choose from.
    """
    today = clock.today()
    sites = [site for site in convention.sites.order_by("pk") if not site.is_closed(today)]
    if len(sites) > 1:
        raise RequestRefused(
            typeset("Choisissez la structure : ce formulaire se remplit pour chacune.")
        )
    return sites[0] if sites else None
