"""A request from its first answer to the right it gives."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from viewflow.workflow.models import Task

from access.models import Habilitation
from contracts.models import Convention, User
from forms_annexes.models import AccessRequest, RequestPiece, RequestTransition
from forms_annexes.models.requests import RequestChannel
from forms_annexes.services import filling, instructing, paper_entry, signing
from forms_annexes.services.moving import RequestRefused, StaleRequest, open_task
from forms_annexes.services.standing import standing_of
from forms_annexes.services.visibility import inbox
from tests.forms_annexes.conftest import DIRECTOR, answered, put_in_force
from workflows import clock

pytestmark = pytest.mark.django_db

Mail = Callable[[str], list[Any]]


def history(request: AccessRequest) -> list[tuple[str, str]]:
    return [(line.name, line.target) for line in request.transitions.all()]


def code_in(message: Any) -> str:
    found = re.search(r"\b\d{6}\b", message.body)
    assert found is not None
    return found[0]


def signed(request: AccessRequest, user: User, mail_to: Mail) -> AccessRequest:
    filling.send(request, user)
    signing.ask_code(request, user=user)
    signing.sign_with_code(request, code_in(mail_to(user.email)[-1]), user)
    return AccessRequest.objects.get(pk=request.pk)


def paper(a_scan: SimpleUploadedFile, **changes: Any) -> paper_entry.PaperForm:
    given = {
        "channel": RequestChannel.PAPER,
        "received_on": date(2024, 1, 30),
        "answers": {
            "structure": {"structure.name": "Crèche d’Essai"},
            "user": {
                "user.last_name": "Essai",
                "user.first_name": "Camille",
                "user.email": "camille.essai@creche.example",
            },
            "signatory": {"signatory.name": "Dominique Essai"},
        },
        "signatory_quality": DIRECTOR,
        "scan": a_scan,
        "signed_on": date(2024, 1, 29),
    }
    return paper_entry.PaperForm(**(given | changes))


def test_a_request_starts_with_what_is_known(convention: Convention, director: User) -> None:
    request = filling.start(convention, director)
    assert request.number == "CAISSE1-DA-2024-00001"
    assert request.answers == {"structure.name": "Commune d’Essai"}
    assert (request.status, open_task(request)) == ("draft", "complete")
    assert history(request) == [("start", "draft")]


def test_a_second_start_goes_on_with_the_draft(convention: Convention, director: User) -> None:
    first = filling.start(convention, director)
    assert filling.start(convention, director) == first


def test_a_number_not_stored_is_taken_again(convention: Convention, director: User) -> None:
    with transaction.atomic():
        filling.start(convention, director)
        transaction.set_rollback(True)
    assert filling.start(convention, director).number == "CAISSE1-DA-2024-00001"


def test_the_director_signs_by_code_and_it_is_sent(
    request_draft: AccessRequest, director: User, mail_to: Mail
) -> None:
    request = signed(request_draft, director, mail_to)
    assert (request.status, open_task(request)) == ("submitted", "check")
    assert request.received_on == clock.today()
    assert history(request) == [("start", "draft"), ("submit", "submitted")]
    signature = request.signatures.get()
    assert (signature.method, signature.quality) == ("code", DIRECTOR)


def test_nothing_is_sent_while_an_answer_is_missing(convention: Convention, director: User) -> None:
    request = filling.start(convention, director)
    with pytest.raises(RequestRefused, match="habilitée"):
        filling.send(request, director)
    assert open_task(request) == "complete"


def test_a_second_sending_is_refused(request_draft: AccessRequest, director: User) -> None:
    filling.send(request_draft, director)
    with pytest.raises(StaleRequest):
        filling.send(request_draft, director)
    assert open_task(request_draft) == "sign"


def test_a_page_shown_before_a_change_is_stale(
    request_draft: AccessRequest, director: User
) -> None:
    seen = request_draft.revision
    filling.answer(request_draft, "structure", {"structure.name": "Autre"}, seen)
    with pytest.raises(StaleRequest, match="a changé"):
        filling.send(request_draft, director, seen)


def test_a_person_is_not_asked_twice(
    convention: Convention, request_draft: AccessRequest, director: User, mail_to: Mail
) -> None:
    sent = signed(request_draft, director, mail_to)
    again = answered(filling.start(convention, director), email="CAMILLE.essai@creche.example")
    with pytest.raises(RequestRefused, match=sent.number):
        filling.send(again, director)


def test_a_social_security_number_is_refused_wherever_it_is_typed(
    convention: Convention, director: User
) -> None:
    request = filling.start(convention, director)
    for block, answers in {
        "structure": {"structure.name": "Crèche 2 95 10 99 126 111 93"},
        "user": {"user.last_name": "295109912611193", "user.first_name": "", "user.email": ""},
    }.items():
        with pytest.raises(ValidationError, match="sécurité sociale"):
            filling.answer(request, block, answers)
    with pytest.raises(ValidationError, match="sécurité sociale"):
        filling.answer(
            request, "signatory", {"signatory.name": "X"}, signatory_quality="295109912611193"
        )
    assert not request.users.exists()


def test_accepting_waits_for_the_convention_and_does_not_block_it(
    request_draft: AccessRequest,
    convention: Convention,
    director: User,
    clerk: User,
    mail_to: Mail,
) -> None:
    request = instructing.accept(signed(request_draft, director, mail_to), clerk)
    assert request.status == "accepted"
    assert not Habilitation.objects.exists()
    assert "prendra effet" in standing_of(request).opening
    put_in_force(convention)
    granted = Habilitation.objects.get()
    assert granted.person.email == "camille.essai@creche.example"
    assert granted.request_reference == request.users.get().reference
    assert (granted.convention, granted.created_by) == (convention, clerk)


def test_accepting_under_a_convention_in_force_grants_at_once(
    in_force: Convention, request_draft: AccessRequest, director: User, clerk: User, mail_to: Mail
) -> None:
    instructing.accept(signed(request_draft, director, mail_to), clerk)
    assert Habilitation.objects.get().granted_on == clock.today()


@pytest.mark.parametrize("already", ["in_force", "convention"])
def test_somebody_who_has_the_access_is_not_accepted_again(
    already: str,
    request: pytest.FixtureRequest,
    convention: Convention,
    director: User,
    clerk: User,
    mail_to: Mail,
) -> None:
    request.getfixturevalue(already)
    first = signed(answered(filling.start(convention, director)), director, mail_to)
    instructing.accept(first, clerk)
    again = signed(answered(filling.start(convention, director)), director, mail_to)
    with pytest.raises(instructing.NotAcceptable, match="déjà cet accès"):
        instructing.accept(again, clerk)
    assert instructing.refuse(again, clerk, "already").status == "refused"


def test_the_instruction_ends_with_the_decision(
    request_draft: AccessRequest, director: User, clerk: User, mail_to: Mail
) -> None:
    request = signed(request_draft, director, mail_to)
    assert [t.process.requestprocess.request for t in inbox(clerk, clock.today())] == [request]
    instructing.accept(request, clerk)
    assert not inbox(clerk, clock.today()).exists()
    assert not Task.objects.filter(finished__isnull=True).exists()
    with pytest.raises(StaleRequest, match="acceptée"):
        instructing.accept(request, clerk)


def test_a_request_is_given_back_with_what_is_missing_and_comes_back(
    request_draft: AccessRequest, director: User, clerk: User, mail_to: Mail
) -> None:
    request = signed(request_draft, director, mail_to)
    with pytest.raises(RequestRefused, match="manque"):
        instructing.give_back(request, clerk, [])
    with pytest.raises(RequestRefused, match="quelle pièce"):
        instructing.give_back(request, clerk, ["other"])
    instructing.give_back(request, clerk, ["generic_address"], "Une adresse à son nom.")
    request = AccessRequest.objects.get(pk=request.pk)
    assert (request.status, open_task(request)) == ("returned", "complete")
    assert "Une adresse à son nom." in standing_of(request).missing
    filling.answer(
        request,
        "user",
        {
            "user.last_name": "Essai",
            "user.first_name": "Camille",
            "user.email": "c.essai@creche.example",
        },
    )
    # What was signed is no more what is sent: it is signed again.
    filling.send(request, director)
    assert open_task(request) == "sign"
    signing.ask_code(request, user=director)
    signing.sign_with_code(request, code_in(mail_to(director.email)[-1]), director)
    request = AccessRequest.objects.get(pk=request.pk)
    assert (request.status, request.return_reasons) == ("submitted", [])
    assert [name for name, _ in history(request)] == ["start", "submit", "give_back", "submit"]


def test_a_request_unchanged_keeps_its_signature(
    request_draft: AccessRequest, director: User, clerk: User, mail_to: Mail
) -> None:
    request = signed(request_draft, director, mail_to)
    instructing.give_back(request, clerk, ["delegation"])
    filling.send(request, director)
    assert open_task(request) == "check"


def test_an_unsigned_annex_is_entered_and_cannot_be_accepted(
    convention: Convention, clerk: User, a_scan: SimpleUploadedFile
) -> None:
    request = paper_entry.enter(convention, paper(a_scan, signed_on=None), clerk)
    assert (request.status, request.channel) == ("submitted", "paper")
    assert request.received_on == date(2024, 1, 30)
    with pytest.raises(instructing.NotAcceptable, match="pas signé"):
        instructing.accept(request, clerk)
    put_in_force(convention)
    assert convention.state == "active"
    assert not Habilitation.objects.exists()


def test_a_signed_annex_on_paper_is_accepted(
    convention: Convention, clerk: User, a_scan: SimpleUploadedFile
) -> None:
    request = paper_entry.enter(convention, paper(a_scan), clerk)
    assert request.pieces.get().kind == "signed_form"
    assert instructing.accept(request, clerk).status == "accepted"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"received_on": date(2024, 2, 2)}, "réception est à venir"),
        ({"signed_on": date(2024, 1, 31)}, "après la réception"),
    ],
)
def test_dates_of_a_paper_annex_that_cannot_be(
    convention: Convention,
    clerk: User,
    a_scan: SimpleUploadedFile,
    changes: dict[str, date],
    said: str,
) -> None:
    with pytest.raises(ValidationError, match=said):
        paper_entry.enter(convention, paper(a_scan, **changes), clerk)
    assert not AccessRequest.objects.exists()


def test_the_wrong_signatory_is_to_put_right(
    convention: Convention, director: User, clerk: User, mail_to: Mail, a_scan: SimpleUploadedFile
) -> None:
    request = answered(filling.start(convention, director), quality="secrétaire")
    request = signed(request, director, mail_to)
    assert standing_of(request).label == "À régulariser"
    for delegation_checked in (False, True):
        with pytest.raises(instructing.NotAcceptable, match="délégation"):
            instructing.accept(request, clerk, delegation_checked=delegation_checked)
    instructing.add_piece(request, RequestPiece.Kind.DELEGATION, a_scan, director)
    with pytest.raises(instructing.NotAcceptable, match="délégation"):
        instructing.accept(request, clerk)
    assert instructing.accept(request, clerk, delegation_checked=True).status == "accepted"


def test_each_user_is_decided_on_its_own(
    convention: Convention, clerk: User, a_scan: SimpleUploadedFile
) -> None:
    people = [
        {"user.last_name": name, "user.first_name": "", "user.email": f"{name}@creche.example"}
        for name in ("Un", "Deux", "Trois")
    ]
    for person in people:
        person["user.first_name"] = "Camille"
    sheet = paper(a_scan)
    request = paper_entry.enter(
        convention, sheet._replace(answers=sheet.answers | {"user": people}), clerk
    )
    first, second, third = request.users.order_by("position")
    refused = instructing.Decided(accepted=False, reason="not_staff")
    instructing.decide(request, {second.pk: refused}, clerk)
    assert AccessRequest.objects.get().status == "submitted"
    accepted = instructing.Decided(accepted=True)
    instructing.decide(request, {first.pk: accepted, third.pk: accepted}, clerk)
    request = AccessRequest.objects.get()
    assert request.status == "accepted"
    put_in_force(convention)
    assert set(Habilitation.objects.values_list("person__last_name", flat=True)) == {
        "Un",
        "Trois",
    }
    assert request.transitions.last().reasons == ["not_staff"]


def test_a_refusal_says_why(
    request_draft: AccessRequest, director: User, clerk: User, mail_to: Mail
) -> None:
    request = signed(request_draft, director, mail_to)
    with pytest.raises(RequestRefused, match="motif"):
        instructing.refuse(request, clerk, "")
    assert instructing.refuse(request, clerk, "not_staff").status == "refused"
    assert [mail.subject for mail in mail_to(director.email)]


def test_a_request_withdrawn_waits_for_nobody(
    request_draft: AccessRequest, director: User, clerk: User, mail_to: Mail
) -> None:
    request = signed(request_draft, director, mail_to)
    filling.withdraw(request, director)
    assert AccessRequest.objects.get().status == "withdrawn"
    assert not Task.objects.filter(finished__isnull=True).exists()
    with pytest.raises(StaleRequest):
        instructing.accept(request, clerk)


def test_the_status_is_never_assigned(request_draft: AccessRequest) -> None:
    with pytest.raises(AttributeError):
        request_draft.status = "accepted"


def test_the_history_is_never_rewritten(request_draft: AccessRequest) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        RequestTransition.objects.update(name="accept")


def test_a_failure_leaves_nothing_of_it_in_the_tasks(
    request_draft: AccessRequest, director: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_request: object) -> bool:
        secret = "camille.essai@creche.example"
        raise RuntimeError(secret)

    monkeypatch.setattr("forms_annexes.flows.is_to_sign_online", fails)
    with pytest.raises(RuntimeError):
        filling.send(request_draft, director)
    assert [task.data for task in Task.objects.all()] == [{}, {}]
    assert open_task(request_draft) == "complete"


def test_the_inbox_is_one_query(
    clerk: User,
    convention: Convention,
    a_scan: SimpleUploadedFile,
    django_assert_num_queries: Any,
) -> None:
    for name in ("un", "deux", "trois"):
        user = {
            "user.last_name": "Essai",
            "user.first_name": "Camille",
            "user.email": f"{name}@creche.example",
        }
        sheet = paper(a_scan)
        paper_entry.enter(convention, sheet._replace(answers=sheet.answers | {"user": user}), clerk)
    tasks = inbox(clerk, clock.today())
    with django_assert_num_queries(1):
        read = [(t.process.requestprocess.request.number, str(t.flow_task)) for t in tasks]
    assert [number for number, _ in read] == [f"CAISSE1-DA-2024-0000{n}" for n in (1, 2, 3)]
