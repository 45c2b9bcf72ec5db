"""A request whose official form asks in what quality its signatory acts."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import Convention, Partner, User
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest
from forms_annexes.services import filling
from forms_annexes.services.sheets import sheet_of
from forms_annexes.views.answers import answers_of
from templates_conventions.catalogue import rulebook
from templates_conventions.document import FormSection
from tests.documents import plain
from tests.forms_annexes.conftest import a_member

CODE = "qf-msa-ardeche-drome-loire"
QUALITY = "représentant de l’organisme gestionnaire"


@pytest.fixture
def mayor(partner: Partner, today: Callable[[str], None]) -> User:
    """Somebody of the partner, who has come in on 1 February 2024."""
    today("2024-02-01")
    return a_member("mairie@commune.example", partner)


@pytest.fixture
def request_draft(draft: Callable[..., Convention], mayor: User) -> AccessRequest:
    """A request under this convention that names its user, and is not signed."""
    publish(rulebook(CODE))
    opened = filling.start(draft(rulebook_code=CODE), mayor)
    user = {"last_name": "Essai", "first_name": "Camille", "email": "camille@commune.example"}
    return filling.answer(opened, "user", {f"user.{name}": word for name, word in user.items()})


def test_the_quality_is_asked_once_and_printed_where_the_form_has_it(
    request_draft: AccessRequest, mayor: User, browsing: Callable[[User], Client]
) -> None:
    client = browsing(mayor)
    last = reverse("space_step", args=[request_draft.pk, 3])
    page = client.get(last).content.decode()
    assert "En quelle qualité cette personne signe-t-elle" in page
    assert "signatory_quality" not in page

    posted = {"signatory_name": "Dominique Essai", "quality": QUALITY}
    seen = {"seen_revision": request_draft.revision}
    assert client.post(last, posted | seen).status_code == 302

    request_draft.refresh_from_db()
    assert request_draft.signatory_quality == QUALITY
    assert printed(request_draft)["Qualité :"] == QUALITY
    signatory = next(block for block in answers_of(request_draft) if block["code"] == "signatory")
    rows = [(row["label"], row["value"]) for row in signatory["rows"]]
    assert [value for label, value in rows if label == "Qualité"] == [QUALITY]


def test_the_partner_is_written_without_being_asked_who_it_is(request_draft: AccessRequest) -> None:
    assert printed(request_draft)["Dénomination :"] == request_draft.convention.partner.name


def printed(request: AccessRequest) -> dict[str, str]:
    """What the sheet of a request says, label by label."""
    return {
        plain(space.label): space.value
        for block in sheet_of(request).blocks
        if isinstance(block, FormSection)
        for space in block.spaces
    }
