"""Two conventions of one type that a succession gave one partner: listed, and kept for a reason."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from contracts.models import Caisse, Convention, KeptPair, Partner, PartnerSuccession, User
from contracts.services.successions import Wanted, annul_succession, record_succession
from contracts.services.twin_conventions import keep_both
from contracts.succession_grounds import grounds
from tests.desk.pages import in_role, somebody, words
from tests.portfolio import record
from workflows import clock
from workflows.sweep import sweep

pytestmark = pytest.mark.django_db

PAIRS = "/partenaires/doublons/"
ONE_DOUBLE = "1 convention reprise en double"


@pytest.fixture
def clerk(agent: User, caisse: Caisse, client: Client) -> Client:
    return in_role(agent, caisse, "back_office_agent", client)


@pytest.fixture
def taker(db: None) -> Partner:
    return Partner.objects.create(name="Commune nouvelle d’Essai", kind="commune")


def signed(convention: Convention) -> Convention:
    record(convention, "cnil", "2024-01-12", basis="not_applicable")
    for party in ("partner", "caisse"):
        record(convention, "signature", "2024-01-15", party=party)
    return convention


def succeed(convention: Convention, taker: Partner, author: User, on: date) -> PartnerSuccession:
    ground = grounds()["commune_merger"]
    wanted = Wanted(convention.partner, taker, ground, "Arrêté", on, [convention])
    return record_succession(wanted, author, None, identifier=uuid4())


@pytest.fixture
def twin(draft: Callable[..., Convention], taker: Partner) -> Convention:
    return signed(draft(partner=taker))


def page(one: Convention, other: Convention) -> str:
    return f"{PAIRS}conventions/{one.pk}/{other.pk}/"


def test_a_pair_waits_on_the_home_until_somebody_says_why_both_are_kept(
    clerk: Client, agent: User, convention: Convention, twin: Convention, taker: Partner
) -> None:
    assert "Doublons" not in words(clerk.get("/"))
    assert clerk.get(page(convention, twin)).status_code == 404
    succeed(convention, taker, agent, date(2024, 1, 20))
    assert ONE_DOUBLE in words(clerk.get("/"))
    listed = words(clerk.get(PAIRS))
    assert "1 convention à regarder" in listed
    assert f"Les comparer : {convention.number} et {twin.number}" in listed
    assert "Faut-il garder les deux" in words(clerk.get(page(convention, twin)))
    given = {"identifier": str(uuid4()), "reason": "Chacune couvre d’autres structures."}
    for _ in range(2):
        assert clerk.post(page(convention, twin), given)["Location"] == PAIRS
    kept = KeptPair.objects.get()
    assert {kept.first, kept.second} == {convention, twin}
    assert kept.author == agent
    assert "Doublons" not in words(clerk.get("/"))
    listed = words(clerk.get(PAIRS))
    assert "convention à regarder" not in listed
    assert "1 paire" in listed
    assert given["reason"] in listed
    assert given["reason"] in words(clerk.get(page(twin, convention)))
    assert "Même type que" not in words(clerk.get(f"/partenaires/{taker.pk}/"))


def test_three_conventions_are_asked_about_two_by_two(
    clerk: Client,
    agent: User,
    convention: Convention,
    twin: Convention,
    taker: Partner,
    draft: Callable[..., Convention],
) -> None:
    third = signed(draft())
    for one in (convention, third):
        succeed(one, taker, agent, date(2024, 1, 20))
    asked = set()
    for _ in range(3):
        listed = clerk.get(PAIRS).context["twins"]
        pair = listed[0].pk, listed[0].twin_key
        asked.add(frozenset(pair))
        given = {"identifier": str(uuid4()), "reason": "Trois territoires."}
        assert clerk.post(f"{PAIRS}conventions/{pair[0]}/{pair[1]}/", given).status_code == 302
    assert len(asked) == 3
    assert not clerk.get(PAIRS).context["twins"]


def test_a_succession_to_come_or_annulled_makes_no_pair(
    clerk: Client,
    agent: User,
    convention: Convention,
    twin: Convention,
    taker: Partner,
    draft: Callable[..., Convention],
    today: Callable[[str], None],
) -> None:
    # Two of one type that the partner concluded itself, one of which is to pass.
    signed(draft())
    succession = succeed(convention, taker, agent, date(2024, 4, 1))
    assert "Doublons" not in words(clerk.get("/"))
    for announced in (f"/partenaires/successions/{succession.pk}/", f"/partenaires/{taker.pk}/"):
        told = clerk.get(announced)
        assert twin.number in words(told)
        assert PAIRS + "conventions/" not in told.content.decode(), "there is nothing to keep yet"
    today("2024-04-01")
    assert clerk.get(page(convention, twin)).status_code == 200, "before any sweep"
    sweep(date(2024, 4, 1))
    assert ONE_DOUBLE in words(clerk.get("/"))
    annul_succession(succession, "Erreur.", agent, Convention.objects.all())
    assert "Doublons" not in words(clerk.get("/"))
    given = {"identifier": str(uuid4()), "reason": "Les deux."}
    assert clerk.post(page(convention, twin), given).status_code == 404
    assert not KeptPair.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "NIR 1 85 05 78 006 084 91"])
def test_both_are_not_kept_without_a_fit_reason(
    clerk: Client,
    agent: User,
    convention: Convention,
    twin: Convention,
    taker: Partner,
    reason: str,
) -> None:
    succeed(convention, taker, agent, date(2024, 1, 20))
    refused = clerk.post(page(convention, twin), {"identifier": str(uuid4()), "reason": reason})
    assert "À corriger avant de continuer" in words(refused, 422)
    assert not KeptPair.objects.exists()


def test_an_auditor_reads_the_pair_and_another_caisse_does_not_know_it(
    agent: User, caisse: Caisse, convention: Convention, twin: Convention, taker: Partner
) -> None:
    succeed(convention, taker, agent, date(2024, 1, 20))
    auditor = somebody(caisse, "auditor")
    assert "Faut-il garder les deux" in words(auditor.get(page(convention, twin)))
    assert "Doublons" not in words(auditor.get("/"))
    given = {"identifier": str(uuid4()), "reason": "Les deux."}
    assert auditor.post(page(convention, twin), given).status_code == 403
    keep_both(convention, twin, "Les deux.", agent, identifier=uuid4())
    assert auditor.post(page(convention, twin), given).status_code == 403
    elsewhere = somebody(Caisse.objects.create(code="AILLEURS", name="Une autre"), "director")
    assert elsewhere.get(page(convention, twin)).status_code == 404
    assert elsewhere.get(f"{PAIRS}conventions/{2**70}/{twin.pk}/").status_code == 404


def test_why_a_pair_is_kept_is_never_rewritten(
    agent: User, convention: Convention, twin: Convention
) -> None:
    first, second = sorted((convention, twin), key=lambda one: one.pk)
    said = {"reason": "Deux.", "author": agent, "recorded_at": clock.now()}
    KeptPair.objects.create(first=first, second=second, **said)
    with pytest.raises(IntegrityError), transaction.atomic():
        KeptPair.objects.update(reason="Une.")
    with pytest.raises(IntegrityError), transaction.atomic():
        KeptPair.objects.create(first=second, second=first, **said)
