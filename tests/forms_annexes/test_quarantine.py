"""Files joined to a request wait until the antivirus has seen them; what is refused is said."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import FileVerification, User
from forms_annexes.completeness import is_signed, obstacles
from forms_annexes.models import AccessRequest, MessageFile, RequestPiece
from forms_annexes.reasons import ReturnReason
from forms_annexes.services import filling, instructing, signing
from forms_annexes.services.moving import open_task
from tests.forms_annexes.files import a_pdf, content_of
from tests.quarantined import daemon, infected
from tests.services.antivirus_daemon import Daemon
from workflows import clock
from workflows.effect_worker import drain

__all__ = ["daemon"]

pytestmark = pytest.mark.django_db

Browsing = Callable[[User], Client]


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def signed_on_paper(request: AccessRequest, director: User, content: bytes) -> RequestPiece:
    """The sheet printed, signed, scanned and sent."""
    filling.send(request, director)
    signing.sign_by_hand(
        AccessRequest.objects.get(pk=request.pk),
        SimpleUploadedFile("annexe.pdf", content),
        clock.today(),
        director,
    )
    return RequestPiece.objects.get(request=request)


def test_nobody_has_a_file_before_the_antivirus_has_seen_it(
    request_draft: AccessRequest,
    director: User,
    clerk: User,
    browsing: Browsing,
    daemon: Daemon,
) -> None:
    piece = signed_on_paper(request_draft, director, a_pdf())
    pages = {
        browsing(director): f"/espace/demandes/{request_draft.pk}/",
        browsing(clerk): f"/demandes/{request_draft.pk}/",
    }
    for client, page in pages.items():
        assert "En cours de vérification" in _plain(client.get(page).content.decode())
        refused = client.get(f"{page}pieces/{piece.pk}/")
        assert refused.status_code == 409
        assert "en cours de vérification" in _plain(refused.content.decode())
        assert "Revenir à la page du fichier" in _plain(refused.content.decode())
    drain()
    for client, page in pages.items():
        assert "En cours de vérification" not in _plain(client.get(page).content.decode())
        given = client.get(f"{page}pieces/{piece.pk}/")
        assert (given.status_code, content_of(given)[:5]) == (200, b"%PDF-")


def test_a_request_is_not_accepted_on_a_sheet_that_nobody_has_seen(
    request_draft: AccessRequest, director: User, clerk: User, daemon: Daemon, in_force: Any
) -> None:
    signed_on_paper(request_draft, director, a_pdf())
    sent = AccessRequest.objects.get(pk=request_draft.pk)
    with pytest.raises(instructing.NotAcceptable, match="en cours de vérification"):
        instructing.accept(sent, clerk)
    drain()
    assert instructing.accept(sent, clerk).status == "accepted"


def test_a_refused_sheet_is_gone_proves_nothing_and_its_sender_is_told(
    request_draft: AccessRequest,
    director: User,
    clerk: User,
    browsing: Browsing,
    daemon: Daemon,
    mail_to: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    piece = signed_on_paper(request_draft, director, infected())
    with django_capture_on_commit_callbacks(execute=True):
        mails = mail_to(director.email)
    assert FileVerification.objects.get().state == "refused"
    file = piece.evidence.file
    assert not file.storage.exists(file.name)
    [told] = [mail for mail in mails if "refusé" in mail.subject]
    assert "le 1er février 2024" in _plain(told.body)
    assert "Numérisez la feuille de nouveau" in _plain(told.body)
    assert f"/espace/demandes/{request_draft.pk}/" in _plain(told.body)
    page = f"/espace/demandes/{request_draft.pk}/"
    assert "Le 1er février 2024, l’antivirus a refusé" in _plain(
        browsing(director).get(page).content.decode()
    )
    assert browsing(director).get(f"{page}pieces/{piece.pk}/").status_code == 409
    sent = AccessRequest.objects.get(pk=request_draft.pk)
    assert not is_signed(sent)
    assert ReturnReason.UNSIGNED in [one.reason for one in obstacles(sent)]
    instructing.give_back(sent, clerk, ["unsigned"])
    assert open_task(AccessRequest.objects.get(pk=sent.pk)) == "complete"


def test_a_refused_delegation_makes_no_wrong_signatory_right(
    request_draft: AccessRequest, director: User, clerk: User, daemon: Daemon
) -> None:
    request_draft.refresh_from_db()
    filling.answer(
        request_draft, "signatory", {"signatory.name": "D. Essai"}, signatory_quality="adjoint"
    )
    signed_on_paper(request_draft, director, a_pdf())
    sent = AccessRequest.objects.get(pk=request_draft.pk)
    delegation = SimpleUploadedFile("délégation.pdf", infected())
    instructing.add_piece(sent, RequestPiece.Kind.DELEGATION, delegation, director)
    drain()
    found = obstacles(AccessRequest.objects.get(pk=sent.pk), delegation_checked=True)
    assert [one.reason for one in found] == ["wrong_signatory"]


def test_a_file_of_a_message_waits_too(
    request_draft: AccessRequest,
    director: User,
    clerk: User,
    browsing: Browsing,
    daemon: Daemon,
    mail_to: Any,
) -> None:
    client = browsing(director)
    sent = {
        "message": "Voici.",
        "message_files": [
            SimpleUploadedFile("saine.pdf", a_pdf()),
            SimpleUploadedFile("malade.pdf", infected()),
        ],
    }
    assert client.post(f"/espace/demandes/{request_draft.pk}/messages/", sent).status_code == 302
    page = f"/espace/demandes/{request_draft.pk}/"
    assert _plain(client.get(page).content.decode()).count("En cours de vérification") == 2
    assert [mail.subject for mail in mail_to(director.email)] == [
        f"Un fichier refusé sur la demande {request_draft.number}"
    ]
    shown = _plain(client.get(page).content.decode())
    assert "l’antivirus a refusé ce fichier" in shown
    sound, ill = MessageFile.objects.order_by("pk")
    desk = browsing(clerk)
    for file, status in ((sound, 200), (ill, 409)):
        asked = f"/demandes/{request_draft.pk}/messages/fichiers/{file.pk}/"
        answer = desk.get(asked)
        assert answer.status_code == status
        assert content_of(answer).startswith(b"%PDF-") is (status == 200)


def test_the_sheet_signed_by_code_is_our_own_and_waits_for_nothing(
    request_draft: AccessRequest, director: User, daemon: Daemon, mail_to: Any
) -> None:
    filling.send(request_draft, director)
    request = AccessRequest.objects.get(pk=request_draft.pk)
    signing.ask_code(request, user=director)
    [mail] = mail_to(director.email)
    code = next(word for word in mail.body.split() if word.isdigit() and len(word) == 6)
    signing.sign_with_code(request, code, director)
    assert not FileVerification.objects.exists()
    assert is_signed(AccessRequest.objects.get(pk=request.pk))
