"""Documents of a convention: made from what is known, issued once, never rewritten."""

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from docx.shared import Pt

from contracts.models import (
    Agent,
    Convention,
    EvidenceFile,
    IssuedDocument,
    Partner,
    PartnerNumber,
    Person,
    Power,
    Signatory,
    SignatoryPower,
    Site,
    User,
)
from contracts.services.documents import (
    Altered,
    CannotIssue,
    Format,
    content_of,
    convention_document,
    facts_of,
    family_letter_document,
    file_name,
    form_document,
    issue,
    letter_document,
    rendered,
)
from templates_conventions import assembly
from templates_conventions.catalogue import rulebook
from templates_conventions.checks import check_reference
from templates_conventions.facts import DocumentFacts
from templates_conventions.rendering.docx_reference import REFERENCE
from tests.documents import ANSWERS, LETTERS, docx_text, pdf_text, plain, text_of
from workflows import clock

pytestmark = pytest.mark.django_db

NOTIFICATION = "notification-habilitation"


@pytest.fixture
def signatory(partner: Partner) -> Signatory:
    person = Person.objects.create(first_name="Camille", last_name="Exemple")
    signatory = Signatory.objects.create(partner=partner, person=person, quality="présidente")
    SignatoryPower.objects.create(signatory=signatory, first_day=date(2020, 1, 1))
    return signatory


def test_the_parties_of_a_convention_are_named(
    convention: Convention, signatory: Signatory
) -> None:
    PartnerNumber.objects.create(
        caisse=convention.caisse, partner=convention.partner, number="T-EXEMPLE-01"
    )
    director = Agent.objects.create(
        caisse=convention.caisse,
        person=Person.objects.create(first_name="Alix", last_name="Exemple"),
        title="directrice",
    )
    Power.objects.create(
        agent=director,
        kind=Power.Kind.SIGN_CONVENTIONS,
        first_day=date(2020, 1, 1),
        delegation_reference="Exemple",
    )
    text = text_of(convention_document(convention))
    for words in (
        convention.number,
        "T-EXEMPLE-01",
        "représentée par Alix Exemple, en sa qualité de directrice",
        "représentée par Camille Exemple, en sa qualité de présidente",
    ):
        assert words in text


def test_between_two_who_may_sign_the_line_is_left_to_write(
    convention: Convention, signatory: Signatory
) -> None:
    other = Signatory.objects.create(
        partner=convention.partner,
        person=Person.objects.create(last_name="Second"),
        quality="trésorier",
    )
    SignatoryPower.objects.create(signatory=other, first_day=date(2020, 1, 1))
    assert facts_of(convention).partner.representative == ""


def test_one_whose_power_has_ended_is_not_named(
    convention: Convention, signatory: Signatory
) -> None:
    signatory.powers.update(last_day=clock.today() - timedelta(days=1))
    assert facts_of(convention).partner.representative == ""


def test_the_structure_is_the_site_covered_or_the_partner_itself(
    draft: Callable[..., Convention], convention: Convention, partner: Partner
) -> None:
    site = Site.objects.create(partner=partner, name="Multi-accueil d’Essai")
    assert facts_of(convention).structure.name == partner.name
    assert facts_of(draft(sites=[site])).structure.name == "Multi-accueil d’Essai"
    assert facts_of(convention, site=site).structure.name == "Multi-accueil d’Essai"


def test_an_issued_document_is_kept_as_it_left(convention: Convention, agent: User) -> None:
    issued = issue(convention, convention_document(convention), agent)
    assert (issued.kind, issued.code, issued.author) == ("convention", "convention", agent)
    assert issued.rulebook_digest == convention.rules.digest
    assert issued.issued_at == clock.now()
    content = content_of(issued)
    assert convention.number in pdf_text(content)
    with pikepdf.open(io.BytesIO(content)) as file:
        (name,) = file.attachments
        carried = json.loads(file.attachments[name].get_file().read_bytes())
    assert carried["template_digest"] == issued.template_digest


def test_the_same_document_issued_twice_is_one_row(convention: Convention, agent: User) -> None:
    first = issue(convention, convention_document(convention), agent)
    assert issue(convention, convention_document(convention), None) == first
    assert IssuedDocument.objects.count() == EvidenceFile.objects.count() == 1


def test_each_format_is_a_document_of_its_own(convention: Convention, agent: User) -> None:
    document = form_document(convention, "demande-acces", ANSWERS)
    in_pdf = issue(convention, document, agent)
    in_docx = issue(convention, document, agent, Format.DOCX)
    assert in_pdf != in_docx
    assert in_docx.file.original_name.endswith(".docx")
    assert "claude@creche.example" in docx_text(content_of(in_docx))


def test_a_name_corrected_later_does_not_change_what_was_issued(
    convention: Convention, agent: User
) -> None:
    issued = issue(convention, convention_document(convention), agent)
    before = content_of(issued)
    Partner.objects.filter(pk=convention.partner.pk).update(name="Autre nom")
    convention.refresh_from_db()
    again = issue(convention, convention_document(convention), agent)
    assert content_of(issued) == before
    assert "Autre nom" in pdf_text(content_of(again))
    assert again != issued


@pytest.mark.parametrize(
    "change", [lambda rows: rows.update(title="Autre"), lambda rows: rows.delete()]
)
def test_the_database_refuses_to_change_an_issued_document(
    convention: Convention, agent: User, change: Callable[[QuerySet[IssuedDocument]], object]
) -> None:
    issued = issue(convention, convention_document(convention), agent)
    rows = IssuedDocument.objects.filter(pk=issued.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        change(rows)
    assert rows.get().title == issued.title


def test_a_digest_of_another_form_is_refused(convention: Convention, agent: User) -> None:
    issued = issue(convention, convention_document(convention), agent)
    issued.pk, issued.sha256 = None, "abc"
    with pytest.raises(IntegrityError), transaction.atomic():
        issued.save(force_insert=True)


def test_a_file_altered_in_the_store_is_not_given_out(convention: Convention, agent: User) -> None:
    issued = issue(convention, convention_document(convention), agent)
    with issued.file.file.storage.open(issued.file.file.name, "ab") as stored:
        stored.write(b" ")
    with pytest.raises(Altered, match="n’est plus celui qui a été émis"):
        content_of(issued)


def test_a_letter_that_shows_a_password_is_never_stored(
    convention: Convention, agent: User
) -> None:
    values = LETTERS[NOTIFICATION]
    sent = letter_document(
        convention, NOTIFICATION, values, secrets={"temporary_password": "Truite-9-Mauve"}
    )
    with pytest.raises(CannotIssue, match="ne se conserve pas"):
        issue(convention, sent, agent)
    assert not IssuedDocument.objects.exists()
    kept = issue(convention, letter_document(convention, NOTIFICATION, values), agent)
    assert "EXT-000123" in pdf_text(content_of(kept))
    assert b"Truite" not in content_of(kept)


def test_a_structure_is_given_the_letter_to_its_families(
    convention: Convention, partner: Partner, agent: User
) -> None:
    site = Site.objects.create(
        partner=partner, name="Multi-accueil d’Essai", address="3 allée de l’Essai\n80000 Essai"
    )
    document = family_letter_document(convention, site=site)
    text = text_of(document)
    assert text.startswith("Multi-accueil d’Essai\n3 allée de l’Essai, 80000 Essai\n")
    assert convention.number not in text
    assert file_name(document, "pdf") == "courrier-lettre-familles.pdf"
    with pytest.raises(CannotIssue):
        issue(convention, document, agent)


def test_a_form_of_no_annex_is_no_letter() -> None:
    form = assembly.form_document(
        rulebook("mon-enfant-caf-pas-de-calais"),
        "demande-en-ligne",
        DocumentFacts(),
        date(2026, 1, 2),
    )
    assert file_name(form, "pdf") == "demande-en-ligne.pdf"


def test_the_document_of_another_convention_is_refused(
    convention: Convention, draft: Callable[..., Convention], agent: User
) -> None:
    with pytest.raises(CannotIssue) as refused:
        issue(draft(), convention_document(convention), agent)
    assert convention.number in plain(str(refused.value))


def test_an_issued_letter_says_nothing_of_what_it_does_not_show(
    convention: Convention, agent: User
) -> None:
    """No identifier of a person travels in the file beside what its pages say."""
    issued = issue(
        convention, letter_document(convention, NOTIFICATION, LETTERS[NOTIFICATION]), agent
    )
    with pikepdf.open(io.BytesIO(content_of(issued))) as file:
        (name,) = file.attachments
        carried = file.attachments[name].get_file().read_bytes().decode()
    assert agent.email not in carried
    assert "temporary_password" not in carried


def test_the_mailbox_of_the_caisse_is_a_setting(convention: Convention) -> None:
    assert facts_of(convention).caisse.email == ""
    convention.caisse.settings = {"partner_mailbox": "conventions@caisse.example"}
    assert facts_of(convention).caisse.email == "conventions@caisse.example"


def test_the_docx_takes_the_look_that_the_settings_name(
    convention: Convention, settings: Any, tmp_path: Path
) -> None:
    look = docx.Document(str(REFERENCE))
    look.styles["Heading 1"].font.size = Pt(31)
    look.save(str(tmp_path / "look.docx"))
    settings.TACITE_DOCX_REFERENCE = str(tmp_path / "look.docx")
    assert check_reference() == []
    made = docx.Document(io.BytesIO(rendered(convention_document(convention), Format.DOCX)))
    assert made.styles["Heading 1"].font.size == Pt(31)


def test_a_look_that_cannot_serve_is_told_before_the_site_starts(
    settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "look.docx").write_text("no document")
    for name in ("look.docx", "absent.docx"):
        settings.TACITE_DOCX_REFERENCE = str(tmp_path / name)
        [error] = check_reference()
        assert name in error.msg
