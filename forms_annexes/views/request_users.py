"""The page of a request about users who have a right: what the form still asks of each."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from contracts.identifiers import validate_no_nir
from forms_annexes.block_forms import BlockForm, field_name
from forms_annexes.completeness import COLUMNS, USER_BLOCK, answer_of, asked_online, own_name
from forms_annexes.models import AccessRequest, RequestedUser
from forms_annexes.services.moving import StaleRequest, changing
from forms_annexes.services.structures import ABOUT_RIGHTS
from forms_annexes.views.answers import SUBMIT, must_have, own_request, seen_revision, steps_of
from forms_annexes.views.conflicts import stale_is_a_conflict
from templates_conventions.forms import FormBlock


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """What the form asks of each user and nobody answered yet; what is known may be corrected."""
    found = own_request(request, pk)
    must_have(request, SUBMIT, found.convention)
    if found.kind not in ABOUT_RIGHTS:
        raise Http404
    if not found.is_editable:
        raise StaleRequest("Cette demande est envoyée : ses réponses ne changent plus.")
    data = request.POST if request.method == "POST" else None
    rows = [(user, _form(user, user_block(found), data)) for user in _users(found)]
    asked = [form for _, form in rows if form.fields]
    if request.method == "POST" and _are_valid(asked):
        with changing(found, seen_revision(request)):
            for user, form in rows:
                _keep(user, form)
        return redirect(_first_step(found))
    context = {
        "access_request": found,
        "rows": rows,
        "forms": asked,
        "errors": any(form.errors for form in asked) if data else False,
    }
    status = 422 if data is not None else 200
    return render(request, "forms_annexes/users/request_users.html", context, status=status)


def next_page(found: AccessRequest) -> str:
    """Where a request just opened goes on: what is not known of its users, then its form."""
    if found.kind in ABOUT_RIGHTS and any(_lacks(user, found) for user in _users(found)):
        return reverse("space_request_users", args=[found.pk])
    return _first_step(found)


def user_block(found: AccessRequest) -> FormBlock:
    """The block that names the users."""
    return next(block for block in found.definition.blocks if block.code == USER_BLOCK)


def _are_valid(asked: list[BlockForm]) -> bool:
    """Whether every part may be kept; each is checked, so that each shows its errors."""
    return [form.is_valid() for form in asked].count(False) == 0


def _first_step(found: AccessRequest) -> str:
    if steps_of(found):
        return reverse("space_step", args=[found.pk, 1])
    return reverse("space_summary", args=[found.pk])


def _users(found: AccessRequest) -> list[RequestedUser]:
    return list(found.users.select_related("replaces").order_by("position"))


def _lacks(user: RequestedUser, found: AccessRequest) -> bool:
    return any(
        field.required and not answer_of(user, field) for field in asked_online(user_block(found))
    )


def _form(user: RequestedUser, block: FormBlock, data: object) -> BlockForm:
    """The answers of one user; who it is does not change, only what is missing of it is asked."""
    initial = {field_name(field.code): answer_of(user, field) for field in asked_online(block)}
    lacking = tuple(
        field
        for field in asked_online(block)
        if own_name(field) not in COLUMNS or not answer_of(user, field)
    )
    asked = block.model_copy(update={"fields": lacking})
    return BlockForm(data, block=asked, initial=initial, prefix=f"personne-{user.pk}")


def _keep(user: RequestedUser, form: BlockForm) -> None:
    for field in form.asked:
        value = form.answers[field.code]
        validate_no_nir(value)
        if own_name(field) in COLUMNS:
            setattr(user, own_name(field), value)
        else:
            user.answers[field.code] = value
    user.save()
