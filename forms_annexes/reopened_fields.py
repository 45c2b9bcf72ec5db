"""A page of a request given back: what may be taken up again is open, the rest can only be read."""

from __future__ import annotations

from forms_annexes.block_forms import BlockForm, field_name
from forms_annexes.block_pages import BlockPage
from forms_annexes.completeness import USER_BLOCK, asked_online
from forms_annexes.models import AccessRequest, RequestedUser
from forms_annexes.services.returning import NotReopened, Openings, openings_of
from workflows.french import typeset

_QUALITY = ("quality", "other_quality")


def close_page(page: BlockPage, request: AccessRequest) -> BlockPage:
    """Close the answers that the caisse did not give back, and say beside the others what it wants.

    Raises ``NotReopened`` when what was sent changes one that is closed.
    """
    openings = openings_of(request)
    if openings.everything:
        return page
    page.fixed = not openings.opens_users
    known = {}
    if page.block.code == USER_BLOCK:
        known = {user.reference: user for user in request.users.all()}
    for form in page:
        if not form.closed and _close_form(form, openings, known.get(form.key)):
            page.is_partly_closed = True
    return page


def _close_form(form: BlockForm, openings: Openings, user: RequestedUser | None) -> bool:
    """Close the questions of one person, or of the partner; say whether one was."""
    closed = []
    for one in asked_online(form.block):
        name = field_name(one.code)
        if comment := openings.comment(one.code, user):
            _tell(form, name, comment)
        if not openings.opens(form.block, one.code, user):
            closed.append(name)
    if not openings.signature:
        closed += [name for name in _QUALITY if name in form.fields]
    for name in closed:
        _close(form, name)
    if closed and form.is_bound:
        # It was checked as it was made, before anything was closed.
        form.full_clean()
    return bool(closed)


def _tell(form: BlockForm, name: str, comment: str) -> None:
    field = form.fields[name]
    field.returned = comment
    described = field.widget.attrs.get("aria-describedby", "").split()
    field.widget.attrs["aria-describedby"] = " ".join(
        [f"{form[name].auto_id}_returned", *described]
    )


def _close(form: BlockForm, name: str) -> None:
    field = form.fields[name]
    kept = str(form.get_initial_for_field(field, name) or "")
    sent = form.data.get(form.add_prefix(name)) if form.is_bound else None
    if sent is not None and sent.split() != kept.split():
        label = str(field.label).rstrip(" :?\N{NO-BREAK SPACE}")
        raise NotReopened(
            typeset(
                f"Rien n’est enregistré : la caisse n’a pas donné « {label} » à reprendre. "
                "Seules les réponses qu’elle a indiquées se modifient."
            )
        )
    field.disabled, field.required = True, False
    attributes, said = field.widget.attrs, f"{form[name].auto_id}_error"
    if attributes.pop("aria-invalid", ""):
        described = [one for one in attributes["aria-describedby"].split() if one != said]
        attributes["aria-describedby"] = " ".join(described)
