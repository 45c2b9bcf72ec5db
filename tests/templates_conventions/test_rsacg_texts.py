"""The convention RSACG of MSA Provence Azur: its text follows its rules, its forms are verbatim."""

from collections.abc import Mapping
from pathlib import Path
from shutil import copytree

import pytest

from templates_conventions.assembly import convention_document
from templates_conventions.catalogue import ROOT, rulebook
from templates_conventions.checks import text_faults
from templates_conventions.document import words
from templates_conventions.facts import DocumentFacts, PartyFacts
from templates_conventions.forms import form_definition
from templates_conventions.texts import article_numbers, convention_text
from tests.documents import DAY, RSACG, plain, text_of
from workflows.rulebook import Rulebook


def rules(**changes: object) -> Rulebook:
    named = {path.replace("__", "."): value for path, value in changes.items()}
    return rulebook(RSACG).amended(named)


def article(number: str, **changes: object) -> str:
    return plain("\n".join(words(convention_text(rules(**changes)).article(number).blocks)))


def service(**changes: object) -> list[dict[str, object]]:
    """The services of the rulebook, the first with other values."""
    (first,) = rulebook(RSACG).model_dump(mode="json")["services"]
    return [first | changes]


def conditions(**changes: object) -> list[dict[str, object]]:
    """The conditions of the rulebook, the delegation with other values."""
    first, *others = rulebook(RSACG).model_dump(mode="json")["effect"]["conditions"]
    return [first | changes, *others]


def test_the_articles_keep_the_numbers_of_the_source() -> None:
    assert " ".join(article_numbers(RSACG)) == "1 2 3 4 5 6 6-1 6-2 7 8 9 9-1 9-2 9-3 10"


@pytest.mark.parametrize(
    ("number", "before", "path", "value", "after"),
    [
        ("9-1", "au moins 3 mois avant", "notice__length", "P2M", "au moins 2 mois avant"),
        ("9-1", "dénonciation est envoyée", "notice__counts_from", "reception", "est reçue"),
        ("9-1", "La convention dure 1 an", "term__length", "P3Y", "La convention dure 3 ans"),
        ("9-2", "30 jours après", "breach__delay", "P45D", "45 jours après"),
        ("9-2", "a reçu la lettre.", "breach__cure", "express", "réparé son manquement."),
        ("9-2", "les articles 5 et 6.", "survival__articles", ["6"], "par l’article 6."),
        (
            "9-2",
            "Cette lettre vaut mise en demeure. ",
            "labels__formal_notice",
            "lettre de résiliation",
            "électronique qualifiée. La résiliation",
        ),
        (
            "9-3",
            "La convention et ses annexes se modifient",
            "avenant__covers",
            ["convention"],
            "La convention se modifie par un avenant",
        ),
        (
            "5",
            "pour que le premier mot de passe disparaisse : elle",
            "habilitation__loss__first_password_deleted",
            False,
            "perdus ou volés, alerter la MSA PA sans attendre : elle délivre",
        ),
        ("4", "9 mois révolus", "habilitation__dormancy__after", "P6M", "6 mois révolus"),
        (
            "4",
            "elle a le droit de désactiver son accès",
            "habilitation__dormancy__automatic",
            True,
            "son accès est désactivé",
        ),
        (
            "4",
            "L’agent est invité à changer",
            "habilitation__credentials__first_login_change__obligation",
            "mandatory",
            "L’agent doit changer son mot de passe à la première connexion",
        ),
        (
            "4",
            "Quand la personne habilitée part, change de fonction ou termine sa mission",
            "habilitation__departure__events",
            ["end_of_mission", "departure"],
            "Quand la personne habilitée termine sa mission ou part",
        ),
        (
            "6-1",
            "sans limite de durée",
            "survival__confidentiality",
            {"article": "6-1", "after_end": "P5Y"},
            "puis pendant 5 ans après sa fin",
        ),
        ("7", "pour un temps ou pour toujours", "suspension__kinds", ["temporary"], ", pour un t"),
        (
            "7",
            "pendant 30 minutes",
            "services",
            service(time_out={"article": "7", "after_minutes": 20}),
            "pendant 20 minutes",
        ),
        (
            "7",
            "s’arrête à cette limite",
            "services",
            service(territory=None),
            "pendant 30 minutes",
        ),
        (
            "3",
            "dépendent de sa circonscription",
            "services",
            service(territory={"article": "7", "level": "departement"}),
            "Adresse",
        ),
        (
            "3",
            "l’accès, sauf le département lui-même, doit",
            "effect__conditions",
            conditions(except_partner_kinds=[]),
            "Tout organisme qui demande l’accès doit",
        ),
        (
            "3",
            "doit avoir reçu délégation",
            "effect__conditions",
            [],
            "La MSA PA habilite des agents",
        ),
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
    ("number", "words_of_the_rule", "path"),
    [
        ("4", "révolus", "habilitation__dormancy"),
        ("4", "Désactivation", "habilitation__departure"),
        ("5", "au plus vite", "habilitation__departure"),
        ("5", "ne demander que les habilitations", "habilitation__number_limit"),
        ("5", "Elle ne répond pas", "provisions__liability"),
        ("6-1", "sans limite de durée", "survival__confidentiality"),
        ("6-1", "secret professionnel auquel", "provisions__secrecy"),
        ("6-1", "l’accord préalable", "provisions__no_disclosure"),
        ("6-1", "n’employer les informations", "provisions__use_limitation"),
        ("6-2", "En cas de violation", "provisions__data_breach_report"),
        ("6-2", "n° 2019-341", "provisions__data_protection"),
        ("6-2", "pas plus longtemps", "provisions__data_retention"),
        ("7", "Un abus constaté", "provisions__abuse"),
        ("7", "suspendre l’accès", "suspension"),
        ("8", "restent la propriété", "provisions__intellectual_property"),
    ],
)
def test_a_rule_that_is_absent_has_no_clause(
    number: str, words_of_the_rule: str, path: str
) -> None:
    assert words_of_the_rule in article(number)
    assert words_of_the_rule not in article(number, **{path: None})


def test_no_address_of_the_caisse_is_typed() -> None:
    blank = text_of(convention_document(rulebook(RSACG), DocumentFacts(), DAY))
    assert "@" not in blank
    facts = DocumentFacts(caisse=PartyFacts(email="conventions@caisse.example"))
    told = text_of(convention_document(rulebook(RSACG), facts, DAY))
    assert told.count("conventions@caisse.example") == 4  # articles 3 and 6-2, annexes 1 and 2


# The official forms, word for word; only the apostrophes are typographic.

AGENT = [
    "Civilité :",
    "Prénom :",
    "Nom :",
    "Service :",
    "Adresse postale du service :",
    "Fonction :",
    "Profil utilisateur :",
    "Adresse mail :",
]
CREDENTIALS = ["Identifiant :", "Mot de passe :"]
HEAD = {
    "Destinataire : Mutualité Sociale Agricole Provence Azur": [
        "Document à retourner à l’adresse mail suivante :"
    ],
    "Demandeur :": ["(Nom de la structure) :", "Adresse :", "Date :"],
}
PROFILES = [
    "Profil 1 : Travailleurs sociaux des structures conventionnées",
    "Profil 2 : Services instructeurs",
    "Profil 3 : Chargés de suivi des dossiers RSA",
    "Profil 4 : Service accompagnement et protection des majeurs du Conseil départemental",
    "Profil 5 : Agents des départements en charge du contentieux RSA (agents habilités des "
    "départements en charge de la gestion et de l’instruction des recours contentieux liés au RSA)",
    "Profil 6 : Agents des départements en charge du contrôle RSA (agents habilités des "
    "départements en charge du contrôle à posteriori du RSA)",
]


def labels(code: str) -> Mapping[str, list[str]]:
    """The labels of a form, by the label of the part where they stand."""
    found: dict[str, list[str]] = {}
    for block in form_definition(RSACG, code).blocks:
        found.setdefault(plain(block.label), []).extend(map(plain, block.lines))
        for field in block.fields:
            found.setdefault(plain(field.column or block.label), []).append(plain(field.label))
    return found


def test_the_request_is_the_official_annex_1() -> None:
    form = form_definition(RSACG, "demande-habilitation")
    assert (form.annex.split(), plain(f"{form.title} - {form.subtitle}")) == (
        ["Annexe", "1"],
        "Demandes d’habilitations « RSA CG » - Service extranet de consultation des dossiers RSA",
    )
    assert labels("demande-habilitation") == HEAD | {
        "Profils utilisateurs :": PROFILES,
        "Coordonnées des agents à habiliter": AGENT,
        "Identifiants MSA (à compléter par la MSA)": CREDENTIALS,
    }


def test_the_removal_is_the_official_annex_2() -> None:
    form = form_definition(RSACG, "suppression-habilitation")
    assert (form.annex.split(), plain(f"{form.title} - {form.subtitle}")) == (
        ["Annexe", "2"],
        "Demandes de suppression d’habilitations « RSA CG » - Service extranet de consultation "
        "des dossiers RSA",
    )
    assert labels("suppression-habilitation") == HEAD | {
        "Coordonnées des agents à déshabiliter": [*AGENT, "Fait (réservé à la MSA)"],
        "Identifiants MSA": CREDENTIALS,
    }


def test_the_caisse_alone_fills_its_part() -> None:
    def filled(code: str) -> set[str]:
        fields = [field for block in form_definition(RSACG, code).blocks for field in block.fields]
        return {field.code for field in fields if field.filled_by == "caisse"}

    common = {"recipient.email", "user.sent_separately"}
    assert filled("demande-habilitation") == common | {"user.identifier"}
    # The identifier is known when an access is removed: the partner gives it.
    assert filled("suppression-habilitation") == common | {"user.done"}


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("a_sheet = 8", "a_sheet = 6", "« a_sheet » vaut 6 au formulaire, 8 au modèle"),
        ('label = "Mot de passe :"', 'label = "Code :"', "retient « Mot de passe »"),
        ("Profil 3 : Chargés", "Profil 7 : Chargés", "« Profil utilisateur » propose"),
        ('title = "Demandes', 'title = "Deux demandes', "titre « Deux demandes"),
    ],
)
def test_a_form_that_says_another_thing_than_its_rule_is_found(
    tmp_path: Path, before: str, after: str, problem: str
) -> None:
    copytree(ROOT / RSACG, tmp_path / RSACG)
    path = tmp_path / RSACG / "forms" / "demande-habilitation.toml"
    content = path.read_text(encoding="utf-8")
    assert before in content
    path.write_text(content.replace(before, after), encoding="utf-8")
    faults = [plain(fault) for fault in text_faults(rulebook(RSACG), tmp_path)]
    assert any(problem in fault for fault in faults)
