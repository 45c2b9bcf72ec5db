"""The partner answers a request, one group of questions a page, reads it over and sends it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from forms_annexes.block_pages import BlockPage, Typed, change_asked
from forms_annexes.completeness import USER_BLOCK, is_to_sign_online, unanswered
from forms_annexes.models import AccessRequest
from forms_annexes.origin import in_place_of_signature
from forms_annexes.reopened_fields import close_page
from forms_annexes.request_pages import page_of, read_before, typed_on
from forms_annexes.services import drafts, filling
from forms_annexes.services.checking_users import cautions_about, cautions_of
from forms_annexes.services.moving import RequestRefused, StaleRequest, open_task
from forms_annexes.user_checks import Named
from forms_annexes.views.answers import (
    SUBMIT,
    acknowledgement,
    answers_of,
    must_have,
    own_request,
    seen_revision,
    steps_of,
)
from forms_annexes.views.conflicts import stale_is_a_conflict
from templates_conventions.forms import FormBlock
from workflows.french import NO_BREAK_SPACE, typeset


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def step(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One group of questions; what is sent is kept, then comes the next group."""
    access_request, block = _step_of(request, pk, number)
    if request.method != "POST":
        page = _page(access_request, block)
        if draft := drafts.kept(access_request, block.code, request.user):
            page = _page(access_request, block, typed=drafts.restored(draft, page))
        return _shown(request, access_request, page, number, draft=draft)
    if "forget" in request.POST:
        drafts.forget(access_request, block.code, request.user)
        return redirect("space_step", pk=pk, number=number)
    page = _page(access_request, block)
    typed, change = typed_on(page, request.POST), change_asked(request.POST)
    if change is not None and page.repeated and not page.fixed:
        return _changed(request, access_request, block, number, typed, change.removed)
    page = _page(access_request, block, request.POST)
    if not _is_accepted(access_request, page):
        _keep(request, access_request, typed, block)
        return _shown(request, access_request, page, number, status=422)
    try:
        filling.answer(
            access_request,
            block.code,
            page.rows if page.repeated or block.code == USER_BLOCK else page.rows[0],
            seen_revision(request),
            page.quality,
            page.keys if block.code == USER_BLOCK else (),
        )
    except StaleRequest:
        _keep(request, access_request, typed, block)
        raise
    drafts.forget(access_request, block.code, request.user)
    if block.code == USER_BLOCK:
        for caution in cautions_of(access_request):
            messages.warning(request, caution.words)
    if number < len(steps_of(access_request)):
        return redirect("space_step", pk=pk, number=number + 1)
    return redirect("space_summary", pk=pk)


@require_POST
@stale_is_a_conflict
def keep_draft(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Keep what is being typed, unchecked, and say at what hour; the page's script asks for it."""
    access_request, block = _step_of(request, pk, number)
    page = page_of(access_request, block)
    try:
        saved_at = drafts.keep(access_request, page, typed_on(page, request.POST), request.user)
    except ValidationError as refused:
        said = typeset(f"Brouillon non enregistré : {' '.join(refused.messages)}")
        return JsonResponse({"said": said}, status=422)
    local = timezone.localtime(saved_at)
    hour = f"{local.hour}{NO_BREAK_SPACE}h{NO_BREAK_SPACE}{local.minute:02}"
    return JsonResponse({"said": f"Brouillon enregistré à {hour}."})


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """All the answers, to read over before sending."""
    access_request = own_request(request, pk)
    must_have(request, SUBMIT, access_request.convention)
    unsent = _unsent(request, access_request)
    refusal = ""
    if request.method == "POST" and not unsent:
        try:
            sent = filling.send(access_request, request.user, seen_revision(request))
        except StaleRequest:
            raise
        except RequestRefused as refused:
            refusal = typeset(str(refused))
        else:
            if sent.is_editable:
                # Not with the caisse yet: it waits for its signature.
                return redirect("space_signature", pk=pk)
            messages.success(request, acknowledgement(sent))
            return redirect("space_request", pk=pk)
    if not access_request.is_editable:
        return redirect("space_request", pk=pk)
    context = {
        "access_request": access_request,
        "answers": answers_of(access_request),
        "missing": list(unanswered(access_request)),
        "unsent": unsent,
        "refusal": refusal,
        "to_sign": is_to_sign_online(access_request),
        "signing": open_task(access_request) == "sign",
        "in_place_of_signature": in_place_of_signature(access_request.rule),
        "total": len(steps_of(access_request)) + 1,
    }
    failed = refusal or (request.method == "POST" and unsent)
    return render(request, "forms_annexes/summary.html", context, status=422 if failed else 200)


def _step_of(request: HttpRequest, pk: int, number: int) -> tuple[AccessRequest, FormBlock]:
    access_request = own_request(request, pk)
    must_have(request, SUBMIT, access_request.convention)
    steps = steps_of(access_request)
    if not 1 <= number <= len(steps):
        raise Http404
    if not access_request.is_editable:
        raise StaleRequest("Cette demande est envoyée : ses réponses ne changent plus.")
    return access_request, steps[number - 1]


def _page(
    access_request: AccessRequest, block: FormBlock, data: Any = None, typed: Typed | None = None
) -> BlockPage:
    """The page of a step, where only what the caisse gave back may change."""
    return close_page(page_of(access_request, block, data, typed), access_request)


def _changed(
    request: HttpRequest,
    access_request: AccessRequest,
    block: FormBlock,
    number: int,
    typed: Typed,
    removed: str,
) -> HttpResponse:
    """The same page with a person more or less, for whoever has no script."""
    typed = typed.without(removed) if removed else typed.with_one_more()
    page = _page(access_request, block, typed=typed)
    page.added = "" if removed else typed.keys[-1]
    _keep(request, access_request, typed, block)
    return _shown(request, access_request, page, number)


def _is_accepted(access_request: AccessRequest, page: BlockPage) -> bool:
    """Whether what was sent may be written: valid, and no address that must be somebody's only."""
    if not page.is_valid():
        return False
    if page.block.code != USER_BLOCK:
        return True
    forms = {form.key: form for form in page.filled}
    users = [
        Named(
            key,
            f"{row.get('user.first_name', '')} {row.get('user.last_name', '')}".strip(),
            row.get("user.email", ""),
        )
        for key, row in zip(page.keys, page.rows, strict=True)
    ]
    refused = [one for one in cautions_about(access_request, users) if one.refused]
    for one in refused:
        forms[one.key].add_error("user_email", one.words)
    return not refused


def _keep(
    request: HttpRequest, access_request: AccessRequest, typed: Typed, block: FormBlock
) -> None:
    """Keep what was typed on a page that cannot be written, unless it must not be kept at all."""
    access_request = own_request(request, access_request.pk)
    if not access_request.is_editable:
        return
    try:
        drafts.keep(access_request, page_of(access_request, block), typed, request.user)
    except ValidationError:
        # The page shows the reason beside the field, and what was typed is still in it.
        return


def _shown(
    request: HttpRequest,
    access_request: AccessRequest,
    page: BlockPage,
    number: int,
    *,
    draft: Any = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "access_request": access_request,
        # A page shown again stays as old as it was.
        "revision": request.POST.get("seen_revision", access_request.revision),
        "page": page,
        "read_before": read_before(access_request.definition, page.block),
        "draft": draft,
        "title": page.block.label.rstrip(" :\N{NO-BREAK SPACE}"),
        "number": number,
        "previous": number - 1,
        "total": len(steps_of(access_request)) + 1,
    }
    return render(request, "forms_annexes/step.html", context, status=status)


def _unsent(request: HttpRequest, access_request: AccessRequest) -> list[tuple[int, FormBlock]]:
    """The steps that this person left without sending them, with their numbers."""
    left = drafts.unsent(access_request, request.user)
    steps = enumerate(steps_of(access_request), start=1)
    return [(number, block) for number, block in steps if block.code in left]
