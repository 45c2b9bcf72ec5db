"""Another legal person takes the partner's place: no date of the convention moves."""

from __future__ import annotations

from workflows import acts
from workflows.convention import ConventionLifecycle, Refused
from workflows.rulebook import Rulebook

QUESTION = "consent_to_succession"
_CLAUSE = "provisions.assignment"


def on_succession(life: ConventionLifecycle, act: acts.PartnerSucceeded) -> None:
    """Refuse what no text allows, and ask a lawyer where the texts leave a doubt."""
    data = life.data
    if data.signed_on is None:
        raise Refused(
            "not_concluded",
            "La convention n’est pas encore signée de toutes les parties : elle ne passe à "
            "personne. Classez ce projet, et ouvrez-en un au nom du nouveau partenaire.",
            "parties",
        )
    if act.on <= data.signed_on:
        raise Refused(
            "signed_since",
            "La convention a été signée après cette succession, ou le même jour : voyez d’abord "
            "qui l’a signée, et en quelle qualité.",
            "parties",
        )
    if act.successor == act.predecessor:
        raise Refused("same_partner", "Un partenaire ne se succède pas à lui-même.", "parties")
    if data.successor and act.predecessor != data.successor:
        raise Refused(
            "not_the_party",
            "Ce jour-là, ce partenaire n’était plus la partie : un autre avait déjà pris sa place.",
            "parties",
        )
    if consent_is_missing(data.rules, act):
        raise Refused(
            "consent_missing",
            "La convention ne se cède pas sans l’accord écrit et préalable de la caisse : donnez "
            "la date de cet accord, qui ne peut pas suivre celle de la cession.",
            _CLAUSE,
        )
    if not is_doubtful(act) or life.raise_question(QUESTION, act.id) == "passes":
        data.successor = act.successor


def consent_is_missing(rules: Rulebook, act: acts.PartnerSucceeded) -> bool:
    """Whether the text wants a consent before the two agree, and none came in time."""
    if act.passes != "by_agreement" or rules.provisions.assignment is None:
        return False
    return act.consented_on is None or act.consented_on > act.on


def is_doubtful(act: acts.PartnerSucceeded) -> bool:
    """Whether only a lawyer can say that the convention passes: no statute, and no consent."""
    return act.passes != "by_law" and act.consented_on is None
