"""The doubts that the rules may meet: what is asked, the answers, and what each one entails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workflows.convention_state import ConventionState, RaisedQuestion
from workflows.french import typeset


class Answer(NamedTuple):
    """One defensible reading."""

    code: str
    label: str
    reading: str
    """Why one may read the text so, with its source."""


class QuestionKind(NamedTuple):
    """A doubt of a kind, for a lawyer."""

    kind: str
    blocking: bool
    rule: str
    """Path of the rule that is in doubt."""
    title: str
    asked: str
    answers: tuple[Answer, ...]
    default: str
    """The answer that the projection follows while nobody has decided."""
    ending: str = ""
    """The answer under which the convention ends, where there is one."""


def _typeset(question: QuestionKind) -> QuestionKind:
    return question._replace(
        title=typeset(question.title),
        asked=typeset(question.asked),
        answers=tuple(
            answer._replace(label=typeset(answer.label), reading=typeset(answer.reading))
            for answer in question.answers
        ),
    )


QUESTION_KINDS: Mapping[str, QuestionKind] = {
    question.kind: _typeset(question)
    for question in (
        QuestionKind(
            "grey_zone",
            blocking=True,
            rule="notice",
            title="Dénonciation dans la zone grise",
            asked="La dénonciation porte une date qui n’est à temps que si l’échéance est le jour "
            "anniversaire et non sa veille. Est-elle à temps ?",
            answers=(
                Answer(
                    "in_time",
                    "La dénonciation est à temps",
                    "L’échéance est le jour anniversaire : le délai, compté en mois de quantième à "
                    "quantième (CPC 641), y tient en entier.",
                ),
                Answer(
                    "late",
                    "La dénonciation est tardive",
                    "L’échéance est la veille de l’anniversaire, dernier jour de la période : il "
                    "manque un jour au délai.",
                ),
            ),
            default="late",
            ending="in_time",
        ),
        QuestionKind(
            "notice_to_qualify",
            blocking=True,
            rule="notice",
            title="Dénonciation à qualifier",
            asked="La dénonciation a été postée à temps, mais reçue trop tard ou jamais réclamée, "
            "ou son avis de réception est perdu. Est-elle à temps ?",
            answers=(
                Answer(
                    "in_time",
                    "La dénonciation est à temps",
                    "L’envoi suffit, ou le pli non réclamé est réputé reçu à sa première "
                    "présentation (CE, 24 avril 2012, n° 341146).",
                ),
                Answer(
                    "late",
                    "La dénonciation n’est pas à temps",
                    "Un préavis protège son destinataire : il court de la réception ; un congé non "
                    "remis n’est pas notifié (Cass. 3e civ., 14 décembre 1994).",
                ),
            ),
            default="late",
            ending="in_time",
        ),
        QuestionKind(
            "notice_before_avenant",
            blocking=True,
            rule="avenant",
            title="Dénonciation antérieure à un avenant",
            asked="Après une dénonciation à temps, un avenant a changé la période qu’elle devait "
            "clore. La dénonciation tient-elle encore ?",
            answers=(
                Answer(
                    "stands",
                    "La dénonciation tient, pour la nouvelle échéance",
                    "Elle est acquise à son destinataire ; l’avenant ne fait que déplacer la fin "
                    "de la période.",
                ),
                Answer(
                    "given_up",
                    "Les parties y ont renoncé",
                    "En prolongeant leur convention d’un commun accord, elles ont voulu la "
                    "poursuivre (C. civ. 1188).",
                ),
            ),
            default="given_up",
            ending="stands",
        ),
        QuestionKind(
            "unclaimed_formal_notice",
            blocking=True,
            rule="breach",
            title="Lettre de résiliation non réclamée",
            asked="La lettre n’a pas été réclamée. Le délai a-t-il couru, et depuis quel jour ?",
            answers=(
                Answer(
                    "first_presentation",
                    "Le délai court de la première présentation",
                    "Une mise en demeure vaut sans remise effective (Cass. 1re civ., 20 janvier "
                    "2021, n° 19-20.680) ; première présentation (CE, 24 avril 2012, n° 341146).",
                ),
                Answer(
                    "not_received",
                    "Le délai n’a pas couru",
                    "Le texte compte de la réception, et la lettre n’a pas été reçue : elle est à "
                    "renvoyer ou à signifier par commissaire de justice.",
                ),
            ),
            default="not_received",
            ending="first_presentation",
        ),
        QuestionKind(
            "lost_formal_notice_proof",
            blocking=True,
            rule="breach",
            title="Lettre de résiliation dont l’avis de réception est perdu",
            asked="La lettre a été présentée, mais rien ne prouve plus sa réception. Le délai "
            "a-t-il couru, et depuis quel jour ?",
            answers=(
                Answer(
                    "first_presentation",
                    "Le délai court de la première présentation",
                    "Le suivi du prestataire l’établit, et une mise en demeure vaut sans remise "
                    "effective (Cass. 1re civ., 20 janvier 2021, n° 19-20.680).",
                ),
                Answer(
                    "not_received",
                    "Le délai n’a pas couru",
                    "Le texte compte de la réception, que son auteur doit prouver (C. civ., art. "
                    "1353) : la lettre est à renvoyer ou à signifier par commissaire de justice.",
                ),
            ),
            default="not_received",
            ending="first_presentation",
        ),
        QuestionKind(
            "ambiguous_cure",
            blocking=True,
            rule="breach",
            title="Manquement réparé pendant le délai",
            asked="Le manquement a été réparé pendant le délai, et le texte ne dit pas si cela "
            "arrête la résiliation. L’arrête-t-il ?",
            answers=(
                Answer(
                    "cured",
                    "La réparation arrête la résiliation",
                    "Une lettre « valant mise en demeure » suppose que l’exécution reste possible "
                    "et utile (C. civ. 1225).",
                ),
                Answer(
                    "not_cured",
                    "La résiliation prend effet",
                    "Le texte attache la fin à la seule réception de la lettre, sans la soumettre "
                    "à l’inexécution persistante.",
                ),
            ),
            default="cured",
            ending="not_cured",
        ),
        QuestionKind(
            "cure_on_next_working_day",
            blocking=True,
            rule="breach",
            title="Manquement réparé le premier jour ouvré après le délai",
            asked="Le dernier jour du délai n’était pas ouvré et le manquement a été réparé le "
            "premier jour ouvré suivant. La réparation est-elle à temps ?",
            answers=(
                Answer(
                    "cured",
                    "La réparation est à temps",
                    "Réparer est un acte à accomplir dans un délai : il est prorogé au premier "
                    "jour ouvrable suivant (CPC 642 al. 2).",
                ),
                Answer(
                    "not_cured",
                    "La réparation est trop tardive",
                    "Le délai est celui du contrat, en jours calendaires, et rien n’y prévoit de "
                    "prorogation.",
                ),
            ),
            default="cured",
            ending="not_cured",
        ),
        QuestionKind(
            "earlier_effect",
            blocking=False,
            rule="effect",
            title="Date d’effet : une lecture plus ancienne",
            asked="La condition a été remplie après la dernière signature. L’effet remonte-t-il à "
            "la signature ?",
            answers=(
                Answer(
                    "conditions_met",
                    "L’effet date de la condition remplie",
                    "Une condition suspensive ne rétroagit que si les parties l’ont voulu "
                    "(C. civ. 1304-6 al. 2).",
                ),
                Answer(
                    "retroactive",
                    "L’effet remonte à la dernière signature",
                    "« À la date de sa signature […] et sous réserve » : la réserve peut se lire "
                    "comme une simple formalité.",
                ),
            ),
            default="conditions_met",
        ),
        QuestionKind(
            "other_reading_of_delay",
            blocking=False,
            rule="breach",
            title="Dernier jour du délai : l’autre lecture",
            asked="« Prend effet n jours après réception » : la convention vit-elle encore le "
            "dernier de ces jours ?",
            answers=(
                Answer(
                    "full_last_day",
                    "Elle vit jusqu’au dernier jour à 24 h",
                    "Le jour de la réception ne compte pas et le dernier compte en entier "
                    "(CPC 641 et 642).",
                ),
                Answer(
                    "start_of_last_day",
                    "Elle finit au début du dernier jour",
                    "« Prend effet » ce jour-là : la convention n’y vit déjà plus.",
                ),
            ),
            default="full_last_day",
        ),
        QuestionKind(
            "signed_before_deliberation",
            blocking=False,
            rule="effect",
            title="Signature antérieure à la délibération exécutoire",
            asked="Le partenaire a signé avant que la délibération qui l’y autorise soit "
            "exécutoire (CGCT L.2131-1). Sa signature est-elle à confirmer ou à refaire ?",
            answers=(
                Answer(
                    "stands",
                    "La signature tient",
                    "L’irrégularité n’entraîne pas par elle-même la nullité : les parties se "
                    "doivent une exécution loyale (CE, 28 décembre 2009, n° 304802).",
                ),
                Answer(
                    "sign_again",
                    "La convention est à signer de nouveau",
                    "Avant que la délibération soit exécutoire, le signataire n’a pas le pouvoir "
                    "d’engager la collectivité : lecture plus sévère, à laquelle une nouvelle "
                    "signature répond (TA Montpellier, 2002).",
                ),
            ),
            default="stands",
        ),
        QuestionKind(
            "consent_to_succession",
            blocking=False,
            rule="provisions.assignment",
            title="Succession du partenaire sans l’accord de la caisse",
            asked="Une autre personne morale prend la place du partenaire sans qu’une loi le dise "
            "pour cette convention, et la caisse n’a donné aucun accord écrit. La convention "
            "passe-t-elle à cette personne ?",
            answers=(
                Answer(
                    "passes",
                    "La convention passe au successeur",
                    "Le patrimoine entier est transmis, contrats compris (loi du 1er juillet 1901, "
                    "art. 9 bis ; C. com., art. L. 236-3) : ce n’est pas une cession de ce "
                    "contrat-ci.",
                ),
                Answer(
                    "consent_needed",
                    "L’accord écrit de la caisse est nécessaire",
                    "Un contrat ne se cède qu’avec l’accord de l’autre partie (C. civ., art. "
                    "1216), surtout s’il est conclu en considération de la personne : sans cet "
                    "accord, le partenaire reste celui qui a signé.",
                ),
            ),
            default="consent_needed",
        ),
    )
}
"""Every kind of question by its code."""


def is_open(data: ConventionState, question: RaisedQuestion) -> bool:
    """Whether nobody has answered a question that still matters."""
    return (
        question.identity not in data.decisions
        and question.kind not in data.interpretations
        and question.identity not in data.moot
    )


def is_held(data: ConventionState) -> bool:
    """Whether a blocking question is open, so that nothing irreversible may happen."""
    return any(
        QUESTION_KINDS[question.kind].blocking and is_open(data, question)
        for question in data.questions
    )
