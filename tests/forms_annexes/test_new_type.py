"""A type of convention that nobody has seen yet: its form is a file, and needs no Python."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from contracts.models import Convention, User
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest
from templates_conventions.catalogue import rulebook
from templates_conventions.forms import form_definition
from tests.documents import NURSERY
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.test_five_types import seen, words
from workflows.rulebook import Rulebook

CODE, FORM = "service-d-essai", "demande-d-essai"

DEFINITION = """
code = "demande-d-essai"
title = "Demande d’essai"

[[blocks]]
code = "everything"
label = "Une question de chaque sorte"

[[blocks.fields]]
code = "everything.word"
label = "Un mot :"
kind = "text"
max_length = 10
filled_by = "partner"

[[blocks.fields]]
code = "everything.list"
label = "Plusieurs choses :"
kind = "lines"
filled_by = "partner"
help = "Une par ligne."

[[blocks.fields]]
code = "everything.place"
label = "Une adresse :"
kind = "address"
filled_by = "partner"
required = false

[[blocks.fields]]
code = "everything.mailbox"
label = "Un courriel :"
kind = "email"
filled_by = "partner"

[[blocks.fields]]
code = "everything.day"
label = "Un jour :"
kind = "date"
filled_by = "partner"

[[blocks.fields]]
code = "everything.colour"
label = "Une couleur :"
kind = "choice"
choices = ["Bleu", "Vert"]
filled_by = "partner"

[[blocks.fields]]
code = "everything.ours"
label = "Réservé à la caisse :"
kind = "text"
filled_by = "caisse"

[[blocks]]
code = "room"
label = "Les salles"
repeat = { minimum = 1, maximum = 3 }

[[blocks.fields]]
code = "room.name"
label = "Nom de la salle :"
kind = "text"
filled_by = "partner"

[[blocks]]
code = "reading"
label = "À lire avant de signer"
lines = ["Première chose à savoir", "Seconde chose à savoir"]

[[blocks]]
code = "signatory"
label = "Le signataire"

[[blocks.fields]]
code = "signatory.name"
label = "Nom :"
kind = "text"
filled_by = "partner"
personal = true

[[blocks.fields]]
code = "signatory.signature"
label = "Signature"
kind = "signature"
filled_by = "partner"
"""

GOOD = {
    "everything_word": "Essai",
    "everything_list": "une\r\ndeux",
    "everything_place": "1 rue de l’Essai",
    "everything_mailbox": "essai@structure.example",
    "everything_day": "29/02/2024",
    "everything_colour": "Vert",
}
SIGNATORY = {"signatory_name": "Dominique Essai", "quality": "porteur d’essai"}


@pytest.fixture
def request_draft(
    draft: Callable[..., Convention],
    today: Callable[[str], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AccessRequest:
    """A request under a convention of the new type, whose texts are in a folder of its own."""
    today("2024-02-01")
    folder = tmp_path / CODE / "forms"
    folder.mkdir(parents=True)
    (folder / f"{FORM}.toml").write_text(DEFINITION, encoding="utf-8")
    here = partial(form_definition, root=tmp_path)
    monkeypatch.setattr("forms_annexes.models.requests.form_definition", here)
    rules = rulebook(NURSERY).model_dump(mode="json")
    rules["code"] = CODE
    rules["habilitation"]["forms"] = [
        {
            "article": "4-2",
            "code": FORM,
            "label": "Demande d’essai",
            "operations": ["create"],
            "signed_by": ["porteur d’essai"],
        }
    ]
    publish(Rulebook.model_validate(rules))
    convention = draft(rulebook_code=CODE)
    director = a_member("direction@structure.example", convention.partner)
    client = Client()
    client.force_login(director, backend="django.contrib.auth.backends.ModelBackend")
    client.post(f"/espace/conventions/{convention.pk}/demande/")
    return AccessRequest.objects.get()


@pytest.fixture
def answering(
    request_draft: AccessRequest, browsing: Callable[[User], Client]
) -> Callable[..., Any]:
    """Send a step, or look at it."""
    client = browsing(User.objects.get(email="direction@structure.example"))

    def sent(number: int, answers: dict[str, Any] | None = None) -> Any:
        path = f"/espace/demandes/{request_draft.pk}/etape/{number}/"
        if answers is None:
            return client.get(path)
        return client.post(path, answers | seen(request_draft))

    return sent


def test_a_question_of_each_kind_is_asked_in_its_own_manner(answering: Callable[..., Any]) -> None:
    page = words(answering(1))
    for drawn in (
        '<input type="text" name="everything_word" maxlength="10"',
        '<textarea name="everything_list"',
        '<textarea name="everything_place"',
        '<input type="email" name="everything_mailbox"',
        '<input type="text" name="everything_day"',
        '<option value="Vert">',
        "Une par ligne.",
    ):
        assert drawn in page
    assert "Réservé à la caisse" not in page
    assert 'name="add" value="room"' in words(answering(2))
    last = words(answering(3))
    assert "Seconde chose à savoir" in last
    assert "Porteur d’essai" in last
    assert "signatory_signature" not in last


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("everything_word", "", "Répondez à « Un mot »."),
        ("everything_word", "onze lettres", "10 caractères"),
        ("everything_word", "\0", "nul"),
        ("everything_list", "295 10 99 126 111 93", "sécurité sociale"),
        ("everything_mailbox", "pas une adresse", "une adresse comme"),
        ("everything_day", "30/02/2024", "une date comme 14/10/2026"),
        ("everything_colour", "Rouge", "Sélectionnez un choix valide"),
    ],
)
def test_a_bad_answer_is_refused_beside_its_question(
    answering: Callable[..., Any], name: str, typed: str, said: str
) -> None:
    refused = answering(1, GOOD | {name: typed})
    assert refused.status_code == 422
    page = words(refused)
    assert f'id="id_{name}_error"' in page
    assert said in page
    assert AccessRequest.objects.get().answers.get(name.replace("_", ".", 1), "") == ""


def test_the_answers_are_written_by_their_codes(answering: Callable[..., Any]) -> None:
    rooms = {"room-row": ["n1", "n2"], "n1-room_name": "Salle bleue", "n2-room_name": "Salle verte"}
    for number, answers in enumerate((GOOD, rooms, SIGNATORY), start=1):
        assert answering(number, answers).status_code == 302
    request = AccessRequest.objects.get()
    assert request.answers == {
        "everything.word": "Essai",
        "everything.list": "une\r\ndeux",
        "everything.place": "1 rue de l’Essai",
        "everything.mailbox": "essai@structure.example",
        "everything.day": "2024-02-29",
        "everything.colour": "Vert",
        "room": [{"room.name": "Salle bleue"}, {"room.name": "Salle verte"}],
        "signatory.name": "Dominique Essai",
    }
    assert request.signatory_quality == "porteur d’essai"
    assert 'value="29/02/2024"' in words(answering(1))
    assert 'value="Salle verte"' in words(answering(2))
    again = answering(2, {"room-row": "n2", "n2-room_name": "Salle verte"})
    assert again.status_code == 302
    assert AccessRequest.objects.get().answers["room"] == [{"room.name": "Salle verte"}]
