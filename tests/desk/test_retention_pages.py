"""The pages of keeping: from what is due to the proof, holds, and who may do what."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import Caisse, Convention, Elimination, LegalHold, Proposal, User
from notifications.models import Message
from notifications.retention_mails import announce
from tests.desk.elimination import administrator, close, dpo
from tests.desk.pages import somebody, words
from tests.forms_annexes.files import a_pdf, content_of
from workflows import clock
from workflows.effect_worker import drain

__all__ = ["administrator", "dpo"]

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
PAGE = "/conservation/"


@pytest.fixture
def closed(convention: Convention, today: Move) -> Convention:
    close(convention, today)
    today("2029-04-01")
    return convention


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_from_what_is_due_to_the_proof(closed: Convention, dpo: User, administrator: User) -> None:
    first, second = signed_in(dpo), signed_in(administrator)
    page = words(first.get(PAGE))
    assert "1 dossier dont la durée de conservation est passée" in page
    assert "5 ans depuis le dernier jour en vigueur, le 31 mars 2024" in page
    assert "Proposition, que la caisse fait confirmer" in page
    identifier = first.get(PAGE).context["identifier"]
    asked = {"identifier": str(identifier), "file": [closed.pk]}
    first.post(PAGE, asked)
    made = Elimination.objects.get()
    one = f"{PAGE}bordereaux/{made.pk}/"
    assert first.post(PAGE, asked)["Location"] == one
    assert "Visa des archives attendu" in words(first.get(one))
    slip = content_of(first.get(f"{one}bordereau.csv")).decode()
    assert closed.number in slip
    assert first.get(f"{one}preuve.csv").status_code == 404

    answers = {"identifier": str(identifier), "reference": "Visa 12", "dated": "2029-04-01"}
    missing = first.post(one, answers)
    assert missing.status_code == 422
    early = answers | {"dated": "2029-03-01", "document": _a_file()}
    assert "plus ancien que le bordereau" in words(first.post(one, early), 422)
    assert not Proposal.objects.exclude(convention__isnull=False).exists()
    first.post(one, answers | {"document": _a_file()})
    proposal = Proposal.objects.get(kind="elimination")
    assert "Ce qui est éliminé ne revient pas" in words(second.get(f"/a-confirmer/{proposal.pk}/"))
    second.post(f"/a-confirmer/{proposal.pk}/", {"confirm": "oui"})
    assert "En cours d’élimination 0 sur 1 dossier" in words(second.get(one))
    drain()
    assert "Éliminé 1 sur 1 dossier" in words(second.get(one))
    assert "empreinte sha256" in content_of(second.get(f"{one}preuve.csv")).decode()
    assert "Dossier éliminé" in words(second.get(f"/conventions/{closed.pk}/"))


def _a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("visa.pdf", a_pdf(), "application/pdf")


def test_a_hold_is_put_on_the_convention_shown_there_and_lifted(
    closed: Convention, dpo: User
) -> None:
    client = signed_in(dpo)
    path = f"/conventions/{closed.pk}/gel/"
    identifier = str(client.get(path).context["form"]["identifier"].value())
    assert client.post(path, {"scope": "partner", "identifier": identifier}).status_code == 422
    told = {"scope": "partner", "identifier": identifier, "reason": "Contentieux en cours."}
    for _ in range(2):
        assert client.post(path, told).status_code == 302
    hold = LegalHold.objects.get()
    shown = words(client.get(f"/conventions/{closed.pk}/"))
    assert "Conservation gelée pour tous les dossiers du partenaire" in shown
    assert "Contentieux en cours." in words(client.get("/conservation/gels/"))
    assert "aucun dossier n’a dépassé" in words(client.get(PAGE))
    client.post(
        f"/conservation/gels/{hold.pk}/levee/", {"identifier": identifier, "reason": "Jugé."}
    )
    assert "Conservation gelée" not in words(client.get(f"/conventions/{closed.pk}/"))


def test_a_list_is_given_up_for_a_reason(closed: Convention, dpo: User) -> None:
    client = signed_in(dpo)
    identifier = str(client.get(PAGE).context["identifier"])
    client.post(PAGE, {"identifier": identifier, "file": [closed.pk]})
    made = Elimination.objects.get()
    path = f"{PAGE}bordereaux/{made.pk}/abandon/"
    assert client.post(path, {"identifier": identifier}).status_code == 422
    client.post(path, {"identifier": identifier, "reason": "Visa refusé."})
    assert "1 dossier dont la durée" in words(client.get(PAGE))
    assert "Abandonné" in words(client.get(f"{PAGE}bordereaux/{made.pk}/"))


@pytest.mark.parametrize(
    "told", [{}, {"identifier": "x"}, {"file": ["999999"]}, {"file": ["-1", "a"]}]
)
def test_a_damaged_form_draws_up_nothing(
    closed: Convention, dpo: User, told: dict[str, object]
) -> None:
    sound = {"identifier": "6f2c1a52-3b0b-4a39-9a39-3b1d1f3f1c11", "file": []}
    assert signed_in(dpo).post(PAGE, sound | told).status_code == 422
    assert not Elimination.objects.exists()


@pytest.mark.parametrize(
    ("role", "reads", "draws_up"),
    [
        ("back_office_agent", 403, 403),
        ("legal_officer", 200, 403),
        ("auditor", 200, 403),
        ("dpo", 200, 422),
    ],
)
def test_who_reads_and_who_draws_up(
    closed: Convention, caisse: Caisse, role: str, reads: int, draws_up: int
) -> None:
    client = somebody(caisse, role)
    assert client.get(PAGE).status_code == reads
    assert client.post(PAGE, {}).status_code == draws_up


def test_those_who_answer_for_it_learn_three_months_before_and_once_a_month(
    convention: Convention, today: Move, dpo: User, administrator: User
) -> None:
    close(convention, today)
    today("2028-12-31")
    assert announce(clock.today()) == 0
    today("2029-01-01")
    announce(clock.today())
    announce(clock.today())
    told = Message.objects.filter(kind="files_due")
    assert set(told.values_list("user__email", flat=True)) == {
        "morgan@caisse.example",
        "lou@caisse.example",
    }
    drain()
    text = told.first()
    assert text is not None
    assert "1 dossier" in text.text.replace("\u00a0", " ")
    today("2029-02-01")
    announce(clock.today())
    assert told.count() == 4
