"""Inviting with the annex already open: which sheets may be, and which one is by itself."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from contracts.models import Convention
from forms_annexes.models import Invitation
from forms_annexes.services.filling import start
from forms_annexes.services.invitations import invite
from forms_annexes.services.moving import RequestRefused
from forms_annexes.services.structures import ARRIVED, Sheet, sheets_of


def sheets_to_open(convention: Convention) -> dict[str, Sheet]:
    """The sheets that may be opened with an invitation, by a key for the page: those not come."""
    sites = list(convention.sites.order_by("name", "pk"))
    come = {
        (one.form_code, one.site_id)
        for one in convention.access_requests.all()
        if one.status in ARRIVED
    }
    return {
        _key(sheet): sheet
        for sheet in sheets_of(convention, sites)
        if (sheet.form.code, sheet.site.pk if sheet.site else None) not in come
    }


def opened_by_itself(sheets: dict[str, Sheet]) -> str:
    """The key of the only compulsory sheet; empty when there is none, or several."""
    compulsory = [key for key, sheet in sheets.items() if sheet.form.compulsory]
    return compulsory[0] if len(compulsory) == 1 else ""


def invite_to(
    convention: Convention, email: str, author: Any, sheet: str = "", **who: Any
) -> Invitation:
    """Invite somebody, with the sheet of that key open and filled with what is known.

    Raises ``ValidationError`` for the address, ``RequestRefused`` for a sheet that is not there.
    """
    with transaction.atomic():
        request = None
        if sheet:
            chosen = sheets_to_open(convention).get(sheet)
            if chosen is None:
                raise RequestRefused("Ce formulaire n’est plus à remplir : choisissez-en un autre.")
            request = start(convention, author, site=chosen.site, form_code=chosen.form.code)
        return invite(convention, email, author, request=request, **who)


def _key(sheet: Sheet) -> str:
    return f"{sheet.form.code}:{sheet.site.pk if sheet.site else ''}"
