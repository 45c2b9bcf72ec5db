"""A request for more agents than one sheet of its form holds, from its answers to its paper."""

from collections.abc import Callable

import pytest

from contracts.models import Caisse, Convention, Partner, Person
from contracts.services.rulebooks import publish
from forms_annexes.completeness import unanswered
from forms_annexes.models import AccessRequest
from forms_annexes.models.users import UserDecision
from forms_annexes.services import filling
from forms_annexes.services.granting import grant_accepted
from forms_annexes.services.sheets import pdf_of, sheet_of
from forms_annexes.views.answers import steps_of
from templates_conventions.catalogue import rulebook
from templates_conventions.document import Heading
from tests.documents import RSACG, pdf_text, plain, text_of
from tests.portfolio import record
from workflows import clock

pytestmark = pytest.mark.django_db


def agent_row(number: int) -> dict[str, str]:
    return {
        "user.title": "Mme",
        "user.first_name": "Claude",
        "user.last_name": "Exemple",
        "user.service": "Insertion",
        "user.service_address": "12 boulevard des Exemples\n13999 Essai",
        "user.duties": "Assistante de service social",
        "user.profile": "Profil 1 : Travailleurs sociaux des structures conventionnées",
        "user.email": f"agent{number}@ccas.example",
    }


@pytest.fixture
def eleven(
    caisse: Caisse, draft: Callable[..., Convention], today: Callable[[str], None]
) -> AccessRequest:
    """A request of a fictitious CCAS for eleven agents."""
    today("2026-02-02")
    caisse.settings = {"partner_mailbox": "conventions@caisse.example"}
    caisse.save()
    partner = Partner.objects.create(name="CCAS d’Essai", kind="ccas", address="1 rue de l’Essai")
    published = publish(rulebook(RSACG))[0]
    convention = draft(partner=partner, rulebook_code=published.code)
    request = filling.start(convention, None)
    filling.answer(
        request,
        "requester",
        {
            "requester.name": "CCAS d’Essai",
            "requester.address": "1 rue de l’Essai",
            "requester.dated_on": "2026-02-02",
        },
    )
    return filling.answer(request, "user", [agent_row(number) for number in range(1, 12)])


def test_eleven_agents_go_on_two_sheets(eleven: AccessRequest) -> None:
    document = sheet_of(eleven)
    headings = [plain(block.text) for block in document.blocks if isinstance(block, Heading)]
    assert [title for title in headings if "Feuillet" in title] == [
        "Feuillet 1 sur 2",
        "Feuillet 2 sur 2",
    ]
    text = text_of(document)
    assert text.count("conventions@caisse.example") == text.count("Demandeur :") == 2
    assert "Coordonnées des agents à habiliter (11)" in text
    assert "12 boulevard des Exemples, 13999 Essai" in text
    read = pdf_text(pdf_of(eleven)).replace(" ", "")
    assert all(f"agent{number}@ccas.example" in read for number in range(1, 12))


def test_what_is_only_read_or_the_caisse_s_own_is_not_asked(eleven: AccessRequest) -> None:
    assert [block.code for block in steps_of(eleven)] == ["requester", "user"]
    assert list(unanswered(eleven)) == []


def test_each_accepted_agent_is_granted_the_profile_of_the_own_line(eleven: AccessRequest) -> None:
    profiles = ["Profil 5 : Agents des départements en charge du contentieux RSA", "2", "Profil 9"]
    users = list(eleven.users.order_by("position"))[:3]
    for user, profile in zip(users, profiles, strict=True):
        user.answers = {**user.answers, "user.profile": profile}
        user.person = Person.objects.create(last_name=f"Exemple {user.position}")
        user.decision, user.decided_at = UserDecision.ACCEPTED, clock.now()
        user.save()
    convention = eleven.convention
    record(convention, "document_received", "2026-02-02", document="delegation")
    for party in ("partner", "caisse"):
        record(convention, "signature", "2026-02-02", party=party)
    convention.refresh_from_db()
    assert convention.state == "active"

    grant_accepted(convention)

    granted = convention.habilitations.order_by("pk").values_list("person__last_name", "profile")
    assert list(granted) == [
        (f"Exemple {users[0].position}", "5"),
        (f"Exemple {users[1].position}", "2"),
    ]
    users[2].refresh_from_db()
    assert "hors de cette liste" in users[2].grant_problem
