"""The link by which a mail is no longer received: without signing in, and in one act (RFC 8058).

Opened, it only asks: programs that follow every link of a mail unsubscribe nobody.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from contracts.models import User
from notifications.rhythms.choosing import found_by, unsubscribe


@csrf_exempt  # The reader's mailbox sends the form; the signed link is what proves.
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribing(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to send no more of these mails; sent, do so."""
    asked = found_by(token)
    if asked is None:
        return render(request, "notifications/unsubscribe_useless.html", status=404)
    done = request.method == "POST"
    if done:
        unsubscribe(asked)
    context = {"kind": asked.kind, "done": done, "signs_in": isinstance(asked.recipient, User)}
    return render(request, "notifications/unsubscribe.html", context)
