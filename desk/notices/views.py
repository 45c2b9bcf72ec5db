"""« Notifications »: what this person was told, for the staff as for a partner's people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.rules import is_staff
from desk.mailing.listing import line_of
from desk.notices.forms import PreferencesForm
from notifications.models import Message
from notifications.notices import mark_read, mark_unread, notices_of, unread
from notifications.rhythms.choosing import choices_of, choose, chosen_by
from notifications.rhythms.models import Rhythm
from workflows.keys import LARGEST_KEY

ROWS_A_PAGE = 25


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The notices, the latest first, those unread marked as such."""
    found, before = notices_of(request.user), request.GET.get("avant", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = found.select_related("convention").defer("text", "html", "context")[: ROWS_A_PAGE + 1]
    shown = list(rows)[:ROWS_A_PAGE]
    context = {
        "rows": [line_of(one) for one in shown],
        "following": shown[-1].pk if len(rows) > len(shown) else None,
        "is_first": not before,
    }
    return _drawn(request, "desk/notices/notices.html", context)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice, which is thereby read, with the way to what it is about."""
    found = _own(request, pk)
    mark_read(notices_of(request.user).filter(pk=found.pk))
    line = line_of(found)
    leads = line.kind is not None and not line.kind.secret_link
    context = {"line": line, "notice": found, "link": line.kind.path(found) if leads else ""}
    return _drawn(request, "desk/notices/notice.html", context)


@require_POST
def all_read(request: HttpRequest) -> HttpResponse:
    """Read, all of them."""
    mark_read(unread(request.user))
    messages.success(request, "Tout est marqué comme lu.")
    return redirect("notices")


@require_POST
def unread_again(request: HttpRequest, pk: int) -> HttpResponse:
    """To be read again later."""
    mark_unread(_own(request, pk))
    return redirect("notices")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """When this person receives each message that they may do without."""
    user: Any = request.user
    offered = choices_of(is_staff=is_staff(user))
    form = PreferencesForm(request.POST or None, kinds=offered, chosen=chosen_by(user))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            for kind in offered:
                choose(user, kind, Rhythm(form.cleaned_data[kind.code]))
        messages.success(request, "Vos réglages sont enregistrés.")
        return redirect("notices")
    return _drawn(request, "desk/notices/preferences.html", {"form": form}, bool(form.errors))


def _own(request: HttpRequest, pk: int) -> Message:
    if pk > LARGEST_KEY:
        raise Http404
    found: Message = get_object_or_404(notices_of(request.user).select_related("convention"), pk=pk)
    return found


def _drawn(
    request: HttpRequest, template: str, context: dict[str, Any], refused: bool = False
) -> HttpResponse:
    """The page in the layout of the desk, or in that of the partner's space."""
    base = "desk/base.html" if is_staff(request.user) else "forms_annexes/base.html"
    status = 422 if refused else 200
    return render(request, template, context | {"base": base}, status=status)
