"""The convention on the family quotient: its articles, its clauses, its annexes."""

from pathlib import Path

import pytest

from templates_conventions.assembly import annex_document, convention_document
from templates_conventions.catalogue import rulebook
from templates_conventions.checks import text_faults
from templates_conventions.document import FormSection, words
from templates_conventions.forms import form_definition
from templates_conventions.rendering import docx, pdf
from templates_conventions.texts import article_numbers, convention_text
from tests.documents import DAY, FACTS, docx_text, own_texts, pdf_text, plain, text_of
from tests.templates_conventions.matrix import ADL
from workflows.rulebook import Rulebook


def rules(**changes: object) -> Rulebook:
    """The rulebook of this convention, rules changed by their path (``notice__length``)."""
    return rulebook(ADL).amended({path.replace("__", "."): new for path, new in changes.items()})


def article(number: str, under: Rulebook) -> str:
    return plain("\n".join(words(convention_text(under).article(number).blocks)))


def test_the_articles_keep_the_numbers_of_the_source_and_its_order() -> None:
    assert " ".join(article_numbers(ADL)) == (
        "1 2 3 4 4-1 4-2 4-3 4-4 4-5 4-6 4-7 5 6 6-1 6-2 6-3 7 7-1 7-2 8 9 9-1 9-2 "
        "10 11 12 13 13.1 13.2 13.3 13.4 13.5 13.6 13.7 13.8 14"
    )


def test_an_article_numbered_with_a_dot_stands_under_its_article() -> None:
    text = convention_text(rules())
    assert [text.article(number).depth for number in ("13", "13.7", "14")] == [1, 2, 1]


@pytest.mark.parametrize(
    ("number", "before", "path", "value", "after"),
    [
        ("2", "celui qui vient avant l’autre", "documents__precedence", None, "annexe 2, « "),
        ("2", "après en avoir paraphé", "avenant__initialled", False, "Partie le signe."),
        ("4-1", "habilité nommément", "habilitation__processing__agent", "habilitated", "habilité"),
        (
            "4-2",
            "l’identifiant et le mot de passe.",
            "habilitation__credentials__delivery__contents",
            ["identifier"],
            "qui donne l’identifiant.",
        ),
        (
            "4-3",
            "l’Utilisateur doit le changer",
            "habilitation__credentials__first_login_change__obligation",
            "advised",
            "est invité à le changer",
        ),
        (
            "4-4",
            "ou change de fonction",
            "habilitation__departure__events",
            ["departure"],
            "quitte le Partenaire, le Partenaire demande",
        ),
        (
            "6-1",
            "pendant 5 ans après",
            "survival__confidentiality__after_end",
            "P7Y",
            "pendant 7 ans après",
        ),
        (
            "6-1",
            "aussi vite que possible",
            "survival__attestation__within",
            "P2M",
            "dans un délai de 2 mois",
        ),
        (
            "7-2",
            "pour un temps ou pour toujours",
            "suspension__kinds",
            ["temporary"],
            "privé, pour un temps.",
        ),
        ("9-1", "La convention dure 1 an", "term__length", "P3Y", "La convention dure 3 ans"),
        ("9-2", "au moins 3 mois avant", "notice__length", "P2M", "au moins 2 mois avant"),
        (
            "9-2",
            "est envoyée à l’autre",
            "notice__counts_from",
            "reception",
            "est remise à l’autre",
        ),
        ("9-2", "dispose de 30 jours", "breach__delay", "P45D", "dispose de 45 jours"),
        ("9-2", "pour réparer", "breach__cure", "none", "prend effet 30 jours après la réception"),
        ("9-2", "articles 6 et 8", "survival__articles", ["6"], "par l’article 6."),
        ("10", "plus de 30 jours", "force_majeure__faculty_after", "P90D", "plus de 90 jours"),
        ("14", "dans les 60 jours", "dispute__amicable", "P15D", "dans les 15 jours"),
    ],
)
def test_the_text_follows_the_rulebook(
    number: str, before: str, path: str, value: object, after: str
) -> None:
    assert before in article(number, rules())
    changed = article(number, rules(**{path: value}))
    assert after in changed
    assert before not in changed


def test_the_hours_and_the_availability_follow_the_rulebook() -> None:
    engaged = "de 5 h à 23 h, 7 jours sur 7, avec une disponibilité de plus de 98 %"
    assert engaged in article("5", rules())
    service = rules().services[0].model_dump(mode="json")
    service["hours"] |= {"opens_at": "06:30:00", "days_a_week": 6}
    service["availability"] |= {"above_percent": 95}
    later = article("5", rules(services=[service]))
    assert "de 6 h 30 à 23 h, 6 jours sur 7, avec une disponibilité de plus de 95 %" in later


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("4-4", "habilitation__departure"),
        ("4-5", "habilitation__unsubscription"),
        ("6-3", "provisions__rights_of_persons"),
        ("8", "provisions__intellectual_property"),
        ("10", "force_majeure"),
        ("12", "provisions__gratuity"),
        ("13.1", "provisions__entire_agreement"),
        ("13.2", "provisions__no_waiver"),
        ("13.3", "provisions__severability"),
        ("13.4", "provisions__good_faith"),
        ("13.5", "provisions__assignment"),
        ("13.6", "provisions__subcontracting"),
        ("13.7", "provisions__correspondence"),
        ("13.8", "provisions__independence"),
    ],
)
def test_an_article_leaves_with_its_only_rule_and_no_other_does(number: str, rule: str) -> None:
    left = {one.number for one in convention_text(rules(**{rule: None})).articles}
    assert set(article_numbers(ADL)) - left == {number}


@pytest.mark.parametrize(
    ("number", "rule", "gone"),
    [
        ("9-2", "notice", "La lettre de dénonciation"),
        ("9-2", "breach", "mise en demeure"),
        ("9-2", "survival", "reste tenue"),
        ("6-1", "survival__confidentiality", "5 ans"),
        ("6-1", "survival__attestation", "aucune copie"),
        ("6-1", "provisions__providers", "prestataire"),
        ("6-1", "provisions__data_ownership", "la propriété de la MSA"),
        ("6-1", "provisions__secrecy", "secret professionnel"),
        ("11", "provisions__insurance", "assurée"),
        ("11", "provisions__liability", "dommage direct"),
        ("11", "provisions__cnil_formalities", "CNIL"),
        ("14", "dispute", "différend"),
        ("14", "provisions__applicable_law", "français"),
    ],
)
def test_a_clause_leaves_with_its_rule(number: str, rule: str, gone: str) -> None:
    assert gone in article(number, rules())
    assert gone not in article(number, rules(**{rule: None}))


@pytest.mark.parametrize(
    ("number", "part"),
    [("9-2", "a rule names a part of it: 9-2/inexecution"), ("13.5", "numbered with a dot")],
)
def test_an_article_that_a_rule_cites_must_exist(tmp_path: Path, number: str, part: str) -> None:
    root = own_texts(tmp_path, ADL)
    (root / ADL / "articles" / f"{number}.md").unlink()
    faults = [plain(fault) for fault in text_faults(rules(), root)]
    assert any(f"une règle cite l’article {number}, absent" in fault for fault in faults), part


def test_a_term_of_no_party_must_be_declared_too(tmp_path: Path) -> None:
    root = own_texts(tmp_path, ADL)
    settings = root / ADL / "convention.toml"
    content = settings.read_text(encoding="utf-8")
    settings.write_text(content.replace('[[terms]]\nterm = "l’Utilisateur"\n', ""), "utf-8")
    faults = [plain(fault) for fault in text_faults(rules(), root)]
    assert any("« l’Utilisateur »" in fault and "n’est pas déclaré" in fault for fault in faults)


# The form of annex 2. Word for word from the source; only the apostrophes are typographic.

LABELS = {
    "LE PARTENAIRE": [
        "N° Tiers (identifiant) :",
        "Dénomination :",
        "Représentant :",
        "Fonction :",
    ],
    "L’UTILISATEUR (agent habilité à utiliser le service en ligne)": [
        "Nom :",
        "Prénom :",
        "Adresse email :",
    ],
    "LE SIGNATAIRE :": [
        "Nom et Prénom du représentant (Directeur de la structure ou représentant de "
        "l’organisme gestionnaire) :",
        "Qualité :",
        "Date :",
        "Signature :",
    ],
}


def test_the_labels_are_those_of_the_official_form() -> None:
    form = form_definition(ADL, "demande-acces")
    assert plain(form.title) == "Demande d’accès au service en ligne « Consultation du QF »"
    assert plain(form.subtitle) == (
        "Formulaire à retourner dûment complété et signé à la MSA Ardèche Drôme Loire"
    )
    assert {
        plain(block.label): [plain(field.label) for field in block.fields] for block in form.blocks
    } == LABELS


def test_a_blank_names_the_partner_and_leaves_the_user_to_write() -> None:
    document = annex_document(rules(), "annexe-2", FACTS, DAY)
    sections = [block for block in document.blocks if isinstance(block, FormSection)]
    values = [space.value for section in sections for space in section.spaces]
    assert values == [
        "T-EXEMPLE-01",
        "Crèche Les Premiers Exemples",
        "Camille Exemple",
        "présidente",
        *[""] * 7,
    ]


def test_a_convention_without_number_at_its_head_has_no_empty_table() -> None:
    assert rules().documents.identifiers == ()
    document = convention_document(rules(), FACTS, DAY)
    for read in (pdf_text(pdf.render(document)), docx_text(docx.render(document))):
        assert "Article 13.7" in read
        assert "Fait à Valence, en 2 exemplaires originaux" in read
        assert "N° Tiers (identifiant)" in read
    assert "“Consultation du Quotient Familial” »" in text_of(document)
