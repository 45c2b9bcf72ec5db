"""A social security number typed anywhere is refused, and is then nowhere: table, file, log.

The forms are found on the pages themselves, so that one added later is tried as well.
"""

from collections.abc import Callable, Iterator
from typing import Any

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import User
from forms_annexes.models import AccessRequest
from forms_annexes.services import filling, instructing, signing
from tests.access.test_no_secret_at_rest import Everything, at_rest, logs
from tests.forms_annexes.files import a_pdf, content_of
from workflows import clock
from workflows.effect_worker import drain

__all__ = ["logs"]

pytestmark = pytest.mark.django_db

NIR = "295109912611193"
TYPED = "2 95 10 99 126 111 93"
TEXT = {"text", "email", "tel", "search", "url", None}
SAID = "numéro de sécurité sociale"

Browsing = Callable[[User], Client]


def pages(
    client: Client, first: tuple[str, ...], under: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """The pages reached by links from ``first``, with their text."""
    seen, waiting = set(first), list(first)
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        content = content_of(answer)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        text = content.decode()
        yield address, text
        for link in lxml.html.fromstring(text).xpath("//a/@href"):
            link = link.split("#")[0]
            if link.startswith(under) and link not in seen:
                seen.add(link)
                waiting.append(link)


def forms(
    client: Client, first: tuple[str, ...], under: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    """The forms of those pages in which something may be typed, each once, with its address."""
    seen = set()
    for page, text in pages(client, first, under):
        for form in lxml.html.fromstring(text).xpath("//form[@method='post']"):
            address = (form.get("action") or page).split("?")[0]
            names = tuple(sorted(form.fields.keys()))
            if (address, names) not in seen and any(typed_in(form)):
                seen.add((address, names))
                yield form.get("action") or page, form


def typed_in(form: Any) -> Iterator[tuple[str, bool]]:
    """The names of the fields of a form in which one types, and whether each takes a file."""
    for field in form.xpath(".//textarea[@name]"):
        yield field.get("name"), False
    for field in form.xpath(".//input[@name]"):
        if field.get("type") == "file":
            yield field.get("name"), True
        elif field.get("type") in TEXT:
            yield field.get("name"), False


def tried(client: Client, address: str, form: Any) -> Iterator[tuple[str, Any]]:
    """Send a form with the number in each of its fields in turn; the answer to each."""
    known = {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}
    for name, is_file in typed_in(form):
        value: Any = f"Essai {TYPED}"
        if is_file:
            value = SimpleUploadedFile(f"{TYPED}.pdf", a_pdf(), "application/pdf")
        yield name, client.post(address, known | {name: value})


def assert_refused_everywhere(
    client: Client, first: tuple[str, ...], under: tuple[str, ...], heard: Everything
) -> set[str]:
    """Try every form under those pages; the addresses tried."""
    addresses = set()
    for address, form in list(forms(client, first, under)):
        for name, answer in tried(client, address, form):
            # Refused on the page, or by a page that is no longer up to date: never taken.
            assert answer.status_code in (409, 422), (address, name)
            if answer.status_code == 422:
                # A date or an address that is none is told as such, whatever it holds.
                said = answer.content.decode()
                assert SAID in said or "field-error" in said, (address, name)
            addresses.add(address)
    drain()
    for place, text in at_rest(heard).items():
        for number in (NIR, TYPED):
            assert number not in text, place
    return addresses


def test_the_partner_leaves_no_number_anywhere(
    request_draft: AccessRequest, director: User, browsing: Browsing, logs: Everything
) -> None:
    client, pk = browsing(director), request_draft.pk
    own = f"/espace/demandes/{pk}/"
    steps = ("/espace/", *(f"{own}etape/{number}/" for number in (1, 2, 3)))
    tried_first = assert_refused_everywhere(client, steps, ("/espace/",), logs)
    assert f"/espace/demandes/{pk}/messages/" in tried_first
    assert f"/espace/demandes/{pk}/etape/2/" in tried_first
    filling.send(AccessRequest.objects.get(pk=pk), director)
    tried_then = assert_refused_everywhere(client, ("/espace/",), ("/espace/",), logs)
    assert f"/espace/demandes/{pk}/signature/papier/" in tried_then
    assert f"/espace/demandes/{pk}/signature/signataire/" in tried_then


def test_the_caisse_leaves_no_number_anywhere(
    request_draft: AccessRequest,
    director: User,
    clerk: User,
    browsing: Browsing,
    logs: Everything,
    a_scan: SimpleUploadedFile,
) -> None:
    filling.send(request_draft, director)
    request = AccessRequest.objects.get(pk=request_draft.pk)
    signing.sign_by_hand(request, a_scan, clock.today(), director)
    client, pk = browsing(clerk), request.pk
    tried_first = assert_refused_everywhere(client, ("/demandes/",), ("/demandes/",), logs)
    assert {f"/demandes/{pk}/{name}/" for name in ("messages", "notes", "refus", "complement")} <= (
        tried_first
    )
    for name in ("invitation", "demande-papier"):
        address = f"/conventions/{request.convention_id}/{name}/"
        assert address in assert_refused_everywhere(client, (address,), (address,), logs)
    instructing.give_back(AccessRequest.objects.get(pk=pk), clerk, ["unsigned"])
    again = f"/demandes/{pk}/annexe/"
    assert again in assert_refused_everywhere(client, (again,), (again,), logs)


def test_the_search_would_find_a_number_that_was_kept(
    request_draft: AccessRequest, logs: Everything
) -> None:
    AccessRequest.objects.filter(pk=request_draft.pk).update(signatory_quality=TYPED)
    assert any(TYPED in text for text in at_rest(logs).values())
