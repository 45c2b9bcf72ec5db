"""What the partner and the caisse write to each other about a request, and what stays inside."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from contracts.models import Caisse, Convention, EvidenceFile, Partner, User, UserScope
from forms_annexes.models import (
    AccessRequest,
    InternalNote,
    MessageFile,
    MessageReading,
    RequestMessage,
    Side,
)
from forms_annexes.services import filling
from forms_annexes.services.exchanging import unread_of_caisse, unread_of_partner
from forms_annexes.services.message_mails import in_charge
from notifications.models import Message
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.files import a_pdf, an_image, content_of
from workflows import clock

pytestmark = pytest.mark.django_db

Browsing = Callable[[User], Client]
MailTo = Callable[[str], list[Any]]

QUESTION = "Quand l’accès sera-t-il ouvert ?"
NIR = "2 95 10 99 126 111 93"


def from_partner(client: Client, request: AccessRequest, text: str = QUESTION, **more: Any) -> Any:
    return client.post(f"/espace/demandes/{request.pk}/messages/", {"message": text} | more)


def from_caisse(client: Client, request: AccessRequest, text: str = QUESTION, **more: Any) -> Any:
    return client.post(f"/demandes/{request.pk}/messages/", {"message": text} | more)


def plain(text: str) -> str:
    """The text with the spaces that anybody types."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def page_of(client: Client, request: AccessRequest) -> str:
    return plain(client.get(f"/espace/demandes/{request.pk}/").content.decode())


def desk_page_of(client: Client, request: AccessRequest) -> str:
    return plain(client.get(f"/demandes/{request.pk}/").content.decode())


def test_the_caisse_reads_what_the_partner_wrote_and_the_partner_sees_when(
    request_draft: AccessRequest, director: User, clerk: User, browsing: Browsing, today: Any
) -> None:
    partner, desk = browsing(director), browsing(clerk)
    answer = from_partner(partner, request_draft, "Bonjour,\n\nQuand ?")
    assert answer.status_code == 302
    assert answer.url == f"/espace/demandes/{request_draft.pk}/#messages"
    assert "Pas encore lu" in page_of(partner, request_draft)
    today("2024-02-05")
    shown = desk_page_of(desk, request_draft)
    assert "<p>Bonjour,</p>" in shown
    assert "Nouveau" in shown
    assert "Nouveau" not in desk_page_of(desk, request_draft)
    assert "Lu le 5 février 2024 à 12 h 00" in page_of(partner, request_draft)
    assert MessageReading.objects.get().reader == clerk


def test_the_partner_reads_what_the_caisse_wrote(
    request_draft: AccessRequest, director: User, clerk: User, browsing: Browsing
) -> None:
    from_caisse(browsing(clerk), request_draft, "La délégation manque.")
    assert "La délégation manque." in page_of(browsing(director), request_draft)
    assert "Lu le" in desk_page_of(browsing(clerk), request_draft)


def test_ones_own_reading_marks_nothing(
    request_draft: AccessRequest, director: User, browsing: Browsing
) -> None:
    client = browsing(director)
    from_partner(client, request_draft)
    page_of(client, request_draft)
    assert not MessageReading.objects.exists()


def test_a_reader_who_may_not_answer_leaves_it_unread(
    request_draft: AccessRequest, director: User, caisse: Caisse, browsing: Browsing
) -> None:
    auditor = User.objects.create_user("dpo@caisse.example")
    UserScope.objects.create(user=auditor, caisse=caisse, role="dpo", first_day=clock.today())
    from_partner(browsing(director), request_draft)
    shown = desk_page_of(browsing(auditor), request_draft)
    assert QUESTION in shown
    assert "Envoyer le message" not in shown
    assert not MessageReading.objects.exists()
    assert from_caisse(browsing(auditor), request_draft).status_code == 403


def test_the_other_side_is_told_by_mail_once_without_a_word_of_it(
    request_draft: AccessRequest,
    director: User,
    clerk: User,
    browsing: Browsing,
    mail_to: MailTo,
) -> None:
    from_partner(browsing(director), request_draft)
    from_caisse(browsing(clerk), request_draft, "Une réponse précise.")
    for address, page in (
        (clerk.email, f"/demandes/{request_draft.pk}/"),
        (director.email, f"/espace/demandes/{request_draft.pk}/"),
    ):
        [mail] = mail_to(address)
        assert request_draft.number in mail.subject
        assert page in mail.body
        whole = mail.subject + mail.body + str(mail.alternatives)
        assert "accès sera-t-il" not in whole
        assert "réponse précise" not in whole
    assert mail_to(clerk.email) == mail_to(clerk.email)
    assert not Message.objects.filter(text__contains="précise").exists()


def test_what_was_read_before_the_mail_left_is_told_no_more(
    request_draft: AccessRequest, director: User, clerk: User, browsing: Browsing, mail_to: MailTo
) -> None:
    from_partner(browsing(director), request_draft)
    desk_page_of(browsing(clerk), request_draft)
    assert mail_to(clerk.email) == []


def test_who_dealt_with_the_request_last_is_told_and_before_that_every_clerk(
    request_draft: AccessRequest, caisse: Caisse, clerk: User, browsing: Browsing
) -> None:
    second = User.objects.create_user("autre@caisse.example")
    UserScope.objects.create(
        user=second, caisse=caisse, role="back_office_agent", first_day=clock.today()
    )
    lawyer = User.objects.create_user("juriste@caisse.example")
    UserScope.objects.create(
        user=lawyer, caisse=caisse, role="legal_officer", first_day=clock.today()
    )
    assert in_charge(request_draft) == [clerk, second]
    from_caisse(browsing(second), request_draft)
    assert in_charge(request_draft) == [second]
    UserScope.objects.filter(user=second).delete()
    assert in_charge(request_draft) == [clerk]


def test_unread_messages_are_counted_on_each_sides_list(
    request_draft: AccessRequest, director: User, clerk: User, browsing: Browsing
) -> None:
    partner, desk, day = browsing(director), browsing(clerk), clock.today()
    for text in ("Un", "Deux"):
        from_partner(partner, request_draft, text)
    from_caisse(desk, request_draft, "Trois")
    assert unread_of_caisse(clerk, day) == {request_draft.pk: 2}
    assert unread_of_partner(director, day) == {request_draft.pk: 1}
    assert "2 messages non lus" in desk.get("/demandes/").content.decode()
    assert "1 message non lu" in partner.get("/espace/").content.decode()
    desk_page_of(desk, request_draft)
    assert unread_of_caisse(clerk, day) == {}
    assert "non lu" not in desk.get("/demandes/").content.decode()


def test_files_go_with_a_message_and_come_out_as_attachments(
    request_draft: AccessRequest, director: User, clerk: User, browsing: Browsing
) -> None:
    files = [
        SimpleUploadedFile("délibération.pdf", a_pdf()),
        SimpleUploadedFile("photo.jpg", an_image("JPEG")),
    ]
    assert from_partner(browsing(director), request_draft, message_files=files).status_code == 302
    assert "délibération.pdf" in desk_page_of(browsing(clerk), request_draft)
    joined = MessageFile.objects.order_by("pk").first()
    assert joined is not None
    for client, place in ((browsing(director), "espace/demandes"), (browsing(clerk), "demandes")):
        given = client.get(f"/{place}/{request_draft.pk}/messages/fichiers/{joined.pk}/")
        assert content_of(given) == a_pdf_of(joined)
        assert given.headers["Content-Disposition"].startswith("attachment")
        assert given.headers["X-Content-Type-Options"] == "nosniff"


def a_pdf_of(joined: MessageFile) -> bytes:
    with joined.evidence.file.open("rb") as stored:
        return bytes(stored.read())


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"message": "  "}, "Écrivez votre message"),
        ({"message": "a" * 5001}, "5000 caractères"),
        ({"message": f"Le NIR est {NIR}"}, "numéro de sécurité sociale"),
        (
            {"message": "Voici", "message_files": ("annexe.exe", b"MZ")},
            "ni un PDF, ni une image",
        ),
        (
            {"message": "Voici", "message_files": (f"{NIR}.pdf", a_pdf())},
            "numéro de sécurité sociale",
        ),
    ],
)
@pytest.mark.parametrize("side", ["partner", "caisse"])
def test_what_is_refused_is_said_kept_on_the_page_and_stored_nowhere(
    request_draft: AccessRequest,
    director: User,
    clerk: User,
    browsing: Browsing,
    sent: dict[str, Any],
    told: str,
    side: str,
) -> None:
    given = dict(sent)
    if "message_files" in given:
        given["message_files"] = SimpleUploadedFile(*given["message_files"])
    partner = side == "partner"
    client = browsing(director if partner else clerk)
    place = "espace/demandes" if partner else "demandes"
    answer = client.post(f"/{place}/{request_draft.pk}/messages/", given)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert told in shown
    assert 'role="alert"' in shown
    assert sent["message"].strip() in shown
    assert not RequestMessage.objects.exists()
    assert not EvidenceFile.objects.exists()
    assert not Message.objects.exists()


def test_six_files_are_too_many(
    request_draft: AccessRequest, director: User, browsing: Browsing
) -> None:
    files = [SimpleUploadedFile(f"{n}.png", an_image("PNG")) for n in range(6)]
    answer = from_partner(browsing(director), request_draft, message_files=files)
    assert answer.status_code == 422
    assert "5 fichiers au plus" in answer.content.decode()
    assert not EvidenceFile.objects.exists()


def test_a_page_sent_twice_writes_one_message(
    request_draft: AccessRequest, director: User, browsing: Browsing, clerk: User
) -> None:
    client = browsing(director)
    shown = page_of(client, request_draft)
    found = re.search(r'name="token" value="([0-9a-f-]{36})"', shown)
    assert found is not None
    for _ in range(2):
        answer = from_partner(client, request_draft, token=found[1])
        assert answer.status_code == 302
    assert RequestMessage.objects.count() == 1
    assert Message.objects.count() == 1
    other = filling.start(request_draft.convention, clerk)
    if other.pk == request_draft.pk:
        assert from_caisse(browsing(clerk), request_draft, token=found[1]).status_code == 409


def test_a_token_that_is_none_hinders_nobody(
    request_draft: AccessRequest, director: User, browsing: Browsing
) -> None:
    assert from_partner(browsing(director), request_draft, token="x").status_code == 302
    assert RequestMessage.objects.count() == 1


def test_one_may_write_for_sixty_days_after_the_request_ended(
    request_draft: AccessRequest, director: User, clerk: User, browsing: Browsing, today: Any
) -> None:
    client = browsing(director)
    filling.withdraw(request_draft, director)
    assert "vous pouvez encore écrire jusqu’au 1er avril 2024" in page_of(client, request_draft)
    today("2024-04-01")
    assert from_partner(client, request_draft).status_code == 302
    today("2024-04-02")
    shown = page_of(client, request_draft)
    assert "Envoyer le message" not in shown
    assert QUESTION in shown
    assert from_partner(client, request_draft).status_code == 409
    assert from_caisse(browsing(clerk), request_draft).status_code == 409
    assert RequestMessage.objects.count() == 1


def test_another_partner_neither_reads_nor_writes_nor_downloads(
    request_draft: AccessRequest, director: User, browsing: Browsing, convention: Convention
) -> None:
    file = SimpleUploadedFile("délibération.pdf", a_pdf())
    from_partner(browsing(director), request_draft, message_files=[file])
    joined = MessageFile.objects.get()
    stranger = browsing(
        a_member(
            "ailleurs@creche.example",
            Partner.objects.create(name="Autre", kind="commune", siren="227700010"),
        )
    )
    pk = request_draft.pk
    assert from_partner(stranger, request_draft).status_code == 404
    assert from_caisse(stranger, request_draft).status_code == 404
    for address in (
        f"/espace/demandes/{pk}/messages/",
        f"/espace/demandes/{pk}/messages/fichiers/{joined.pk}/",
        f"/demandes/{pk}/messages/fichiers/{joined.pk}/",
        f"/demandes/{pk}/notes/",
    ):
        assert stranger.get(address).status_code == 404, address
    # A partner has no business on the caisse's side of its own request.
    for address in ("messages", "notes"):
        sent = {"message": "a", "internal_note": "a"}
        answer = browsing(director).post(f"/demandes/{pk}/{address}/", sent)
        assert answer.status_code == 404
    other = f"/espace/demandes/{pk}/messages/fichiers/{2**70}/"
    assert browsing(director).get(other).status_code == 404


def test_a_file_of_another_request_is_not_given_through_ones_own(
    request_draft: AccessRequest, director: User, browsing: Browsing, draft: Any
) -> None:
    elsewhere = Partner.objects.create(name="Autre", kind="commune", siren="227700010")
    other = filling.start(draft(partner=elsewhere), director)
    stranger = a_member("ailleurs@creche.example", elsewhere)
    file = SimpleUploadedFile("délibération.pdf", a_pdf())
    from_partner(browsing(stranger), other, message_files=[file])
    joined = MessageFile.objects.get()
    asked = f"/espace/demandes/{request_draft.pk}/messages/fichiers/{joined.pk}/"
    assert browsing(director).get(asked).status_code == 404


def test_an_address_opened_by_hand_goes_back_to_the_request(
    request_draft: AccessRequest, director: User, clerk: User, browsing: Browsing
) -> None:
    pk = request_draft.pk
    gone = browsing(director).get(f"/espace/demandes/{pk}/messages/")
    assert gone.url == f"/espace/demandes/{pk}/#messages"
    assert browsing(clerk).get(f"/demandes/{pk}/notes/").url == f"/demandes/{pk}/"


@pytest.mark.parametrize("model", [RequestMessage, MessageFile, MessageReading, InternalNote])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_what_was_written_and_read_never_changes(
    model: Any,
    verb: str,
    request_draft: AccessRequest,
    director: User,
    clerk: User,
    browsing: Browsing,
) -> None:
    file = SimpleUploadedFile("délibération.pdf", a_pdf())
    from_partner(browsing(director), request_draft, message_files=[file])
    browsing(clerk).post(f"/demandes/{request_draft.pk}/notes/", {"internal_note": "Note."})
    desk_page_of(browsing(clerk), request_draft)
    rows = model.objects.all()
    assert rows.count() == 1
    other = {"at": clock.now() + timedelta(days=1)}
    if model is MessageFile:
        other = {"evidence": rows.get().evidence_id}
    verbs = {
        "update": lambda: rows.update(**other),
        "delete": lambda: rows._raw_delete(rows.db),
    }
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        verbs[verb]()


def test_a_message_says_something_and_comes_from_one_of_two_sides(
    request_draft: AccessRequest, director: User
) -> None:
    common = {"request": request_draft, "author": director, "at": clock.now()}
    for wrong in ({"side": "nobody", "text": "a"}, {"side": Side.PARTNER, "text": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            RequestMessage.objects.create(**common, **wrong, token=uuid4())
