"""Eleven agents decided on one page in one act."""

import pytest
from django.db import DatabaseError, transaction

from access.models import Habilitation
from contracts.models import PublishedRulebook, User
from forms_annexes.models import AccessRequest, UserVerdict
from forms_annexes.refusals import admitted_reasons, objection
from forms_annexes.services import instructing
from forms_annexes.services.chronicle import history_of
from forms_annexes.services.moving import RequestRefused, open_task
from templates_conventions.catalogue import rulebook
from tests.forms_annexes.eleven_agents import (
    Browsing,
    again,
    clerk,
    delegated,
    eleven,
    in_force,
    other,
    posted,
)
from tests.templates_conventions.matrix import CAF

__all__ = ["clerk", "eleven", "other"]

pytestmark = pytest.mark.django_db


def test_nine_are_accepted_and_two_refused_on_one_page(
    eleven: AccessRequest, clerk: User, browsing: Browsing
) -> None:
    delegated(eleven.convention)
    in_force(eleven.convention)
    browser = browsing(clerk)
    page = browser.get(f"/demandes/{eleven.pk}/").content.decode()
    assert page.count('type="radio"') == 33
    assert "hors des profils de la convention (article\xa04)" in page
    done = browser.post(f"/demandes/{eleven.pk}/decision/", posted(eleven), follow=True)
    assert "9\xa0personnes acceptées, 2\xa0personnes refusées" in done.content.decode()
    request = again(eleven)
    assert request.status == "accepted"
    assert Habilitation.objects.count() == 9
    refused = request.users.filter(decision="refused")
    assert [user.last_name for user in refused] == ["Exemple D", "Exemple I"]
    assert {user.refusal_reason_label for user in refused} == {
        "La fonction est hors des profils de la convention (article\xa04)"
    }
    assert UserVerdict.objects.filter(transition__author=clerk).count() == 11
    line = history_of(request, for_staff=False)[-1]
    assert (line.words, line.author) == ("Acceptation", "Camille Exemple")
    assert len(line.details) == 11


def test_a_refusal_on_the_page_wants_its_reason(
    eleven: AccessRequest, clerk: User, browsing: Browsing
) -> None:
    given = posted(eleven)
    first = eleven.users.get(position=4)
    given[f"reason_{first.pk}"] = ""
    page = browsing(clerk).post(f"/demandes/{eleven.pk}/decision/", given)
    assert page.status_code == 422
    assert "Choisissez le motif du refus de Claude Exemple D." in page.content.decode()
    assert not UserVerdict.objects.exists()


def test_some_may_be_decided_later(eleven: AccessRequest, clerk: User, browsing: Browsing) -> None:
    delegated(eleven.convention)
    given = {"seen_revision": eleven.revision}
    for user in eleven.users.all():
        given[f"decision_{user.pk}"] = "accept" if user.position == 1 else "later"
    browser = browsing(clerk)
    assert browser.post(f"/demandes/{eleven.pk}/decision/", given).status_code == 302
    request = again(eleven)
    assert (request.status, open_task(request)) == ("submitted", "check")
    assert request.transitions.last().name == "decide"
    stale = browser.post(f"/demandes/{eleven.pk}/decision/", given)
    assert stale.status_code == 409
    assert "Camille Exemple" in stale.content.decode()
    assert "Accepté\xa0: Claude Exemple A." in stale.content.decode()


def test_the_reasons_offered_are_those_of_the_rules(
    eleven: AccessRequest, yearly: PublishedRulebook
) -> None:
    with_profiles = eleven.convention.rules.habilitation
    assert "outside_profiles" in admitted_reasons(with_profiles)
    assert "not_listed" not in admitted_reasons(with_profiles)
    assert objection(with_profiles, "9") == "outside_profiles"
    assert objection(with_profiles, "6") == ""
    without = yearly.rulebook.habilitation
    assert "outside_profiles" not in admitted_reasons(without)
    assert objection(without, "9") == ""
    listed = admitted_reasons(rulebook(CAF).habilitation)
    assert listed["not_listed"].endswith("(article\xa03-2)")


def test_a_reason_that_the_rules_do_not_have_is_refused(eleven: AccessRequest, clerk: User) -> None:
    user = eleven.users.first()
    refused = instructing.Decided(accepted=False, reason="not_listed")
    with pytest.raises(RequestRefused, match="motif"):
        instructing.decide(eleven, {user.pk: refused}, clerk)


def test_a_profile_outside_the_list_is_proposed_for_refusal(
    eleven: AccessRequest, clerk: User, browsing: Browsing
) -> None:
    delegated(eleven.convention)
    user = eleven.users.get(position=2)
    user.answers = user.answers | {"user.profile": "Profil 9"}
    user.save()
    page = browsing(clerk).get(f"/demandes/{eleven.pk}/").content.decode()
    assert page.count('value="refuse" ') == 11
    assert page.count('value="refuse" class="form-check-input"') == 11
    assert page.count("state-attention") >= 1
    chosen = f'id="id_decision_{user.pk}_1"'
    assert "checked" in page[page.index(chosen) : page.index(chosen) + 60]


def test_verdicts_are_never_rewritten(eleven: AccessRequest, clerk: User) -> None:
    instructing.refuse(eleven, clerk, "not_staff")
    for change in (
        lambda: UserVerdict.objects.update(reason="other"),
        lambda: eleven.submissions.update(number=9),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
