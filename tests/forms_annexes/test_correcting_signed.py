"""What a correction by the caisse makes of the signature, on paper and on screen."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contracts.models import Convention, User
from forms_annexes.completeness import signature_of
from forms_annexes.models import AccessRequest
from forms_annexes.services import instructing, paper_entry
from forms_annexes.services.correcting import correct
from forms_annexes.services.returning import Target
from tests.forms_annexes.test_instruction import paper, signed

pytestmark = pytest.mark.django_db


def last_name(request: AccessRequest) -> Target:
    return Target("user.last_name", request.users.get().reference)


def test_a_sheet_badly_copied_keeps_the_signature_it_bears(
    convention: Convention, a_scan: SimpleUploadedFile
) -> None:
    request = paper_entry.enter(convention, paper(a_scan), None)
    correct(request, last_name(request), "Essais", "Mal recopié de l’annexe.", None)
    signature = signature_of(AccessRequest.objects.get())
    assert signature is not None
    assert signature.signed_on == date(2024, 1, 29)
    assert instructing.accept(request, None).status == "accepted"


def test_what_was_signed_on_screen_is_signed_again_once_corrected(
    request_draft: AccessRequest, director: User, mail_to: Any
) -> None:
    request = signed(request_draft, director, mail_to)
    correct(request, last_name(request), "Essais", "Nom lu sur la pièce.", None)
    assert signature_of(AccessRequest.objects.get()) is None
    with pytest.raises(instructing.NotAcceptable, match="pas signé"):
        instructing.accept(request, None)
