"""Codes and links by which a request is signed."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from contracts.models import User
from forms_annexes import links
from forms_annexes.models import AccessRequest, SignatureCode
from forms_annexes.services import filling, signing
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.signing import CodeRefused
from tests.portfolio import noon
from workflows import clock

Mail = Callable[[str], list[Any]]


@pytest.fixture
def to_sign(request_draft: AccessRequest, director: User) -> AccessRequest:
    filling.send(request_draft, director)
    return request_draft


def code_in(message: Any) -> str:
    found = re.search(r"\b\d{6}\b", message.body)
    assert found is not None
    return found[0]


def another_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.fixture
def code(to_sign: AccessRequest, director: User, mail_to: Mail) -> str:
    signing.ask_code(to_sign, user=director)
    return code_in(mail_to(director.email)[-1])


def test_the_code_is_not_kept(to_sign: AccessRequest, code: str) -> None:
    row = SignatureCode.objects.get()
    assert re.fullmatch(r"[0-9a-f]{64}", row.digest)
    assert code not in repr(list(SignatureCode.objects.values()))


def test_a_code_signs_once(to_sign: AccessRequest, code: str, director: User) -> None:
    signing.sign_with_code(to_sign, f" {code[:3]} {code[3:]} ", director)
    with pytest.raises(StaleRequest):
        signing.sign_with_code(to_sign, code, director)
    assert to_sign.signatures.count() == 1


def test_a_wrong_code_is_counted_and_the_sixth_try_is_refused_even_right(
    to_sign: AccessRequest, code: str, director: User
) -> None:
    for left in ("4 essais", "3 essais", "2 essais", "1 essai", "Trop d’essais"):
        with pytest.raises(CodeRefused, match=left):
            signing.sign_with_code(to_sign, another_than(code), director)
    with pytest.raises(CodeRefused, match="Trop d’essais"):
        signing.sign_with_code(to_sign, code, director)
    assert not to_sign.signatures.exists()


def test_a_code_is_worth_ten_minutes_from_when_it_left(
    to_sign: AccessRequest, director: User, mail_to: Mail
) -> None:
    start = noon("2024-02-01")
    signing.ask_code(to_sign, user=director)
    with clock.set_to(start + timedelta(minutes=30)):
        late = code_in(mail_to(director.email)[-1])
    with clock.set_to(start + timedelta(minutes=40)), pytest.raises(CodeRefused, match="dix min"):
        signing.sign_with_code(to_sign, late, director)
    with clock.set_to(start + timedelta(minutes=39)):
        assert signing.sign_with_code(to_sign, late, director).method == "code"


def test_a_code_signs_what_it_was_asked_for_and_nothing_else(
    to_sign: AccessRequest, code: str, director: User
) -> None:
    filling.answer(to_sign, "structure", {"structure.name": "Une autre crèche"})
    with pytest.raises(CodeRefused):
        signing.sign_with_code(to_sign, code, director)


def test_a_new_code_takes_the_place_of_the_one_before(
    to_sign: AccessRequest, code: str, director: User, mail_to: Mail
) -> None:
    signing.ask_code(to_sign, user=director)
    newest = code_in(mail_to(director.email)[-1])
    if newest != code:
        with pytest.raises(CodeRefused):
            signing.sign_with_code(to_sign, code, director)
    assert signing.sign_with_code(to_sign, newest, director)


def test_codes_are_not_asked_without_end(
    to_sign: AccessRequest, director: User, mail_to: Mail
) -> None:
    for _ in range(5):
        signing.ask_code(to_sign, user=director)
        mail_to(director.email)
    with pytest.raises(RequestRefused, match="Trop de codes"):
        signing.ask_code(to_sign, user=director)


def test_somebody_else_signs_by_a_link(
    to_sign: AccessRequest, director: User, mail_to: Mail
) -> None:
    signing.send_to_signatory(to_sign, "Signataire", "Alix", "alix@creche.example", director)
    found = re.search(r"/signature/([^/\s\"<]+)/", mail_to("alix@creche.example")[-1].body)
    assert found is not None
    link = signing.standing_link(found[1])
    assert link is not None
    signing.ask_code(to_sign, link=link)
    code = code_in(mail_to("alix@creche.example")[-1])
    # The code is the signatory's: whoever filled the form in cannot use it.
    with pytest.raises(CodeRefused, match="Aucun code"):
        signing.sign_with_code(to_sign, code, director)
    signing.sign_with_code(to_sign, code, None, link=link)
    assert AccessRequest.objects.get().status == "submitted"
    assert signing.standing_link(found[1]) is None


def test_a_link_is_worth_fourteen_days_and_is_not_guessed(
    to_sign: AccessRequest, director: User
) -> None:
    link = signing.send_to_signatory(to_sign, "Signataire", "Alix", "alix@creche.example", director)
    text = links.token(signing.LINK_PURPOSE, link.pk, link.nonce)
    assert signing.standing_link(text) == link
    assert signing.standing_link(links.token("invitation", link.pk, link.nonce)) is None
    assert signing.standing_link(links.token(signing.LINK_PURPOSE, link.pk, "autre")) is None
    assert signing.standing_link(text[:-1]) is None
    assert signing.standing_link("n’importe quoi") is None
    with clock.set_to(noon("2024-02-15")):
        assert signing.standing_link(text) is None


def test_a_request_changed_after_the_link_left_is_not_signed_by_it(
    to_sign: AccessRequest, director: User
) -> None:
    link = signing.send_to_signatory(to_sign, "Signataire", "Alix", "alix@creche.example", director)
    filling.answer(to_sign, "structure", {"structure.name": "Une autre crèche"})
    with pytest.raises(RequestRefused, match="modifiée"):
        signing.ask_code(to_sign, link=link)


def test_a_sheet_signed_by_hand_is_uploaded(
    to_sign: AccessRequest, director: User, a_scan: SimpleUploadedFile
) -> None:
    signature = signing.sign_by_hand(to_sign, a_scan, clock.today(), director)
    assert signature.piece is not None
    assert signature.piece.evidence.original_name == "annexe.pdf"
    assert AccessRequest.objects.get().status == "submitted"


def test_a_signature_to_come_is_refused(
    to_sign: AccessRequest, director: User, a_scan: SimpleUploadedFile
) -> None:
    with pytest.raises(ValidationError, match="à venir"):
        signing.sign_by_hand(to_sign, a_scan, clock.today() + timedelta(days=1), director)
    assert AccessRequest.objects.get().status == "draft"
