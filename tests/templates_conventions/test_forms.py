"""Annex 2: its official labels, and what may be filled in."""

from pathlib import Path

import pytest

from templates_conventions.assembly import CannotAssemble, annex_document, form_document
from templates_conventions.document import Document, DocumentKind, FormSection
from templates_conventions.facts import DocumentFacts
from templates_conventions.forms import form_definition
from templates_conventions.sources import SourceFault
from tests.documents import ANSWERS, DAY, FACTS, NURSERY, own_texts, plain, rules, text_of

FORM = "demande-acces"

# Word for word from the annex of the source; only the apostrophes are typographic.
TITLE = "Demande d’accès au télé service « Consultation Ressources PSU »"
SUBTITLE = "Formulaire à retourner dûment complété et signé à la CMSA"
FOOTER = "Service extranet de consultation des ressources pour la Prestation de Service Unique"
LABELS = {
    "La structure d’AJE": ["Nom de la structure d’AJE :"],
    "La personne habilitée par le Directeur de la structure d’AJE à utiliser le télé service "
    "« consultation Ressources PSU »": ["Nom :", "Prénom :", "Adresse email :"],
    "Le signataire :": [
        "Nom du représentant (Directeur de la structure d’AJE) :",
        "Date :",
        "Signature",
    ],
}


def test_the_labels_are_those_of_the_official_form() -> None:
    form = form_definition(NURSERY, FORM)
    assert (plain(form.title), form.subtitle, form.footer) == (TITLE, SUBTITLE, FOOTER)
    assert {
        plain(block.label): [plain(field.label) for field in block.fields] for block in form.blocks
    } == LABELS


def test_who_fills_what_and_what_is_personal_is_said() -> None:
    fields = [field for block in form_definition(NURSERY, FORM).blocks for field in block.fields]
    assert {field.filled_by for field in fields} == {"partner"}
    assert {field.code for field in fields if field.personal} == {
        "user.last_name",
        "user.first_name",
        "user.email",
        "signatory.name",
    }


def test_a_blank_is_prefilled_with_the_structure_alone() -> None:
    document = annex_document(rules(), "annexe-2", FACTS, DAY)
    assert document.kind is DocumentKind.FORM
    values = {space.name: space.value for section in sections(document) for space in section.spaces}
    assert {name: value for name, value in values.items() if value} == {
        "structure_1_structure_name": "Multi-accueil Le Premier Exemple"
    }


def test_a_filled_form_shows_its_answers() -> None:
    text = text_of(form_document(rules(), FORM, FACTS, DAY, ANSWERS))
    for words in ("Claude", "claude@creche.example", "Camille Exemple", "2 janvier 2026"):
        assert words in text


def test_a_filled_form_adds_nothing_that_was_not_answered() -> None:
    document = form_document(rules(), FORM, FACTS, DAY, {"user": ANSWERS["user"]})
    assert "Multi-accueil" not in text_of(document)


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"agents": [{}]}, "n’a pas de partie « agents »"),
        ({"user": [{}, {}]}, "rempli 2 fois"),
        ({"user": [{"user.password": "x"}]}, "n’a pas de champ user.password"),
        ({"signatory": [{"signatory.signed_on": "hier"}]}, "n’est pas une date"),
    ],
)
def test_answers_that_the_form_does_not_ask_are_refused(answers: dict, problem: str) -> None:
    with pytest.raises(CannotAssemble) as refused:
        form_document(rules(), FORM, DocumentFacts(), DAY, answers)
    assert problem in plain(str(refused.value))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('filled_by = "partner"', 'filled_by = "nobody"'),
        ('prefill = "structure.name"', 'prefill = "structure.iban"'),
        ('code = "user.first_name"', 'code = "user.last_name"'),
        ('kind = "email"', 'kind = "choice"'),
        ('code = "demande-acces"', 'code = "autre"'),
        ('[[blocks]]\ncode = "user"', '[[blocks]\ncode = "user"'),
    ],
)
def test_a_fault_in_a_form_names_its_file(tmp_path: Path, before: str, after: str) -> None:
    root = own_texts(tmp_path)
    path = root / NURSERY / "forms" / f"{FORM}.toml"
    content = path.read_text(encoding="utf-8")
    assert before in content
    path.write_text(content.replace(before, after), encoding="utf-8")
    with pytest.raises(SourceFault, match=r"forms/demande-acces\.toml"):
        form_definition(NURSERY, FORM, root)


def test_an_unknown_annex_is_refused() -> None:
    with pytest.raises(CannotAssemble, match=r"Annexes\s: annexe-1, annexe-2"):
        annex_document(rules(), "annexe-9", FACTS, DAY)


def sections(document: Document) -> list[FormSection]:
    return [block for block in document.blocks if isinstance(block, FormSection)]
