"""The convention of a manager of structures: its text, its own sheet, and one a structure."""

import pytest

from templates_conventions.assembly import annex_document, convention_document, form_document
from templates_conventions.catalogue import rulebook
from templates_conventions.document import Document, FormSection, Heading, words
from templates_conventions.facts import DocumentFacts, PartyFacts, StructureFacts
from templates_conventions.forms import form_definition
from templates_conventions.texts import article_numbers, convention_text, text_settings
from tests.documents import DAY, plain, text_of
from workflows.rulebook import Rulebook

MANAGER = "psu-msa-armorique"

# Word for word from the annexes of the source; only the apostrophes are typographic.
REQUEST = "Demande d’accès au télé service « Consultation Ressources PSU »"
RETURN = "Formulaire à retourner dûment complété et signé à la CMSA"
PERSON = ["Nom :", "Prénom :", "Adresse email :"]
LABELS = {
    "fiche-gestionnaire": (
        ("Annexe 2", "Fiche Gestionnaire", RETURN),
        {
            REQUEST: ["Le gestionnaire :"],
            "La personne gestionnaire habilitée à utiliser le téléservice "
            "« consultation Ressources PSU »": PERSON,
            "Le signataire :": ["Nom du représentant du gestionnaire :", "Date :", "Signature"],
        },
    ),
    "fiche-structure": (
        ("Annexe 3", "Fiche Structure (1 fiche par structure)", RETURN),
        {
            REQUEST: ["La structure d’AJE"],
            "La personne de la structure d’AJE habilitée à utiliser le téléservice "
            "« consultation Ressources PSU »": PERSON,
            "Le signataire :": [
                "Nom du représentant (Directeur de la structure d’AJE) :",
                "Date :",
                "Signature",
            ],
        },
    ),
}

NAME = "Association Les Exemples"
NAMES = ("Multi-accueil Le Premier Exemple", "Micro-crèche Le Second Exemple")
FACTS = DocumentFacts(
    partner=PartyFacts(name=NAME),
    structure=StructureFacts(name=NAME),
    structures=tuple(StructureFacts(name=name) for name in NAMES),
)


def rules(**changes: object) -> Rulebook:
    return rulebook(MANAGER).amended(
        {path.replace("__", "."): value for path, value in changes.items()}
    )


def article(number: str, **changes: object) -> str:
    return plain("\n".join(words(convention_text(rules(**changes)).article(number).blocks)))


def test_the_articles_keep_the_numbers_of_the_source() -> None:
    assert " ".join(article_numbers(MANAGER)) == (
        "1 2 3 4 4-1 4-2 4-3 4-4 4-5 5 6 6-1 6-2 6-3 7 7-1 7-2 8 9 9-1 9-2 9-3 10"
    )


def test_the_parties_have_the_terms_of_the_source() -> None:
    assert {one.role: one.term for one in text_settings(MANAGER).terms} == {
        "caisse": "la CMSA",
        "partner": "le gestionnaire de la structure",
    }


def test_only_the_number_of_the_convention_stands_at_its_head() -> None:
    assert [label for label, _ in convention_text(rules()).identifiers.rows] == [
        "n°\N{NO-BREAK SPACE}de convention\N{NO-BREAK SPACE}:"
    ]


@pytest.mark.parametrize(
    ("number", "before", "path", "value", "after"),
    [
        ("9-1", "au moins 3 mois avant", "notice__length", "P2M", "au moins 2 mois avant"),
        ("9-1", "La dénonciation est adressée", "notice__counts_from", "reception", "est reçue"),
        (
            "9-1",
            "par la CMSA ou le gestionnaire",
            "notice__by",
            ["caisse"],
            "dénoncée par la CMSA.",
        ),
        ("9-1", "conclue pour 1 an", "term__length", "P3Y", "conclue pour 3 ans"),
        ("9-1", "chaque fois pour 1 an", "term__renewal__length", "P6M", "chaque fois pour 6 mois"),
        ("9-1", "à condition que la déclaration", "effect__conditions", [], "la signe."),
        ("9-2", "30 jours après la réception", "breach__delay", "P45D", "45 jours après"),
        ("9-2", "la partie défaillante.", "breach__cure", "express", "réparé d’ici là."),
        ("9-2", "ceux de l’article 6.", "survival__articles", ["6", "8"], "des articles 6 et 8."),
        ("9-3", "la convention ou son annexe", "avenant__covers", ["convention"], "la convention,"),
        ("7-2", "ou définitivement", "suspension__kinds", ["temporary"], "msa.fr, temporairement,"),
        (
            "6-1",
            "sans limite de durée",
            "survival__confidentiality",
            {"article": "6-1", "after_end": "P5Y"},
            "5 ans encore après sa fin",
        ),
        ("10", "une solution amiable.", "dispute__amicable", "P60D", "amiable, pendant 60 jours."),
    ],
)
def test_the_text_follows_the_rulebook(
    number: str, before: str, path: str, value: object, after: str
) -> None:
    assert before in article(number)
    changed = article(number, **{path: value})
    assert after in changed
    assert before not in changed


@pytest.mark.parametrize(
    ("number", "before", "key", "value", "after"),
    [
        (
            "5",
            "de 5 h à 23 h, 7 jours sur 7",
            "hours",
            ("06:30:00", 6),
            "de 6 h 30 à 23 h, 6 jours",
        ),
        ("4-4", "7 jours sur 7", "hours", ("05:00:00", 5), "5 jours sur 7"),
        ("5", "plus de 98 % du temps", "availability", 99, "plus de 99 % du temps"),
        ("4-5", "et de son nom. Ces", "lookup", ["nir"], "(NIR)."),
    ],
)
def test_the_text_follows_the_service(
    number: str, before: str, key: str, value: object, after: str
) -> None:
    service = rulebook(MANAGER).services[0].model_dump(mode="json")
    match value:
        case (opens_at, days):
            service[key] |= {"opens_at": opens_at, "days_a_week": days}
        case int():
            service[key] |= {"above_percent": value}
        case list():
            service[key] |= {"keys": value}
    assert before in article(number).replace("\n", " ")
    changed = article(number, services=[service]).replace("\n", " ")
    assert after in changed
    assert before not in changed


@pytest.mark.parametrize(
    ("number", "clause", "path"),
    [
        ("5", "informer les familles", "provisions__information"),
        ("6-2", "CNIL", "provisions__cnil_formalities"),
        ("6-3", "s’opposer", "provisions__rights_of_persons"),
        ("7-2", "suspendre", "suspension"),
        ("7-2", "abus", "provisions__abuse"),
        ("9-1", "dénonc", "notice"),
        ("9-2", "résilier", "breach"),
        ("9-2", "restent tenues", "survival"),
        ("10", "amiable", "dispute"),
    ],
)
def test_a_clause_goes_with_its_rule(number: str, clause: str, path: str) -> None:
    assert clause in article(number)
    assert clause not in article(number, **{path: None})


@pytest.mark.parametrize("code", LABELS)
def test_the_labels_are_those_of_the_official_forms(code: str) -> None:
    form = form_definition(MANAGER, code)
    head, blocks = LABELS[code]
    assert (plain(form.annex), plain(form.title), plain(form.subtitle)) == head
    assert {
        plain(block.label): [plain(field.label) for field in block.fields] for block in form.blocks
    } == blocks


def test_each_structure_has_its_own_sheet_in_the_convention() -> None:
    document = convention_document(rules(), FACTS, DAY)
    assert sheets(document) == [
        ("Annexe 2 : Fiche Gestionnaire", NAME),
        *(("Annexe 3 : Fiche Structure (1 fiche par structure)", name) for name in NAMES),
    ]


def test_a_manager_is_never_named_as_a_structure() -> None:
    unknown = FACTS.model_copy(update={"structures": ()})
    assert sheets(convention_document(rules(), unknown, DAY)) == [
        ("Annexe 2 : Fiche Gestionnaire", NAME),
        ("Annexe 3 : Fiche Structure (1 fiche par structure)", ""),
    ]


@pytest.mark.parametrize(("covered", "named"), [(NAMES, ""), (NAMES[:1], NAMES[0])])
def test_a_blank_sheet_names_the_only_structure_there_is(
    covered: tuple[str, ...], named: str
) -> None:
    structures = tuple(StructureFacts(name=name) for name in covered)
    facts = FACTS.model_copy(update={"structures": structures})
    (first, *_) = sections(annex_document(rules(), "annexe-3", facts, DAY))
    assert [space.value for space in first.spaces] == [named]


def test_a_filled_sheet_says_what_was_answered() -> None:
    answers = {"structure": [{"structure.name": NAMES[1]}]}
    text = text_of(form_document(rules(), "fiche-structure", FACTS, DAY, answers))
    assert NAMES[1] in text
    assert NAMES[0] not in text


def test_one_sheet_for_all_follows_the_rulebook() -> None:
    forms = [form.model_dump(mode="json") for form in rules().habilitation.forms]
    forms[1]["one_for"] = "partner"
    changed = rules(habilitation__forms=forms)
    assert "une par structure" in article("4-1")
    assert "une par structure" not in plain(
        "\n".join(words(convention_text(changed).article("4-1").blocks))
    )
    assert len(sheets(convention_document(changed, FACTS, DAY))) == 2


def sheets(document: Document) -> list[tuple[str, str]]:
    """The title of each form of a convention, and the first value on its sheet."""
    found, title = [], ""
    for block in document.blocks:
        if isinstance(block, Heading):
            title = plain(block.text)
        elif isinstance(block, FormSection) and title:
            found.append((title, block.spaces[0].value))
            title = ""
    return found


def sections(document: Document) -> list[FormSection]:
    return [block for block in document.blocks if isinstance(block, FormSection)]
