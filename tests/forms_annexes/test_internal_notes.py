"""What the agents of the caisse write for themselves, and the partner never sees."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from contracts.models import User
from forms_annexes.models import AccessRequest, InternalNote
from forms_annexes.services.exchanging import unread_of_partner
from tests.access.credentials.conftest import text_of_pdf
from tests.forms_annexes.files import content_of
from tests.forms_annexes.test_messages import NIR, plain
from workflows import clock

pytestmark = pytest.mark.django_db

Browsing = Callable[[User], Client]
MailTo = Callable[[str], list[Any]]

SECRET_NOTE = "Dossier sensible, en parler à la direction."


def note(client: Client, request: AccessRequest, text: str = SECRET_NOTE, **more: Any) -> Any:
    return client.post(f"/demandes/{request.pk}/notes/", {"internal_note": text} | more)


def partner_pages(client: Client, request: AccessRequest) -> dict[str, str]:
    """Every page and file that the partner reaches: from the home, and those of the request."""
    seen: dict[str, str] = {}
    own = ("", "etape/1/", "etape/2/", "etape/3/", "recapitulatif/", "feuille/", "signature/")
    waiting = ["/espace/", *(f"/espace/demandes/{request.pk}/{page}" for page in own)]
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        content = content_of(answer)
        text = content.decode("utf-8", "replace")
        if content.startswith(b"%PDF"):
            text = text_of_pdf(content)
        seen[address] = text
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            links = {link.split("#")[0] for link in re.findall(r'href="(/espace/[^"]*)"', text)}
            waiting += sorted(links - set(seen) - set(waiting))
    return seen


def test_a_note_is_the_caisses_own_and_no_page_or_mail_of_the_partner_has_it(
    request_draft: AccessRequest,
    director: User,
    clerk: User,
    browsing: Browsing,
    mail_to: MailTo,
) -> None:
    desk, partner = browsing(clerk), browsing(director)
    assert note(desk, request_draft).status_code == 302
    desk.post(f"/demandes/{request_draft.pk}/messages/", {"message": "Un message, lui, se voit."})
    assert SECRET_NOTE in plain(desk.get(f"/demandes/{request_draft.pk}/").content.decode())
    mails = mail_to(director.email)
    pages = partner_pages(partner, request_draft)
    assert f"/espace/demandes/{request_draft.pk}/" in pages
    assert any("Un message, lui, se voit." in text for text in pages.values())
    assert len(pages) > 5
    for address, text in pages.items():
        assert "sensible" not in text, address
        assert "note interne" not in text.lower(), address
    assert len(mails) == 1
    assert "sensible" not in str([(mail.subject, mail.body) for mail in mails])
    assert unread_of_partner(director, clock.today()) == {}


def test_notes_alone_count_for_nothing_on_the_partners_home(
    request_draft: AccessRequest, director: User, clerk: User, browsing: Browsing, mail_to: MailTo
) -> None:
    note(browsing(clerk), request_draft)
    assert "non lu" not in browsing(director).get("/espace/").content.decode()
    assert mail_to(director.email) == []


def test_a_note_is_refused_and_written_once_as_a_message_is(
    request_draft: AccessRequest, clerk: User, browsing: Browsing
) -> None:
    desk = browsing(clerk)
    refused = note(desk, request_draft, f"NIR {NIR}")
    assert refused.status_code == 422
    assert "numéro de sécurité sociale" in refused.content.decode()
    token = str(uuid4())
    for _ in range(2):
        assert note(desk, request_draft, token=token).status_code == 302
    assert InternalNote.objects.count() == 1
