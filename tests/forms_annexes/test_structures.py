"""A manager of six nurseries: sheets that come one by one, one nursery more, one less."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client

from access.models import Habilitation
from access.services.habilitations import CannotGrant, grant
from contracts.models import (
    Caisse,
    Convention,
    ConventionAct,
    Partner,
    PartnerMembership,
    Person,
    Site,
    User,
)
from forms_annexes.models import AccessRequest, StructureAnswer, StructureChange
from forms_annexes.services import filling, structure_changes
from forms_annexes.services.moving import RequestRefused, StaleRequest
from tests.documents import plain
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.manager import (
    EACH,
    OWN,
    SIX,
    convention_of_six,
    first_name,
    sheet_arrives,
)
from workflows import clock

Browsing = Callable[[User], Client]
GOOD_SIRET = "21420279800010"


@pytest.fixture
def convention(caisse: Caisse, partner: Partner, today: Callable[[str], None]) -> Convention:
    """The convention of a manager of six structures, in force on 1 February 2024."""
    today("2024-02-01")
    return convention_of_six(partner, caisse=caisse)


@pytest.fixture
def four_live(convention: Convention, clerk: User, browsing: Browsing) -> Convention:
    """The same, once the manager's own sheet and those of four structures are accepted."""
    desk = browsing(clerk)
    for about in (None, *(site(name) for name in SIX[:4])):
        sheet_arrives(desk, convention, clerk, about)
    return convention


@pytest.fixture
def two_live(convention: Convention, clerk: User) -> Convention:
    """The same, with one user in each of the first two structures."""
    service = convention.rules.services[0].code
    for name in SIX[:2]:
        person = Person.objects.create(first_name="Camille", last_name=f"Essai {name[-1]}")
        grant(convention, person, service, clerk, clock.today(), site=site(name))
    return convention


def site(name: str) -> Site:
    return Site.objects.get(name=name)


def structures(convention: Convention) -> str:
    return f"/espace/conventions/{convention.pk}/structures/"


def read(page: Any) -> str:
    return plain(page.content.decode())


def live(convention: Convention) -> set[str]:
    """The structures whose users have a right that has not closed."""
    rights = convention.habilitations.exclude(state="closed").filter(site__isnull=False)
    return set(rights.values_list("site__name", flat=True))


def test_four_structures_live_while_two_sheets_are_missing(
    four_live: Convention, director: User, browsing: Browsing
) -> None:
    assert four_live.state == "active"
    assert live(four_live) == set(SIX[:4])
    page = read(browsing(director).get(structures(four_live)))
    assert page.count("Fiche manquante<") == 2
    for name in SIX[4:]:
        assert f'Remplir la fiche<span class="visually-hidden"> : {EACH} : {name}' in page
    assert page.count("Personne n’y a d’accès") == 2
    home = read(browsing(director).get("/espace/"))
    assert "Envoyer 2 fiches manquantes" in home


def test_a_structure_added_in_may_awaits_its_sheet_and_no_avenant(
    four_live: Convention,
    director: User,
    clerk: User,
    browsing: Browsing,
    today: Callable[[str], None],
) -> None:
    today("2024-05-06")
    acts = ConventionAct.objects.count()
    manager, desk = browsing(director), browsing(clerk)
    sent = manager.post(
        structures(four_live) + "ajout/",
        {"name": "Crèche de Mai", "siret": "214 202 798 00010", "address": "2 rue d’Essai"},
    )
    assert sent.status_code == 302
    assert "Crèche de Mai" in read(manager.get(structures(four_live)))
    assert not Site.objects.filter(name="Crèche de Mai").exists()
    change = StructureChange.objects.get()
    assert "1 structure déclarée à confirmer" in read(desk.get("/demandes/"))
    assert "Crèche de Mai" in read(desk.get("/demandes/structures/"))
    page = f"/demandes/structures/{change.pk}/"
    assert "Confirmer la structure" in read(desk.get(page))
    assert desk.post(page, {"confirm": ""}).status_code == 302
    added = site("Crèche de Mai")
    assert (added.siret, added.address) == (GOOD_SIRET, "2 rue d’Essai")
    assert four_live.sites.filter(pk=added.pk).exists()
    assert f"{EACH} : Crèche de Mai" in read(manager.get(structures(four_live)))
    assert ConventionAct.objects.count() == acts
    assert not four_live.avenants.exists()
    sheet_arrives(desk, four_live, clerk, added)
    assert live(four_live) == {*SIX[:4], "Crèche de Mai"}


def test_a_structure_closed_loses_its_users_and_nothing_else_moves(
    four_live: Convention, director: User, browsing: Browsing, today: Callable[[str], None]
) -> None:
    today("2024-06-03")
    manager = browsing(director)
    filling.start(four_live, director, site=site(SIX[1]), form_code="fiche-structure")
    revision, acts = four_live.revision, ConventionAct.objects.count()
    others = _rights(four_live, SIX[1])
    path = f"{structures(four_live)}{site(SIX[1]).pk}/fermeture/"
    told = read(manager.get(path))
    assert f"{first_name(site(SIX[1]))} Essai" in told
    assert f"{first_name(site(SIX[0]))} Essai" not in told
    assert AccessRequest.objects.get(status="draft").number in told
    assert manager.post(path, {"closes_on": "01/06/2024"}).status_code == 302
    closed = site(SIX[1])
    assert closed.closed_on is not None
    assert closed.closed_on.isoformat() == "2024-06-01"
    right = Habilitation.objects.get(site=closed)
    assert (right.state, right.close_cause) == ("closed", "departure")
    assert right.closes_on is not None
    # Told two days late: the access closed the day it was told.
    assert right.closes_on.isoformat() == "2024-06-03"
    assert live(four_live) == {SIX[0], SIX[2], SIX[3]}
    assert _rights(four_live, SIX[1]) == others
    four_live.refresh_from_db()
    assert (four_live.state, four_live.revision) == ("active", revision)
    assert ConventionAct.objects.count() == acts
    assert not AccessRequest.objects.filter(status="draft").exists()
    page = read(manager.get(structures(four_live)))
    assert "Fermée depuis le" in page
    assert page.count("Fiche manquante<") == 2


def _rights(convention: Convention, but: str) -> list[tuple[int, str, int]]:
    """Every right of the other structures, as it stands."""
    rows = convention.habilitations.exclude(site__name=but).order_by("pk")
    return [(one.pk, one.state, one.revision) for one in rows]


def test_a_structure_that_will_close_keeps_its_users_until_then(
    two_live: Convention, director: User, today: Callable[[str], None]
) -> None:
    day = clock.today().replace(month=9, day=1)
    close(two_live, SIX[0], director, day)
    right = Habilitation.objects.get(site=site(SIX[0]))
    assert (right.state != "closed", right.closes_on) == (True, day)
    assert site(SIX[0]).is_closed(day)
    assert not site(SIX[0]).is_closed(clock.today())


def close(convention: Convention, name: str, author: User, day: Any, **given: Any) -> Any:
    identifier = given.get("identifier") or uuid4()
    return structure_changes.close(convention, site(name), author, on=day, identifier=identifier)


def test_the_same_closing_sent_twice_is_one(two_live: Convention, director: User) -> None:
    identifier, day = uuid4(), clock.today()
    once = close(two_live, SIX[0], director, day, identifier=identifier)
    assert close(two_live, SIX[0], director, day, identifier=identifier) == once
    with pytest.raises(RequestRefused, match="déjà enregistrée"):
        close(two_live, SIX[0], director, day)


def test_nobody_gets_in_through_a_closed_structure(
    two_live: Convention, director: User, clerk: User
) -> None:
    person = Habilitation.objects.get(site=site(SIX[0])).person
    close(two_live, SIX[0], director, clock.today())
    with pytest.raises(RequestRefused, match="fermée"):
        filling.start(two_live, director, site=site(SIX[0]), form_code="fiche-structure")
    service = two_live.rules.services[0].code
    with pytest.raises(CannotGrant, match="fermée"):
        grant(two_live, person, service, clerk, clock.today(), site=site(SIX[0]))


@pytest.mark.parametrize("typed", ["", "31/02/2024", "01/02/2034", "01/02/2014", "hier"])
def test_a_wrong_day_closes_nothing_and_is_explained(
    two_live: Convention, director: User, browsing: Browsing, typed: str
) -> None:
    path = f"{structures(two_live)}{site(SIX[0]).pk}/fermeture/"
    page = browsing(director).post(path, {"closes_on": typed})
    assert page.status_code == 422
    assert 'id="id_closes_on_error"' in page.content.decode()
    assert live(two_live) == set(SIX[:2])
    assert not StructureChange.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "Répondez à « Nom de la structure »"),
        ({"name": SIX[2].upper()}, "déjà couverte"),
        ({"siret": "21420279800011"}, "n’est pas un numéro SIRET"),
        ({"siret": "35600000000048"}, "commence par le SIREN"),
        ({"address": "chez 2 53 07 2B 073 004 70"}, "sécurité sociale"),
        ({"address": ""}, "Répondez à « Adresse »"),
        ({"name": "x" * 251}, "trop long"),
    ],
)
def test_a_structure_badly_described_is_explained_and_not_declared(
    convention: Convention,
    director: User,
    browsing: Browsing,
    given: dict[str, str],
    said: str,
) -> None:
    good = {"name": "Crèche Neuve", "siret": "", "address": "2 rue d’Essai"}
    page = browsing(director).post(structures(convention) + "ajout/", good | given)
    assert page.status_code == 422
    assert said in read(page)
    assert not StructureChange.objects.exists()


def declared(convention: Convention, author: User, name: str, **given: Any) -> StructureChange:
    identifier = given.pop("identifier", None) or uuid4()
    return structure_changes.declare(
        convention, author, name=name, address="2 rue d’Essai", identifier=identifier, **given
    )


def test_a_structure_declared_twice_waits_once(convention: Convention, director: User) -> None:
    identifier = uuid4()
    change = declared(convention, director, "Crèche Neuve", identifier=identifier)
    assert declared(convention, director, "Crèche Neuve", identifier=identifier) == change
    with pytest.raises(ValidationError, match="déjà déclarée"):
        declared(convention, director, "crèche neuve")


def test_of_two_agents_one_answers_and_the_other_is_told(
    convention: Convention, director: User, clerk: User, browsing: Browsing
) -> None:
    change = declared(convention, director, "Crèche Neuve")
    structure_changes.confirm(change, clerk)
    with pytest.raises(StaleRequest):
        structure_changes.refuse(change, clerk, "Déjà couverte ailleurs.")
    page = browsing(clerk).post(f"/demandes/structures/{change.pk}/", {"confirm": ""})
    assert page.status_code == 409
    assert StructureAnswer.objects.count() == 1
    assert convention.sites.filter(name="Crèche Neuve").count() == 1


def test_a_refusal_says_why_to_the_manager(
    convention: Convention, director: User, clerk: User, browsing: Browsing
) -> None:
    change = declared(convention, director, "Crèche Neuve")
    page = f"/demandes/structures/{change.pk}/"
    desk = browsing(clerk)
    assert desk.post(page, {"refuse": "", "reason": ""}).status_code == 422
    assert desk.post(page, {"refuse": "", "reason": "Hors du ressort."}).status_code == 302
    assert "Motif : Hors du ressort." in read(browsing(director).get(structures(convention)))
    assert not Site.objects.filter(name="Crèche Neuve").exists()


def test_a_structure_known_under_another_convention_is_not_entered_twice(
    convention: Convention, director: User, clerk: User
) -> None:
    known = Site.objects.create(partner=convention.partner, name="Crèche Neuve")
    structure_changes.confirm(declared(convention, director, "CRÈCHE NEUVE"), clerk)
    assert convention.sites.filter(pk=known.pk).exists()
    assert Site.objects.count() == len(SIX) + 1


def test_somebody_else_s_siret_is_found_when_the_caisse_confirms(
    convention: Convention, director: User, clerk: User, browsing: Browsing
) -> None:
    other = Partner.objects.create(name="Association Autre Exemple", kind="association")
    Site.objects.create(partner=other, name="Crèche Autre Exemple", siret=GOOD_SIRET)
    change = declared(convention, director, "Crèche Neuve", siret=GOOD_SIRET)
    page = browsing(clerk).post(f"/demandes/structures/{change.pk}/", {"confirm": ""})
    assert page.status_code == 422
    assert "déjà connue" in read(page)
    assert not StructureAnswer.objects.exists()


def test_who_answers_for_one_structure_sees_it_alone_and_closes_none(
    two_live: Convention, browsing: Browsing
) -> None:
    user = User.objects.create_user("direction@premier.example")
    PartnerMembership.objects.create(
        user=user,
        partner=two_live.partner,
        site=site(SIX[0]),
        role="director",
        first_day=clock.today(),
    )
    browser = browsing(user)
    page = read(browser.get(structures(two_live)))
    assert SIX[0] in page
    assert SIX[1] not in page
    assert "Ajouter une structure" not in page
    assert browser.get(structures(two_live) + "ajout/").status_code == 403
    own = f"{structures(two_live)}{site(SIX[0]).pk}/fermeture/"
    assert browser.post(own, {"closes_on": "01/02/2024"}).status_code == 403
    assert live(two_live) == set(SIX[:2])


def test_a_convention_of_the_partner_as_a_whole_takes_no_structure(
    draft: Callable[..., Convention], today: Callable[[str], None], browsing: Browsing
) -> None:
    today("2024-02-01")
    whole = draft()
    member = a_member("direction@creche.example", whole.partner)
    assert browsing(member).get(structures(whole)).status_code == 404
    with pytest.raises(RequestRefused, match="en entier"):
        declared(whole, member, "Crèche Neuve")


def test_what_was_declared_and_answered_never_changes(
    convention: Convention, director: User, clerk: User
) -> None:
    change = declared(convention, director, "Crèche Neuve")
    answer = structure_changes.confirm(change, clerk)
    for row in (change, answer):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        StructureChange.objects.filter(pk=change.pk).update(name="Autre")


def test_the_manager_s_own_sheet_is_told_apart(
    convention: Convention, director: User, browsing: Browsing
) -> None:
    page = read(browsing(director).get(structures(convention)))
    assert f'Remplir la fiche<span class="visually-hidden"> : {OWN}<' in page
