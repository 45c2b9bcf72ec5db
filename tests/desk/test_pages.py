"""The pages of the desk: who sees what, what they say, and at what cost."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.test import Client, override_settings

from contracts.models import Caisse, Convention, Partner, User, UserScope
from contracts.services.evidence import store_evidence
from tests.portfolio import an_act, record
from workflows import subjects

Open = Callable[..., Convention]
Move = Callable[[str], None]

pytestmark = pytest.mark.django_db


def give(user: User, caisse: Caisse, **fields: object) -> UserScope:
    wanted = {"role": "back_office_agent", "first_day": date(2024, 1, 1)} | fields
    return UserScope.objects.create(user=user, caisse=caisse, **wanted)


@pytest.fixture
def clerk(client: Client, agent: User, caisse: Caisse) -> Client:
    """Somebody of the caisse, signed in."""
    give(agent, caisse)
    client.force_login(agent)
    return client


@pytest.fixture
def other_caisse() -> Caisse:
    return Caisse.objects.create(code="AUTRE", name="Une autre caisse")


def text_of(response: object) -> str:
    """The words of a page, its spaces made plain."""
    html = response.content.decode()  # type: ignore[attr-defined]
    assert response.status_code == 200, html  # type: ignore[attr-defined]
    words = re.sub(r"<(style|script|title).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(words).replace("\N{NO-BREAK SPACE}", " "))


# Who sees what.


@pytest.mark.parametrize("path", ["/conventions/", "/conventions/1/", "/conventions/1/pieces/1/"])
def test_a_page_asks_who_is_there(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"] == f"/connexion/?next={path}"


def test_a_convention_of_another_caisse_does_not_exist(
    clerk: Client, convention: Convention, draft: Open, other_caisse: Caisse
) -> None:
    elsewhere = draft(caisse=other_caisse, number="AILLEURS-1")
    page = text_of(clerk.get("/conventions/"))
    assert convention.number in page
    assert elsewhere.number not in page
    assert clerk.get(f"/conventions/{convention.pk}/").status_code == 200
    assert clerk.get(f"/conventions/{elsewhere.pk}/").status_code == 404
    assert other_caisse.name not in page


def test_a_role_that_is_over_opens_nothing(
    client: Client, agent: User, convention: Convention
) -> None:
    give(agent, convention.caisse, last_day=date(2024, 1, 31))
    client.force_login(agent)
    assert client.get(f"/conventions/{convention.pk}/").status_code == 404
    assert "apparaîtront ici" in text_of(client.get("/conventions/"))


def test_a_role_limited_to_a_service_sees_its_conventions_only(
    client: Client, agent: User, convention: Convention
) -> None:
    client.force_login(agent)
    scope = give(agent, convention.caisse, services=["autre"])
    assert client.get(f"/conventions/{convention.pk}/").status_code == 404
    scope.services = [convention.rules.services[0].code]
    scope.save()
    assert client.get(f"/conventions/{convention.pk}/").status_code == 200


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_an_impossible_convention_is_a_missing_page(clerk: Client, number: str) -> None:
    assert clerk.get(f"/conventions/{number}/").status_code == 404


def test_a_proof_is_given_to_who_sees_its_convention(
    clerk: Client, convention: Convention, draft: Open, other_caisse: Caisse
) -> None:
    proof = store_evidence(ContentFile(b"the letter"), "courrier.txt", None)
    sent = an_act("sent_for_signature", "2024-02-01")
    elsewhere = draft(caisse=other_caisse, number="AILLEURS-1")
    subjects.record(elsewhere, sent, None, [proof])
    assert clerk.get(f"/conventions/{elsewhere.pk}/pieces/{proof.pk}/").status_code == 404
    assert clerk.get(f"/conventions/{convention.pk}/pieces/{proof.pk}/").status_code == 404
    here = draft(number="ICI-1")
    subjects.record(here, sent, None, [proof])
    response = clerk.get(f"/conventions/{here.pk}/pieces/{proof.pk}/")
    assert b"".join(response.streaming_content) == b"the letter"
    assert "courrier.txt" in response["Content-Disposition"]
    assert clerk.get(f"/conventions/{here.pk}/pieces/{'9' * 30}/").status_code == 404


# Signing in.


def test_signing_in_and_out(client: Client, caisse: Caisse) -> None:
    give(User.objects.create_user("gestionnaire@caisse.example", "un mot de passe"), caisse)
    wrong = client.post("/connexion/", {"username": "gestionnaire@caisse.example", "password": "x"})
    assert "ne vont pas ensemble" in text_of(wrong)
    right = {"username": "Gestionnaire@caisse.example", "password": "un mot de passe"}
    assert client.post("/connexion/", right)["Location"] == "/"
    assert client.post("/deconnexion/")["Location"] == "/connexion/"
    assert client.get("/conventions/").status_code == 302


@pytest.mark.parametrize("shown", [True, False])
def test_the_demonstration_logins_are_shown_in_development_only(
    client: Client, shown: bool
) -> None:
    User.objects.create_user("camille@demonstration.example")
    User.objects.create_user("robin@ccas.example")
    with override_settings(TACITE_DEMONSTRATION=shown):
        page = text_of(client.get("/connexion/"))
    assert ("exemple pour essayer" in page) is shown
    assert ("camille@demonstration.example" in page) is shown
    assert ("robin@ccas.example , CCAS d’Exempleville" in page) is shown


# What the pages say.


def test_the_list_says_where_each_convention_stands(clerk: Client, convention: Convention) -> None:
    page = text_of(clerk.get("/conventions/"))
    assert "1 convention, celle qui change le plus tôt d’abord" in page
    assert f"{convention.number} Commune d’Essai Caisse d’essai" in page
    assert "En vigueur" in page
    assert "1ʳᵉ période, jusqu’au 14 janvier 2025" in page
    assert "15 janvier 2025 dans 11 mois Période suivante" in page


def test_the_list_is_sorted_by_the_next_change_and_drafts_come_last(
    clerk: Client, convention: Convention, draft: Open, today: Move
) -> None:
    waiting = draft(number="A-BROUILLON")
    later = draft(number="A-PLUS-TARD")
    record(later, "cnil", "2024-01-20", basis="not_applicable", reference="R")
    for party in ("partner", "caisse"):
        record(later, "signature", "2024-01-31", party=party)
    html = clerk.get("/conventions/").content.decode()
    places = [html.index(one.number) for one in (convention, later, waiting)]
    assert places == sorted(places)


def test_the_list_is_searched_and_filtered(
    clerk: Client, agent: User, convention: Convention, draft: Open, other_caisse: Caisse
) -> None:
    give(agent, other_caisse)
    partner = Partner.objects.create(name="Crèche des Prés", kind="association")
    draft(caisse=other_caisse, number="AILLEURS-1", partner=partner)

    def numbers(query: str) -> set[str]:
        page = text_of(clerk.get(f"/conventions/?{query}"))
        return {number for number in (convention.number, "AILLEURS-1") if number in page}

    assert numbers("") == {convention.number, "AILLEURS-1"}
    assert numbers("q=prés") == {"AILLEURS-1"}
    assert numbers(f"q={convention.number.lower()}") == {convention.number}
    assert numbers("etat=active") == {convention.number}
    assert numbers("etat=draft") == {"AILLEURS-1"}
    assert numbers("etat=question") == set()
    assert numbers("caisse=AUTRE") == {"AILLEURS-1"}
    assert numbers("caisse=AUTRE&etat=active") == set()
    assert "Aucune convention ne répond" in text_of(clerk.get("/conventions/?q=zzz"))


@pytest.mark.parametrize(
    "query",
    [
        "etat=inconnu",
        "caisse=INCONNUE",
        "q=%00",
        "terme=1e9",
        "apres=abc",
        "avant=2024-99-99.1",
        "q=" + "é" * 201,
    ],
)
def test_a_query_that_means_nothing_is_no_failure(
    clerk: Client, convention: Convention, query: str
) -> None:
    assert convention.number in text_of(clerk.get(f"/conventions/?{query}"))


def test_a_long_list_has_pages_that_keep_the_filters(
    clerk: Client, draft: Open, today: Move
) -> None:
    today("2024-02-01")
    for number in range(27):
        draft(number=f"N-{number:03}")
    first = clerk.get("/conventions/?etat=draft")
    assert "27 conventions" in text_of(first)
    following = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert following
    assert following[1].startswith("?etat=draft&amp;apres=")
    second = clerk.get(f"/conventions/{unescape(following[1])}")
    assert "N-026" in text_of(second)
    assert "N-000" not in text_of(second)
    back = re.search(r'rel="prev" href="([^"]+)"', second.content.decode())
    assert back
    assert text_of(clerk.get(f"/conventions/{unescape(back[1])}")) == text_of(first)


def test_a_date_explains_itself(clerk: Client, convention: Convention) -> None:
    page = text_of(clerk.get(f"/conventions/{convention.pk}/"))
    assert "lundi 14 octobre 2024" in page
    assert "Dernier jour d’envoi d’une dénonciation" in page
    assert "Pourquoi cette date ? Article 9-1" in page
    assert "14 octobre 2024 + 3 mois = 14 janvier 2025" in page
    assert "15 janvier 2025 dans 11 mois , Tacite reconduction, 2ᵉ période" in page


def test_a_grey_zone_shows_both_readings_and_what_each_entails(
    clerk: Client, convention: Convention, today: Move
) -> None:
    today("2024-10-16")
    common = {"letter": "1", "by": "partner", "form": "registered_letter"}
    record(convention, "notice", "2024-10-15", **common)
    record(convention, "letter_posted", "2024-10-15", letter="1")
    page = text_of(clerk.get(f"/conventions/{convention.pk}/"))
    assert "À trancher, rien d’irréversible d’ici là" in page
    assert "Dernier jour en vigueur : 14 janvier 2025 (dénonciation)." in page
    assert "La convention continue ; sa période va au 14 janvier 2025." in page
    assert "15 octobre 2024 + 3 mois = 15 janvier 2025, le lendemain du dernier jour" in page


def test_an_annulled_act_stays_shown_without_effect(
    clerk: Client, convention: Convention, today: Move
) -> None:
    today("2024-03-01")
    wrong = record(convention, "suspension", "2024-02-20", reason="Essai.")
    record(convention, "annulment", "2024-03-01", of=wrong.identifier, reason="Erreur de dossier.")
    page = text_of(clerk.get(f"/conventions/{convention.pk}/"))
    assert "Suspension de l’accès Sans effet" in page
    assert "Suspension de l’accès du 20 février 2024, Erreur de dossier." in page


def test_what_runs_beside_the_periods_is_drawn_and_said_in_words(
    clerk: Client, convention: Convention, today: Move
) -> None:
    today("2024-06-03")
    record(convention, "suspension", "2024-03-01", reason="Essai.")
    record(convention, "suspension_lifted", "2024-03-12")
    record(convention, "notice", "2024-06-03", letter="1", by="partner", form="registered_letter")
    record(convention, "letter_posted", "2024-06-03", letter="1")
    page = clerk.get(f"/conventions/{convention.pk}/")
    said = text_of(page)
    assert "Accès suspendu du 1er mars 2024 au 11 mars 2024" in said
    assert "du 3 juin 2024 au 14 janvier 2025" in said
    assert page.content.decode().count('class="life-lane life-lane-') == 2


def test_a_draft_says_what_will_begin_its_life(clerk: Client, draft: Open, today: Move) -> None:
    today("2024-02-01")
    page = text_of(clerk.get(f"/conventions/{draft().pk}/"))
    assert "Aucune date en vue" in page
    assert "Sa vie commence à l’envoi pour signature" in page


def test_the_head_says_who_must_act(
    clerk: Client, convention: Convention, draft: Open, today: Move
) -> None:
    page = text_of(clerk.get(f"/conventions/{convention.pk}/"))
    assert "Personne n’a rien à faire d’ici là" in page
    sent = draft(number="EN-SIGNATURE")
    record(sent, "sent_for_signature", "2024-02-01")
    record(sent, "signature", "2024-02-01", party="caisse")
    page = text_of(clerk.get(f"/conventions/{sent.pk}/"))
    assert "signe la convention" in page
    assert page.count("signe la convention") == 1
    record(sent, "signature", "2024-02-01", party="partner")
    page = text_of(clerk.get(f"/conventions/{sent.pk}/"))
    assert "Le délégué à la protection des données déclare le traitement à la CNIL" in page


def test_the_journal_names_whoever_made_each_line_true(
    clerk: Client, agent: User, convention: Convention, today: Move
) -> None:
    agent.first_name, agent.last_name = "Camille", "Essai"
    agent.save()
    today("2025-02-01")
    letter = {"letter": "1", "by": "partner", "form": "registered_letter"}
    subjects.record(convention, an_act("notice", "2025-01-31", **letter), agent)
    subjects.record(convention, an_act("letter_posted", "2025-01-31", letter="1"), agent)
    journal = text_of(clerk.get(f"/conventions/{convention.pk}/")).split("Journal")[-1]
    assert "Dénonciation 31/01/2025 le 1er février 2025 à 12 h 00 Camille Essai" in journal
    assert "Tacite reconduction, 2ᵉ période 15/01/2025" in journal
    assert "la date seule" in journal


def test_what_was_recorded_can_break_no_page(
    clerk: Client, caisse: Caisse, draft: Open, today: Move
) -> None:
    today("2024-02-01")
    partner = Partner.objects.create(name="<b>Gras</b> & « fils »", kind="company")
    convention = draft(partner=partner, number="<i>1</i>")
    html = clerk.get(f"/conventions/{convention.pk}/").content.decode()
    assert "<b>Gras" not in html
    assert "&lt;b&gt;Gras" in html
