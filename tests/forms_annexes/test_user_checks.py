"""What deserves a second look in the named users, and what is refused where the rules say so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from access.directory.choice import wants_unique_email
from access.setting_checks import settings_of_caisses
from contracts.models import Caisse, Convention, User
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest
from forms_annexes.services import filling, instructing, signing
from forms_annexes.user_checks import Caution, Holder, Named, cautions
from templates_conventions.catalogue import rulebook
from tests.documents import plain
from tests.forms_annexes.conftest import a_member, answered, put_in_force
from tests.forms_annexes.files import a_pdf
from tests.forms_annexes.test_five_types import people, seen, words
from tests.templates_conventions.matrix import CAF, PIC
from workflows import clock
from workflows.rulebook import Rulebook

CAMILLE = Named("a", "Camille Essai", "camille@structure.example")
CLAUDE = Named("b", "Claude Exemple", "Camille@Structure.example")


def told(found: list[Caution]) -> list[tuple[str, str, bool]]:
    return [(one.key, plain(one.words), one.refused) for one in found]


def test_an_address_of_one_s_own_deserves_no_second_look() -> None:
    assert cautions([CAMILLE, Named("c", "Alix Essai", "alix@structure.example")]) == []


def test_one_address_for_two_users_is_said_and_accepted() -> None:
    ((key, words_, refused),) = told(cautions([CAMILLE, CLAUDE]))
    assert (key, refused) == ("b", False)
    assert words_ == (
        "« Camille@Structure.example » est aussi l’adresse de Camille Essai dans cette demande. "
        "L’une lirait les messages adressés à l’autre : préférez une adresse à chacune."
    )


def test_one_address_for_two_users_is_refused_where_something_wants_it_unique() -> None:
    ((key, words_, refused),) = told(cautions([CAMILLE, CLAUDE], unique_by="article 4"))
    assert (key, refused) == ("b", True)
    assert "Une adresse ne sert qu’à une personne (article 4) : donnez-en une autre." in words_


def test_the_address_of_somebody_who_has_access_is_said() -> None:
    holder = Holder(1, "Claude Exemple", "camille@structure.example", "C-1", here=False)
    ((_, words_, refused),) = told(cautions([CAMILLE], [holder]))
    assert not refused
    assert "Claude Exemple, dont l’accès est ouvert (convention C-1)" in words_


@pytest.mark.parametrize(
    ("replaces", "here", "said"), [(None, True, True), (None, False, False), (1, True, False)]
)
def test_who_has_this_very_access_already(replaces: int | None, here: bool, said: bool) -> None:
    user = Named("a", "Camille Essai", "camille@structure.example", replaces)
    holder = Holder(1, "camille essai", "CAMILLE@structure.example", "C-1", here)
    assert [plain(one.words) for one in cautions([user], [holder], unique_by="article 4")] == (
        ["Camille Essai a déjà cet accès."] if said else []
    )


def test_the_same_person_twice() -> None:
    ((key, words_, refused),) = told(cautions([CAMILLE, Named("b", "camille ESSAI", CLAUDE.email)]))
    assert (key, refused) == ("b", False)
    assert "déjà dans cette demande" in words_


@pytest.mark.parametrize(
    ("signatory", "said"), [("Creche@structure.example", True), ("x@y.z", False)]
)
def test_a_shared_mailbox_that_is_the_signatory_s_too(signatory: str, said: bool) -> None:
    user = Named("a", "Camille Essai", "creche@structure.example")
    ((_, words_, refused),) = told(cautions([user], signatories={signatory}))
    assert not refused
    assert "semble être une boîte partagée" in words_
    assert ("l’adresse de la personne qui signe" in words_) is said


def test_the_signatory_s_own_address_is_no_fault() -> None:
    assert cautions([CAMILLE], signatories={CAMILLE.email}) == []


# On the pages

TWICE = people(2, {"user_email": "commune@structure.example"})


@pytest.fixture
def convention(draft: Callable[..., Convention], today: Callable[[str], None]) -> Convention:
    today("2024-02-01")
    publish(rulebook(CAF))
    return draft(rulebook_code=CAF)


@pytest.fixture
def unique(draft: Callable[..., Convention], today: Callable[[str], None]) -> Convention:
    """A convention whose rules want the address of a user to be nobody else's."""
    today("2024-02-01")
    rules = rulebook(CAF).model_dump(mode="json")
    rules["habilitation"]["user_email"] = {"article": "3-2", "unique": True}
    publish(Rulebook.model_validate(rules))
    return draft(rulebook_code=CAF)


def sent(browsing: Callable[[User], Client], convention: Convention) -> tuple[Any, AccessRequest]:
    """The answer to one address for two persons."""
    director = a_member("direction@structure.example", convention.partner)
    request = filling.start(convention, director)
    given = TWICE | {"n2-user_first_name": "Alix"} | seen(request)
    page = browsing(director).post(f"/espace/demandes/{request.pk}/etape/3/", given, follow=True)
    return page, request


def test_two_persons_at_one_address_are_written_with_a_warning(
    convention: Convention, browsing: Callable[[User], Client]
) -> None:
    page, request = sent(browsing, convention)
    assert "est aussi l’adresse de Claude Exemple dans cette demande" in words(page)
    assert request.users.count() == 2


def test_two_persons_at_one_address_are_refused_beside_the_field_by_the_rules(
    unique: Convention, browsing: Callable[[User], Client]
) -> None:
    page, request = sent(browsing, unique)
    assert page.status_code == 422
    assert 'id="id_n2-user_email_error"' in words(page)
    assert "(article 3-2)" in words(page)
    assert not request.users.exists()


def test_two_persons_at_one_address_are_refused_by_the_directory(
    convention: Convention, caisse: Caisse, browsing: Callable[[User], Client]
) -> None:
    caisse.settings = {"directory_unique_email": True}
    caisse.save()
    page, request = sent(browsing, convention)
    assert page.status_code == 422
    assert "(l’annuaire l’exige)" in words(page)
    assert not request.users.exists()


def test_what_the_pages_let_through_is_refused_when_it_is_sent(unique: Convention) -> None:
    request = filling.start(unique, None)
    rows = [
        {
            "user.last_name": "Exemple",
            "user.first_name": name,
            "user.email": "une@structure.example",
        }
        for name in ("Claude", "Alix")
    ]
    filling.answer(request, "user", rows)
    request.answers |= {f"provider.{name}": "Essai" for name in ("address", "representative")}
    request.answers |= {"provider.email": "mairie@commune.example", "scope.establishments": "Essai"}
    request.save()
    with pytest.raises(filling.RequestRefused, match="qu’à une personne"):
        filling.send(request, None)


def test_a_wrong_setting_of_a_caisse_is_told(caisse: Caisse) -> None:
    assert not wants_unique_email(caisse)
    caisse.settings = {"directory_unique_email": "oui"}
    caisse.save()
    (error,) = settings_of_caisses(None, ["default"])
    assert "directory_unique_email" in str(error.msg)


def test_the_clerk_reads_that_the_person_has_this_access_already(
    draft: Callable[..., Convention], clerk: User, browsing: Callable[[User], Client]
) -> None:
    publish(rulebook(PIC))
    nursery = draft(rulebook_code=PIC)
    put_in_force(nursery)
    director = a_member("direction@creche.example", nursery.partner)
    pages = []
    for _ in range(2):
        request = answered(filling.start(nursery, director))
        filling.send(request, director)
        scan = SimpleUploadedFile("annexe.pdf", a_pdf(), "application/pdf")
        signing.sign_by_hand(request, scan, clock.today(), director)
        pages.append(words(browsing(clerk).get(f"/demandes/{request.pk}/")))
        if len(pages) == 1:
            instructing.accept(request, clerk)
    first, second = pages
    assert "Camille Essai a déjà cet accès." not in first
    assert "Camille Essai a déjà cet accès." in second
