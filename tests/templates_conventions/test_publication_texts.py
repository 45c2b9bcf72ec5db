"""The convention by which a partner publishes: its articles, its list of persons, its request."""

from datetime import date

import pytest

from templates_conventions.assembly import annex_document, convention_document, form_document
from templates_conventions.catalogue import rulebook
from templates_conventions.document import Document, DocumentKind, FormSection, Pairs, Table, words
from templates_conventions.facts import DocumentFacts, PartyFacts, PersonFacts, StructureFacts
from templates_conventions.forms import form_definition
from templates_conventions.rendering import docx, pdf
from templates_conventions.texts import article_numbers, convention_text
from tests.documents import docx_text, pdf_text, plain, text_of
from tests.templates_conventions.matrix import CAF
from workflows.rulebook import Rulebook

DAY = date(2026, 1, 2)
LIST = "liste-des-personnes"
REQUEST = "demande-en-ligne"

# Word for word from article 3-1 and the head of the convention; only the apostrophes differ.
LABELS = {
    "Les coordonnées du fournisseur de données": [
        "Nom du partenaire :",
        "Domicilié(e) :",
        "Représenté(e) par :",
        "Adresse électronique :",
    ],
    "La sélection de la Caf départementale destinataire de la demande et des établissements pour "
    "lesquels le fournisseur de données demande à renseigner les disponibilités et les "
    "informations relatives aux modalités de fonctionnement": [
        "Caf départementale destinataire :",
        "Établissements :",
    ],
    "Les coordonnées (nom et prénom) de la ou des personnes pour lesquelles l’habilitation "
    "informatique est demandée": [
        "Nom :",
        "Prénom :",
        "Adresse électronique :",
        "Établissements :",
    ],
}


def rules(**changes: object) -> Rulebook:
    named = {path.replace("__", "."): value for path, value in changes.items()}
    return rulebook(CAF).amended(named)


def article(number: str, **changes: object) -> str:
    return plain("\n".join(words(convention_text(rules(**changes)).article(number).blocks)))


def whole(**changes: object) -> str:
    return text_of(convention_document(rules(**changes), DocumentFacts(), DAY))


def test_the_articles_keep_the_numbers_of_the_source() -> None:
    assert " ".join(article_numbers(CAF)) == "1 2 3 3-1 3-2 3-3 3-4 4 5 6"


@pytest.mark.parametrize(
    ("number", "before", "path", "value", "after"),
    [
        ("1", "La mise en ligne est gratuite.", "provisions__gratuity", None, ""),
        ("1", "Rien n’oblige à fournir", "provisions__publication__voluntary", False, ""),
        (
            "2",
            "Elle recueille le consentement écrit",
            "provisions__publication_consent__collected_by",
            "partner",
            "Il recueille le consentement écrit",
        ),
        ("2", "chaîne de lettres", "provisions__publication__forbidden", ["du bruit"], "du bruit."),
        ("2", "peut retirer du site", "provisions__publication__withdrawal_by_caisse", False, ""),
        ("2", "reconstituer ce qui", "provisions__providers", None, ""),
        (
            "3-2",
            "compte 8 caractères",
            "habilitation__credentials__initial_password__length",
            12,
            "compte 12 caractères",
        ),
        (
            "3-2",
            "au moins 6 caractères",
            "habilitation__credentials__first_login_change__minimum_length",
            14,
            "au moins 14 caractères",
        ),
        ("3-2", "Aucune page ne permet", "habilitation__modification__online_edit", True, ""),
        (
            "3-2",
            "un texte affiché à l’écran",
            "habilitation__loss__procedure",
            "new_habilitation",
            "une nouvelle habilitation est délivrée",
        ),
        (
            "3-3",
            "avant la mise en ligne : le fonctionnement des établissements et les nom",
            "provisions__publication__with_validation",
            ["availability"],
            "avant la mise en ligne : les places disponibles.",
        ),
        ("3-4", "La Caf contrôle les connexions", "provisions__connection_controls", None, ""),
        (
            "3-4",
            "surtout envers les tiers.",
            "survival__confidentiality",
            {"article": "3-4", "after_end": "P5Y"},
            "et 5 ans après sa fin.",
        ),
        ("4", "Une mise à jour annule", "provisions__publication__update", None, ""),
        ("5", "préavis de 3 mois", "notice__length", "P2M", "préavis de 2 mois"),
        ("5", "Elle dure 1 an.", "term__length", "P2Y", "Elle dure 2 ans."),
        ("5", "par la Caf ou par", "notice__by", ["caisse"], "expressément par la Caf, chaque"),
        (
            "5",
            "à la date de signature qui figure au bas",
            "effect__rule",
            "last_signature",
            "le jour où la dernière des parties la signe",
        ),
        ("6", "La convention et ses annexes ne se", "avenant__covers", ["convention"], ""),
        ("6", "est réputée non écrite", "provisions__severability", None, ""),
        ("6", "la clause l’emporte", "documents__precedence", None, ""),
    ],
)
def test_the_text_follows_the_rulebook(
    number: str, before: str, path: str, value: object, after: str
) -> None:
    assert before in article(number)
    changed = article(number, **{path: value})
    assert after in changed
    assert before not in changed


@pytest.mark.parametrize("word", ["manquement", "inexécution", "suspen", "fraud", "30 jours"])
def test_no_clause_that_the_convention_lacks_is_made_up(word: str) -> None:
    written = whole().replace("usage frauduleux des fichiers", "")
    assert word not in written.casefold()


def test_the_letter_is_still_worth_a_formal_notice() -> None:
    assert "vaut mise en demeure" in article("5")
    assert "mise en demeure" not in article("5", notice__serves_as_formal_notice=False)


def test_the_length_of_a_renewed_period_is_said_only_when_the_parties_said_it() -> None:
    assert article("5").count("1 an") == 1
    assert "chaque période nouvelle dure 2 ans" in article("5", term__renewal__length="P2Y")
    said = article("5", term__renewal__basis="text")
    assert "chaque période nouvelle dure 1 an" in said


def test_how_the_notice_counts_is_left_open_unless_the_rule_departs_from_its_reading() -> None:
    assert "compté du jour" not in article("5")
    assert "la lettre est envoyée" in article("5", notice__counts_from="posting")


def test_a_yearly_notice_is_yearly_only_while_the_periods_are() -> None:
    assert "chaque année, avec un préavis" in article("5")
    assert "à chaque échéance, avec un préavis" in article("5", term__renewal__length="P2Y")


def test_availability_is_published_directly_and_the_rest_validated() -> None:
    written = article("4")
    assert "Il publie directement les places disponibles ; pour le reste, la Caf valide" in written


def test_accounts_wait_for_the_convention_signed_by_the_partner() -> None:
    assert "Quand la convention lui est revenue signée" in article("3-1")
    assert "Quand la convention a pris effet" in article("3-1", habilitation__opens_on="effect")


def test_the_party_is_the_legal_person_and_its_service_is_named() -> None:
    facts = DocumentFacts(
        partner=PartyFacts(name="Commune d’Essai"),
        structure=StructureFacts(name="Relais d’Essai"),
    )
    document = convention_document(rules(), facts, DAY)
    assert "Nom du partenaire : Commune d’Essai (Relais d’Essai)" in text_of(document)
    alone = facts.model_copy(update={"structure": StructureFacts(name="Commune d’Essai")})
    assert "Essai (" not in text_of(convention_document(rules(), alone, DAY))


def test_a_convention_without_numbers_has_no_empty_table_of_them() -> None:
    document = convention_document(rules(), DocumentFacts(), DAY)
    assert not any(isinstance(block, Pairs) for block in document.blocks)
    for read in (pdf_text(pdf.render(document)), docx_text(docx.render(document))):
        assert "Article 5 : Durée et résiliation de la convention" in read


# The list of the habilitated persons.


def of_persons(*persons: PersonFacts) -> Document:
    return annex_document(rules(), LIST, DocumentFacts(persons=persons), DAY)


def table(document: Document) -> Table:
    (found,) = (block for block in document.blocks if isinstance(block, Table))
    return found


def test_the_annex_lists_the_persons_with_their_establishments() -> None:
    document = of_persons(
        PersonFacts(
            last_name="Exemple",
            first_name="Claude",
            email="claude@commune.example",
            establishments="Relais | Essai",
        ),
        PersonFacts(last_name="Essai", first_name="Dominique"),
    )
    assert (document.label, document.kind) == ("Annexe", DocumentKind.ANNEX)
    first, second = table(document).rows
    assert first == ("Exemple", "Claude", "claude@commune.example", "Relais | Essai")
    assert second[:2] == ("Essai", "Dominique")
    assert set(second[2]) == {"…"}
    assert document.facts["persons"][1] == {"last_name": "Essai", "first_name": "Dominique"}


def test_a_blank_list_has_lines_to_write_on() -> None:
    blank = of_persons()
    assert table(blank).header == ("Nom", "Prénom", "Adresse électronique", "Établissements")
    assert len(table(blank).rows) == 12
    assert not "".join(text for row in table(blank).rows for text in row).strip()
    assert "persons" not in blank.facts


def test_the_list_stands_in_the_convention_too() -> None:
    facts = DocumentFacts(persons=(PersonFacts(last_name="Exemple"),))
    written = text_of(convention_document(rules(), facts, DAY))
    assert "Annexe : Liste des personnes habilitées" in written
    assert "Exemple" in written


# The request made on line, before the convention.


def test_the_labels_are_those_of_the_article() -> None:
    form = form_definition(CAF, REQUEST)
    assert {
        plain(block.label): [plain(field.label) for field in block.fields] for block in form.blocks
    } == LABELS


def test_the_request_is_neither_signed_nor_dated_and_belongs_to_no_annex() -> None:
    form = form_definition(CAF, REQUEST)
    kinds = {field.kind for block in form.blocks for field in block.fields}
    assert kinds & {"signature", "date"} == set()
    assert form.annex == ""
    assert form_document(rules(), REQUEST, DocumentFacts(), DAY).label == ""


def test_a_request_names_as_many_persons_as_needed() -> None:
    answers = {
        "scope": [{"scope.establishments": "Relais d’Essai"}],
        "user": [{"user.last_name": name} for name in ("Exemple", "Essai", "Modèle")],
    }
    document = form_document(rules(), REQUEST, DocumentFacts(), DAY, answers)
    values = {
        space.name: plain(space.value)
        for block in document.blocks
        if isinstance(block, FormSection)
        for space in block.spaces
    }
    assert values["scope_1_scope_establishments"] == "Relais d’Essai"
    assert values["user_3_user_last_name"] == "Modèle"


def test_a_request_starts_from_what_the_convention_knows() -> None:
    facts = DocumentFacts(
        caisse=PartyFacts(name="Caisse d’essai"), partner=PartyFacts(name="Commune d’Essai")
    )
    written = text_of(form_document(rules(), REQUEST, facts, DAY))
    assert "Caisse d’essai" in written
    assert "Commune d’Essai" in written
