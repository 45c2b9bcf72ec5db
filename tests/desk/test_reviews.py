"""The lists of users that partners confirm, as the caisse reads them and types the answers in."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from access.models import Habilitation, ReviewedUser, UserReview
from access.services.habilitations import grant
from access.services.reviews import open_due_reviews, suspend_silent
from contracts.models import Caisse, Contact, Convention, Partner, Person, User
from tests.access.acting import happens
from tests.desk.habilitated import (
    Move,
    clerk,
    habilitation,
    hidden,
    page_of,
    person,
)
from tests.desk.pages import somebody, words
from tests.forms_annexes.files import a_pdf
from tests.portfolio import record
from workflows import clock
from workflows.effect_worker import drain
from workflows.sweep import sweep

__all__ = ["clerk", "habilitation", "person"]

pytestmark = pytest.mark.django_db

LISTS = "/utilisateurs/listes/"
PAPER = {"received_on": "2025-01-20", "channel": "paper"}

# In force since 15 January 2024: the list leaves on 15 January 2025, expected by 1 March.


@pytest.fixture
def other(habilitation: Habilitation) -> Habilitation:
    second = Person.objects.create(first_name="Dominique", last_name="Exemple")
    return grant(habilitation.convention, second, habilitation.service, None, clock.today())


@pytest.fixture
def review(
    habilitation: Habilitation, other: Habilitation, partner: Partner, today: Move
) -> UserReview:
    """A list of two users, sent on 15 January 2025; it is the 20th."""
    Caisse.objects.update(
        settings={
            "directory": "embedded",
            "user_review": {"every": "P1Y", "suspend_after": "P45D", "visa": "JUR-2024-3"},
        }
    )
    Contact.objects.create(
        partner=partner,
        person=Person.objects.create(last_name="Contact", email="contact@partenaire.example"),
        quality="Direction",
        first_day=date(2024, 1, 1),
    )
    today("2025-01-15")
    open_due_reviews(clock.today())
    drain()
    today("2025-01-20")
    return UserReview.objects.get()


def path_of(review: UserReview) -> str:
    return f"{LISTS}{review.pk}/"


def answers(kept: list[Habilitation], removed: list[Habilitation], **more: Any) -> dict[str, Any]:
    said = {f"user_{one.pk}": "kept" for one in kept}
    return PAPER | said | {f"user_{one.pk}": "removed" for one in removed} | more


def confirmed(client: Client, review: UserReview, told: dict[str, Any]) -> Any:
    """Ask what the answer changes, then confirm what was shown."""
    shown = client.post(path_of(review), told)
    assert "Ce que cela change" in words(shown)
    kept = {name: value for name, value in told.items() if name != "proof"}
    return client.post(
        path_of(review), kept | hidden(shown.context["form"]) | {"confirm": "oui"}, follow=True
    )


def states(*habilitations: Habilitation) -> list[str]:
    found = Habilitation.objects.in_bulk([one.pk for one in habilitations])
    return [found[one.pk].state for one in habilitations]


def test_the_lists_say_when_the_answer_is_due_what_silence_does_and_that_no_text_asks(
    clerk: Client, review: UserReview
) -> None:
    page = words(clerk.get(LISTS))
    assert "1 liste attend une réponse" in page
    assert "1er mars 2025 dans 40 jours" in page
    assert "Sans réponse au 1er mars 2025, ces accès sont suspendus le lendemain" in page
    assert "Hors texte." in page
    assert "envoyée le 15 janvier 2025" in page
    assert "Le message n’est pas encore parti" not in words(clerk.get(path_of(review)))
    convention = f"/conventions/{review.convention_id}/"
    assert path_of(review) in clerk.get(convention).content.decode()
    assert "Listes d’utilisateurs à confirmer 1" in words(clerk.get("/utilisateurs/"))


def test_nothing_waits_where_no_list_was_sent(clerk: Client, convention: Convention) -> None:
    assert "Aucune liste n’attend de réponse" in words(clerk.get(LISTS))
    assert "Voir la liste à confirmer" not in words(clerk.get(f"/conventions/{convention.pk}/"))


def test_the_answer_shows_what_it_changes_before_anything_is_written(
    clerk: Client, review: UserReview, habilitation: Habilitation, other: Habilitation
) -> None:
    shown = words(clerk.post(path_of(review), answers([habilitation], [other])))
    assert "Accès fermés dès la confirmation" in shown
    assert "1 autre accès reste comme aujourd’hui" in shown
    assert "Confirmer, 1 accès sera fermé" in shown
    assert "closed" not in states(habilitation, other)
    assert UserReview.objects.get().is_open


def test_the_confirmed_answer_stands_on_the_page_and_in_the_lives(
    clerk: Client, agent: User, review: UserReview, habilitation: Habilitation, other: Habilitation
) -> None:
    page = words(confirmed(clerk, review, answers([habilitation], [other])))
    assert "la liste est confirmée" in page
    assert "arrivée le 20 janvier 2025" in page
    assert "Papier" in page
    assert states(habilitation, other) == ["credentials_sent", "closed"]
    review.refresh_from_db()
    assert (review.confirmed_by, review.answered_on, review.channel) == (
        agent,
        date(2025, 1, 20),
        "paper",
    )
    listed = words(clerk.get(LISTS))
    assert "Aucune liste n’attend" in listed
    assert "Dernières réponses" in listed
    assert "liste des utilisateurs confirmée par le partenaire" in words(clerk.get(page_of(other)))


def test_the_scanned_answer_is_kept_with_the_list_and_with_the_accesses_it_closes(
    clerk: Client, review: UserReview, habilitation: Habilitation, other: Habilitation
) -> None:
    scan = SimpleUploadedFile("reponse.exe", b"Liste")
    told = answers([habilitation], [other])
    assert "Les fichiers de ce type ne sont pas acceptés" in words(
        clerk.post(path_of(review), told | {"proof": scan}), 422
    )
    confirmed(clerk, review, told | {"proof": SimpleUploadedFile("reponse.pdf", a_pdf())})
    file = clerk.get(f"{path_of(review)}piece/")
    assert b"".join(file.streaming_content).startswith(b"%PDF-")
    assert "reponse.pdf" in words(clerk.get(page_of(other)))


def test_the_answer_lifts_what_silence_suspended_and_nothing_else(
    clerk: Client,
    review: UserReview,
    habilitation: Habilitation,
    other: Habilitation,
    today: Move,
) -> None:
    today("2025-03-02")
    suspend_silent(clock.today())
    today("2025-03-03")
    happens(other, "user_suspended", "2025-03-03", reason_code="misuse")
    assert states(habilitation, other) == ["suspended", "suspended"]
    late = words(clerk.get(LISTS))
    assert "En retard" in late
    assert "ces accès sont suspendus depuis le 2 mars 2025" in late
    told = answers([habilitation, other], [], received_on="2025-03-03")
    shown = words(clerk.post(path_of(review), told))
    assert "Suspensions levées" in shown
    assert "pour un autre motif que l’absence de réponse : Dominique Exemple" in shown
    confirmed(clerk, review, told)
    assert states(habilitation, other) == ["credentials_sent", "suspended"]


def test_a_departure_already_announced_keeps_its_day(
    clerk: Client, review: UserReview, habilitation: Habilitation, other: Habilitation
) -> None:
    happens(other, "departure", "2025-02-10")
    told = answers([habilitation], [other])
    shown = words(clerk.post(path_of(review), told))
    assert "Dominique Exemple, l’accès se ferme le 10 février 2025" in shown
    assert "Aucun accès ne change" in shown
    confirmed(clerk, review, told)
    other.refresh_from_db()
    assert other.closes_on == date(2025, 2, 10)
    assert states(other) != ["closed"]
    assert not UserReview.objects.get().is_open


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"received_on": "2025-01-14"}, "La liste a été envoyée le 15 janvier 2025"),
        ({"received_on": "2025-01-21"}, "Ce jour est à venir"),
        ({"received_on": "2025-02-30"}, "Cette date n’existe pas"),
        ({"received_on": ""}, "Indiquez le jour"),
        ({"channel": ""}, "Dites par quelle voie"),
        ({"channel": "pigeon"}, "Sélectionnez un choix valide"),
        ({"kept_proof": "1:faux"}, "La pièce jointe est perdue"),
        ({"user": "peut-être"}, "Dites de Dominique Exemple si l’accès est gardé ou retiré"),
        ({"user": ""}, "Dites de Dominique Exemple si l’accès est gardé ou retiré"),
    ],
)
def test_an_answer_that_cannot_be_read_says_what_is_wrong_and_changes_nothing(
    clerk: Client,
    review: UserReview,
    habilitation: Habilitation,
    other: Habilitation,
    wrong: dict[str, str],
    said: str,
) -> None:
    told = answers([habilitation], [other])
    if "user" in wrong:
        wrong = {f"user_{other.pk}": wrong["user"]}
    page = words(clerk.post(path_of(review), told | wrong | {"confirm": "oui"}), 422)
    assert said in page
    assert UserReview.objects.get().is_open


def test_nothing_is_confirmed_that_was_not_shown(
    clerk: Client, review: UserReview, habilitation: Habilitation, other: Habilitation
) -> None:
    told = answers([habilitation], [other])
    straight = clerk.post(path_of(review), told | {"confirm": "oui"})
    assert "Ce que cela change" in words(straight)
    shown = hidden(straight.context["form"])
    happens(other, "user_suspended", "2025-01-20", reason_code="misuse")
    assert "Ce que cela change" in words(
        clerk.post(path_of(review), told | shown | {"confirm": "oui"})
    )
    assert UserReview.objects.get().is_open


def test_the_same_answer_sent_twice_is_written_once(
    clerk: Client, review: UserReview, habilitation: Habilitation, other: Habilitation
) -> None:
    told = answers([habilitation], [other])
    shown = hidden(clerk.post(path_of(review), told).context["form"])
    for _ in range(2):
        page = clerk.post(path_of(review), told | shown | {"confirm": "oui"}, follow=True)
    assert "Cette liste est déjà confirmée : rien n’a changé" in words(page)
    assert other.acts.filter(kind="departure").count() == 1


def test_an_auditor_reads_and_answers_nothing(
    caisse: Caisse, review: UserReview, habilitation: Habilitation, other: Habilitation
) -> None:
    auditor = somebody(caisse, "auditor")
    assert "Votre rôle permet de lire" in words(auditor.get(path_of(review)))
    assert review.convention.partner.name in words(auditor.get(LISTS))
    answer = auditor.post(path_of(review), answers([habilitation], [other]))
    assert answer.status_code == 403
    assert set(review.users.values_list("answer", flat=True)) == {ReviewedUser.Answer.PENDING}


def test_another_caisse_s_lists_do_not_exist(review: UserReview) -> None:
    elsewhere = somebody(Caisse.objects.create(code="CAISSE2", name="Autre"), "director")
    assert elsewhere.get(path_of(review)).status_code == 404
    assert elsewhere.get(f"{path_of(review)}piece/").status_code == 404
    assert elsewhere.get(f"{LISTS}{'9' * 30}/").status_code == 404
    assert "Aucune liste n’attend" in words(elsewhere.get(LISTS))


def test_a_partner_s_person_sees_none_of_it(client: Client, review: UserReview) -> None:
    client.force_login(User.objects.create_user("direction@structure.example"))
    assert client.get(LISTS).status_code == 403
    assert client.get(path_of(review)).status_code == 404


def test_a_convention_that_ended_has_nothing_to_confirm(
    clerk: Client, review: UserReview, convention: Convention, today: Move
) -> None:
    record(
        convention,
        "mutual_termination",
        "2025-01-20",
        last_day="2025-01-31",
        agreed_by=["caisse", "partner"],
    )
    today("2025-02-10")
    sweep(clock.today())
    page = words(clerk.get(path_of(review)))
    assert "il n’y a plus rien à confirmer" in page
