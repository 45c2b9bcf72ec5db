"""The pages of requests: who sees them, what they refuse, what they keep."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from access.models import Habilitation
from access.services.habilitations import record
from contracts.models import Convention, Partner, PartnerMembership, Site, User
from forms_annexes.models import AccessRequest
from forms_annexes.services import filling, instructing, signing
from tests.documents import pdf_text
from tests.forms_annexes.conftest import a_member, answered
from tests.forms_annexes.files import a_pdf
from workflows import acts, clock

Browsing = Callable[[User], Client]
Mail = Callable[[str], list[Any]]

USER = {
    "user_last_name": "Essai",
    "user_first_name": "Camille",
    "user_email": "camille.essai@creche.example",
}


def step(request: AccessRequest, number: int) -> str:
    return f"/espace/demandes/{request.pk}/etape/{number}/"


def fresh(request: AccessRequest) -> dict[str, Any]:
    return {"seen_revision": AccessRequest.objects.get(pk=request.pk).revision}


def messages_of(page: Any) -> str:
    return re.sub(r"\s+", " ", page.content.decode())


def test_the_journey_by_hand(
    convention: Convention, director: User, clerk: User, browsing: Browsing, mail_to: Mail
) -> None:
    browser = browsing(director)
    started = browser.post(f"/espace/conventions/{convention.pk}/demande/")
    request = AccessRequest.objects.get()
    assert started.url == step(request, 1)
    assert "Commune d’Essai" in browser.get(started.url).content.decode()
    answers = [
        {"structure_name": "Crèche d’Essai"},
        USER,
        {"signatory_name": "Dominique Essai", "quality": "directeur de la structure d’AJE"},
    ]
    for number, given in enumerate(answers, start=1):
        page = browser.post(step(request, number), given | fresh(request))
        assert page.status_code == 302, messages_of(page)
    summary = browser.get(page.url)
    assert "camille.essai@creche.example" in summary.content.decode()
    sent = browser.post(page.url, fresh(request))
    assert sent.url == f"/espace/demandes/{request.pk}/signature/"
    assert browser.get(sent.url).status_code == 200
    coded = browser.post(f"{sent.url}envoi-du-code/")
    code = re.search(r"\b\d{6}\b", mail_to(director.email)[-1].body)
    assert code is not None
    done = browser.post(coded.url, {"code": code[0]} | fresh(request), follow=True)
    assert "est envoyée" in messages_of(done)
    assert "Reçue le 1er" in messages_of(done)
    assert "<dt>Ouverture de l’accès</dt>" in messages_of(done)
    desk = browsing(clerk)
    assert request.number in desk.get("/demandes/").content.decode()
    accepted = desk.post(f"/demandes/{request.pk}/acceptation/", fresh(request), follow=True)
    assert "est acceptée" in messages_of(accepted)


def test_another_structure_s_pages_do_not_exist(
    request_draft: AccessRequest, convention: Convention, browsing: Browsing
) -> None:
    other = Partner.objects.create(name="Crèche d’à côté", kind="association")
    browser = browsing(a_member("direction@autre.example", other))
    pk = request_draft.pk
    for path in (
        f"/espace/demandes/{pk}/",
        step(request_draft, 1),
        f"/espace/demandes/{pk}/recapitulatif/",
        f"/espace/demandes/{pk}/signature/",
        f"/espace/demandes/{pk}/signature/code/",
        f"/espace/demandes/{pk}/signature/papier/",
        f"/espace/demandes/{pk}/signature/signataire/",
        f"/espace/demandes/{pk}/pieces/1/",
        f"/espace/demandes/{10**30}/",
        f"/demandes/{pk}/",
        f"/demandes/{pk}/pieces/1/",
        f"/conventions/{convention.pk}/demande-papier/",
        f"/conventions/{convention.pk}/invitation/",
    ):
        assert browser.get(path).status_code == 404, path
    for path in (
        f"/espace/conventions/{convention.pk}/demande/",
        f"/espace/demandes/{pk}/retrait/",
        f"/demandes/{pk}/acceptation/",
    ):
        assert browser.post(path).status_code == 404, path
    assert request_draft.number not in browser.get("/espace/").content.decode()


def test_a_member_of_one_structure_does_not_see_the_other_s(
    draft: Callable[..., Convention],
    partner: Partner,
    today: Callable[[str], None],
    browsing: Browsing,
) -> None:
    today("2024-02-01")
    mine = Site.objects.create(partner=partner, name="Les Premiers Exemples")
    other = Site.objects.create(partner=partner, name="Les Seconds Exemples")
    convention = draft(sites=[mine, other])
    user = User.objects.create_user("direction@mine.example")
    PartnerMembership.objects.create(
        user=user, partner=partner, site=mine, role="director", first_day=clock.today()
    )
    seen = answered(filling.start(convention, user, site=mine))
    hidden = answered(filling.start(convention, user, site=other))
    browser = browsing(user)
    assert browser.get(f"/espace/demandes/{seen.pk}/").status_code == 200
    assert browser.get(f"/espace/demandes/{hidden.pk}/").status_code == 404
    assert hidden.number not in browser.get("/espace/").content.decode()


def test_whoever_has_left_sees_nothing_more(
    request_draft: AccessRequest, director: User, browsing: Browsing
) -> None:
    PartnerMembership.objects.update(first_day=date(2023, 1, 1), last_day=date(2024, 1, 31))
    assert browsing(director).get(f"/espace/demandes/{request_draft.pk}/").status_code == 404


def test_a_social_security_number_is_refused_beside_its_field(
    request_draft: AccessRequest, director: User, browsing: Browsing
) -> None:
    given = USER | {"user_last_name": "295 10 99 126 111 93"} | fresh(request_draft)
    page = browsing(director).post(step(request_draft, 2), given)
    assert page.status_code == 422
    assert 'id="id_user_last_name_error"' in page.content.decode()
    assert "sécurité sociale" in page.content.decode()
    assert request_draft.users.get().last_name == "Essai"


def test_a_shared_mailbox_is_accepted_with_a_warning(
    request_draft: AccessRequest, director: User, browsing: Browsing
) -> None:
    given = USER | {"user_email": "creche@commune.example"} | fresh(request_draft)
    page = browsing(director).post(step(request_draft, 2), given, follow=True)
    assert "boîte partagée" in messages_of(page)
    assert request_draft.users.get().email == "creche@commune.example"


def test_a_stale_page_is_a_conflict(
    request_draft: AccessRequest, director: User, browsing: Browsing
) -> None:
    browser = browsing(director)
    old = fresh(request_draft)
    browser.post(step(request_draft, 2), USER | old)
    page = browser.post(step(request_draft, 1), {"structure_name": "Trop tard"} | old)
    assert page.status_code == 409
    assert f"/espace/demandes/{request_draft.pk}/" in page.content.decode()
    assert "Trop tard" not in str(AccessRequest.objects.get().answers)


@pytest.mark.parametrize("revision", ["", "deux", "-1", "9" * 40])
def test_an_unreadable_revision_is_a_conflict(
    request_draft: AccessRequest, director: User, browsing: Browsing, revision: str
) -> None:
    page = browsing(director).post(step(request_draft, 2), USER | {"seen_revision": revision})
    assert page.status_code == 409


def test_a_double_click_is_a_conflict(
    request_draft: AccessRequest, director: User, browsing: Browsing
) -> None:
    browser = browsing(director)
    path, given = f"/espace/demandes/{request_draft.pk}/recapitulatif/", fresh(request_draft)
    assert browser.post(path, given).status_code == 302
    assert browser.post(path, given).status_code == 409


def test_a_file_that_is_no_scan_is_refused_beside_its_field(
    request_draft: AccessRequest, director: User, browsing: Browsing
) -> None:
    filling.send(request_draft, director)
    path = f"/espace/demandes/{request_draft.pk}/signature/papier/"
    file = SimpleUploadedFile("annexe.pdf", b"MZ not a scan")
    given = {"signed_on": "01/02/2024", "scan": file} | fresh(request_draft)
    page = browsing(director).post(path, given)
    assert page.status_code == 422
    assert 'id="id_scan_error"' in page.content.decode()
    assert AccessRequest.objects.get().status == "draft"


def test_a_piece_is_given_out_as_a_file_to_who_may_see_it(
    request_draft: AccessRequest, director: User, clerk: User, browsing: Browsing
) -> None:
    filling.send(request_draft, director)
    path = f"/espace/demandes/{request_draft.pk}/signature/papier/"
    content = a_pdf()
    file = SimpleUploadedFile("annexe.pdf", content)
    given = {"signed_on": "01/02/2024", "scan": file} | fresh(request_draft)
    assert browsing(director).post(path, given).status_code == 302
    piece = request_draft.pieces.get()
    for user, start in ((director, "/espace/demandes"), (clerk, "/demandes")):
        given_out = browsing(user).get(f"{start}/{request_draft.pk}/pieces/{piece.pk}/")
        assert given_out["X-Content-Type-Options"] == "nosniff"
        assert given_out["Content-Disposition"].startswith("attachment")
        assert b"".join(given_out.streaming_content) == content
    assert Client().get(f"/demandes/{request_draft.pk}/pieces/{piece.pk}/").status_code == 302


def test_the_sheet_to_print_holds_the_answers(
    request_draft: AccessRequest, director: User, browsing: Browsing
) -> None:
    given_out = browsing(director).get(f"/espace/demandes/{request_draft.pk}/feuille/")
    assert given_out["Content-Disposition"].startswith("attachment")
    text = pdf_text(given_out.content)
    for words in ("Demande d’accès", "Camille", "camille.essai@creche.example", "Crèche d’Essai"):
        assert words in text


def test_the_clerk_enters_a_sheet_that_came_by_post(
    convention: Convention, clerk: User, browsing: Browsing
) -> None:
    path = f"/conventions/{convention.pk}/demande-papier/"
    browser = browsing(clerk)
    assert browser.get(path).status_code == 200
    given = USER | {
        "structure_name": "Crèche d’Essai",
        "signatory_name": "Dominique Essai",
        "quality": "directeur de la structure d’AJE",
        "channel": "paper",
        "received_on": "31/01/2024",
        "signed_on": "",
    }
    without_scan = browser.post(path, given)
    assert without_scan.status_code == 422
    assert not AccessRequest.objects.exists()
    entered = browser.post(path, given | {"scan": SimpleUploadedFile("annexe.pdf", a_pdf())})
    request = AccessRequest.objects.get()
    assert entered.url == f"/demandes/{request.pk}/"
    assert "n’est pas signé" in messages_of(browser.get(entered.url))
    refused = browser.post(f"{entered.url}acceptation/", fresh(request))
    assert refused.status_code == 422
    back = {"reasons": ["unsigned"], "note": ""} | fresh(request)
    assert browser.post(f"{entered.url}complement/", back).status_code == 302
    assert AccessRequest.objects.get().status == "returned"
    # The signed sheet comes by the next post.
    again = f"{entered.url}annexe/"
    assert "camille.essai@creche.example" in browser.get(again).content.decode()
    signed = given | fresh(request) | {"signed_on": "31/01/2024"}
    scan = SimpleUploadedFile("annexe-signee.pdf", a_pdf())
    assert browser.post(again, signed | {"scan": scan}).status_code == 302
    scan.seek(0)
    assert browser.post(again, signed | {"scan": scan}).status_code == 409
    request = AccessRequest.objects.get()
    assert (request.status, request.pieces.count()) == ("submitted", 2)
    accepted = browser.post(f"{entered.url}acceptation/", fresh(request))
    assert accepted.status_code == 302
    assert AccessRequest.objects.get().status == "accepted"


def test_a_clerk_of_another_caisse_sees_nothing(
    request_draft: AccessRequest, browsing: Browsing
) -> None:
    stranger = User.objects.create_user("agent@ailleurs.example")
    assert browsing(stranger).get(f"/demandes/{request_draft.pk}/").status_code == 404


def test_the_partner_is_told_when_the_credentials_left(
    in_force: Convention,
    request_draft: AccessRequest,
    director: User,
    clerk: User,
    browsing: Browsing,
    a_scan: SimpleUploadedFile,
) -> None:
    filling.send(request_draft, director)
    signing.sign_by_hand(request_draft, a_scan, clock.today(), director)
    instructing.accept(request_draft, clerk)
    granted = Habilitation.objects.get()
    sent = acts.CredentialsSent(
        id="sent", on=clock.today(), recorded_at=clock.now(), user=granted.user_key
    )
    record(granted, sent, clerk)
    page = browsing(director).get(f"/espace/demandes/{request_draft.pk}/")
    assert "Identifiants envoyés le 1er février 2024" in messages_of(page).replace("\xa0", " ")
