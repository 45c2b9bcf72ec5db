"""The notes of the staff about a convention: added once, never changed, never the partner's."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from contracts.models import Caisse, Convention, ConventionNote, User
from tests.desk.habilitated import clerk
from tests.desk.pages import in_role, somebody, words

__all__ = ["clerk"]

pytestmark = pytest.mark.django_db


def notes(convention: Convention) -> str:
    return f"/conventions/{convention.pk}/notes/"


def test_a_note_sent_twice_is_written_once_under_its_author(
    clerk: Client, convention: Convention
) -> None:
    sent = {"text": "La mairie rappelle lundi.", "token": str(uuid4())}
    assert clerk.post(notes(convention), sent).status_code == 302
    assert clerk.post(notes(convention), sent).status_code == 302

    page = words(clerk.get(notes(convention)))
    assert page.count("La mairie rappelle lundi.") == 1
    assert "agent@caisse.example, le 1er février 2024 à 12 h 00" in page
    assert "Notes et messages" in words(clerk.get(f"/conventions/{convention.pk}/"))


@pytest.mark.parametrize(
    "text", ["", "   ", "Dossier 2 95 10 99 126 111 93", "x" * 4001, "un\x00deux"]
)
def test_a_note_that_must_not_be_kept_is_refused_beside_its_field(
    clerk: Client, convention: Convention, text: str
) -> None:
    response = clerk.post(notes(convention), {"text": text, "token": str(uuid4())})
    assert "À corriger avant de continuer" in words(response, 422)
    assert 'class="field-error"' in response.content.decode()
    assert not ConventionNote.objects.exists()


def test_an_auditor_reads_the_notes_and_writes_none(convention: Convention, clerk: Client) -> None:
    clerk.post(notes(convention), {"text": "À relire.", "token": str(uuid4())})
    auditor = somebody(convention.caisse, "auditor")
    page = words(auditor.get(notes(convention)))
    assert "À relire." in page
    assert "Ajouter la note" not in page
    sent = {"text": "Vu.", "token": str(uuid4())}
    assert auditor.post(notes(convention), sent).status_code == 403


def test_another_caisse_knows_of_no_note(client: Client, convention: Convention) -> None:
    elsewhere = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    stranger = in_role(User.objects.create_user("a@caisse.example"), elsewhere, "director", client)
    assert stranger.get(notes(convention)).status_code == 404


def test_a_note_is_never_changed(clerk: Client, convention: Convention) -> None:
    clerk.post(notes(convention), {"text": "À relire.", "token": str(uuid4())})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ConventionNote.objects.update(text="Relu.")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ConventionNote.objects.all().delete()
