"""What a partner declares: breaches, the rights of persons, and what every kind shares."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from contracts.models import Caisse, Convention, User, UserScope
from forms_annexes.declarations.kinds import kind_of, kinds
from forms_annexes.models import Declaration, DeclarationLine
from forms_annexes.services import declaring, handling
from forms_annexes.services.declaration_visibility import to_handle
from forms_annexes.services.declaring import StaleDeclaration
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.declaring import (
    NIR,
    Declare,
    Mail,
    Move,
    a_file,
    breach,
    declared,
    ended,
    faults,
    opposition,
    registered,
    told,
)
from workflows import clock

__all__ = ["declared", "ended", "registered"]

pytestmark = pytest.mark.django_db

# Numbers, history, being sent twice.


def test_declarations_are_numbered_without_gap_and_keep_their_history(
    declared: Declare, clerk: User, today: Move
) -> None:
    first = declared("avenant", told({"subject": "Durée", "details": "Trois ans."}))
    with pytest.raises(ValidationError):
        declared("avenant", told({"subject": "Durée"}))
    second = declared("right_request", opposition())
    assert [first.number, second.number] == ["CAISSE1-DC-2024-00001", "CAISSE1-DC-2024-00002"]
    today("2024-02-03")
    handling.handle(first, clerk, date(2024, 2, 2))
    moves = [(line.name, line.source, line.target) for line in first.lines.all()]
    assert moves == [("send", "", "sent"), ("handle", "sent", "handled")]


def test_the_history_of_a_declaration_never_changes(
    declared: Declare,
) -> None:
    declared("right_request", opposition())
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        DeclarationLine.objects.update(target="handled")


def test_the_same_form_sent_twice_makes_one_declaration(
    in_force: Convention, director: User
) -> None:
    token, kind = uuid4(), kind_of("right_request")
    first = declaring.declare(in_force, kind, director, opposition(), form_token=token)
    again = declaring.declare(in_force, kind, director, opposition(), form_token=token)
    assert again.pk == first.pk
    other = a_member("autre@creche.example", in_force.partner)
    theirs = declaring.declare(in_force, kind, other, opposition(), form_token=token)
    assert theirs.pk != first.pk


# The rights of persons.


def test_an_opposition_is_shown_to_agents_first_and_mailed_the_same_day(
    declared: Declare, clerk: User, director: User, mail_to: Mail
) -> None:
    declared("avenant", told({"subject": "Durée", "details": "Trois ans."}))
    urgent = declared("right_request", opposition())
    worst = declared("breach", breach())
    queue = [one.kind for one in to_handle(clerk, clock.today())]
    assert queue == ["breach", "right_request", "avenant"]
    (first, second) = mail_to(clerk.email)
    assert "À traiter aujourd’hui" in first.subject
    assert urgent.number in first.body
    assert worst.number in second.body
    assert "OPP-2024-001" not in first.body
    assert any(urgent.number in sent.subject for sent in mail_to(director.email))


@pytest.mark.parametrize(
    "reference", ["DUPONT", "Marie Essai", NIR, "295109912611193", "1234567890123", "", "a@b.fr"]
)
def test_a_reference_that_could_name_a_person_is_refused_and_nothing_is_kept(
    declared: Declare, reference: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        declared("right_request", opposition(reference))
    assert set(faults(refused)) == {"reference"}
    assert not reference or reference not in str(faults(refused))
    assert not Declaration.objects.exists()


def test_only_the_rights_of_the_rulebook_are_relayed(
    declared: Declare, registered: Convention
) -> None:
    with pytest.raises(ValidationError) as refused:
        declared("right_request", opposition(right="rectification"))
    assert "right" in faults(refused)
    kept = declared("right_request", opposition(right="rectification"), registered)
    assert kept.answers["right"] == "rectification"


def test_no_file_goes_with_the_right_of_a_person(
    declared: Declare,
) -> None:
    said = told({"right": "opposition", "reference": "OPP-1"}, on="2024-02-01", files=(a_file(),))
    with pytest.raises(ValidationError) as refused:
        declared("right_request", said)
    assert "piece" in faults(refused)


def test_the_day_on_which_the_agent_treated_it_is_kept_and_told(
    declared: Declare,
    clerk: User,
    director: User,
    today: Move,
    mail_to: Mail,
) -> None:
    sent = declared("right_request", opposition())
    today("2024-02-05")
    for wrong in (date(2024, 1, 31), date(2024, 2, 6)):
        with pytest.raises(ValidationError):
            handling.handle(sent, clerk, wrong)
    done = handling.handle(sent, clerk, date(2024, 2, 2))
    assert (done.status, done.handled_on, done.handled_by) == ("handled", date(2024, 2, 2), clerk)
    assert "2 février 2024" in mail_to(director.email)[-1].body.replace("\N{NO-BREAK SPACE}", " ")


# Breaches.


def test_a_breach_is_told_to_the_dpo_with_its_instant(
    declared: Declare, caisse: Caisse, mail_to: Mail
) -> None:
    dpo = User.objects.create_user("dpo@caisse.example")
    UserScope.objects.create(user=dpo, caisse=caisse, role="dpo", first_day=clock.today())
    sent = declared("breach", breach())
    assert sent.aware_at == datetime(2024, 2, 1, 9, tzinfo=clock.PARIS)
    assert sent.declared_on == date(2024, 2, 1)
    assert sent.number in mail_to("dpo@caisse.example")[0].body


def test_a_breach_to_come_or_without_instant_is_refused(
    declared: Declare,
) -> None:
    for said in (breach("2024-02-01T12:01"), told({"nature": "attack"})):
        with pytest.raises(ValidationError) as refused:
            declared("breach", said)
        assert "aware_at" in faults(refused)


def test_the_database_wants_the_instant_of_a_breach_and_of_nothing_else(
    declared: Declare,
) -> None:
    sent = declared("breach", breach())
    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.filter(pk=sent.pk).update(aware_at=None)


def test_documents_follow_a_breach_while_it_is_open(
    declared: Declare, director: User, clerk: User
) -> None:
    sent = declared("breach", breach())
    joined = declaring.join_piece(sent, director, a_file("plainte.pdf"), 0)
    assert [piece.evidence.original_name for piece in joined.pieces.all()] == ["plainte.pdf"]
    with pytest.raises(ValidationError):
        declaring.join_piece(sent, director, a_file(f"{NIR.replace(' ', '')}.pdf"), 1)
    handling.handle(sent, clerk, date(2024, 2, 1))
    with pytest.raises(StaleDeclaration):
        declaring.join_piece(sent, director, a_file(), 2)


def test_a_social_security_number_is_refused_in_any_words(
    declared: Declare,
) -> None:
    with pytest.raises(ValidationError) as refused:
        declared("breach", breach(description=f"Le dossier {NIR} a fuité."))
    assert "description" in faults(refused)
    assert "126" not in str(faults(refused))
    assert not Declaration.objects.exists()


# Returning, completing, taking back.


def test_a_declaration_comes_back_with_what_is_missing_and_goes_again(
    declared: Declare, director: User, clerk: User, mail_to: Mail
) -> None:
    sent = declared("avenant", told({"subject": "Durée", "details": "Trois ans."}))
    for comment in ("", "  ", f"Voir {NIR}"):
        with pytest.raises(ValidationError):
            handling.give_back(sent, clerk, comment)
    handling.give_back(sent, clerk, "Dites à partir de quand.", 0)
    assert "Dites à partir de quand." in mail_to(director.email)[-1].body
    more = told({"subject": "Durée", "details": "Trois ans, dès janvier."})
    again = declaring.send_again(sent, director, more, 1)
    assert (again.status, again.return_comment) == ("sent", "")
    assert again.answers["details"] == "Trois ans, dès janvier."


def test_a_stale_page_and_a_second_click_change_nothing(
    declared: Declare, director: User, clerk: User
) -> None:
    sent = declared("right_request", opposition())
    handling.handle(sent, clerk, date(2024, 2, 1), seen_revision=0)
    with pytest.raises(StaleDeclaration):
        handling.handle(sent, clerk, date(2024, 2, 1), seen_revision=0)
    with pytest.raises(StaleDeclaration, match="traitée"):
        declaring.withdraw(sent, director, 1)
    sent.refresh_from_db()
    assert (sent.status, sent.revision, sent.lines.count()) == ("handled", 1, 2)


def test_every_kind_says_what_it_is_and_where_it_goes() -> None:
    assert [kind.code for kind in kinds()][:2] == ["breach", "right_request"]
    assert all(kind.explanation and kind.goes_to and kind.delay for kind in kinds())
