"""No access is accepted without the delegation, checked and in force."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from access.models import Habilitation
from contracts.models import Convention, Partner, User
from forms_annexes.models import AccessRequest, PrerequisiteCheck, PrerequisiteDocument
from forms_annexes.services import instructing, prerequisite_papers, prerequisites
from forms_annexes.services.prerequisite_papers import AlreadyChecked, PaperRefused
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.delegating import (
    OFFICE,
    a_convention,
    a_file,
    a_request,
    ccas,
    checked,
    deposited,
    granted,
    head,
    officer,
    said,
    sent,
    standing,
)
from tests.portfolio import record
from workflows import clock

__all__ = ["ccas", "granted", "head", "officer", "sent"]

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
Browse = Callable[[User], Client]
Mail = Callable[[str], list[Any]]


# Before an access.


def test_without_the_delegation_no_access_is_accepted_and_the_paper_is_named(
    sent: AccessRequest, officer: User
) -> None:
    with pytest.raises(instructing.NotAcceptable, match=r"Délégation du président .* manque"):
        instructing.accept(sent, officer)
    assert not Habilitation.objects.exists()


def test_deposited_and_not_checked_it_lets_nobody_in(
    sent: AccessRequest, head: User, officer: User
) -> None:
    deposited(sent.convention, head, "2026-01-01", "2026-06-30")
    with pytest.raises(instructing.NotAcceptable, match="à vérifier par la caisse"):
        instructing.accept(sent, officer)


def test_checked_and_in_force_it_lets_the_access_be_accepted(
    sent: AccessRequest, officer: User
) -> None:
    checked(sent.convention, officer, "2026-01-01", "2026-06-30")
    assert instructing.accept(sent, officer).status == "accepted"
    assert Habilitation.objects.get().convention == sent.convention


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [("2026-01-01", "2026-02-01", "a pris fin"), ("2026-02-03", None, "à partir du")],
)
def test_a_delegation_of_another_time_lets_nobody_in(
    sent: AccessRequest, officer: User, first: str, last: str | None, words: str
) -> None:
    checked(sent.convention, officer, first, last)
    with pytest.raises(instructing.NotAcceptable, match=words):
        instructing.accept(sent, officer)


def test_the_departement_needs_no_delegation_from_itself(
    draft: Callable[..., Convention], today: Move, officer: User
) -> None:
    convention = a_convention(draft, "departement", "Département d’Essai")
    author = a_member("direction@departement.example", convention.partner)
    assert instructing.accept(a_request(convention, author, 2), officer).status == "accepted"


def test_a_refusal_needs_no_delegation(sent: AccessRequest, officer: User) -> None:
    assert instructing.refuse(sent, officer, "not_entitled").status == "refused"


def test_accepted_before_the_convention_it_is_not_granted_once_the_delegation_has_ended(
    draft: Callable[..., Convention], officer: User, today: Move
) -> None:
    partner = Partner.objects.create(name="CIAS d’Essai", kind="cias", address="2 rue de l’Essai")
    convention = draft(partner=partner, rulebook_code="rsacg-msa-provence-azur")
    author = a_member("direction@cias.example", partner)
    request = a_request(convention, author, 3)
    checked(convention, officer, "2026-01-01", "2026-02-10")
    instructing.accept(request, officer)
    today("2026-02-11")
    for party in ("partner", "caisse"):
        record(convention, "signature", "2026-02-11", party=party)
    assert not Habilitation.objects.filter(convention=convention).exists()
    assert "a pris fin" in request.users.get().grant_problem

    checked(convention, officer, "2026-02-11")
    assert Habilitation.objects.filter(convention=convention).count() == 1
    assert request.users.get().grant_problem == ""


def test_a_delegation_known_from_an_event_of_the_file_counts_until_it_is_annulled(
    ccas: Convention,
) -> None:
    act = record(ccas, "document_received", "2026-02-02", document="delegation")
    assert standing(ccas) == "held"
    record(ccas, "annulment", "2026-02-02", of=act.identifier, reason="Autre organisme")
    assert standing(ccas) == "missing"


# The check.


def test_a_checked_delegation_is_an_event_of_the_convention_with_its_file(
    ccas: Convention, officer: User
) -> None:
    paper = checked(ccas, officer, "2026-01-01", "2026-06-30")
    act = ccas.acts.get(kind="document_received")
    assert (act.on, act.payload["valid_until"]) == (date(2026, 2, 2), "2026-06-30")
    assert list(act.evidence.all()) == [paper.evidence]
    assert paper.check_made.checked_by == officer
    assert "document_missing" not in {one.code for one in ccas.timeline(clock.today()).warnings}


def test_read_otherwise_by_the_agent_it_is_another_row_and_the_first_stays(
    ccas: Convention, head: User, officer: User
) -> None:
    first = deposited(ccas, head, "2026-01-01")
    counted = prerequisite_papers.accept(first, said("2026-01-01", "2026-06-30"), officer)
    assert counted.replaces == first
    first.refresh_from_db()
    assert first.last_day is None
    [one] = prerequisites.on(ccas, clock.today())
    assert one.last_day == date(2026, 6, 30)


def test_refused_it_tells_the_partner_why_and_lets_nobody_in(
    sent: AccessRequest, head: User, officer: User, mail_to: Mail
) -> None:
    paper = deposited(sent.convention, head, "2026-01-01")
    prerequisite_papers.refuse(
        paper, "wrong_scope", "Elle ne parle que de l’aide sociale.", officer
    )
    assert standing(sent.convention) == "refused"
    message = mail_to(head.email)[-1]
    assert message.subject == "Une pièce déposée ne convient pas"
    assert "Elle ne porte pas sur ce service" in message.body
    assert "Elle ne parle que de l’aide sociale." in message.body
    with pytest.raises(instructing.NotAcceptable, match="ne convient pas"):
        instructing.accept(sent, officer)


def test_it_is_checked_once(ccas: Convention, head: User, officer: User) -> None:
    paper = deposited(ccas, head, "2026-01-01")
    prerequisite_papers.accept(paper, said("2026-01-01"), officer)
    with pytest.raises(AlreadyChecked):
        prerequisite_papers.refuse(paper, "unsigned", "", officer)
    with pytest.raises(AlreadyChecked):
        prerequisite_papers.accept(paper, said("2026-01-01"), officer)
    assert PrerequisiteCheck.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        said("2026-06-30", "2026-01-01"),
        said("2026-01-01", given_by=" "),
        said("2026-01-01", service="autre"),
        said("2026-01-01", received_on=date(2026, 2, 3)),
    ],
)
def test_a_paper_that_cannot_be_is_refused_and_nothing_is_kept(
    ccas: Convention, head: User, wrong: prerequisite_papers.Said
) -> None:
    with pytest.raises(PaperRefused):
        prerequisite_papers.deposit(ccas, "delegation", wrong, a_file(), head)
    assert not PrerequisiteDocument.objects.exists()


def test_a_paper_that_the_convention_does_not_want_is_refused(ccas: Convention, head: User) -> None:
    with pytest.raises(PaperRefused, match="n’attend pas cette pièce"):
        prerequisite_papers.deposit(ccas, "attestation", said("2026-01-01"), a_file(), head)


def test_a_social_security_number_is_refused_in_its_words_and_in_its_file_name(
    ccas: Convention, head: User
) -> None:
    number = "2951099126111" + "93"
    with pytest.raises(ValidationError):
        prerequisite_papers.deposit(
            ccas, "delegation", said("2026-01-01", given_by=number), a_file(), head
        )
    named = a_file()
    named.name = f"{number}.pdf"
    with pytest.raises(ValidationError):
        prerequisite_papers.deposit(ccas, "delegation", said("2026-01-01"), named, head)
    assert not PrerequisiteDocument.objects.exists()


def test_a_file_that_is_no_scan_is_refused(ccas: Convention, head: User) -> None:
    text = SimpleUploadedFile("delegation.pdf", b"MZ nothing signed here", "application/pdf")
    with pytest.raises(ValidationError):
        prerequisite_papers.deposit(ccas, "delegation", said("2026-01-01"), text, head)


# What the database itself refuses.


def test_no_row_is_ever_changed_or_deleted(ccas: Convention, officer: User) -> None:
    paper = checked(ccas, officer, "2026-01-01")
    for attempt in (
        lambda: PrerequisiteDocument.objects.filter(pk=paper.pk).update(last_day="2030-01-01"),
        lambda: PrerequisiteCheck.objects.filter(paper=paper).update(note="autre"),
        lambda: PrerequisiteCheck.objects.filter(paper=paper)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_day": date(2025, 12, 31)},
        {"given_by": ""},
        {"document": ""},
        {"correction": "sans rien remplacer"},
    ],
)
def test_no_row_that_makes_no_sense_is_stored(
    ccas: Convention, officer: User, wrong: dict[str, Any]
) -> None:
    evidence = deposited(ccas, officer, "2026-01-01").evidence
    row = {
        "convention": ccas,
        "document": "delegation",
        "given_by": OFFICE,
        "first_day": date(2026, 1, 1),
        "received_on": date(2026, 2, 2),
        "evidence": evidence,
        "deposited_at": clock.now(),
    } | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        PrerequisiteDocument.objects.create(**row)
