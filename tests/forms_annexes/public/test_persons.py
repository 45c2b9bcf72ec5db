"""The persons named by somebody without an account: added, taken away, checked on one page."""

import pytest
from django.test import Client

from contracts.models import Caisse
from forms_annexes.models import PublicRequest
from forms_annexes.services.public_filling import FILL, token_of
from tests.forms_annexes.public.conftest import PERSONS, begin, text_of

pytestmark = pytest.mark.django_db


def test_persons_are_added_and_removed_without_a_script(
    open_caisse: Caisse, client: Client
) -> None:
    address = begin(client).url.replace("/etape/1/", "/etape/4/")
    one = {"user-row": ["n1"], "n1-user_last_name": "Exemple"}
    two = client.post(address, one | {"add": "user"})
    assert two.status_code == 200
    page = two.content.decode()
    assert 'value="Exemple"' in page
    assert 'name="n2-user_last_name"' in page
    assert PublicRequest.objects.get().users == []
    left = client.post(address, PERSONS | {"remove": "user:n1"}).content.decode()
    assert 'value="Essai"' in left
    assert 'value="Exemple"' not in left
    assert 'name="n1-user_last_name"' not in left
    assert PublicRequest.objects.get().users == []


@pytest.mark.parametrize("row", ["", "n", "-1", "deux", "n" + "9" * 30, "n1-user_email"])
def test_a_forged_list_of_persons_is_no_error_of_the_server(
    open_caisse: Caisse, client: Client, row: str
) -> None:
    address = begin(client).url.replace("/etape/1/", "/etape/4/")
    for button in ({}, {"add": "user"}, {"remove": "user:n1"}, {"remove": f"user:x{row}"}):
        page = client.post(address, {"user-row": [row], "n1-user_last_name": "Exemple"} | button)
        assert page.status_code == (200 if button else 422)
    assert PublicRequest.objects.get().users == []


def test_a_person_left_empty_among_others_is_no_person(open_caisse: Caisse, client: Client) -> None:
    address = begin(client).url.replace("/etape/1/", "/etape/4/")
    assert client.post(address, PERSONS | {"user-row": ["n1", "n3", "n2"]}).status_code == 302
    kept = [row["user.first_name"] for row in PublicRequest.objects.get().users]
    assert kept == ["Claude", "Dominique"]


def test_more_persons_than_the_form_takes_are_refused_and_stay_on_the_page(
    filled: PublicRequest, client: Client
) -> None:
    address = f"/demande/{token_of(filled, FILL)}/etape/4/"
    given = "alix@commune.example"
    one = {"user_last_name": "Exemple", "user_first_name": "Alix", "user_email": given}
    most = next(b for b in filled.definition.blocks if b.code == "user").repeat.maximum
    keys = [f"n{number}" for number in range(1, most + 2)]
    rows = {f"{key}-{name}": text for key in keys for name, text in one.items()}
    page = client.post(address, {"user-row": keys} | rows)
    assert page.status_code == 422
    assert f"Attendu : {most} fois au plus" in text_of(page)
    assert page.content.decode().count(f'value="{given}"') == most + 1
    assert len(PublicRequest.objects.get().users) == 2


def test_each_wrong_person_is_named_in_the_summary_of_errors(
    open_caisse: Caisse, client: Client
) -> None:
    address = begin(client).url.replace("/etape/1/", "/etape/4/")
    page = client.post(address, PERSONS | {"n2-user_email": "pas une adresse"})
    assert page.status_code == 422
    assert "Personne 2 : Écrivez une adresse" in text_of(page)
    html = page.content.decode()
    assert 'aria-describedby="id_n2-user_email_help id_n2-user_email_error"' in html
    assert 'id="id_n2-user_email_error"' in html
    assert PublicRequest.objects.get().users == []


def test_a_shared_address_and_one_given_twice_are_kept_with_a_warning(
    open_caisse: Caisse, client: Client
) -> None:
    address = begin(client).url.replace("/etape/1/", "/etape/4/")
    shared = {f"{key}-user_email": "contact@commune.example" for key in ("n1", "n2")}
    page = text_of(client.post(address, PERSONS | shared, follow=True))
    assert "boîte partagée" in page
    assert "est aussi l’adresse de" in page
    assert len(PublicRequest.objects.get().users) == 2
