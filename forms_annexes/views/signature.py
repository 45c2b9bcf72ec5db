"""Signing: oneself by code, somebody else by a link and a code, or by hand on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms_annexes.completeness import has_wrong_signatory
from forms_annexes.forms import CodeForm, HandSignatureForm, SignatoryForm
from forms_annexes.models import AccessRequest
from forms_annexes.services import signing
from forms_annexes.services.moving import RequestRefused, StaleRequest, open_task
from forms_annexes.services.prerequisites import kind_of
from forms_annexes.views.answers import (
    SUBMIT,
    acknowledgement,
    answers_of,
    must_have,
    own_request,
    seen_revision,
)
from forms_annexes.views.conflicts import stale_is_a_conflict
from workflows.french import typeset
from workflows.signing_papers import delegation_wanted


@require_safe
@stale_is_a_conflict
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Who signs, and how?"""
    access_request = _to_sign(request, pk)
    context = {
        "access_request": access_request,
        "wrong_signatory": has_wrong_signatory(access_request),
        "admitted": " ou ".join(access_request.rule.signed_by),
        "delegation": delegation_wanted(kind_of(access_request.convention)),
    }
    return render(request, "forms_annexes/signature.html", context)


@require_POST
@stale_is_a_conflict
def ask_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the signed-in person a code."""
    access_request = _to_sign(request, pk)
    try:
        signing.ask_code(access_request, user=request.user)
    except StaleRequest:
        raise
    except RequestRefused as refused:
        messages.error(request, typeset(str(refused)))
        return redirect("space_signature", pk=pk)
    messages.success(request, "Un code est envoyé à votre adresse.")
    return redirect("space_signature_code", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def by_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign with the code received."""
    access_request = _to_sign(request, pk)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            signing.sign_with_code(
                access_request, code, request.user, seen_revision=seen_revision(request)
            )
        except StaleRequest:
            raise
        except RequestRefused as refused:
            form.add_error("code", typeset(str(refused)))
            access_request.refresh_from_db()
        else:
            messages.success(request, acknowledgement(access_request))
            return redirect("space_request", pk=pk)
    return _page(request, "forms_annexes/signature_code.html", access_request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def by_hand(request: HttpRequest, pk: int) -> HttpResponse:
    """Print, sign, upload."""
    access_request = _to_sign(request, pk)
    posted = request.method == "POST"
    form = HandSignatureForm(request.POST, request.FILES) if posted else HandSignatureForm()
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            signing.sign_by_hand(
                access_request,
                given["scan"],
                given["signed_on"],
                request.user,
                seen_revision(request),
            )
        except StaleRequest:
            raise
        except (RequestRefused, ValidationError) as refused:
            form.add_error(None, refused if isinstance(refused, ValidationError) else str(refused))
        else:
            messages.success(request, acknowledgement(access_request))
            return redirect("space_request", pk=pk)
    return _page(request, "forms_annexes/signature_hand.html", access_request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def by_somebody_else(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the signatory the page on which to read and sign."""
    access_request = _to_sign(request, pk)
    form = SignatoryForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            signing.send_to_signatory(access_request, author=request.user, **form.cleaned_data)
        except StaleRequest:
            raise
        except RequestRefused as refused:
            form.add_error(None, typeset(str(refused)))
        else:
            messages.success(request, "Le lien de signature est envoyé au signataire.")
            return redirect("space_request", pk=pk)
    return _page(request, "forms_annexes/signature_other.html", access_request, form)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The signatory's page, opened by a link and signed by a code: no account is needed."""
    link = signing.standing_link(token)
    if link is None:
        return render(request, "forms_annexes/link_useless.html", status=404)
    access_request = link.request
    signs = request.method == "POST" and request.POST.get("do") == "sign"
    form = CodeForm(request.POST if signs else None)
    asked = access_request.signature_codes.filter(link=link, used_at__isnull=True).exists()
    refusal = ""
    try:
        if signs and form.is_valid():
            code = form.cleaned_data["code"]
            signing.sign_with_code(access_request, code, None, link=link)
            return render(
                request, "forms_annexes/link_signed.html", {"access_request": access_request}
            )
        if request.method == "POST" and not signs:
            signing.ask_code(access_request, link=link)
            messages.success(request, "Un code est envoyé à votre adresse.")
            return redirect("signature_link", token=token)
    except signing.CodeRefused as refused:
        form.add_error("code", typeset(str(refused)))
    except StaleRequest:
        raise
    except RequestRefused as refused:
        refusal = typeset(str(refused))
    context = {
        "access_request": access_request,
        "answers": answers_of(access_request),
        "asked": asked,
        "form": form,
        "link": link,
        "refusal": refusal,
        "token": token,
    }
    failed = refusal or (form.is_bound and form.errors)
    return render(request, "forms_annexes/link_sign.html", context, status=422 if failed else 200)


def _to_sign(request: HttpRequest, pk: int) -> AccessRequest:
    access_request = own_request(request, pk)
    must_have(request, SUBMIT, access_request.convention)
    if not access_request.is_editable or open_task(access_request) != "sign":
        raise StaleRequest("Cette demande n’attend pas de signature.")
    return access_request


def _page(
    request: HttpRequest, template: str, access_request: AccessRequest, form: Any
) -> HttpResponse:
    context = {"access_request": access_request, "form": form}
    return render(request, template, context, status=422 if form.is_bound else 200)
