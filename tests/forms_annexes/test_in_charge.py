"""Taking a request in charge; correcting a typing error; reopening what was decided."""

import pytest
from django.core.exceptions import ValidationError

from access.models import Habilitation
from contracts.models import User
from forms_annexes.models import AccessRequest
from forms_annexes.services import assigning, filling, instructing, reopening, submissions
from forms_annexes.services.chronicle import history_of
from forms_annexes.services.correcting import correct
from forms_annexes.services.moving import RequestRefused, StaleRequest, open_task
from forms_annexes.services.returning import Target
from tests.forms_annexes.eleven_agents import (
    Browsing,
    again,
    clerk,
    delegated,
    eleven,
    in_force,
    lawyer,
    named,
    other,
    posted,
)

__all__ = ["clerk", "eleven", "lawyer", "other"]

pytestmark = pytest.mark.django_db


# In charge


def test_an_agent_takes_a_request_and_a_colleague_takes_over(
    eleven: AccessRequest, clerk: User, other: User
) -> None:
    assigning.take(eleven, clerk)
    assert assigning.in_charge(eleven) == clerk
    with pytest.raises(StaleRequest, match="Camille Exemple a pris"):
        assigning.take(eleven, other)
    with pytest.raises(StaleRequest, match="Prenez le relais"):
        instructing.refuse(eleven, other, "not_staff")
    assigning.take(eleven, other, seen=clerk.pk)
    assert assigning.in_charge(eleven) == other
    said = [(line.words, line.author) for line in history_of(eleven, for_staff=True)[2:]]
    assert said == [
        ("Prise en charge", "Camille Exemple"),
        ("Relais pris de Camille Exemple", "Claude Exemple"),
    ]
    assert len(history_of(eleven, for_staff=False)) == 2
    assert instructing.refuse(eleven, other, "not_staff").status == "refused"


def test_taking_a_request_leaves_the_pages_of_others_good(
    eleven: AccessRequest, clerk: User
) -> None:
    assigning.take(eleven, clerk)
    assert again(eleven).revision == eleven.revision


def test_a_request_is_handed_back_by_who_has_it(
    eleven: AccessRequest, clerk: User, other: User
) -> None:
    assigning.take(eleven, clerk)
    with pytest.raises(StaleRequest):
        assigning.hand_back(eleven, other)
    assigning.hand_back(eleven, clerk)
    assert assigning.in_charge(eleven) is None
    assigning.take(eleven, other)


def test_the_lawyer_gives_a_request_to_a_colleague_and_a_clerk_cannot(
    eleven: AccessRequest, clerk: User, other: User, lawyer: User, browsing: Browsing
) -> None:
    path = f"/demandes/{eleven.pk}/attribution/"
    given = {"agent": str(other.pk)}
    assert browsing(clerk).post(path, given).status_code == 403
    page = browsing(lawyer).post(path, given, follow=True)
    assert "est confiée à Claude Exemple" in page.content.decode()
    assert assigning.in_charge(eleven) == other
    stranger = User.objects.create_user("ailleurs@caisse.example")
    with pytest.raises(RequestRefused, match="n’instruit pas"):
        assigning.entrust(eleven, stranger, lawyer, seen=other.pk)
    unreadable = browsing(lawyer).post(path, {"agent": "tous", "seen_agent": "x"}, follow=True)
    assert "Choisissez dans la liste" in unreadable.content.decode()


def test_a_request_comes_back_to_the_agent_who_gave_it_back(
    eleven: AccessRequest, clerk: User
) -> None:
    instructing.give_back(eleven, clerk, ["incomplete"])
    filling.send(again(eleven), None)
    assert assigning.in_charge(again(eleven)) == clerk


# A typing error


def test_a_typing_error_is_put_right_in_one_step(
    eleven: AccessRequest, clerk: User, browsing: Browsing
) -> None:
    user = eleven.users.get(position=1)
    path = f"/demandes/{eleven.pk}/correction/?champ=user.last_name&personne={user.reference}"
    browser = browsing(clerk)
    assert "Exemple A" in browser.get(path).content.decode()
    seen = {"seen_revision": eleven.revision, "value": "Exemples"}
    assert browser.post(path, seen | {"reason": ""}).status_code == 422
    assert browser.post(path, seen | {"reason": "Lettre oubliée."}).status_code == 302
    user.refresh_from_db()
    assert user.last_name == "Exemples"
    line = history_of(again(eleven), for_staff=False)[-1]
    assert line.words == "Correction d’une faute de frappe"
    assert line.details == (
        "Nom (Claude Exemples)\xa0: «\xa0Exemple A\xa0» devient «\xa0Exemples\xa0»",
        "Motif\xa0: Lettre oubliée.",
    )
    assert browser.get(f"/demandes/{eleven.pk}/correction/?champ=inconnu").status_code == 404


def test_a_correction_is_checked_as_the_partner_s_answer_is(
    eleven: AccessRequest, clerk: User, browsing: Browsing
) -> None:
    user = eleven.users.get(position=1)
    path = f"/demandes/{eleven.pk}/correction/?champ=user.email&personne={user.reference}"
    for value in ("pas une adresse", ""):
        given = {"seen_revision": eleven.revision, "value": value, "reason": "Essai."}
        assert browsing(clerk).post(path, given).status_code == 422
    target = Target("user.last_name", user.reference)
    with pytest.raises(ValidationError, match="sécurité sociale"):
        correct(eleven, target, "295109912611193", "Essai.", clerk)
    with pytest.raises(RequestRefused, match="restée la même"):
        correct(eleven, target, "Exemple A", "Essai.", clerk)
    instructing.refuse(eleven, clerk, "not_staff")
    with pytest.raises(StaleRequest, match="refusée"):
        correct(eleven, target, "Exemples", "Essai.", clerk)


# Reopening


def test_a_reopened_request_leaves_the_rights_given_and_lets_the_refused_be_decided(
    eleven: AccessRequest, clerk: User, lawyer: User, browsing: Browsing
) -> None:
    delegated(eleven.convention)
    in_force(eleven.convention)
    browsing(clerk).post(f"/demandes/{eleven.pk}/decision/", posted(eleven))
    path = f"/demandes/{eleven.pk}/reouverture/"
    assert browsing(clerk).get(path).status_code == 403
    browser = browsing(lawyer)
    assert "Exemple D" in browser.get(path).content.decode()
    seen = {"seen_revision": again(eleven).revision}
    assert browser.post(path, seen | {"reason": " "}).status_code == 422
    given = seen | {"reason": "Fonction précisée par le CCAS."}
    assert browser.post(path, given).status_code == 302
    assert browser.post(path, given).status_code == 409
    request = again(eleven)
    assert (request.status, open_task(request)) == ("submitted", "check")
    assert assigning.in_charge(request) is None
    assert Habilitation.objects.exclude(state="closed").count() == 9
    pending = list(request.users.filter(decision="pending").order_by("position"))
    assert [user.position for user in pending] == [4, 9]
    accepted = instructing.Decided(accepted=True)
    instructing.decide(request, {user.pk: accepted for user in pending}, clerk)
    assert Habilitation.objects.count() == 11
    lines = history_of(again(eleven), for_staff=False)
    assert [line.words for line in lines] == [
        "Ouverture",
        "Envoi",
        "Acceptation",
        "Réouverture",
        "Acceptation",
    ]
    assert lines[3].details == ("Motif\xa0: Fonction précisée par le CCAS.",)
    assert [len(line.details) for line in lines[2::2]] == [11, 2]


def test_a_reopened_request_with_nobody_left_to_decide_is_closed_again(
    eleven: AccessRequest, clerk: User, lawyer: User, browsing: Browsing
) -> None:
    delegated(eleven.convention)
    in_force(eleven.convention)
    instructing.accept(eleven, clerk)
    reopening.reopen(eleven, lawyer, "Adresse à revoir.")
    browser = browsing(clerk)
    assert "Refermer la demande" in browser.get(f"/demandes/{eleven.pk}/").content.decode()
    seen = {"seen_revision": again(eleven).revision}
    assert browser.post(f"/demandes/{eleven.pk}/confirmation/", seen).status_code == 302
    assert again(eleven).status == "accepted"
    assert Habilitation.objects.count() == 11


def test_what_was_decided_of_somebody_does_not_change_by_a_return(
    eleven: AccessRequest, clerk: User, lawyer: User
) -> None:
    delegated(eleven.convention)
    in_force(eleven.convention)
    instructing.accept(eleven, clerk)
    reopening.reopen(eleven, lawyer, "Une personne de plus.")
    instructing.give_back(again(eleven), clerk, ["incomplete"])
    rows = [named(number) for number in range(1, 12)]
    rows[0]["user.last_name"] = "Autre"
    with pytest.raises(StaleRequest, match="Nom"):
        filling.answer(again(eleven), "user", rows)
    assert eleven.users.get(position=1).last_name == "Exemple A"


def test_accepted_without_a_right_yet_is_decided_again(
    eleven: AccessRequest, clerk: User, lawyer: User
) -> None:
    delegated(eleven.convention)
    instructing.accept(eleven, clerk)
    reopening.reopen(eleven, lawyer, "Acceptée trop vite.")
    in_force(eleven.convention)
    assert not Habilitation.objects.exists()
    assert again(eleven).users.filter(decision="pending").count() == 11
    instructing.accept(again(eleven), clerk)
    assert Habilitation.objects.count() == 11
    assert Habilitation.objects.values("person").distinct().count() == 11


def test_a_request_still_open_is_not_reopened(eleven: AccessRequest, lawyer: User) -> None:
    with pytest.raises(StaleRequest):
        reopening.reopen(eleven, lawyer, "Pour voir.")
    assert submissions.sent_before(eleven) is None
