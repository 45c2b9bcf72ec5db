"""What is kept beside the files of conventions has its time too, its holds, and its proof."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from pypdf import PdfReader

from contracts.models import (
    Caisse,
    Contact,
    Convention,
    EliminatedThing,
    Elimination,
    EliminationOutcome,
    Person,
    User,
    UserScope,
)
from contracts.retention.holds import hold_thing, lift_hold, put_hold
from contracts.retention.kinds import explained_things, kind_of, things_due
from contracts.retention.lists import draw_up_things
from contracts.services.proposals import confirm
from contracts.services.stored_files import faults
from forms_annexes.models import AccessRequest
from forms_annexes.models.messages import Side
from forms_annexes.services import exchanging, filling, instructing, signing
from notifications.models import Message
from notifications.services import send, send_at_once
from tests.desk.elimination import (
    ADDRESS,
    FIRST,
    LAST,
    administrator,
    dpo,
    empty_store,
    everything_kept,
    staff,
    traces,
    with_visa,
)
from tests.desk.pages import words
from tests.forms_annexes.conftest import a_member, answered
from tests.forms_annexes.files import a_pdf
from workflows import clock
from workflows.effect_worker import drain

__all__ = ["administrator", "dpo", "empty_store"]

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]


def due(code: str, caisse: Caisse) -> list[tuple[int, date]]:
    kind = kind_of(code)
    assert kind is not None
    return list(things_due(kind, caisse, clock.today()))


def gone(code: str, caisse: Caisse, first: User, second: User) -> Elimination:
    """All of one kind that is due, gone under a visa that two people decided."""
    kind = kind_of(code)
    assert kind is not None
    subjects = [subject for subject, _ in due(code, caisse)]
    made = draw_up_things(caisse, kind, subjects, first, uuid4(), clock.today())
    confirm(with_visa(made, first), second)
    drain()
    return made


@pytest.fixture
def given_up(convention: Convention, today: Move) -> AccessRequest:
    """A request that names somebody whom nobody else names, withdrawn on 1 February 2024."""
    member = a_member("direction@partenaire.example", convention.partner)
    request = filling.start(convention, member)
    told = {"user.last_name": LAST, "user.first_name": FIRST, "user.email": ADDRESS}
    filling.answer(request, "structure", {"structure.name": "Crèche d’Essai"})
    filling.answer(request, "user", told)
    exchanging.write(request, Side.PARTNER, member, f"Bonjour, {LAST} attend.", (), uuid4())
    request.refresh_from_db()
    return filling.withdraw(request, member)


def test_a_request_without_a_right_goes_two_years_later_and_its_convention_stays(
    given_up: AccessRequest,
    convention: Convention,
    caisse: Caisse,
    dpo: User,
    administrator: User,
    today: Move,
) -> None:
    today("2026-02-01")
    assert due("request", caisse) == []
    today("2026-02-02")
    assert due("request", caisse) == [(given_up.pk, date(2024, 2, 1))]
    hold = put_hold(convention, caisse, "Recours.", dpo, uuid4())
    assert due("request", caisse) == []
    lift_hold(hold, "Jugé.", dpo)
    assert traces()

    made = gone("request", caisse, dpo, administrator)

    assert traces() == []
    assert due("request", caisse) == []
    convention.refresh_from_db()
    assert convention.state == "active"
    for command in ("journal", "cache"):
        call_command(command, "verify")
    call_command("retention", "--verify")
    assert list(faults()) == []
    page = words(_of(dpo).get(f"/conservation/bordereaux/{made.pk}/"))
    assert f"Demande {given_up.number}, retirée" in page
    assert "Éliminé 1 sur 1 dossier" in page


def test_a_refused_request_goes_with_its_signed_sheet(
    convention: Convention, caisse: Caisse, dpo: User, administrator: User, today: Move
) -> None:
    member = a_member("direction@partenaire.example", convention.partner)
    clerk = User.objects.create_user("gestionnaire@caisse.example")
    UserScope.objects.create(
        user=clerk, caisse=caisse, role="back_office_agent", first_day=clock.today()
    )
    request = answered(filling.start(convention, member), ADDRESS)
    told = {"user.last_name": LAST, "user.first_name": FIRST, "user.email": ADDRESS}
    filling.answer(request, "user", told)
    filling.send(request, member)
    scan = SimpleUploadedFile("annexe.pdf", a_pdf(), "application/pdf")
    signing.sign_by_hand(request, scan, clock.today(), member)
    sent = AccessRequest.objects.get(pk=request.pk)
    assert instructing.refuse(sent, clerk, "not_staff").status == "refused"
    drain()
    assert traces()
    today("2026-02-02")

    gone("request", caisse, dpo, administrator)

    assert traces() == []
    assert list(faults()) == []


def test_whom_only_the_request_names_is_forgotten_and_whom_the_partner_names_stays(
    convention: Convention, caisse: Caisse, dpo: User, administrator: User, today: Move
) -> None:
    member = a_member("direction@partenaire.example", convention.partner)
    request = answered(filling.start(convention, member), ADDRESS)
    filling.send(request, member)
    signer = signing.send_to_signatory(request, LAST, FIRST, ADDRESS, member).person
    contact = Person.objects.create(last_name="Exemple", email="contact@partenaire.example")
    Contact.objects.create(
        partner=convention.partner, person=contact, quality="Directrice", first_day=clock.today()
    )
    request.users.update(person=contact)
    assert filling.withdraw(AccessRequest.objects.get(pk=request.pk), member).status == "withdrawn"
    drain()
    today("2026-02-02")

    gone("request", caisse, dpo, administrator)

    signer.refresh_from_db()
    contact.refresh_from_db()
    assert (signer.email, contact.email) == ("", "contact@partenaire.example")
    assert (signer.erased_at is None, contact.erased_at) == (False, None)
    persons = EliminatedThing.objects.filter(kind="contracts.Person")
    assert [one.key for one in persons] == [signer.pk]
    assert traces() == []


def test_a_month_of_messages_about_no_convention_goes_and_later_ones_stay(
    convention: Convention, caisse: Caisse, dpo: User, administrator: User, today: Move
) -> None:
    for day in ("2024-02-10", "2024-03-10"):
        today(day)
        send_at_once(
            "sign_in_code",
            key=f"code:{day}",
            recipient_person=dpo,
            context={"expires_minutes": 15},
            secret="123456",
        )
    of_convention = Message.objects.filter(convention=convention).count()
    today("2025-02-28")
    assert due("message", caisse) == []
    today("2025-03-01")
    assert due("message", caisse) == [(202402, date(2024, 2, 29))]
    hold = hold_thing(caisse, "message", 202402, "Contrôle.", dpo, uuid4())
    assert due("message", caisse) == []
    lift_hold(hold, "Fini.", dpo)

    gone("message", caisse, dpo, administrator)

    texts = dict(Message.objects.filter(kind="sign_in_code").values_list("key", "address"))
    assert texts == {"code:2024-02-10": "[effacé]", "code:2024-03-10": dpo.email}
    assert Message.objects.filter(convention=convention).count() == of_convention
    assert EliminatedThing.objects.filter(kind="notifications.Message").count() == 1
    assert due("message", caisse) == []


def test_a_caisse_that_keeps_longer_keeps_the_messages_of_nobody(
    convention: Convention, caisse: Caisse, dpo: User, today: Move
) -> None:
    for_good = {"file_retention": {"message": {"length": None, "ground": "Sans fin"}}}
    Caisse.objects.create(code="AUTRE", name="Autre caisse", settings=for_good)
    today("2024-02-10")
    key = {"key": "code", "recipient_person": dpo, "context": {"expires_minutes": 15}}
    send_at_once("sign_in_code", secret="123456", **key)
    today("2030-01-01")
    assert due("message", caisse) == []


def test_the_account_of_who_left_goes_first_and_the_name_once_the_caisse_decides(
    convention: Convention, caisse: Caisse, dpo: User, administrator: User, today: Move
) -> None:
    gone_away = staff(caisse, "auditor", "zephyrine")
    assert due("staff_account", caisse) == []
    UserScope.objects.filter(user=gone_away).update(last_day=date(2024, 2, 15))
    today("2025-02-15")
    assert due("staff_account", caisse) == []
    today("2025-02-16")
    assert due("staff_account", caisse) == [(gone_away.pk, date(2024, 2, 15))]

    gone("staff_account", caisse, dpo, administrator)

    gone_away.refresh_from_db()
    assert "zephyrine@" not in everything_kept()
    assert (gone_away.get_full_name(), gone_away.is_active) == ("zephyrine", False)
    assert due("staff_account", caisse) == due("staff_name", caisse) == []
    decided = {"staff_name": {"length": "P1Y", "ground": "Décision du délégué"}}
    Caisse.objects.filter(pk=caisse.pk).update(settings={"file_retention": decided})
    caisse.refresh_from_db()

    gone("staff_name", caisse, dpo, administrator)

    gone_away.refresh_from_db()
    assert gone_away.get_full_name().replace("\u00a0", " ") == (
        f"Personne effacée n° {gone_away.pk}"
    )
    kinds = EliminatedThing.objects.filter(key=gone_away.pk).values_list("columns", flat=True)
    assert set(kinds) == {"email", "first_name, last_name, email"}
    assert due("staff_name", caisse) == []
    call_command("retention", "--verify")


def test_who_came_back_since_the_list_keeps_their_account(
    convention: Convention, caisse: Caisse, dpo: User, administrator: User, today: Move
) -> None:
    back = staff(caisse, "auditor", "zephyrine")
    UserScope.objects.filter(user=back).update(last_day=date(2024, 2, 15))
    today("2026-01-01")
    kind = kind_of("staff_account")
    assert kind is not None
    made = draw_up_things(caisse, kind, [back.pk], dpo, uuid4(), clock.today())
    UserScope.objects.create(user=back, caisse=caisse, role="auditor", first_day=date(2026, 1, 1))
    confirm(with_visa(made, dpo), administrator)
    drain()
    outcome = EliminationOutcome.objects.get()
    assert (outcome.kind, outcome.reason) == (
        "kept",
        "Sa durée de conservation a changé depuis le bordereau.",
    )
    back.refresh_from_db()
    assert back.email == "zephyrine@caisse.example"


def test_the_report_is_a_pdf_that_tells_the_visa_the_two_people_and_each_digest(
    given_up: AccessRequest, caisse: Caisse, dpo: User, administrator: User, today: Move
) -> None:
    today("2026-02-02")
    made = gone("request", caisse, dpo, administrator)
    answer = _of(dpo).get(f"/conservation/bordereaux/{made.pk}/preuve.pdf")
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(b"".join(answer)))  # type: ignore[arg-type]
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "Procès-verbal d’élimination" in text
    assert "Visa 2029-17, du 2 février 2026" in text
    assert "morgan, le 2 février 2026" in text
    assert "lou, le 2 février 2026" in text
    assert f"Demande {given_up.number}, retirée" in text
    digest = EliminationOutcome.objects.get().digest
    assert digest in text.replace(" ", "")
    assert "Modèle" not in text
    assert LAST not in text


def test_the_page_shows_each_kind_apart_and_a_month_is_held_there(
    convention: Convention, caisse: Caisse, dpo: User, today: Move
) -> None:
    today("2024-02-10")
    send("files_due", key="x", recipient_person=dpo, caisse=caisse, context={"caisse": caisse.pk})
    drain()
    today("2026-01-01")
    client = _of(dpo)
    told = {"subject": "Objet", "text": "Texte", "address": "morgan@caisse.example"}
    Message.objects.update(state="sent", sent_at=clock.now(), **told)
    page = words(client.get("/conservation/?nature=message"))
    assert "Messages de février 2024" in page
    assert "1 an depuis la fin du mois, le 29 février 2024" in page
    assert "À trancher : Combien de temps la preuve d’un envoi" in page
    kind = kind_of("message")
    assert kind is not None
    [thing] = explained_things(kind, caisse, due("message", caisse))
    assert thing.kept_until == date(2025, 2, 28)
    path = f"/conservation/{caisse.pk}/message/202402/gel/"
    identifier = str(client.get(path).context["form"]["identifier"].value())
    assert client.post(path, {"identifier": identifier}).status_code == 422
    answers = {"identifier": identifier, "reason": "Contrôle en cours."}
    assert client.post(path, answers).status_code == 302
    assert "Messages de février 2024" in words(client.get("/conservation/gels/"))
    assert "aucun dossier n’a dépassé" in words(client.get("/conservation/?nature=message"))
    asked = {"identifier": str(uuid4()), "file": ["202402"]}
    again = client.post("/conservation/?nature=message", asked)
    assert "ne sont plus à éliminer" in words(again, 422)
    assert client.get(f"/conservation/{caisse.pk}/message/202413/gel/").status_code == 404


def _of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
