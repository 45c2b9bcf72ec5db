"""What stands for a signature on a form that has none: where it comes from."""

from __future__ import annotations

from workflows.french import article_number, typeset
from workflows.rulebook_access import RequestForm

CONTACT, KNOWN_ADDRESS = "authenticated_contact", "known_address_checked"


def is_vouched_for(rule: RequestForm, *, online: bool, checked: bool) -> bool:
    """Whether what the rules accept in place of a signature is there.

    ``online``: sent from the space of the partner, which opens by a code only. ``checked``: an
    agent has checked where it comes from.
    """
    if rule.submission_check is None:
        return True
    accepted = rule.submission_check.accepted
    return (online and CONTACT in accepted) or (checked and KNOWN_ADDRESS in accepted)


def wants_origin(rule: RequestForm) -> bool:
    """Whether an agent who enters the form has to check where it comes from."""
    return rule.submission_check is not None and KNOWN_ADDRESS in rule.submission_check.accepted


def refused_online(rule: RequestForm) -> str:
    """Why the form cannot be sent from the space of the partner; empty where it can."""
    if is_vouched_for(rule, online=True, checked=False):
        return ""
    return "Ce formulaire ne s’envoie pas d’ici : adressez-le à votre caisse."


def in_place_of_signature(rule: RequestForm) -> str:
    """What the partner reads before sending a form without signature; empty for a signed one."""
    if rule.signed_by:
        return ""
    where = rule.submission_check or rule
    article = article_number(where.article)
    place = article if article[:1].isalpha() else f"article {article}"
    said = f"Ce formulaire ne porte pas de signature ({place[:1].lower()}{place[1:]})."
    return typeset(
        f"{said} Votre envoi en tient lieu : vous êtes entré par un code reçu à votre adresse, et "
        "la caisse sait que la demande vient de vous."
    )
