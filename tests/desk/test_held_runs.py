"""What the breaker holds back: shown with its cases, and let go by those alone who may."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from access.models import Account
from access.services.habilitations import grant
from access.services.removals import ask_for_removals
from contracts.models import Caisse, Convention, Person, Site, User
from tests.access.acting import happens
from tests.desk.pages import somebody
from tests.portfolio import record
from workflows import breaker, clock
from workflows.effect_worker import drain
from workflows.models import HeldRun
from workflows.sweep import sweep

pytestmark = pytest.mark.django_db

LIST = "/traitements-retenus/"
REASON = "Fin du dispositif, voulue par la direction"


@pytest.fixture
def held(draft: Callable[..., Convention], today: Callable[[str], None], settings: Any) -> HeldRun:
    """Three conventions that would end today, where one at a time is the limit."""
    settings.TACITE_BREAKER_NUMBER = settings.TACITE_BREAKER_FLOOR = 1
    today("2024-02-01")
    for convention in [draft() for _ in range(3)]:
        record(convention, "cnil", "2024-01-12", basis="transmission", reference="T-1")
        record(convention, "signature", "2024-01-13", party="partner")
        record(convention, "signature", "2024-01-15", party="caisse")
        record(
            convention,
            "mutual_termination",
            "2024-02-01",
            last_day="2024-02-29",
            agreed_by=["caisse", "partner"],
        )
    today("2024-03-01")
    [held] = sweep(clock.today()).held
    return held


@pytest.fixture
def lawyer(caisse: Caisse) -> Client:
    return somebody(caisse, "legal_officer")


def text(response: Any) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def answers(held: HeldRun, **changes: str) -> dict[str, str]:
    return {"seen": str(held.count), "reason": REASON, "looked": "on"} | changes


def test_what_is_held_is_shown_with_its_reason_from_the_first_page(
    held: HeldRun, lawyer: Client
) -> None:
    assert LIST in text(lawyer.get("/"))
    page = text(lawyer.get(LIST))
    assert "3 conventions prendraient fin au 1er mars 2024" in page
    assert "sur 3 conventions en vigueur" in page
    assert f"{LIST}{held.pk}/" in page


def test_each_case_is_shown_and_leads_to_its_page(held: HeldRun, lawyer: Client) -> None:
    page = text(lawyer.get(f"{LIST}{held.pk}/"))
    for convention in Convention.objects.all():
        assert f'href="/conventions/{convention.pk}/"' in page
        assert convention.number in page
    assert "29 février 2024" in page
    assert "autre" not in page.partition("</table>")[2].partition("<section")[0]


def test_cases_of_other_caisses_are_counted_and_not_named(held: HeldRun) -> None:
    other = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    page = text(somebody(other, "administrator").get(f"{LIST}{held.pk}/"))
    assert "Et 3 autres" in page
    for number in Convention.objects.values_list("number", flat=True):
        assert number not in page


def test_confirmed_for_a_reason_the_run_goes_on(held: HeldRun, lawyer: Client) -> None:
    done = lawyer.post(f"{LIST}{held.pk}/", answers(held), follow=True)
    assert "C’est confirmé" in text(done)
    assert REASON in text(done)
    assert "Rien n’est retenu" in text(done)
    assert LIST not in text(lawyer.get("/"))
    sweep(clock.today())
    assert set(Convention.objects.values_list("state", flat=True)) == {"terminated"}
    again = lawyer.post(f"{LIST}{held.pk}/", answers(held), follow=True)
    assert "n’est plus retenu" in text(again)
    assert "n’est plus retenu" in text(lawyer.get(f"{LIST}{held.pk}/", follow=True))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reason": " "}, "Dites pourquoi"),
        ({"reason": "x" * 301}, "300 caractères"),
        ({"reason": "Voir 1 85 05 78 006 084 91"}, "numéro de sécurité sociale"),
        ({"looked": ""}, "cochez la case"),
        ({"seen": "beaucoup"}, "À corriger"),
    ],
)
def test_nothing_is_confirmed_without_a_reason_that_may_be_kept(
    held: HeldRun, lawyer: Client, changes: dict[str, str], told: str
) -> None:
    response = lawyer.post(f"{LIST}{held.pk}/", answers(held, **changes))
    assert response.status_code == 422
    assert told in text(response)
    assert breaker.open_runs().get() == held


def test_what_grew_since_the_page_was_shown_is_not_confirmed(held: HeldRun, lawyer: Client) -> None:
    response = lawyer.post(f"{LIST}{held.pk}/", answers(held, seen="2"), follow=True)
    assert "son ampleur a changé" in text(response)
    assert breaker.open_runs().get() == held


def test_an_auditor_sees_what_is_held_and_confirms_nothing(held: HeldRun, caisse: Caisse) -> None:
    auditor = somebody(caisse, "auditor")
    assert auditor.get(LIST).status_code == 200
    assert "Laisser faire" not in text(auditor.get(f"{LIST}{held.pk}/"))
    assert auditor.post(f"{LIST}{held.pk}/", answers(held)).status_code == 403
    assert breaker.open_runs().get() == held


@pytest.mark.parametrize("role", ["back_office_agent", "dpo"])
def test_others_neither_see_nor_decide(held: HeldRun, caisse: Caisse, role: str) -> None:
    client = somebody(caisse, role)
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}{held.pk}/").status_code == 403
    assert client.post(f"{LIST}{held.pk}/", answers(held)).status_code == 403
    assert LIST not in text(client.get("/"))
    assert breaker.open_runs().get() == held


@pytest.mark.parametrize("role", ["administrator", "legal_officer", "director"])
def test_an_administrator_and_lawyers_decide(held: HeldRun, caisse: Caisse, role: str) -> None:
    assert somebody(caisse, role).post(f"{LIST}{held.pk}/", answers(held)).status_code == 302
    assert not breaker.open_runs().exists()


@pytest.mark.parametrize("pk", [999_999, 2**70])
def test_an_unknown_run_is_not_found(held: HeldRun, lawyer: Client, pk: int) -> None:
    assert lawyer.get(f"{LIST}{pk}/").status_code == 404


def test_each_account_is_shown_with_its_holder_and_convention(
    caisse: Caisse,
    convention: Convention,
    lawyer: Client,
    today: Callable[[str], None],
    settings: Any,
) -> None:
    settings.TACITE_BREAKER_NUMBER = settings.TACITE_BREAKER_FLOOR = 1
    caisse.settings = {"directory": "embedded"}
    caisse.save()
    service = convention.rules.services[0].code
    for name in ("Crèche Un", "Crèche Deux"):
        person = Person.objects.create(last_name="Exemple")
        site = Site.objects.create(partner=convention.partner, name=name)
        grant(convention, person, service, None, clock.today(), site=site)
    drain()
    record(
        convention,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-02-29",
        agreed_by=["caisse", "partner"],
    )
    today("2024-03-01")
    [held] = sweep(clock.today()).held
    page = text(lawyer.get(f"{LIST}{held.pk}/"))
    assert "2 comptes seraient fermés" in page
    for account in Account.objects.all():
        assert account.holder_name in page
        assert account.identifier in page
    assert f'href="/conventions/{convention.pk}/"' in page
    stranger = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    others = text(somebody(stranger, "administrator").get(f"{LIST}{held.pk}/"))
    assert "Et 2 autres" in others
    assert "Crèche" not in others


def told_by(*arguments: str) -> str:
    out = StringIO()
    call_command("breaker", *arguments, stdout=out)
    return out.getvalue().replace("\N{NO-BREAK SPACE}", " ")


def test_the_command_shows_what_is_held_and_confirms_it(held: HeldRun, lawyer: Client) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="1\N{NO-BREAK SPACE}traitement attend") as waiting:
        call_command("breaker", stdout=out)
    assert waiting.value.returncode == 1
    shown = out.getvalue().replace("\N{NO-BREAK SPACE}", " ")
    assert shown.startswith("conventions : 3 conventions prendraient fin au 1er mars 2024")
    told = told_by(
        "confirm", "conventions", "--user", "Legal_officer@caisse.example", "--reason", REASON
    )
    assert "Confirmé pour 3 cas" in told
    assert told_by() == "Rien n’est retenu.\n"
    held.refresh_from_db()
    assert (held.confirmed_by, held.reason) == (
        User.objects.get(email="legal_officer@caisse.example"),
        REASON,
    )


@pytest.mark.parametrize(
    ("measure", "email", "reason", "told"),
    [
        ("accounts", "legal_officer@caisse.example", REASON, "Traitements retenus : conventions"),
        ("conventions", "personne@caisse.example", REASON, "Aucun utilisateur actif"),
        ("conventions", "auditor@caisse.example", REASON, "Seul un administrateur"),
        ("conventions", "legal_officer@caisse.example", " ", "Dites pourquoi"),
    ],
)
def test_the_command_refuses_what_the_page_refuses(
    held: HeldRun, lawyer: Client, caisse: Caisse, measure: str, email: str, reason: str, told: str
) -> None:
    somebody(caisse, "auditor")
    with pytest.raises(CommandError) as refused:
        told_by("confirm", measure, "--user", email, "--reason", reason)
    assert told in str(refused.value).replace("\N{NO-BREAK SPACE}", " ")
    assert breaker.open_runs().get() == held


def test_removals_held_are_shown_with_their_accounts(
    draft: Callable[..., Convention],
    caisse: Caisse,
    today: Callable[[str], None],
    settings: Any,
) -> None:
    caisse.settings = {"directory": "embedded"}
    caisse.save()
    today("2024-02-01")
    convention = draft()
    record(convention, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    record(convention, "signature", "2024-01-13", party="partner")
    record(convention, "signature", "2024-01-15", party="caisse")
    service = convention.rules.services[0].code
    person = Person.objects.create(last_name="Exemple", email="c@structure.example")
    habilitation = grant(convention, person, service, None, clock.today())
    drain()
    happens(habilitation, "departure", "2024-02-01")
    drain()
    settings.TACITE_BREAKER_NUMBER = settings.TACITE_BREAKER_FLOOR = 0
    today("2025-02-01")
    ask_for_removals(clock.today())
    drain()
    held = breaker.open_runs().get(measure="removals")
    page = text(somebody(caisse, "director").get(f"{LIST}{held.pk}/"))
    assert "1 compte serait retiré de l’annuaire" in page
    assert "ces comptes restent d’ici là verrouillés" in page
    assert Account.objects.get().identifier in page
