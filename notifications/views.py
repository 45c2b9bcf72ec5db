"""The mails of the demonstration, on a page: a stand-in for everybody's mailbox.

Shown from the copies that are kept, so without any code or password: those stand in the files
that the mails were written to. Served only where the demonstration may be loaded.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from notifications.catalogue import NothingToSend, kind_of
from notifications.leaving import message_id
from notifications.mail_files import file_name
from notifications.models import Message, MessageState

LAST = 200
"""How many messages the list shows."""


@login_not_required
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """The last messages, the newest first."""
    sent = Message.objects.filter(state=MessageState.SENT).order_by("-sent_at", "-pk")[:LAST]
    return render(request, "notifications/messages.html", {"sent": sent})


@login_not_required
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message as it is kept, with its link when it has one."""
    found = get_object_or_404(Message, pk=pk, state=MessageState.SENT)
    kind = kind_of(found.kind)
    context = {
        "message": found,
        "kind": kind,
        "link": _link(found),
        "hides": bool(kind.words(found).settings.secret)
        and (kind.link_made_once or not kind.secret_link),
        "file": f"mail/{file_name(message_id(found))}" if _writes_files() else "",
    }
    return render(request, "notifications/message.html", context)


def _link(found: Message) -> str:
    """Where the message leads. The link of a mailbox is no password: a code is asked behind it."""
    kind = kind_of(found.kind)
    if not kind.secret_link:
        return kind.path(found)
    if kind.link_made_once:
        return ""
    try:
        return kind.secrets(found)[kind.secret_link]
    except NothingToSend:
        return ""


def _writes_files() -> bool:
    return str(settings.EMAIL_BACKEND).endswith(".MailFiles")
