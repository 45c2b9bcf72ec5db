"""Several persons on one page: added, taken away, checked, and nothing typed is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import Convention, Partner, Person, User
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest, AnswerDraft
from forms_annexes.models.users import UserDecision
from forms_annexes.services import filling, instructing
from templates_conventions.catalogue import rulebook
from tests.documents import pdf_text
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.files import a_pdf
from tests.forms_annexes.test_five_types import AGENT, people, seen, words
from tests.templates_conventions.matrix import CAF, RSA
from workflows import clock

Browsing = Callable[[User], Client]
NIR = "295 10 99 126 111 93"


@pytest.fixture
def convention(draft: Callable[..., Convention], today: Callable[[str], None]) -> Convention:
    """The draft of a convention by which a provider names as many persons as it wants."""
    today("2024-02-01")
    publish(rulebook(CAF))
    return draft(rulebook_code=CAF)


@pytest.fixture
def request_draft(convention: Convention, director: User) -> AccessRequest:
    return filling.start(convention, director)


@pytest.fixture
def space(browsing: Browsing, director: User) -> Client:
    return browsing(director)


@pytest.fixture
def persons(request_draft: AccessRequest) -> str:
    """The page of the persons."""
    return f"/espace/demandes/{request_draft.pk}/etape/3/"


def three(space: Client, persons: str, request: AccessRequest) -> list[str]:
    """Name three persons; return their references."""
    assert space.post(persons, people(3, {}) | seen(request)).status_code == 302
    return [user.reference for user in request.users.order_by("position")]


def about(references: list[str]) -> dict[str, Any]:
    """What the page sends for known persons, as it shows them."""
    sent: dict[str, Any] = {"user-row": references}
    for number, reference in enumerate(references, start=1):
        sent |= {
            f"{reference}-user_last_name": "Exemple",
            f"{reference}-user_first_name": "Claude",
            f"{reference}-user_email": f"nouveau{number}@structure.example",
        }
    return sent


def rows(page: Any) -> list[str]:
    """The keys of the persons that a page shows."""
    return re.findall(r'name="user-row" value="(?!__key__)(\w+)"', page.content.decode())


# Adding and taking away, without a script


def test_one_more_person_keeps_all_that_was_typed(
    space: Client, persons: str, request_draft: AccessRequest
) -> None:
    typed = people(2, {"user_establishments": "Relais d’Essai"}) | {"n2-user_email": "pas fini"}
    shown = space.post(persons, typed | seen(request_draft) | {"add": "user"})
    assert shown.status_code == 200
    assert rows(shown) == ["n1", "n2", "n3"]
    for text in ("agent1@structure.example", "pas fini", "Relais d’Essai"):
        assert text in words(shown)
    assert "À corriger" not in words(shown)
    assert not request_draft.users.exists()


def test_a_person_taken_away_leaves_the_others_as_typed(
    space: Client, persons: str, request_draft: AccessRequest
) -> None:
    shown = space.post(persons, people(3, {}) | seen(request_draft) | {"remove": "user:n2"})
    assert rows(shown) == ["n1", "n3"]
    assert "agent2@structure.example" not in words(shown)
    assert "agent3@structure.example" in words(shown)


def test_a_person_in_the_middle_goes_and_the_others_stay_who_they_are(
    space: Client, persons: str, request_draft: AccessRequest
) -> None:
    first, _, third = three(space, persons, request_draft)
    answered = space.post(persons, about([first, third]) | seen(request_draft))
    assert answered.status_code == 302
    left = request_draft.users.order_by("position").values_list("reference", "email")
    assert list(left) == [
        (first, "nouveau1@structure.example"),
        (third, "nouveau2@structure.example"),
    ]


def test_a_line_left_empty_is_no_person(
    space: Client, persons: str, request_draft: AccessRequest
) -> None:
    sent = people(2, {}) | {"user-row": ["n1", "n2", "n3"], "n3-user_last_name": "  "}
    assert space.post(persons, sent | seen(request_draft)).status_code == 302
    assert request_draft.users.count() == 2


def test_each_error_says_whose_it_is(
    space: Client, persons: str, request_draft: AccessRequest
) -> None:
    sent = people(2, {}) | {"n2-user_last_name": "Exemple 2", "n2-user_email": "pas une adresse"}
    refused = space.post(persons, sent | seen(request_draft))
    assert refused.status_code == 422
    assert 'href="#id_n2-user_email">Personne 2 : Écrivez une adresse' in words(refused)
    assert "Un nom ne contient pas de chiffre" in words(refused)
    assert "pas une adresse" in words(refused)
    assert not request_draft.users.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"user-row": ["", "n1; DROP", "n99999", "é"], "add": "x", "remove": "user"},
        {"user-row": ["n1"], "n1-user_email": "\0"},
        {"add": ["user", "user"]},
        {"remove": "user:inconnue"},
        {"n1-user_last_name": "x" * 20_000, "user-row": "n1"},
        people(100, {}),
    ],
)
def test_a_badly_made_page_is_answered_and_writes_nothing(
    space: Client, persons: str, request_draft: AccessRequest, sent: dict[str, Any]
) -> None:
    assert space.post(persons, sent | seen(request_draft)).status_code in (200, 422)
    assert not request_draft.users.exists()


def test_the_button_of_a_page_without_repetition_adds_nothing(
    space: Client, request_draft: AccessRequest
) -> None:
    answer = space.post(
        f"/espace/demandes/{request_draft.pk}/etape/2/", {"add": "scope"} | seen(request_draft)
    )
    assert answer.status_code == 422


def test_a_person_decided_on_neither_changes_nor_goes(
    space: Client, persons: str, request_draft: AccessRequest
) -> None:
    first, second, third = three(space, persons, request_draft)
    decided = request_draft.users.get(reference=second)
    decided.decision, decided.decided_at = UserDecision.ACCEPTED, clock.now()
    decided.person = Person.objects.create(last_name="Exemple")
    decided.save()
    sent = about([first]) | {f"{second}-user_email": "autre@structure.example"}
    assert space.post(persons, sent | seen(request_draft)).status_code == 302
    left = request_draft.users.order_by("position").values_list("reference", "email")
    assert list(left) == [
        (first, "nouveau1@structure.example"),
        (second, "agent2@structure.example"),
    ]
    assert third not in dict(left)


# The draft


def kept(space: Client, persons: str, sent: dict[str, Any]) -> Any:
    return space.post(f"{persons}brouillon/", sent)


def test_what_is_typed_is_kept_and_found_again(
    space: Client, persons: str, request_draft: AccessRequest
) -> None:
    answer = kept(space, persons, people(2, {}) | {"n2-user_email": "pas fini"})
    assert answer.json() == {"said": "Brouillon enregistré à 12\xa0h\xa000."}
    assert not request_draft.users.exists()
    shown = space.get(persons)
    assert rows(shown) == ["n1", "n2"]
    assert "pas fini" in words(shown)
    assert "Voici votre brouillon du 1er février 2024 à 12 h 00" in words(shown)


def test_a_draft_is_one_s_own(
    space: Client, persons: str, convention: Convention, browsing: Browsing
) -> None:
    kept(space, persons, people(1, {}))
    other = a_member("adjointe@structure.example", convention.partner)
    assert "agent1@structure.example" not in words(browsing(other).get(persons))
    stranger = User.objects.create_user("autre@ailleurs.example")
    assert kept(browsing(stranger), persons, people(1, {})).status_code == 404


def test_a_social_security_number_is_kept_nowhere(space: Client, persons: str) -> None:
    sent = people(1, {}) | {"n1-user_establishments": f"Famille {NIR}"}
    refused = kept(space, persons, sent)
    assert refused.status_code == 422
    assert "sécurité sociale" in refused.json()["said"]
    assert space.post(persons, sent | {"add": "user"}).status_code == 200
    assert not AnswerDraft.objects.exists()


def test_a_draft_not_taken_up_stops_the_sending(
    space: Client, persons: str, request_draft: AccessRequest
) -> None:
    three(space, persons, request_draft)
    kept(space, persons, people(1, {}))
    summary = f"/espace/demandes/{request_draft.pk}/recapitulatif/"
    refused = space.post(summary, seen(request_draft))
    assert refused.status_code == 422
    assert "sans les enregistrer" in words(refused)
    space.post(persons, {"forget": "yes"})
    assert not AnswerDraft.objects.exists()


def test_what_says_no_more_than_the_answers_is_no_draft(
    space: Client, persons: str, request_draft: AccessRequest
) -> None:
    references = three(space, persons, request_draft)
    kept(space, persons, about(references))
    same = about(references) | {
        f"{reference}-user_email": f"agent{number}@structure.example "
        for number, reference in enumerate(references, start=1)
    }
    kept(space, persons, same | {"user-row": [*references, "n1"]})
    assert not AnswerDraft.objects.exists()


def test_who_is_added_by_somebody_else_stays_beside_a_draft(
    space: Client,
    persons: str,
    request_draft: AccessRequest,
    convention: Convention,
    browsing: Browsing,
) -> None:
    first, second, _ = three(space, persons, request_draft)
    kept(space, persons, about([first, second]))
    colleague = browsing(a_member("adjointe@structure.example", convention.partner))
    everybody = [user.reference for user in request_draft.users.order_by("position")]
    added = about(everybody) | {"user-row": [*everybody, "n1"]}
    added |= {
        f"n1-{name}": text
        for name, text in {
            "user_last_name": "Ajout",
            "user_first_name": "Alix",
            "user_email": "alix@structure.example",
        }.items()
    }
    assert colleague.post(persons, added | seen(request_draft)).status_code == 302
    alix = request_draft.users.get(last_name="Ajout")
    assert rows(space.get(persons)) == [first, second, alix.reference]


def test_a_refused_page_is_kept_too(
    space: Client, persons: str, request_draft: AccessRequest
) -> None:
    space.post(persons, people(1, {"user_email": "pas une adresse"}) | seen(request_draft))
    assert "pas une adresse" in words(space.get(persons))


def test_sending_lets_go_of_every_draft(
    space: Client, persons: str, request_draft: AccessRequest, director: User
) -> None:
    three(space, persons, request_draft)
    kept(space, persons, people(1, {}))
    filling.withdraw(request_draft, director)
    assert not AnswerDraft.objects.exists()
    assert kept(space, persons, people(1, {})).status_code == 409


# What came on paper


@pytest.fixture
def département(draft: Callable[..., Convention], today: Callable[[str], None]) -> Convention:
    """The draft of a convention whose form holds eight agents a sheet."""
    today("2024-02-01")
    publish(rulebook(RSA))
    partner = Partner.objects.create(name="Département d’Essai", kind="departement")
    return draft(rulebook_code=RSA, partner=partner)


ARRIVED = {
    "requester_name": "Département d’Essai",
    "requester_address": "1 rue de l’Essai",
    "requester_dated_on": "30/01/2024",
    "channel": "mail",
    "received_on": "31/01/2024",
}


def test_two_hundred_agents_fit_in_one_page(département: Convention, browsing: Browsing) -> None:
    director = a_member("direction@structure.example", département.partner)
    request = filling.start(département, director)
    persons = f"/espace/demandes/{request.pk}/etape/2/"
    assert kept(browsing(director), persons, people(200, AGENT)).status_code == 200
    assert len(AnswerDraft.objects.get().content["keys"]) == 200


def scans(count: int) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"feuillet-{n}.pdf", a_pdf()) for n in range(1, count + 1)]


def test_a_clerk_enters_nine_agents_from_two_sheets(
    département: Convention, clerk: User, browsing: Browsing
) -> None:
    desk, path = browsing(clerk), f"/conventions/{département.pk}/demande-papier/"
    typed = ARRIVED | people(8, AGENT)
    one_more = desk.post(path, typed | {"add": "user"})
    assert one_more.status_code == 200
    assert len(rows(one_more)) == 9
    assert "agent8@structure.example" in words(one_more)
    assert 'value="31/01/2024"' in words(one_more)
    assert not AccessRequest.objects.exists()
    sent = ARRIVED | people(9, AGENT) | {"origin_checked": "on", "scan": scans(2)}
    assert desk.post(path, sent).status_code == 302
    entered = AccessRequest.objects.get()
    assert (entered.channel, entered.received_on.isoformat()) == ("mail", "2024-01-31")
    assert (entered.users.count(), entered.pieces.count()) == (9, 2)
    instructing.accept(entered, clerk)
    assert AccessRequest.objects.get().status == "accepted"


def test_a_form_without_signature_from_nowhere_is_not_accepted(
    département: Convention, clerk: User, browsing: Browsing
) -> None:
    desk, path = browsing(clerk), f"/conventions/{département.pk}/demande-papier/"
    entered = desk.post(path, ARRIVED | people(1, AGENT) | {"scan": scans(1)})
    assert "rien ne dit de qui il vient" in words(desk.get(entered.url))
    with pytest.raises(instructing.NotAcceptable, match="adresse connue"):
        instructing.accept(AccessRequest.objects.get(), clerk)


def test_one_bad_sheet_among_several_is_refused_with_nothing_written(
    département: Convention, clerk: User, browsing: Browsing
) -> None:
    bad = SimpleUploadedFile("feuillet.pdf", b"MZ")
    sent = ARRIVED | people(1, AGENT) | {"scan": [*scans(1), bad]}
    refused = browsing(clerk).post(f"/conventions/{département.pk}/demande-papier/", sent)
    assert refused.status_code == 422
    assert 'id="id_scan_error"' in words(refused)
    assert not AccessRequest.objects.exists()


def test_the_empty_form_is_printed_with_lines_to_write_on(
    request_draft: AccessRequest, space: Client
) -> None:
    sheet = space.get(f"/espace/demandes/{request_draft.pk}/feuille/")
    assert "Commune d’Essai" in pdf_text(sheet.content)
