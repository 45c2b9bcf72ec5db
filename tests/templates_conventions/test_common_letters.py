"""One text a letter for five types of convention: their own articles, delays and words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from templates_conventions.assembly import CannotAssemble
from templates_conventions.catalogue import rulebook
from templates_conventions.letter_assembly import letter_document
from templates_conventions.letter_checks import letter_faults
from templates_conventions.letters import letter_codes
from tests.documents import DAY, FACTS, plain, text_of
from tests.templates_conventions.matrix import ADL, ARM, CAF, FIVE, MSA, PIC, RSA

BREACH = {
    "form": "lettre recommandée avec avis de réception",
    "breach": "le mot de passe a été affiché à l’accueil le 2 mai 2026.",
    "earliest_last_day": date(2026, 6, 5),
    "explanation": "6 mai 2026 + 30 jours = 5 juin 2026.",
}
REPAIR = {"repair": "changez le mot de passe et attestez-le par écrit."}
NOTICE = {
    "form": "lettre recommandée avec avis de réception",
    "last_day_in_force": date(2027, 1, 14),
    "closed_on": date(2027, 1, 15),
    "limit_on": date(2026, 10, 14),
    "explanation": "14 octobre 2026 + 3 mois = 14 janvier 2027.",
}
END = {
    "cause": "une partie a choisi de ne pas la renouveler",
    "last_day_in_force": date(2027, 1, 14),
    "closed_on": date(2027, 1, 15),
}
SUSPENSION = {"suspended_on": DAY, "nature": "temporary", "reason": "connexions de nuit."}
REMOVAL = {
    "user": "Claude Exemple",
    "closed_on": DAY,
    "cause": "departure",
    "explanation": "Départ le 2 janvier 2026.",
}


def written(code: str, letter: str, values: dict[str, Any], **changes: Any) -> str:
    rules = rulebook(code)
    if changes:
        rules = rules.amended({path.replace("__", "."): new for path, new in changes.items()})
    return text_of(letter_document(rules, letter, FACTS, DAY, values))


def refusal(code: str, letter: str, values: dict[str, Any]) -> str:
    with pytest.raises(CannotAssemble) as refused:
        letter_document(rulebook(code), letter, FACTS, DAY, values)
    return plain(str(refused.value))


@pytest.mark.parametrize("code", FIVE)
def test_every_letter_of_a_type_can_be_written_or_says_which_clause_is_missing(code: str) -> None:
    assert letter_faults(rulebook(code)) == ()


def test_all_the_letters_of_the_life_of_a_convention_are_there() -> None:
    assert set(letter_codes("a-type-without-letters-of-its-own")) == {
        "accuse-reception-demande",
        "demande-attestation",
        "demande-piece",
        "denonciation",
        "denonciation-partenaire",
        "envoi-avenant",
        "envoi-signature",
        "fin-convention",
        "invitation-directeur",
        "levee-suspension",
        "mise-en-demeure",
        "notification-habilitation",
        "rappel-limite-denonciation",
        "rappel-partenaire-denonciation",
        "relance-avenant",
        "resiliation",
        "suppression-utilisateur",
        "suspension",
    }


# The formal notice.


@pytest.mark.parametrize(
    ("code", "obligation", "title"),
    [
        (PIC, "4-3", "Lettre de résiliation pour inexécution"),
        (ARM, "4-3", "Lettre de résiliation pour inexécution"),
        (ADL, "4-3", "Mise en demeure"),
        (RSA, "4", "Mise en demeure"),
    ],
)
def test_the_breach_letter_names_the_article_the_breach_and_the_delay(
    code: str, obligation: str, title: str
) -> None:
    values = BREACH | {"obligation": obligation} | (REPAIR if code in (ADL, RSA) else {})
    text = written(code, "mise-en-demeure", values)
    assert f"Objet : {title} : convention" in text
    assert f"L’article {obligation} de la convention" in text
    assert "le mot de passe a été affiché à l’accueil le 2 mai 2026." in text
    assert "L’article 9-2 nous permet" in text
    assert "30 jours après que cette lettre a été reçue" in text
    assert "avant le 5 juin 2026 à 24 h" in text


def test_where_the_breach_can_be_cured_the_letter_says_what_cures_it() -> None:
    values = BREACH | REPAIR | {"obligation": "4-3"}
    text = written(ADL, "mise-en-demeure", values)
    assert "la convention continue alors (article 9-2)" in text
    assert REPAIR["repair"] in text
    without = refusal(ADL, "mise-en-demeure", BREACH | {"obligation": "4-3"})
    assert "« repair » manque" in without


def test_where_the_text_leaves_the_cure_open_the_letter_settles_nothing() -> None:
    text = written(RSA, "mise-en-demeure", BREACH | REPAIR | {"obligation": "4"})
    assert "ne dit pas si cela suffit à arrêter la résiliation" in text
    assert "la convention continue alors" not in text


def test_where_there_is_no_cure_the_letter_says_so_and_asks_for_none() -> None:
    text = written(PIC, "mise-en-demeure", BREACH | {"obligation": "4-3"})
    assert "ne dit pas que réparer le manquement arrête la résiliation" in text
    asked = refusal(PIC, "mise-en-demeure", BREACH | REPAIR | {"obligation": "4-3"})
    assert "« repair » n’est pas une valeur de ce courrier" in asked


def test_a_type_without_breach_clause_refuses_the_breach_letter() -> None:
    problem = refusal(CAF, "mise-en-demeure", BREACH | {"obligation": "3-4"})
    assert "n’a pas de règle « breach »" in problem
    assert "Reste le droit commun" in problem


def test_the_breach_letter_follows_a_changed_delay() -> None:
    values = BREACH | {"obligation": "4-3"}
    text = written(PIC, "mise-en-demeure", values, breach__delay="P2M")
    assert "2 mois après que" in text
    assert "30 jours après que" not in text


def test_an_article_that_no_rule_bears_is_refused() -> None:
    problem = refusal(PIC, "mise-en-demeure", BREACH | {"obligation": "47"})
    assert "cite l’article 47, que ne porte aucune règle" in problem


# Not renewing, ending.


@pytest.mark.parametrize(
    ("code", "title", "article", "counted"),
    [
        (PIC, "Dénonciation", "9-1", "doit être envoyée"),
        (ARM, "Dénonciation", "9-1", "doit être envoyée"),
        (ADL, "Dénonciation", "9-2", "doit être envoyée"),
        (RSA, "Dénonciation", "9-1", "doit être envoyée"),
        (CAF, "Résiliation à l’échéance", "5", "doit être reçue"),
    ],
)
def test_the_notice_bears_the_name_the_article_and_the_date_of_its_type(
    code: str, title: str, article: str, counted: str
) -> None:
    text = written(code, "denonciation", NOTICE)
    assert f"Objet : {title} de la convention" in text
    assert f"(article {article})" in text
    assert "jusqu’au 14 janvier 2027 à 24 h" in text
    assert f"{counted} le 14 octobre 2026 au plus tard" in text
    assert ("vaut mise en demeure" in text) == (code == CAF)


@pytest.mark.parametrize(
    ("code", "remains"),
    [
        (PIC, "La confidentialité reste due sans limite de durée (article 6-1)"),
        (ARM, "La confidentialité reste due sans limite de durée (article 6-1)"),
        (ADL, "par les articles 6 et 8"),
        (RSA, "par les articles 5 et 6"),
        (CAF, "sans que la convention en fixe la durée (article 3-4)"),
    ],
)
def test_the_letter_of_the_end_says_what_survives_it(code: str, remains: str) -> None:
    text = written(code, "fin-convention", END)
    assert remains in text
    assert ("rendues ou détruites" in text) == (code == ADL)


def test_the_confidentiality_that_ends_is_dated_and_the_criminal_law_recalled() -> None:
    text = written(ADL, "fin-convention", END | {"confidentiality_until": date(2032, 1, 14)})
    assert "jusqu’au 14 janvier 2032, soit pendant 5 ans" in text
    assert "article 226-13 du code pénal" in text


@pytest.mark.parametrize(
    ("code", "ground", "words"),
    [
        (PIC, "breach", "pour inexécution (article 9-2)"),
        (CAF, "mutual_agreement", "d’un commun accord (C. civ. 1193)"),
        (ADL, "force_majeure", "pour force majeure (article 10)"),
        (ADL, "replaced", "une autre convention la remplace (article 13.1)"),
    ],
)
def test_the_termination_gives_its_ground_and_article(code: str, ground: str, words: str) -> None:
    values = {
        "ground": ground,
        "last_day_in_force": DAY,
        "closed_on": date(2026, 1, 3),
        "explanation": "Voici pourquoi.",
    }
    assert words in written(code, "resiliation", values)


@pytest.mark.parametrize(
    ("code", "ground"),
    [(CAF, "breach"), (PIC, "force_majeure"), (RSA, "replaced"), (PIC, "dissatisfaction")],
)
def test_a_ground_that_the_rules_do_not_know_is_refused(code: str, ground: str) -> None:
    values = {
        "ground": ground,
        "last_day_in_force": DAY,
        "closed_on": date(2026, 1, 3),
        "explanation": "Voici pourquoi.",
    }
    assert "que les règles de cette convention n’admettent pas" in refusal(
        code, "resiliation", values
    )


@pytest.mark.parametrize("code", [PIC, ARM, RSA, CAF])
def test_the_attestation_is_asked_only_where_the_convention_asks_for_it(code: str) -> None:
    values = {"last_day_in_force": DAY, "explanation": "Dans les plus brefs délais."}
    assert "n’a pas de règle « survival.attestation »" in refusal(
        code, "demande-attestation", values
    )
    assert "Rendez-nous ou détruisez" in written(ADL, "demande-attestation", values)


# Access.


@pytest.mark.parametrize(
    ("code", "article"), [(PIC, "7-2"), (ARM, "7-2"), (ADL, "7-2"), (RSA, "7")]
)
def test_a_suspension_cites_its_clause_and_leaves_the_convention_alone(
    code: str, article: str
) -> None:
    text = written(code, "suspension", SUSPENSION)
    assert f"L’article {article} le permet" in text
    assert "n’arrête ni la période en cours ni son renouvellement" in text
    lifted = written(code, "levee-suspension", {"suspended_on": DAY, "lifted_on": date(2026, 2, 1)})
    assert "rendu à compter du 1er février 2026" in lifted


@pytest.mark.parametrize("letter", ["suspension", "levee-suspension"])
def test_without_suspension_clause_its_letters_are_refused(letter: str) -> None:
    assert "n’a pas de règle « suspension »" in refusal(CAF, letter, SUSPENSION)


@pytest.mark.parametrize(
    ("code", "article"), [(PIC, "4-1"), (ARM, "4-1"), (ADL, "4-4"), (RSA, "4"), (CAF, "3-4")]
)
def test_the_end_of_one_access_cites_the_article_on_departures(code: str, article: str) -> None:
    text = written(code, "suppression-utilisateur", REMOVAL)
    assert f"tout autre départ (article {article})" in text
    assert "La convention et les autres accès ne changent pas" in text


def test_only_a_type_that_knows_dormancy_closes_an_access_for_it() -> None:
    values = REMOVAL | {"cause": "dormancy"}
    assert "faute de connexion depuis 9 mois (article 4)" in written(
        RSA, "suppression-utilisateur", values
    )
    assert "n’admettent pas" in refusal(PIC, "suppression-utilisateur", values)


@pytest.mark.parametrize(
    ("code", "to_user"), [(PIC, False), (ADL, False), (RSA, True), (CAF, True)]
)
def test_the_credentials_go_to_whom_the_rules_say(code: str, to_user: bool) -> None:
    values = {"user": "Claude Exemple", "identifier": "EXT-1", "opens_on": DAY}
    text = written(code, "notification-habilitation", values)
    assert ("Multi-accueil Le Premier Exemple" in text) == (not to_user)


@pytest.mark.parametrize(("code", "waits"), [(PIC, "ait pris effet"), (CAF, "nous soit revenue")])
def test_the_acknowledgement_says_what_the_access_waits_for(code: str, waits: str) -> None:
    values = {"received_on": DAY, "user": "Claude Exemple"}
    assert waits in written(code, "accuse-reception-demande", values)


@pytest.mark.parametrize("code", MSA)
def test_the_letter_that_sends_for_signature_says_when_the_convention_takes_effect(
    code: str,
) -> None:
    text = written(code, "envoi-signature", {})
    assert "le jour où la dernière des parties la signe (article 9-1)" in text
    assert "Pièce jointe : la convention et ses annexes, en 2 exemplaires" in text
    cnil = "Transmission de la déclaration CNIL" in text
    assert cnil == (code != RSA)


def test_a_label_with_quotation_marks_keeps_one_pair_of_them() -> None:
    assert "« Consultation des dossiers RSA “RSACG” »" in written(RSA, "envoi-signature", {})
