"""What the caisse joins waits until the antivirus has seen it; what it proves does not wait."""

import io
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from access.models import Habilitation, UserReview
from access.services.reviews import open_due_reviews
from contracts.models import Avenant, Contact, Convention, EvidenceFile, Person, SignedCopy, User
from contracts.services import avenant_preparation, dispute_file
from contracts.services.avenant_preparation import Wanted
from contracts.services.documents import convention_document, issue
from tests.desk.habilitated import (
    SUSPENDED,
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
from tests.documents import pdf_text, plain
from tests.forms_annexes.files import a_pdf, content_of
from tests.quarantined import daemon, infected
from tests.services.antivirus_daemon import Daemon
from workflows import clock
from workflows.effect_worker import drain

__all__ = ["clerk", "daemon", "habilitation", "lawyer", "person"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("daemon")]

WAITS = "En cours de vérification"
REFUSED = "l’antivirus a refusé ce fichier, qui a été supprimé"
TOKEN = UUID("6f0c1c56-0f0e-4a3e-9b8e-2d8a54f6a001")


def a_file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("courrier.pdf", content)


def sent_for_signature(client: Client, convention: Convention, content: bytes) -> Any:
    """The event shown with its consequences, its proof joined; not confirmed yet."""
    path = f"/conventions/{convention.pk}/evenements/sent_for_signature/"
    return client.post(path, fill(client, path, on="2024-02-01") | {"proof": a_file(content)})


def confirmed(client: Client, shown: Any) -> Any:
    form = shown.context["form"]
    told = hidden(form) | {"on": "2024-02-01", "confirm": "oui"}
    return client.post(shown.request["PATH_INFO"], told)


@pytest.fixture
def drafted(draft: Callable[..., Convention], today: Callable[[str], None]) -> Convention:
    today("2024-02-01")
    return draft()


def test_an_event_is_recorded_while_nobody_may_have_its_proof_yet(
    clerk: Client, drafted: Convention
) -> None:
    assert confirmed(clerk, sent_for_signature(clerk, drafted, a_pdf())).status_code == 302
    proof = drafted.acts.get().evidence.get()
    page, address = f"/conventions/{drafted.pk}/", f"/conventions/{drafted.pk}/pieces/{proof.pk}/"
    shown = clerk.get(page)
    assert f"courrier.pdf {WAITS}" in words(shown)
    assert address not in shown.content.decode()
    waits = words(clerk.get(address), 409)
    assert "en cours de vérification" in waits
    assert "Revenir à la page du fichier" in waits
    drain()
    shown = clerk.get(page)
    assert WAITS not in words(shown)
    assert address in shown.content.decode()
    assert content_of(clerk.get(address)) == a_pdf()


def test_an_event_outlives_the_proof_that_the_antivirus_refused(
    clerk: Client, drafted: Convention, django_capture_on_commit_callbacks: Any
) -> None:
    confirmed(clerk, sent_for_signature(clerk, drafted, infected()))
    with django_capture_on_commit_callbacks(execute=True):
        drain()
    proof = EvidenceFile.objects.get()
    page = words(clerk.get(f"/conventions/{drafted.pk}/"))
    assert f"Le 1er février 2024, {REFUSED}" in page
    assert "L’événement reste enregistré, sans cette pièce" in page
    told = words(clerk.get(f"/conventions/{drafted.pk}/pieces/{proof.pk}/"), 409)
    assert "refusé par l’antivirus" in told
    assert not proof.file.storage.exists(proof.file.name)
    assert drafted.acts.get().kind == "sent_for_signature"


def test_a_proof_refused_before_the_confirmation_is_said_and_carried_no_further(
    clerk: Client, drafted: Convention
) -> None:
    shown = sent_for_signature(clerk, drafted, infected())
    drain()
    refused = confirmed(clerk, shown)
    page = words(refused)
    assert "refusé par l’antivirus le 1er février 2024" in page
    assert "Pièce déjà jointe" not in page
    assert not drafted.acts.exists()
    # Then without it, weighed again as it is no longer the same.
    weighed = confirmed(clerk, refused)
    assert confirmed(clerk, weighed).status_code == 302
    assert not drafted.acts.get().evidence.exists()


def test_the_proof_of_what_happens_to_a_user_waits_too(
    lawyer: Client, habilitation: Habilitation
) -> None:
    path = event_of(habilitation, "user_suspended")
    told = fill(lawyer, path, decided_by=lawyer_key(), **SUSPENDED)
    assert confirm(lawyer, path, told | {"proof": a_file(a_pdf())}).status_code == 302
    proof = EvidenceFile.objects.get()
    assert WAITS in words(lawyer.get(page_of(habilitation)))
    address = f"{page_of(habilitation)}pieces/{proof.pk}/"
    waits = lawyer.get(address)
    assert "en cours de vérification" in words(waits, 409)
    assert f'href="{page_of(habilitation)}"' in waits.content.decode()
    drain()
    assert content_of(lawyer.get(address)) == a_pdf()


def test_the_answer_about_a_list_of_users_waits_too(
    clerk: Client, habilitation: Habilitation, today: Callable[[str], None]
) -> None:
    caisse = habilitation.convention.caisse
    caisse.settings = {
        "directory": "embedded",
        "user_review": {"every": "P1Y", "suspend_after": "P45D", "visa": "JUR-2024-3"},
    }
    caisse.save()
    Contact.objects.create(
        partner=habilitation.convention.partner,
        person=Person.objects.create(last_name="Contact", email="contact@partenaire.example"),
        quality="Direction",
        first_day=clock.today(),
    )
    today("2025-01-15")
    open_due_reviews(clock.today())
    review = UserReview.objects.get()
    path = f"/utilisateurs/listes/{review.pk}/"
    told = {
        "received_on": "2025-01-15",
        "channel": "paper",
        f"user_{habilitation.pk}": "kept",
    }
    shown = clerk.post(path, told | {"proof": a_file(a_pdf())})
    carried = hidden(shown.context["form"])
    clerk.post(path, told | carried | {"confirm": "oui"})
    assert f"courrier.pdf {WAITS}" in words(clerk.get(path))
    assert "en cours de vérification" in words(clerk.get(f"{path}piece/"), 409)
    drain()
    assert content_of(clerk.get(f"{path}piece/")) == a_pdf()


def test_a_signed_copy_that_the_antivirus_refused_counts_no_more_and_may_come_again(
    clerk: Client, drafted: Convention, agent: User
) -> None:
    document = issue(drafted, convention_document(drafted), agent)
    page = f"/conventions/{drafted.pk}/copies-signees/"
    told = {"signed_by": ["partner"], "original_of": "partner", "signed_on": "2024-01-20"}
    content = infected()

    def deposited() -> SignedCopy:
        answer = clerk.post(f"{page}depot/{document.pk}/", told | {"file": a_file(content)})
        assert answer.status_code == 302
        return SignedCopy.objects.latest("pk")

    first = deposited()
    assert WAITS in words(clerk.get(page))
    assert "en cours de vérification" in words(clerk.get(f"{page}{first.pk}/"), 409)
    assert deposited() == first
    drain()
    shown = words(clerk.get(page))
    assert "Cette copie ne prouve plus rien" in shown
    assert "Enregistrer la signature" not in shown
    assert "Revenu" not in shown
    assert deposited() != first


def test_the_proof_of_an_avenant_waits_too(clerk: Client, convention: Convention) -> None:
    wanted = Wanted("duration", changes={"term.length": "P3Y"})
    avenant_preparation.prepare(convention, wanted, None, TOKEN)
    assert Avenant.objects.count() == 1
    told = {"identifier": str(TOKEN), "party": "partner", "on": "2024-02-01"}
    path = f"/conventions/{convention.pk}/avenants/1/signature/"
    assert clerk.post(path, told | {"proof": a_file(a_pdf())}).status_code == 302
    assert EvidenceFile.objects.get().verification.state == "pending"


def test_the_evidence_file_names_what_waits_and_holds_nothing_of_it(
    clerk: Client, drafted: Convention
) -> None:
    confirmed(clerk, sent_for_signature(clerk, drafted, a_pdf()))

    def written() -> tuple[dispute_file.DisputeFile, zipfile.ZipFile]:
        target = io.BytesIO()
        return dispute_file.write(drafted, target), zipfile.ZipFile(target)

    done, archive = written()
    [problem] = done.problems
    assert "pieces/001-courrier.pdf : ce fichier est en cours de vérification" in plain(problem)
    assert "pieces/001-courrier.pdf" not in archive.namelist()
    assert "en cours de vérification" in plain(pdf_text(archive.read("index.pdf")))
    drain()
    done, archive = written()
    assert done.problems == []
    assert archive.read("pieces/001-courrier.pdf") == a_pdf()


def test_while_the_antivirus_is_asked_it_is_given_the_very_file(
    clerk: Client, drafted: Convention, daemon: Daemon
) -> None:
    confirmed(clerk, sent_for_signature(clerk, drafted, a_pdf()))
    drain()
    assert daemon.received == [a_pdf()]
