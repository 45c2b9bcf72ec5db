"""The pages on which anybody asks on line before a convention: the questions, then the sending."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.core.ratelimit import consume
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from forms_annexes.block_pages import BlockPage
from forms_annexes.completeness import USER_BLOCK
from forms_annexes.models import PublicRequest
from forms_annexes.models.public_requests import PublicStatus
from forms_annexes.public_blocks import (
    asks_name,
    block_page,
    cautions_of,
    changed_page,
    is_answered,
    public_blocks,
)
from forms_annexes.public_forms import (
    TRAP,
    ContactForm,
    OrganisationForm,
    SendForm,
    ServiceForm,
)
from forms_annexes.public_reading import answers_of, contact_of
from forms_annexes.services import public_filling, public_purge
from forms_annexes.services.moving import StaleRequest
from forms_annexes.services.public_filling import FILL, FOLLOW, found_by, token_of
from forms_annexes.services.public_offer import offer_of, offers
from forms_annexes.views.invitations import too_many
from templates_conventions.forms import FormBlock
from workflows.french import typeset

BEGUN, SENT = "public_request_begun", "public_request_sent"
"""What is limited: beginning, a place; sending, a place and an address."""

_ORGANISATION, _CONTACT = "organisation", "contact"

View = Callable[..., HttpResponse]


def public_page(view: View) -> View:
    """Open a page to everybody, without leaving what is typed in caches or error reports."""
    return login_not_required(never_cache(sensitive_post_parameters()(view)))


def stale_goes_to_the_end(view: View) -> View:
    """Show what became of a request that is filled in no more."""

    @wraps(view)
    def answering(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        public = found_by(token, FILL)
        if public is None:
            return _gone(request)
        if request.method == "POST" and request.POST.get(TRAP):
            public_purge.forget(public.pk)
            return redirect("public_request_sent")
        if public.status != PublicStatus.UNCONFIRMED.value:
            return redirect("public_follow", token=token_of(public, FOLLOW))
        try:
            return view(request, public, token, *args, **kwargs)
        except StaleRequest as stale:
            messages.warning(request, typeset(str(stale)))
            return redirect("public_request")

    return answering


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """What this is, then the first question: which service, and where."""
    offered = offers()
    form = ServiceForm(request.POST if request.method == "POST" else None, offers=offered)
    if request.method == "POST":
        if request.POST.get(TRAP):
            return redirect("public_request_sent")
        if form.is_valid():
            if not consume(request, action=BEGUN):
                return too_many(request)
            public = public_filling.start(form.offer, form.cleaned_data["caisse"])
            return redirect("public_step", token=token_of(public, FILL), number=1)
    context = {"form": form, "offers": offered, "trap": TRAP}
    return _shown(request, "forms_annexes/public/begin.html", context, wrong=form.is_bound)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@stale_goes_to_the_end
def step(request: HttpRequest, public: PublicRequest, token: str, number: int) -> HttpResponse:
    """One group of questions; what is sent is kept, then comes the next group."""
    steps = _steps(public)
    if not 1 <= number <= len(steps):
        raise Http404
    asked = steps[number - 1]
    form = _form(public, asked, request.POST if request.method == "POST" else None)
    if isinstance(form, BlockPage) and form.is_bound:
        form = changed_page(public, form, request.POST) or form
    if form.is_bound and form.is_valid():
        _keep(public, asked, form)
        for caution in cautions_of(form) if isinstance(form, BlockPage) else ():
            messages.warning(request, caution)
        if number < len(steps):
            return redirect("public_step", token=token, number=number + 1)
        return redirect("public_summary", token=token)
    context = {
        "public": public,
        "form": form,
        "page": form if isinstance(form, BlockPage) else None,
        "title": _title(asked),
        "lead": _lead(asked),
        "number": number + 1,
        "previous": number - 1,
        "total": len(steps) + 2,
        "token": token,
        "trap": TRAP,
    }
    return _shown(request, "forms_annexes/public/step.html", context, wrong=form.is_bound)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@stale_goes_to_the_end
def summary(request: HttpRequest, public: PublicRequest, token: str) -> HttpResponse:
    """All the answers to read over, and the sending."""
    steps = _steps(public)
    missing = [
        (rank, _title(asked))
        for rank, asked in enumerate(steps, 1)
        if not _is_answered(public, asked)
    ]
    form = SendForm(request.POST if request.method == "POST" and not missing else None)
    if form.is_bound and form.is_valid():
        contact = public.contact
        assert contact is not None
        if not consume(request, action=SENT, key=contact.email.lower()):
            return too_many(request)
        public_filling.send(public)
        return redirect("public_request_sent")
    context = {
        "public": public,
        "form": form,
        "missing": missing,
        "organisation": _who(public, steps.index(_ORGANISATION) + 1),
        "blocks": [
            (steps.index(block) + 1, shown)
            for block, shown in zip(public_blocks(public), answers_of(public), strict=True)
        ],
        "contact": contact_of(public),
        "contact_step": steps.index(_CONTACT) + 1,
        "total": len(steps) + 2,
        "token": token,
        "trap": TRAP,
    }
    wrong = request.method == "POST"
    return _shown(request, "forms_annexes/public/summary.html", context, wrong=wrong)


@public_page
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What happens next, for everybody: it does not say what was typed."""
    return render(request, "forms_annexes/public/sent.html")


def _steps(public: PublicRequest) -> list[Any]:
    """The pages in their order: who asks, each block of the form, where to answer."""
    return [_ORGANISATION, *public_blocks(public), _CONTACT]


def _form(public: PublicRequest, asked: Any, data: Any) -> Any:
    if isinstance(asked, FormBlock):
        return block_page(public, asked, data)
    if asked == _ORGANISATION:
        offer = offer_of(public.rulebook_code)
        if offer is None:
            raise StaleRequest("Ce service ne se demande plus en ligne : voyez la caisse.")
        initial = {
            "siret": public.siret,
            "partner_kind": public.partner_kind,
            "organisation": public.answers.get("organisation", ""),
        }
        return OrganisationForm(
            data, rules=offer.rulebook, asks_name=asks_name(public), initial=initial
        )
    contact = public.contact
    initial = (
        {"last_name": contact.last_name, "first_name": contact.first_name, "email": contact.email}
        if contact is not None
        else {"email": _first_address(public)}
    )
    return ContactForm(data, initial=initial)


def _keep(public: PublicRequest, asked: Any, form: Any) -> None:
    if isinstance(asked, FormBlock):
        several = asked.code == USER_BLOCK
        public_filling.answer(public, asked.code, form.rows if several else form.rows[0])
    elif asked == _ORGANISATION:
        public_filling.identify(public, **form.cleaned_data)
    else:
        public_filling.set_contact(public, **form.cleaned_data)


def _is_answered(public: PublicRequest, asked: Any) -> bool:
    if isinstance(asked, FormBlock):
        return is_answered(public, asked)
    if asked == _CONTACT:
        return public.contact is not None
    data = {
        "siret": public.siret,
        "partner_kind": public.partner_kind,
        "organisation": public.answers.get("organisation", ""),
    }
    return bool(_form(public, asked, data).is_valid())


def _who(public: PublicRequest, rank: int) -> dict[str, Any]:
    rows = [("SIRET du siège", public.siret), ("Nature", public.get_partner_kind_display())]
    if asks_name(public):
        rows.insert(0, ("Nom", public.organisation))
    return {"rank": rank, "rows": rows}


def _first_address(public: PublicRequest) -> str:
    """The address already typed about the organisation, not to be typed again."""
    for block in public_blocks(public):
        for field in block.fields:
            if field.kind == "email" and (known := str(public.answers.get(field.code, ""))):
                return known
    return ""


_TITLES = {_ORGANISATION: "Votre organisme", _CONTACT: "Vous, qui faites la demande"}
_SHORT = 60


def _title(asked: Any) -> str:
    if isinstance(asked, FormBlock):
        return asked.label.rstrip(" :\N{NO-BREAK SPACE}")
    return _TITLES[asked]


def _lead(asked: Any) -> bool:
    """Whether the official label is too long for a heading, and is set as a sentence."""
    return len(_title(asked)) > _SHORT


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "forms_annexes/public/gone.html", status=HTTPStatus.NOT_FOUND)


def _shown(
    request: HttpRequest, template: str, context: dict[str, Any], *, wrong: bool
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, template, context, status=status)
