"""Recording what becomes of a named user: what is offered, what it changes, what is refused."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from access.models import Account, Habilitation
from access.services.habilitations import grant
from contracts.models import (
    Agent,
    Caisse,
    Convention,
    Partner,
    Person,
    Power,
    PublishedRulebook,
    User,
)
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebooks
from tests.access.acting import happens
from tests.desk.habilitated import (
    BEFORE,
    SUSPENDED,
    Move,
    clerk,
    confirm,
    event_of,
    fill,
    habilitation,
    hidden,
    lawyer,
    lawyer_key,
    page_of,
    person,
)
from tests.desk.pages import words
from tests.forms_annexes.files import a_pdf
from workflows import clock

__all__ = ["clerk", "habilitation", "lawyer", "person"]

pytestmark = pytest.mark.django_db


def test_an_account_that_another_right_keeps_open_is_said_to_be_shared(
    lawyer: Client, habilitation: Habilitation
) -> None:
    other = Person.objects.create(last_name="Exemple")
    grant(habilitation.convention, other, habilitation.service, None, clock.today())
    path = event_of(habilitation, "user_suspended")
    answers = fill(lawyer, path, decided_by=lawyer_key(), **SUSPENDED)
    assert "Ce compte est partagé" in words(lawyer.post(path, answers))
    confirm(lawyer, path, answers)
    page = words(lawyer.get(page_of(habilitation)))
    assert "Fermé par cette habilitation L’habilitation est suspendue." in page
    assert "Le portail laisse entrer ce compte" in page


def test_only_what_is_possible_is_offered_and_the_rest_says_why(
    clerk: Client, habilitation: Habilitation
) -> None:
    page = words(clerk.get(f"{page_of(habilitation)}evenements/"))
    possible, impossible = page.split("Pas possible aujourd’hui")
    assert "Suspendre l’accès de cette personne" in possible
    assert "La personne quitte ses fonctions" in possible
    assert "Lever la suspension Cette habilitation n’est pas suspendue." in impossible
    assert "Fermer pour inactivité Cette convention ne permet pas de fermer un compte" in impossible


def test_a_suspension_shows_what_it_changes_before_it_is_confirmed(
    lawyer: Client, habilitation: Habilitation
) -> None:
    path = event_of(habilitation, "user_suspended")
    page = words(lawyer.post(path, fill(lawyer, path, decided_by=lawyer_key(), **SUSPENDED)))
    label = habilitation.convention.rules.services[0].label
    assert "État Identifiants envoyés Suspendue" in page
    assert "Accès au service ouvert fermé. L’habilitation est suspendue." in page
    assert f"Compte dans l’annuaire ouvert ({label}) verrouillé" in page
    assert "Tacite n’envoie aucun message : prévenez Claude Essai" in page
    assert habilitation.acts.count() == BEFORE


def test_a_suspension_is_recorded_once_with_its_proof_and_locks_the_account(
    lawyer: Client, habilitation: Habilitation, django_capture_on_commit_callbacks: Any
) -> None:
    path = event_of(habilitation, "user_suspended")
    answers = fill(lawyer, path, decided_by=lawyer_key(), **SUSPENDED)
    content = a_pdf()
    with_proof = answers | {"proof": SimpleUploadedFile("signalement.pdf", content)}
    with django_capture_on_commit_callbacks(execute=True):
        response = confirm(lawyer, path, with_proof)
    assert response.status_code == 302
    again = lawyer.post(path, answers | {"confirm": "oui"})
    assert again.status_code == 200
    habilitation.refresh_from_db()
    assert (habilitation.state, habilitation.acts.count()) == ("suspended", BEFORE + 1)
    assert Account.objects.get().state == "locked"
    row = habilitation.acts.latest("revision")
    (proof,) = row.evidence.all()
    assert row.digest == row.computed_digest()
    page = lawyer.get(page_of(habilitation)).content.decode()
    address = f"{page_of(habilitation)}pieces/{proof.pk}/"
    assert address in page
    given = lawyer.get(address)
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(given.streaming_content) == content


def test_a_clerk_records_the_decision_of_whoever_had_the_power(
    clerk: Client, lawyer: Client, agent: User, caisse: Caisse, habilitation: Habilitation
) -> None:
    path = event_of(habilitation, "user_suspended")
    assert "Rien n’est enregistré" in words(clerk.post(path, fill(clerk, path, **SUSPENDED)))
    own = fill(clerk, path, decided_by=str(agent.pk), **SUSPENDED)
    assert "Rien n’est enregistré" in words(clerk.post(path, own))

    person = Person.objects.create(last_name="Agent")
    empowered = Agent.objects.create(caisse=caisse, user=agent, person=person, title="Agente")
    Power.objects.create(
        agent=empowered,
        kind=Power.Kind.SUSPEND_ACCESS,
        delegation_reference="D-1",
        first_day=date(2024, 1, 1),
    )
    definitive = words(clerk.post(path, own | {"nature": "definitive"}))
    assert "Cette décision revient à un juriste de la caisse" in definitive
    confirm(clerk, path, fill(clerk, path, decided_by=lawyer_key(), **SUSPENDED))
    page = words(clerk.get(page_of(habilitation)))
    assert "décidé par legal_officer@caisse.example" in page


def test_the_same_confirmation_sent_twice_is_one_event(
    clerk: Client, habilitation: Habilitation
) -> None:
    path = event_of(habilitation, "departure")
    answers = fill(clerk, path, on="2024-02-20")
    shown = clerk.post(path, answers)
    sent = answers | hidden(shown.context["form"]) | {"confirm": "oui"}
    assert clerk.post(path, sent).status_code == 302
    assert clerk.post(path, sent).status_code == 302
    assert habilitation.acts.filter(kind="departure").count() == 1


def test_a_page_that_the_life_left_behind_says_what_changed(
    lawyer: Client, habilitation: Habilitation
) -> None:
    path = event_of(habilitation, "user_suspended")
    answers = fill(lawyer, path, decided_by=lawyer_key(), **SUSPENDED)
    shown = lawyer.post(path, answers)
    happens(habilitation, "departure", "2024-02-20")
    page = words(lawyer.post(path, answers | hidden(shown.context["form"]) | {"confirm": "oui"}))
    assert "La situation a changé depuis l’affichage de ce formulaire" in page
    assert "Départ de l’utilisateur (20 février 2024)" in page
    assert not habilitation.acts.filter(kind="user_suspended").exists()


@pytest.mark.parametrize(
    ("kind", "answers", "said"),
    [
        ("user_suspended", SUSPENDED | {"on": "2024-02-30"}, "Rien n’est enregistré"),
        ("user_suspended", SUSPENDED | {"on": "2024-03-01"}, "Rien n’est enregistré"),
        ("user_suspended", SUSPENDED | {"nature": "autre"}, "Rien n’est enregistré"),
        ("user_suspended", SUSPENDED | {"reason_code": "autre"}, "Rien n’est enregistré"),
        ("user_suspended", SUSPENDED | {"reason_code": "other"}, "Précisez le motif"),
        ("user_suspended", SUSPENDED | {"reason_code": "review_silence"}, "Rien n’est enregistré"),
        ("user_suspended", SUSPENDED | {"more": "2 95 10 99 126 111 93"}, "Rien n’est enregistré"),
        ("scope_changed", {"on": "2024-02-01", "departement": "0 2"}, "Rien n’est enregistré"),
        ("scope_changed", {"on": "2024-02-01", "circonscription": "C1"}, "Rien n’est enregistré"),
        ("profile_changed", {"on": "2024-02-01", "profile": "1"}, "Rien n’est enregistré"),
        ("credentials_lost", {"on": "2024-02-01", "circumstance": "?"}, "Rien n’est enregistré"),
        ("user_suspension_lifted", {"on": "2024-02-01"}, "n’est pas suspendue"),
        ("departure", {"on": ""}, "Rien n’est enregistré"),
        ("dormancy_closure", {"on": "2024-02-01"}, "ne permet pas de fermer un compte"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_recorded(
    lawyer: Client, habilitation: Habilitation, kind: str, answers: dict[str, str], said: str
) -> None:
    path = event_of(habilitation, kind)
    page = words(
        lawyer.post(
            path,
            fill(lawyer, path, **({"decided_by": lawyer_key()} | answers)) | {"confirm": "oui"},
        )
    )
    assert said in page
    assert "Confirmer" not in page
    assert habilitation.acts.count() == BEFORE


def test_a_forged_form_is_refused_without_a_fault(
    clerk: Client, habilitation: Habilitation
) -> None:
    path = event_of(habilitation, "departure")
    for forged in ({}, {"identifier": "x" * 99}, {"kept_proof": "autre:1"}, {"on": "\x00"}):
        answers = {"identifier": "a", "seen_revision": "un", "on": "2024-02-20"} | forged
        assert clerk.post(path, answers | {"confirm": "oui"}).status_code == 200
    assert habilitation.acts.count() == BEFORE


def test_lost_credentials_close_the_right_and_grant_the_new_one_in_one_gesture(
    clerk: Client, habilitation: Habilitation
) -> None:
    path = event_of(habilitation, "credentials_lost")
    answers = fill(clerk, path, on="2024-02-01", circumstance="loss", regrant="on")
    shown = clerk.post(path, answers)
    assert "Une nouvelle habilitation est accordée à Claude Essai" in words(shown)
    sent = answers | hidden(shown.context["form"]) | {"confirm": "oui"}
    response = clerk.post(path, sent)
    clerk.post(path, sent)

    old, new = Habilitation.objects.order_by("pk")
    assert (old.state, old.close_cause) == ("closed", "credentials_lost")
    assert (new.state, new.account) == ("granted", old.account)
    assert response.headers["Location"] == page_of(new)
    assert "Autres habilitations de cette personne" in words(clerk.get(page_of(new)))


def test_a_loss_may_be_recorded_without_a_new_right(
    clerk: Client, habilitation: Habilitation
) -> None:
    path = event_of(habilitation, "credentials_lost")
    confirm(clerk, path, fill(clerk, path, on="2024-02-01", circumstance="theft"))
    assert Habilitation.objects.get().state == "closed"


def test_a_loss_whose_right_cannot_be_granted_anew_changes_nothing(
    clerk: Client, habilitation: Habilitation, person: Person
) -> None:
    path = event_of(habilitation, "credentials_lost")
    answers = fill(clerk, path, on="2024-02-01", circumstance="loss", regrant="on")
    Person.objects.filter(pk=person.pk).update(
        erased_at=clock.now(), first_name="", last_name="", email="", phone=""
    )
    page = words(confirm(clerk, path, answers))
    assert "coordonnées de cette personne ont été effacées" in page
    assert Habilitation.objects.get().state == "credentials_sent"


def without_suspension_clause(habilitation: Habilitation) -> None:
    """Pin the convention to a version of its text that has no clause of suspension."""
    pinned = habilitation.convention.pinned
    assert pinned is not None
    content = {key: value for key, value in pinned.content.items() if key != "suspension"}
    version = PublishedRulebook(code=pinned.code, version=pinned.version + 1, content=content)
    version.digest, version.published_at = "0" * 64, pinned.published_at
    version.save()
    Convention.objects.update(pinned=version)


def test_without_a_clause_only_a_lawyer_suspends_under_a_visa(
    clerk: Client, lawyer: Client, habilitation: Habilitation
) -> None:
    without_suspension_clause(habilitation)
    path = event_of(habilitation, "user_suspended")
    listed = words(clerk.get(f"{page_of(habilitation)}evenements/"))
    assert "Seuls un juriste ou la direction" in listed.split("Pas possible aujourd’hui")[1]
    assert clerk.get(path).status_code == 403
    assert clerk.post(path, SUSPENDED).status_code == 403

    without = fill(lawyer, path, decided_by=lawyer_key(), **SUSPENDED)
    assert "Rien n’est enregistré" in words(lawyer.post(path, without))
    confirm(lawyer, path, without | {"visa": "Décision J-12"})
    habilitation.refresh_from_db()
    assert habilitation.state == "suspended"
    assert "visa : Décision J-12" in words(lawyer.get(page_of(habilitation)))


def test_the_territory_of_a_user_is_narrowed_by_a_dated_event(
    clerk: Client, habilitation: Habilitation
) -> None:
    path = event_of(habilitation, "scope_changed")
    answers = fill(clerk, path, on="2024-02-01", departement="60")
    assert "Périmètre celui du service département 60" in words(clerk.post(path, answers))
    confirm(clerk, path, answers)
    habilitation.refresh_from_db()
    assert habilitation.scope == {"departement": "60"}
    assert "Périmètre département 60" in words(clerk.get(page_of(habilitation)))
    assert "département 60" in words(clerk.get("/utilisateurs/acces-au/?le=2024-02-01"))
    assert "département 60" not in words(clerk.get("/utilisateurs/acces-au/?le=2024-01-31"))


def test_a_departement_that_the_caisse_does_not_manage_is_refused_beside_its_field(
    clerk: Client, habilitation: Habilitation
) -> None:
    Caisse.objects.update(departments=["60"])
    path = event_of(habilitation, "scope_changed")
    refused = clerk.post(path, fill(clerk, path, on="2024-02-01", departement="75"))
    assert "Le département 75 n’est pas de ceux de Caisse d’essai (60)." in words(refused)
    assert "departement" in refused.context["form"].errors


@pytest.fixture
def listed_profiles(caisse: Caisse, person: Person, today: Move) -> Habilitation:
    """A right under a text that lists profiles and closes for want of use after nine months."""
    listing = next(one for one in rulebooks().values() if one.habilitation.dormancy is not None)
    published = publish(listing)[0]
    today("2024-01-10")
    partner = Partner.objects.create(name="Ville d’Essai", kind="commune", siren="217500016")
    opened = draft_convention(caisse=caisse, partner=partner, rulebook_code=published.code)
    service = opened.rules.services[0].code
    return grant(opened, person, service, None, clock.today(), profile="1")


def test_a_profile_of_the_list_is_changed_for_another(
    clerk: Client, listed_profiles: Habilitation
) -> None:
    assert "profil 1, Travailleurs sociaux" in words(clerk.get(page_of(listed_profiles)))
    path = event_of(listed_profiles, "profile_changed")
    answers = fill(clerk, path, on="2024-01-10", profile="2")
    assert "Profil profil 1" in words(clerk.post(path, answers))
    confirm(clerk, path, answers)
    listed_profiles.refresh_from_db()
    assert listed_profiles.profile == "2"


def test_want_of_use_is_announced_then_proposed_then_closed_by_a_person(
    clerk: Client, listed_profiles: Habilitation, today: Move
) -> None:
    asked = "/utilisateurs/?etat="
    today("2024-09-10")
    assert "Personne ne répond" in words(clerk.get(f"{asked}bientot"))
    today("2024-09-11")
    assert "possible à partir du 11 octobre 2024" in words(clerk.get(f"{asked}bientot"))
    listed = words(clerk.get(f"{page_of(listed_profiles)}evenements/"))
    assert "possible à partir du 11 octobre 2024 (article 4)" in listed
    assert "Personne ne répond" in words(clerk.get(f"{asked}inactivite"))
    today("2024-10-11")
    assert "Fermeture à proposer" in words(clerk.get(f"{asked}inactivite"))
    assert "Personne ne répond" in words(clerk.get(f"{asked}bientot"))
    path = event_of(listed_profiles, "dormancy_closure")
    confirm(clerk, path, fill(clerk, path, on="2024-10-11"))
    listed_profiles.refresh_from_db()
    assert (listed_profiles.state, listed_profiles.close_cause) == ("closed", "dormancy")
    assert "Personne ne répond" in words(clerk.get(f"{asked}inactivite"))


def test_a_suspension_is_lifted_unless_it_is_definitive(
    lawyer: Client, habilitation: Habilitation, today: Move
) -> None:
    happens(habilitation, "user_suspended", "2024-02-01", reason="Essai")
    path = event_of(habilitation, "user_suspension_lifted")
    confirm(lawyer, path, fill(lawyer, path, on="2024-02-01", decided_by=lawyer_key()))
    habilitation.refresh_from_db()
    assert habilitation.state == "credentials_sent"

    # Of two acts of one day, the law knows no order but that of their kinds.
    today("2024-02-02")
    happens(habilitation, "user_suspended", "2024-02-02", reason="Essai", nature="definitive")
    listed = words(lawyer.get(f"{page_of(habilitation)}evenements/"))
    assert "Une suspension définitive ne se lève pas (article" in listed


def test_a_lawyer_annuls_what_was_recorded_by_mistake(
    clerk: Client, lawyer: Client, habilitation: Habilitation
) -> None:
    row = happens(habilitation, "departure", "2024-02-01")
    path = f"{page_of(habilitation)}annulations/{row.identifier}/"
    assert path not in clerk.get(page_of(habilitation)).content.decode()
    assert clerk.get(path).status_code == 403
    assert path in lawyer.get(page_of(habilitation)).content.decode()
    confirm(lawyer, path, fill(lawyer, path, reason="Autre personne"))
    habilitation.refresh_from_db()
    assert habilitation.state == "credentials_sent"
    page = words(lawyer.get(page_of(habilitation)))
    assert "Départ de l’utilisateur Sans effet" in page
    assert "Départ de l’utilisateur du 1er février 2024, Autre personne" in page
    assert lawyer.get(f"{page_of(habilitation)}annulations/inconnu/").status_code == 404
