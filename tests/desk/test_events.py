"""Recording an event at the desk: what is offered, what it changes, and what stands in the way."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from access.services.habilitations import grant
from contracts.models import Caisse, Convention, Person, User
from desk.event_forms import EventForm
from desk.events import EVENTS
from tests.desk.test_pages import Move, Open, give, text_of
from tests.forms_annexes.files import a_pdf
from tests.portfolio import an_act, life, record
from workflows import clock, subjects
from workflows.acts import KINDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def lawyer(client: Client, agent: User, caisse: Caisse) -> Client:
    """A legal officer of the caisse, signed in."""
    give(agent, caisse, role="legal_officer")
    client.force_login(agent)
    return client


@pytest.fixture
def living(draft: Open, today: Move) -> Convention:
    """A convention signed and declared on 15 January 2025, looked at on 20 October."""
    today("2025-01-15")
    convention = draft()
    for party in ("partner", "caisse"):
        record(convention, "signature", "2025-01-15", party=party)
    record(convention, "cnil", "2025-01-15", basis="transmission", reference="T-1")
    today("2025-10-20")
    return convention


def hidden(form: EventForm) -> dict[str, Any]:
    """What the form carries besides the answers."""
    values = {field.name: field.value() for field in form.hidden_fields()}
    return {name: "" if value is None else value for name, value in values.items()}


def fill(client: Client, convention: Convention, kind: str, **answers: Any) -> dict[str, Any]:
    """The answers with what the form itself carries."""
    page = client.get(f"/conventions/{convention.pk}/evenements/{kind}/")
    return hidden(page.context["form"]) | answers


def tell(client: Client, convention: Convention, kind: str, answers: dict[str, Any]) -> Any:
    return client.post(f"/conventions/{convention.pk}/evenements/{kind}/", answers)


def confirm(client: Client, convention: Convention, kind: str, answers: dict[str, Any]) -> Any:
    """Ask what it changes, then confirm what was shown."""
    shown = tell(client, convention, kind, answers).context["form"]
    kept = hidden(shown)
    without_file = {name: value for name, value in answers.items() if name != "proof"}
    return tell(client, convention, kind, without_file | kept | {"confirm": "oui"})


NOTICE = {
    "by": "partner",
    "form": "registered_letter",
    "posted_on": "2025-10-10",
    "received_on": "2025-10-20",
    "outcome": "delivered",
}


def test_every_event_offered_is_an_act_of_the_engine() -> None:
    assert {event.kind for event in EVENTS} <= set(KINDS)


def test_what_is_not_possible_now_is_named_with_its_reason(
    lawyer: Client, living: Convention
) -> None:
    page = text_of(lawyer.get(f"/conventions/{living.pk}/evenements/"))

    possible, impossible = page.split("Pas possible aujourd’hui")
    assert "Une dénonciation est partie ou arrivée" in possible
    assert "Une partie a signé Toutes les parties ont signé." in impossible
    assert "L’accès est rendu L’accès n’est pas suspendu." in impossible
    assert "Le dossier est clôturé" in impossible
    assert "Seule une convention arrivée à son terme peut être clôturée." in impossible


def test_an_auditor_records_nothing(client: Client, agent: User, living: Convention) -> None:
    give(agent, living.caisse, role="auditor")
    client.force_login(agent)

    assert "Enregistrer un événement" not in text_of(client.get(f"/conventions/{living.pk}/"))
    assert client.get(f"/conventions/{living.pk}/evenements/notice/").status_code == 403
    assert tell(client, living, "notice", NOTICE).status_code == 403
    assert living.acts.count() == 3


def test_a_convention_of_another_caisse_takes_no_event(
    client: Client, django_user_model: type[User], living: Convention
) -> None:
    stranger = django_user_model.objects.create_user("ailleurs@exemple.example")
    client.force_login(stranger)

    assert client.get(f"/conventions/{living.pk}/evenements/").status_code == 404
    assert tell(client, living, "notice", NOTICE).status_code == 404


def test_a_notice_shows_what_it_changes_and_writes_nothing_yet(
    lawyer: Client, living: Convention
) -> None:
    page = text_of(tell(lawyer, living, "notice", fill(lawyer, living, "notice", **NOTICE)))

    assert "Ce que cela change" in page
    assert "dernier jour en vigueur le 14 janvier 2026" in page
    assert "Confirmer, la convention prendra fin" in page
    assert living.acts.count() == 3


def test_a_notice_confirmed_is_recorded_with_its_postal_life_and_its_proof(
    lawyer: Client, living: Convention
) -> None:
    answers = fill(lawyer, living, "notice", **NOTICE)
    answers["proof"] = SimpleUploadedFile("enveloppe.pdf", a_pdf())

    response = confirm(lawyer, living, "notice", answers)

    living.refresh_from_db()
    assert response.status_code == 302
    assert living.state == "notice_given"
    assert life(living)[-1] == ("give_notice", "2025-10-10")
    rows = list(living.acts.order_by("revision"))[3:]
    assert [row.kind for row in rows] == ["notice", "letter_posted", "letter_delivered"]
    assert {file.original_name for row in rows for file in row.evidence.all()} == {"enveloppe.pdf"}


def test_a_form_sent_twice_records_one_event(lawyer: Client, living: Convention) -> None:
    answers = fill(lawyer, living, "notice", **NOTICE)

    confirm(lawyer, living, "notice", answers)
    again = confirm(lawyer, living, "notice", answers)

    assert again.status_code in (200, 302)
    assert living.acts.count() == 6


def test_answers_changed_after_they_were_weighed_are_weighed_again(
    lawyer: Client, living: Convention
) -> None:
    answers = fill(lawyer, living, "notice", **NOTICE)
    shown = tell(lawyer, living, "notice", answers).context["form"]
    kept = hidden(shown)

    changed = answers | kept | {"posted_on": "2025-10-18", "confirm": "oui"}
    page = text_of(tell(lawyer, living, "notice", changed))

    assert "Ce que cela change" in page
    assert living.acts.count() == 3


def test_a_page_that_the_convention_left_behind_says_so_and_records_nothing(
    lawyer: Client, living: Convention
) -> None:
    answers = fill(lawyer, living, "notice", **NOTICE)
    record(living, "suspension", "2025-10-19", reason="Essai")

    page = text_of(confirm(lawyer, living, "notice", answers))

    assert "La situation a changé depuis l’affichage de ce formulaire" in page
    assert "Suspension de l’accès (19 octobre 2025), enregistré le 20 octobre 2025" in page
    assert living.acts.count() == 4


def test_whoever_recorded_meanwhile_is_named(
    lawyer: Client, living: Convention, django_user_model: type[User]
) -> None:
    colleague = django_user_model.objects.create_user(
        "lou@caisse.example", first_name="Lou", last_name="Exemple"
    )
    answers = fill(lawyer, living, "notice", **NOTICE)
    subjects.record(living, an_act("suspension", "2025-10-19", reason="Essai"), colleague)

    assert "par Lou Exemple" in text_of(confirm(lawyer, living, "notice", answers))


def test_a_fact_learnt_late_says_what_would_have_been_different(
    lawyer: Client, living: Convention, today: Move
) -> None:
    today("2026-03-02")
    page = text_of(tell(lawyer, living, "notice", fill(lawyer, living, "notice", **NOTICE)))

    past = page.split("Ce qui aurait été différent")[1]
    assert "10 octobre 2025 : Dénonciation a eu lieu" in past
    assert "15 janvier 2026 : Tacite reconduction, 2ᵉ période n’a pas eu lieu" in past
    assert "15 janvier 2026 : Fin à l’échéance a eu lieu" in past
    assert "Fin de la convention et engagements qui demeurent" in past
    assert living.acts.count() == 3


def test_the_people_who_lose_their_access_are_named_before_it_is_confirmed(
    lawyer: Client, living: Convention
) -> None:
    person = Person.objects.create(
        first_name="Claude", last_name="Essai", email="claude@structure.example"
    )
    grant(living, person, living.rules.services[0].code, None, clock.today())
    page = text_of(tell(lawyer, living, "notice", fill(lawyer, living, "notice", **NOTICE)))

    assert "Moins d’accès ouvert jusqu’au 14 janvier 2026 compris" in page.split("Claude Essai")[1]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"received_on": "2025-10-01"}, "Rien n’est enregistré"),
        ({"posted_on": "2025-11-10", "received_on": "", "outcome": ""}, "Rien n’est enregistré"),
        ({"posted_on": "hier"}, "Postée le : Saisissez une date valide."),
        ({"posted_on": "", "received_on": "", "outcome": ""}, "Rien n’est enregistré"),
    ],
)
def test_impossible_dates_are_said_and_nothing_is_recorded(
    lawyer: Client, living: Convention, answers: dict[str, str], words: str
) -> None:
    page = text_of(
        tell(lawyer, living, "notice", fill(lawyer, living, "notice", **(NOTICE | answers)))
    )

    assert words in page
    assert "Confirmer" not in page
    assert living.acts.count() == 3


def test_a_social_security_number_is_refused_in_a_reason(
    lawyer: Client, living: Convention
) -> None:
    reason = "Dossier 2 95 10 99 126 111 93"
    answers = fill(lawyer, living, "suspension", on="2025-10-20", reason=reason)

    page = text_of(tell(lawyer, living, "suspension", answers))

    assert "Rien n’est enregistré" in page
    assert living.acts.count() == 3


def test_a_grey_notice_announces_the_question_before_it_is_confirmed(
    lawyer: Client, living: Convention
) -> None:
    grey = NOTICE | {"posted_on": "2025-10-15"}

    page = text_of(tell(lawyer, living, "notice", fill(lawyer, living, "notice", **grey)))

    assert "Un juriste tranchera" in page
    assert "Confirmer et enregistrer" in page


def test_the_declaration_is_the_data_protection_officers(
    client: Client, agent: User, draft: Open, today: Move
) -> None:
    today("2025-01-20")
    convention = draft()
    give(agent, convention.caisse, role="dpo")
    client.force_login(agent)
    answers = fill(
        client, convention, "cnil", basis="not_applicable", reference="R-12", on="2025-01-20"
    )

    assert confirm(client, convention, "cnil", answers).status_code == 302
    assert client.get(f"/conventions/{convention.pk}/evenements/signature/").status_code == 403
    row = convention.acts.get()
    assert (row.kind, row.payload["basis"]) == ("cnil", "not_applicable")


@pytest.fixture
def doubtful(living: Convention) -> Convention:
    """A notice posted one day after the last day of sending."""
    letter = {"by": "partner", "form": "registered_letter", "letter": "L"}
    record(living, "notice", "2025-10-15", **letter)
    record(living, "letter_posted", "2025-10-15", letter="L")
    return living


def question_path(convention: Convention) -> str:
    (question,) = convention.timeline(clock.today()).open_questions
    return f"/conventions/{convention.pk}/questions/{question.identity}/"


def test_a_lawyer_settles_a_question_with_reasons_once_the_effect_was_shown(
    lawyer: Client, doubtful: Convention
) -> None:
    path = question_path(doubtful)
    assert path in lawyer.get(f"/conventions/{doubtful.pk}/").content.decode()
    answers = hidden(lawyer.get(path).context["form"])
    answers |= {"answer": "in_time", "reasons": "L’échéance est le jour anniversaire."}

    shown = lawyer.post(path, answers)
    kept = hidden(shown.context["form"])
    response = lawyer.post(path, answers | kept | {"confirm": "oui"})

    assert "dernier jour en vigueur le 14 janvier 2026" in text_of(shown)
    assert response.status_code == 302
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.open_questions) == ("notice_given", 0)


def test_a_question_is_not_settled_without_reasons(lawyer: Client, doubtful: Convention) -> None:
    path = question_path(doubtful)
    answers = hidden(lawyer.get(path).context["form"]) | {"answer": "in_time", "reasons": ""}

    assert "Rien n’est enregistré" in text_of(lawyer.post(path, answers))


def test_a_clerk_settles_no_question(client: Client, agent: User, doubtful: Convention) -> None:
    give(agent, doubtful.caisse)
    client.force_login(agent)

    assert "Trancher cette question" not in text_of(client.get(f"/conventions/{doubtful.pk}/"))
    assert client.get(question_path(doubtful)).status_code == 403


def test_a_question_that_is_not_asked_does_not_exist(lawyer: Client, living: Convention) -> None:
    assert lawyer.get(f"/conventions/{living.pk}/questions/grey_zone:rien/").status_code == 404


def test_an_event_recorded_by_mistake_is_annulled_with_its_reason(
    lawyer: Client, living: Convention
) -> None:
    signature = living.acts.filter(kind="signature").latest("revision")
    path = f"/conventions/{living.pk}/annulations/{signature.identifier}/"
    answers = hidden(lawyer.get(path).context["form"])
    answers |= {"reason": "Signature d’une autre convention."}

    shown = lawyer.post(path, answers)
    response = lawyer.post(path, answers | hidden(shown.context["form"]) | {"confirm": "oui"})

    assert "État En vigueur" in text_of(shown)
    assert response.status_code == 302
    living.refresh_from_db()
    assert living.state == "draft"
    assert "Sans effet" in text_of(lawyer.get(f"/conventions/{living.pk}/"))


@pytest.mark.parametrize("reason", ["", "   "])
def test_an_event_is_not_annulled_without_a_reason(
    lawyer: Client, living: Convention, reason: str
) -> None:
    signature = living.acts.filter(kind="signature").latest("revision")
    path = f"/conventions/{living.pk}/annulations/{signature.identifier}/"
    answers = hidden(lawyer.get(path).context["form"]) | {"reason": reason, "confirm": "oui"}

    said = lawyer.post(path, answers)

    assert "reason" in said.context["form"].errors
    assert not living.acts.filter(kind="annulment").exists()


def test_an_event_of_another_convention_is_not_annulled_here(
    lawyer: Client, living: Convention, convention: Convention
) -> None:
    elsewhere = convention.acts.first()
    assert elsewhere is not None
    path = f"/conventions/{living.pk}/annulations/{elsewhere.identifier}/"

    assert lawyer.get(path).status_code == 404
