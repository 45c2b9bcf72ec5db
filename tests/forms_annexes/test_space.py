"""The partner's home, its conventions and its documents: what is said first, and to whom."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.models import UserReview
from access.services.habilitations import grant
from contracts.models import (
    Caisse,
    Convention,
    IssuedDocument,
    Partner,
    PartnerMembership,
    Person,
    Site,
    User,
)
from contracts.services.conventions import draft_convention
from contracts.services.documents import (
    annex_document,
    convention_document,
    form_document,
    issue,
)
from forms_annexes.models import AccessRequest
from forms_annexes.services import filling
from tests.documents import docx_text, pdf_text, plain
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.manager import SIX, convention_of_six
from tests.portfolio import record
from workflows import clock

Browsing = Callable[[User], Client]


def read(page: Any) -> str:
    assert page.status_code == 200, page.status_code
    return " ".join(plain(page.content.decode()).split())


def page_of(convention: Convention, what: str = "") -> str:
    return f"/espace/conventions/{convention.pk}/{what}"


def test_what_is_expected_comes_first_and_is_the_one_action(
    request_draft: AccessRequest, director: User, browsing: Browsing
) -> None:
    home = read(browsing(director).get("/espace/"))
    assert home.index("Compléter la demande") < home.index('<h2 id="convention-')
    assert f"Demande {request_draft.number} pour Camille Essai : brouillon" in home
    assert home.count("btn-primary") - home.count("data-session-stay") == 1


def test_nothing_expected_is_said_and_asking_becomes_the_action(
    convention: Convention, director: User, browsing: Browsing
) -> None:
    home = read(browsing(director).get("/espace/"))
    assert "Rien pour le moment" in home
    assert '<button class="btn btn-primary" type="submit">Demander un accès</button>' in home


def test_without_convention_one_is_told_what_to_do(
    director: User, browsing: Browsing, convention: Convention
) -> None:
    newcomer = User.objects.create_user("nouveau@creche.example")
    assert "Si vous avez reçu une invitation" in read(browsing(newcomer).get("/espace/"))


def test_a_request_sent_is_in_the_hands_of_the_caisse(
    request_draft: AccessRequest,
    director: User,
    clerk: User,
    browsing: Browsing,
    a_scan: SimpleUploadedFile,
) -> None:
    browser = browsing(director)
    path = f"/espace/demandes/{request_draft.pk}/"
    browser.post(path + "recapitulatif/", {"seen_revision": fresh(request_draft)})
    browser.post(
        path + "signature/papier/",
        {"seen_revision": fresh(request_draft), "signed_on": "01/02/2024", "scan": a_scan},
    )
    request_draft = AccessRequest.objects.get(pk=request_draft.pk)
    assert request_draft.status == "submitted"
    for page in ("/espace/", page_of(request_draft.convention)):
        told = read(browser.get(page))
        assert told.index('<h2 id="') < told.index(f"Demande {request_draft.number}</a>")
        assert "Caisse d’essai : vérifier la demande." in told


def fresh(request: AccessRequest) -> int:
    return int(AccessRequest.objects.get(pk=request.pk).revision)


def test_each_date_says_why(in_force: Convention, director: User, browsing: Browsing) -> None:
    page = read(browsing(director).get(page_of(in_force)))
    # Signed on 1 February 2024 for one year, notice of three months.
    assert '<time datetime="2025-01-31">vendredi 31 janvier 2025</time>' in page
    assert page.count("Pourquoi cette date ?") >= 3
    assert "1er février 2024 + 1 an − 1 jour = 31 janvier 2025" in page
    assert "<dd>9-1</dd>" in page
    home = read(browsing(director).get("/espace/"))
    assert "Prochaine date" in home


def test_the_doubts_of_the_caisse_are_not_the_partner_s(
    in_force: Convention, director: User, browsing: Browsing
) -> None:
    page = read(browsing(director).get(page_of(in_force)))
    assert "À trancher" not in page
    assert "Questions" not in page
    assert "life-branch" not in page


def test_users_are_told_in_the_words_of_their_own_page(
    in_force: Convention, director: User, clerk: User, browsing: Browsing
) -> None:
    person = Person.objects.create(first_name="Camille", last_name="Essai")
    service = in_force.rules.services[0]
    grant(in_force, person, service.code, clerk, clock.today())
    page = read(browsing(director).get(page_of(in_force)))
    assert "Camille Essai" in page
    assert service.label in page
    state, told = "Compte en création", "La caisse crée le compte, puis envoie les identifiants."
    listed = read(browsing(director).get(page_of(in_force, "utilisateurs/")))
    for words in (state, told):
        assert words in page
        assert words in listed


def test_accesses_suspended_as_a_whole_are_told_at_home(
    in_force: Convention, director: User, browsing: Browsing
) -> None:
    record(in_force, "suspension", "2024-02-01", reason="Essai")
    home = read(browsing(director).get("/espace/"))
    assert "Accès suspendus" in home


def test_an_open_review_of_the_users_is_expected(
    in_force: Convention, director: User, browsing: Browsing
) -> None:
    UserReview.objects.create(
        convention=in_force, opened_on=clock.today(), due_on=clock.today().replace(month=3)
    )
    home = read(browsing(director).get("/espace/"))
    assert "Dire qui a encore besoin de son accès" in home
    assert "au plus tard le 1er mars 2024" in home


def test_forty_requests_cost_no_more_queries_than_four(
    caisse: Caisse,
    partner: Partner,
    today: Callable[[str], None],
    browsing: Browsing,
) -> None:
    today("2024-02-01")
    convention = convention_of_six(partner, caisse=caisse)
    director = a_member("direction@manager.example", partner)
    browser = browsing(director)
    for _ in range(4):
        given_up(convention, director)
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get("/espace/")
    for _ in range(36):
        given_up(convention, director)
    with CaptureQueriesContext(connection) as many:
        browser.get("/espace/")
    assert len(many) == len(few)


def given_up(convention: Convention, director: User) -> None:
    request = filling.start(convention, director, form_code="fiche-gestionnaire")
    filling.withdraw(request, director)


# Documents.


@pytest.fixture
def issued(in_force: Convention) -> dict[str, IssuedDocument]:
    """The text, a letter to the partner, one to the caisse's lawyers, and one that binds."""
    form = in_force.rules.habilitation.forms[0].code
    rows = {
        "text": issue(in_force, convention_document(in_force), None),
        "form": issue(in_force, form_document(in_force, form), None),
        "annex": issue(in_force, annex_document(in_force, "annexe-1"), None),
    }
    for code in ("suspension", "rappel-limite-denonciation", "resiliation", "inconnu"):
        rows[code] = IssuedDocument.objects.create(
            convention=in_force,
            kind="letter",
            code=code,
            title=f"Courrier {code}",
            rulebook_version=1,
            rulebook_digest="0" * 64,
            template_digest="0" * 64,
            sha256="0" * 64,
            file=rows["text"].file,
            dated=clock.today(),
            issued_at=clock.now(),
        )
    return rows


def test_the_partner_downloads_what_concerns_it_alone(
    in_force: Convention, issued: dict[str, IssuedDocument], director: User, browsing: Browsing
) -> None:
    browser = browsing(director)
    page = read(browser.get(page_of(in_force, "documents/")))
    shown = {name for name, row in issued.items() if f"/documents/{row.pk}/" in page}
    assert shown == {"text", "form", "annex", "suspension"}
    text = browser.get(page_of(in_force, f"documents/{issued['text'].pk}/"))
    assert in_force.number in pdf_text(text.content)
    assert text.headers["X-Content-Type-Options"] == "nosniff"
    for hidden in ("rappel-limite-denonciation", "resiliation", "inconnu"):
        assert browser.get(page_of(in_force, f"documents/{issued[hidden].pk}/")).status_code == 404


def test_a_file_that_was_altered_is_not_handed_out(
    in_force: Convention, issued: dict[str, IssuedDocument], director: User, browsing: Browsing
) -> None:
    page = browsing(director).get(page_of(in_force, f"documents/{issued['suspension'].pk}/"))
    assert page.status_code == 409
    assert "Demandez-le à votre caisse" in page.content.decode()


def test_annexes_are_given_blank(in_force: Convention, director: User, browsing: Browsing) -> None:
    browser = browsing(director)
    blank = browser.get(page_of(in_force, "documents/annexes/annexe-2.pdf"))
    assert "Adresse" in pdf_text(blank.content)
    assert not IssuedDocument.objects.exists()
    for path in ("annexes/annexe-9.pdf", "annexes/annexe-2.exe", "annexes/annexe-1.pdf"):
        assert browser.get(page_of(in_force, "documents/" + path)).status_code == 404


def test_the_letter_to_families_bears_the_header_that_was_typed(
    in_force: Convention, director: User, browsing: Browsing
) -> None:
    browser, path = browsing(director), page_of(in_force, "documents/lettre-aux-familles/")
    typed = {"format": "docx", "header": "Crèche Les Petits Exemples\n2 rue d’Essai, 60000 Essai"}
    letter = docx_text(browser.post(path, typed).content)
    assert "Crèche Les Petits Exemples" in letter
    assert "2 rue d’Essai, 60000 Essai" in letter
    plain_one = pdf_text(browser.post(path, {"format": "pdf", "header": ""}).content)
    assert "Commune d’Essai" in plain_one


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("x" * 101, "trop long"),
        ("une ligne\n" * 9, "trop long"),
        ("2 53 07 2B 073 004 70", "sécurité sociale"),
    ],
)
def test_a_header_that_cannot_be_is_explained(
    in_force: Convention, director: User, browsing: Browsing, header: str, said: str
) -> None:
    path = page_of(in_force, "documents/lettre-aux-familles/")
    page = browsing(director).post(path, {"format": "pdf", "header": header})
    assert page.status_code == 422
    assert said in plain(page.content.decode())
    assert 'id="id_header_error"' in page.content.decode()


def test_who_answers_for_one_structure_reads_the_text_and_no_letter(
    caisse: Caisse, partner: Partner, today: Callable[[str], None], browsing: Browsing
) -> None:
    today("2024-02-01")
    convention = convention_of_six(partner, caisse=caisse)
    text = issue(convention, convention_document(convention), None)
    second = Site.objects.get(name=SIX[1])
    form = issue(convention, form_document(convention, "fiche-structure", site=second), None)
    user = User.objects.create_user("direction@premier.example")
    PartnerMembership.objects.create(
        user=user,
        partner=partner,
        site=Site.objects.get(name=SIX[0]),
        role="director",
        first_day=clock.today(),
    )
    browser = browsing(user)
    assert browser.get(page_of(convention, f"documents/{text.pk}/")).status_code == 200
    assert browser.get(page_of(convention, f"documents/{form.pk}/")).status_code == 404


def test_a_convention_that_is_over_asks_for_nothing(
    convention: Convention, director: User, browsing: Browsing
) -> None:
    record(convention, "abandonment", "2024-02-01", reason="Essai")
    for path in ("/espace/", page_of(convention)):
        assert "Demander un accès</button>" not in read(browsing(director).get(path))


def test_several_conventions_are_each_told_with_their_number(
    convention: Convention, director: User, browsing: Browsing
) -> None:
    other = draft_convention(
        caisse=convention.caisse,
        partner=convention.partner,
        rulebook_code=convention.rulebook_code,
    )
    filling.start(other, director)
    home = read(browsing(director).get("/espace/"))
    assert f'<span class="beneath quiet">Convention {other.number}</span>' in home
    assert "Demander un accès</button>" not in home
