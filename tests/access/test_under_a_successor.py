"""Another legal person takes the partner's place: users, rights, accounts, structures stay."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest

from access.decisions import decide
from access.models import Account, Habilitation
from access.services.habilitations import CannotGrant
from contracts.models import Caisse, Convention, Partner, Person, Site, User
from contracts.services.successions import Wanted, record_succession
from contracts.succession_grounds import grounds

pytestmark = pytest.mark.django_db


@pytest.fixture
def successor(db: None) -> Partner:
    found = Partner.objects.create(name="Communauté d’Essai", kind="intercommunal_body")
    Site.objects.create(partner=found, name="Crèche du successeur")
    return found


@pytest.fixture
def pass_on(
    convention: Convention, partner: Partner, successor: Partner, agent: User
) -> Callable[[], None]:
    """Let the convention pass to the successor on 1 February 2024."""

    def pass_on() -> None:
        wanted = Wanted(
            partner,
            successor,
            grounds()["competence_transfer"],
            "Arrêté préfectoral du 3 octobre 2023",
            date(2024, 2, 1),
            [Convention.objects.get(pk=convention.pk)],
        )
        record_succession(wanted, agent, None, identifier=uuid4())

    return pass_on


@pytest.mark.parametrize("named", [False, True])
def test_a_user_enters_as_before_for_the_same_structures(
    embedded: Caisse,
    convention: Convention,
    partner: Partner,
    granted: Callable[..., Habilitation],
    pass_on: Callable[[], None],
    service: str,
    named: bool,
) -> None:
    own = Site.objects.create(partner=partner, name="Crèche d’Essai")
    if named:
        convention.sites.add(own)
    right = granted()

    def entered() -> list[bool]:
        identifier = right.account.identifier
        return [
            decide(embedded, identifier, service, site=site).permit
            for site in ("Crèche d’Essai", "Crèche du successeur")
        ]

    before, accounts = entered(), list(Account.objects.values_list("pk", "partner", "person"))
    acts = list(right.acts.values_list("identifier", flat=True))
    pass_on()
    assert entered() == before == [True, False]
    assert list(Account.objects.values_list("pk", "partner", "person")) == accounts
    assert list(right.acts.values_list("identifier", flat=True)) == acts


def test_a_structure_of_whoever_signed_is_still_granted_and_no_stranger_s(
    granted: Callable[..., Habilitation],
    partner: Partner,
    pass_on: Callable[[], None],
) -> None:
    own = Site.objects.create(partner=partner, name="Crèche d’Essai")
    stranger = Partner.objects.create(name="Autre commune", kind="commune")
    elsewhere = Site.objects.create(partner=stranger, name="Crèche d’ailleurs")
    pass_on()
    right = granted(
        convention=Convention.objects.get(),
        site=own,
        person=Person.objects.create(last_name="Essai"),
    )
    assert right.site == own
    with pytest.raises(CannotGrant, match="n’est pas de ce partenaire"):
        granted(convention=Convention.objects.get(), site=elsewhere)
