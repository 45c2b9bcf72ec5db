"""A request given back answer by answer: what reopens, what does not, what was changed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import User
from forms_annexes.models import AccessRequest, RequestPiece
from forms_annexes.services import filling, instructing, signing, submissions
from forms_annexes.services.moving import RequestRefused, open_task
from forms_annexes.services.returning import NotReopened, Target
from forms_annexes.services.standing import standing_of
from tests.forms_annexes.conftest import DIRECTOR
from workflows import clock

pytestmark = pytest.mark.django_db

Browsing = Callable[[User], Client]

PERSON = {
    "user.last_name": "Essai",
    "user.first_name": "Camille",
    "user.email": "camille.essai@creche.example",
}


@pytest.fixture
def sent(request_draft: AccessRequest, director: User, a_scan: SimpleUploadedFile) -> AccessRequest:
    """The request, signed by hand and sent."""
    filling.send(request_draft, director)
    signing.sign_by_hand(request_draft, a_scan, clock.today(), director)
    return AccessRequest.objects.get(pk=request_draft.pk)


def email_of(request: AccessRequest) -> Target:
    return Target("user.email", request.users.get().reference)


def given_back(request: AccessRequest, clerk: User) -> AccessRequest:
    """Given back for the address of the person alone."""
    points = {email_of(request): "Une adresse à son nom."}
    instructing.give_back(request, clerk, [], points=points)
    return AccessRequest.objects.get(pk=request.pk)


def again(request: AccessRequest) -> AccessRequest:
    return AccessRequest.objects.get(pk=request.pk)


def test_only_the_answer_given_back_changes(sent: AccessRequest, clerk: User) -> None:
    request = given_back(sent, clerk)
    for block, answers in {
        "structure": {"structure.name": "Autre crèche"},
        "user": PERSON | {"user.last_name": "Autre"},
        "signatory": {"signatory.name": "Autre"},
    }.items():
        with pytest.raises(NotReopened, match="Rien n’est enregistré"):
            filling.answer(request, block, answers)
    with pytest.raises(NotReopened, match="Qualité"):
        filling.answer(
            request,
            "signatory",
            {"signatory.name": "Dominique Essai"},
            signatory_quality="secrétaire",
        )
    assert again(request).revision == request.revision
    filling.answer(request, "user", PERSON | {"user.email": "c.essai@creche.example"})
    assert request.users.get().email == "c.essai@creche.example"


def test_nobody_is_added_to_what_was_given_back(sent: AccessRequest, clerk: User) -> None:
    request = given_back(sent, clerk)
    second = PERSON | {"user.email": "autre@creche.example"}
    with pytest.raises(NotReopened, match="liste des personnes"):
        filling.answer(request, "user", [PERSON, second])
    assert request.users.count() == 1


def test_a_reason_on_the_whole_form_opens_it_all(sent: AccessRequest, clerk: User) -> None:
    instructing.give_back(sent, clerk, ["incomplete"])
    filling.answer(again(sent), "structure", {"structure.name": "Autre crèche"})
    assert again(sent).answers["structure.name"] == "Autre crèche"


def test_a_reason_on_the_signature_opens_what_the_signatory_says(
    sent: AccessRequest, clerk: User
) -> None:
    instructing.give_back(sent, clerk, ["wrong_signatory"])
    request = again(sent)
    with pytest.raises(NotReopened):
        filling.answer(request, "structure", {"structure.name": "Autre crèche"})
    filling.answer(
        request, "signatory", {"signatory.name": "Claude Essai"}, signatory_quality=DIRECTOR
    )
    assert again(sent).answers["signatory.name"] == "Claude Essai"


def test_a_reason_on_a_paper_opens_no_answer(sent: AccessRequest, clerk: User) -> None:
    instructing.give_back(sent, clerk, ["unreadable"])
    with pytest.raises(NotReopened):
        filling.answer(again(sent), "user", PERSON | {"user.email": "autre@creche.example"})


def test_a_point_needs_its_comment_and_an_answer_of_the_form(
    sent: AccessRequest, clerk: User
) -> None:
    with pytest.raises(RequestRefused, match="ce qui est attendu"):
        instructing.give_back(sent, clerk, [], points={email_of(sent): "  "})
    with pytest.raises(RequestRefused, match="pas dans le formulaire"):
        instructing.give_back(sent, clerk, [], points={Target("user.shoe_size"): "Pointure ?"})
    assert again(sent).status == "submitted"


def test_the_partner_reads_what_is_to_take_up_again(
    sent: AccessRequest, director: User, clerk: User, browsing: Browsing, mail_to: Any
) -> None:
    request = given_back(sent, clerk)
    said = "Adresse email (Camille Essai)\xa0: Une adresse à son nom."
    assert standing_of(request).missing == (said,)
    assert "Une adresse à son nom." in mail_to(director.email)[-1].body
    browser = browsing(director)
    page = browser.get(f"/espace/demandes/{request.pk}/").content.decode()
    assert f"/espace/demandes/{request.pk}/etape/2/" in page
    step = browser.get(f"/espace/demandes/{request.pk}/etape/2/").content.decode()
    assert 'id="id_user_email_returned"' in step
    assert step.count("disabled") == 2


def test_a_forged_page_changes_nothing_and_says_so(
    sent: AccessRequest, director: User, clerk: User, browsing: Browsing
) -> None:
    request = given_back(sent, clerk)
    forged = {
        "user_last_name": "Autre",
        "user_first_name": "Camille",
        "user_email": "c.essai@creche.example",
        "seen_revision": request.revision,
    }
    browser = browsing(director)
    page = browser.post(f"/espace/demandes/{request.pk}/etape/2/", forged)
    assert page.status_code == 409
    assert "Rien n’est enregistré" in page.content.decode()
    assert request.users.get().email == "camille.essai@creche.example"
    honest = {name: forged[name] for name in ("user_email", "seen_revision")}
    assert browser.post(f"/espace/demandes/{request.pk}/etape/2/", honest).status_code == 302
    assert request.users.get().get_full_name() == "Camille Essai"
    assert request.users.get().email == "c.essai@creche.example"


def test_the_signature_falls_only_if_what_it_binds_changed(
    sent: AccessRequest, director: User, clerk: User
) -> None:
    request = given_back(sent, clerk)
    filling.answer(request, "user", PERSON)
    filling.send(request, director)
    assert open_task(request) == "check"
    request = given_back(request, clerk)
    filling.answer(request, "user", PERSON | {"user.email": "c.essai@creche.example"})
    filling.send(request, director)
    assert open_task(request) == "sign"


def test_the_agent_sees_what_changed_since_the_last_submission(
    sent: AccessRequest, director: User, clerk: User, a_scan: SimpleUploadedFile
) -> None:
    assert submissions.changes(sent) == []
    request = given_back(sent, clerk)
    filling.answer(request, "user", PERSON | {"user.email": "c.essai@creche.example"})
    instructing.add_piece(request, RequestPiece.Kind.DELEGATION, a_scan, director)
    filling.send(request, director)
    a_scan.seek(0)
    signing.sign_by_hand(request, a_scan, clock.today(), director)
    changes = submissions.changes(request)
    assert changes[0] == (
        "Adresse email",
        "Camille Essai",
        "camille.essai@creche.example",
        "c.essai@creche.example",
    )
    assert [change.after for change in changes[1:]] == [
        "Délégation de signature",
        "Formulaire signé",
    ]


def test_the_piece_that_could_not_be_read_is_joined_anew_by_the_partner(
    sent: AccessRequest, director: User, clerk: User, browsing: Browsing, a_scan: SimpleUploadedFile
) -> None:
    browser, path = browsing(director), f"/espace/demandes/{sent.pk}/"
    assert browser.post(f"{path}pieces/", {"seen_revision": sent.revision}).status_code == 409
    instructing.give_back(sent, clerk, ["unreadable"], "La page 2 du formulaire.")
    page = browser.get(path).content.decode()
    assert "La pièce que la caisse demande" in page
    a_scan.seek(0)
    joined = {"seen_revision": again(sent).revision, "file": a_scan}
    assert browser.post(f"{path}pieces/", joined).status_code == 302
    assert [piece.kind for piece in sent.pieces.order_by("pk")] == ["signed_form", "other"]


def test_what_was_sent_is_erased_without_losing_that_it_was(
    sent: AccessRequest, director: User, clerk: User
) -> None:
    request = given_back(sent, clerk)
    filling.send(request, director)
    submissions.erase(request)
    assert [one.content.content for one in request.submissions.all()] == [{}, {}]
    assert request.submissions.count() == 2
    assert submissions.changes(request) == []
    line = request.transitions.get(name="give_back")
    assert [point.comment for point in line.points.all()] == [""]


def test_the_agent_ticks_answers_and_writes_what_is_expected(
    sent: AccessRequest, clerk: User, browsing: Browsing
) -> None:
    browser = browsing(clerk)
    path = f"/demandes/{sent.pk}/"
    assert 'name="tick_user_email_1"' in browser.get(path).content.decode()
    seen = {"seen_revision": sent.revision}
    nothing = browser.post(f"{path}complement/", seen)
    assert nothing.status_code == 422
    assert "Choisissez ce qui manque" in nothing.content.decode()
    silent = browser.post(f"{path}complement/", seen | {"tick_user_email_1": "on"})
    assert silent.status_code == 422
    assert 'id="id_comment_user_email_1_error"' in silent.content.decode()
    told = {"tick_user_email_1": "on", "comment_user_email_1": "Une adresse à son nom."}
    assert browser.post(f"{path}complement/", seen | told).status_code == 302
    request = again(sent)
    assert (request.status, request.return_reasons) == ("returned", ["to_correct"])
    (point,) = request.transitions.last().points.all()
    assert (point.field, point.comment) == ("user.email", "Une adresse à son nom.")
