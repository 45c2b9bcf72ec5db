"""The events that a person may record about a convention: who may, and what is asked of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workflows.french import typeset

LEGAL = "contracts.record_legal_act"

MAKING = "Conclure la convention"
_LIVING = "Pendant la convention"
_LETTERS = "Les lettres qui y mettent fin, et leurs suites"
_ENDING = "Finir la convention"

_ENVELOPE = ("by", "form", "posted_on", "first_presented_on", "received_on", "outcome")
"""What is copied from a registered letter."""


class Event(NamedTuple):
    """A kind of event as a clerk thinks of it."""

    kind: str
    label: str
    help: str
    fields: tuple[str, ...]
    """Names of the fields asked, besides the proof."""
    power: str = "contracts.record_act"
    """What whoever records it must be allowed to do (``contracts.rules``)."""
    transition: str = ""
    """The transition it leads to: it says from which states the event is possible."""
    rule: str = ""
    """Path of the rule without which the convention does not know the event."""
    in_force: bool = False
    """Whether it happens to conventions in force only."""
    heading: str = ""
    """Under what it is offered."""


EVENTS: tuple[Event, ...] = (
    Event(
        "sent_for_signature",
        "La convention part pour signature",
        "Son texte ne change plus.",
        ("on",),
        transition="send_for_signature",
        heading=MAKING,
    ),
    Event(
        "signature",
        "Une partie a signé",
        "Date de sa signature.",
        ("party", "on"),
        heading=MAKING,
    ),
    Event(
        "document_date",
        "Date portée sur la convention",
        "La date écrite au-dessus des signatures.",
        ("on",),
        heading=MAKING,
    ),
    Event(
        "prior_request",
        "Une demande préalable est arrivée",
        "Celle que la convention veut avant elle. Date de sa réception.",
        ("on",),
        heading=MAKING,
    ),
    Event(
        "document_received",
        "Une pièce demandée par la convention est arrivée",
        "Date de sa réception, et jusqu’à quand elle vaut si elle le dit.",
        ("document", "on", "valid_until"),
        heading=MAKING,
    ),
    Event(
        "deliberation",
        "Délibération reçue en préfecture",
        "Elle autorise la collectivité à signer.",
        ("on", "reference"),
        heading=MAKING,
    ),
    Event(
        "cnil",
        "Déclaration CNIL transmise ou sans objet",
        "Avec la référence de la déclaration ou du registre.",
        ("basis", "reference", "on"),
        power="contracts.record_cnil",
        heading=MAKING,
    ),
    Event(
        "validation",
        "La caisse a validé le dossier",
        "Ce jour donne sa date à la convention.",
        ("on",),
        heading=MAKING,
    ),
    Event(
        "abandonment",
        "Le dossier est classé sans suite",
        "Rien n’a pris effet, et rien ne prendra effet.",
        ("on", "reason"),
        transition="abandon",
        heading=MAKING,
    ),
    Event(
        "renewal_agreed",
        "Les parties conviennent de renouveler la convention",
        "Par un écrit signé de toutes : sans lui, elle finit avec la période en cours.",
        ("on",),
        power=LEGAL,
        in_force=True,
        heading=_LIVING,
    ),
    Event(
        "experiment",
        "Une expérimentation commence",
        "Une période d’essai qui se passe d’avenant. Elle ne change aucune date.",
        ("on", "until"),
        heading=_LIVING,
    ),
    Event(
        "cnil_copy_requested",
        "Une partie demande copie de la déclaration CNIL",
        "L’autre la lui remet.",
        ("by", "on"),
        heading=_LIVING,
    ),
    Event(
        "suspension",
        "L’accès est suspendu",
        "Dire le motif. La convention et ses échéances continuent.",
        ("on", "nature", "reason"),
        power=LEGAL,
        in_force=True,
        heading=_LIVING,
    ),
    Event(
        "suspension_lifted",
        "L’accès est rendu",
        "La suspension est levée ce jour-là.",
        ("on",),
        power=LEGAL,
        in_force=True,
        heading=_LIVING,
    ),
    Event(
        "force_majeure",
        "Une partie notifie un cas de force majeure",
        "Un événement que personne ne pouvait raisonnablement ni prévoir ni empêcher. Le jour qui "
        "compte est celui de la notification ; le début de l’événement reste au dossier.",
        ("by", "on", "began_on"),
        power=LEGAL,
        in_force=True,
        heading=_LIVING,
    ),
    Event(
        "force_majeure_ended",
        "La force majeure a cessé",
        "La convention s’exécute de nouveau. La faculté de résilier se referme.",
        ("on",),
        power=LEGAL,
        heading=_LIVING,
    ),
    Event(
        "dispute",
        "Une partie notifie un différend",
        "Un désaccord sur la convention. S’il y a un délai pour s’entendre, il part de ce jour.",
        ("by", "on"),
        power=LEGAL,
        heading=_LIVING,
    ),
    Event(
        "dispute_settled",
        "Le différend est réglé",
        "Par un accord écrit, ou par une décision de justice. À plusieurs, le plus ancien.",
        ("on",),
        power=LEGAL,
        heading=_LIVING,
    ),
    Event(
        "deadline_set",
        "Poser une échéance à la main",
        "Là où le texte de la convention ne dit rien : une loi, un jugement ou un courrier fixe "
        "la date.",
        ("topic", "task", "due_on", "ground", "on"),
        power=LEGAL,
        heading=_LIVING,
    ),
    Event(
        "deadline_lifted",
        "Lever une échéance posée à la main",
        "Elle est tenue, ou n’a plus lieu d’être.",
        ("of", "reason", "on"),
        power=LEGAL,
        heading=_LIVING,
    ),
    Event(
        "notice",
        "Une dénonciation est partie ou arrivée",
        "Recopier l’enveloppe et l’avis de réception. La date qui compte est dite avant de "
        "confirmer.",
        _ENVELOPE,
        transition="give_notice",
        rule="notice",
        heading=_LETTERS,
    ),
    Event(
        "notice_confirmed",
        "L’auteur d’une dénonciation tardive la maintient",
        "Elle vaudra pour l’échéance suivante. Sans cela, elle reste sans effet.",
        ("notice", "on"),
        power=LEGAL,
        rule="notice",
        in_force=True,
        heading=_LETTERS,
    ),
    Event(
        "notice_withdrawn",
        "Les parties renoncent à une dénonciation",
        "L’accord de toutes les parties est requis.",
        ("notice", "on", "agreed_by_all"),
        power=LEGAL,
        transition="withdraw_notice",
        rule="notice",
        in_force=True,
        heading=_LETTERS,
    ),
    Event(
        "formal_notice",
        "Une lettre pour inexécution est partie ou arrivée",
        "Elle ouvre le délai de résiliation. Recopier l’enveloppe et l’avis de réception.",
        _ENVELOPE,
        power=LEGAL,
        transition="begin_termination",
        rule="breach",
        heading=_LETTERS,
    ),
    Event(
        "cure",
        "Le manquement est réparé",
        "La preuve de l’exécution.",
        ("formal_notice", "on"),
        power=LEGAL,
        transition="cure",
        rule="breach",
        heading=_LETTERS,
    ),
    Event(
        "formal_notice_withdrawn",
        "L’auteur retire sa lettre pour inexécution",
        "Le délai s’arrête.",
        ("formal_notice", "on"),
        power=LEGAL,
        transition="withdraw_formal_notice",
        rule="breach",
        heading=_LETTERS,
    ),
    Event(
        "mutual_termination",
        "Les parties conviennent de mettre fin à la convention",
        "Le dernier jour est celui dont elles conviennent.",
        ("on", "last_day", "agreed_by_all"),
        power=LEGAL,
        rule="mutual_termination",
        in_force=True,
        heading=_ENDING,
    ),
    Event(
        "force_majeure_termination",
        "Une partie résilie pour force majeure",
        "La force majeure dure au-delà du délai prévu. La date est celle du dernier jour en "
        "vigueur.",
        ("by", "on"),
        power=LEGAL,
        rule="force_majeure",
        in_force=True,
        heading=_ENDING,
    ),
    Event(
        "party_left",
        "Une partie se retire, les autres restent",
        "La date est celle de son dernier jour. S’il ne reste qu’une partie, la convention finit.",
        ("party", "on"),
        power=LEGAL,
        in_force=True,
        heading=_ENDING,
    ),
    Event(
        "replaced",
        "Une autre convention remplace celle-ci",
        "La date est celle du dernier jour en vigueur de celle-ci.",
        ("convention", "on"),
        power=LEGAL,
        in_force=True,
        heading=_ENDING,
    ),
    Event(
        "duty_done",
        "Une obligation d’après la fin est accomplie",
        "L’attestation de restitution ou de destruction est arrivée : la joindre.",
        ("duty", "on"),
        heading=_ENDING,
    ),
    Event(
        "closing",
        "Le dossier est clôturé",
        "Toutes les obligations d’après la fin sont accomplies.",
        ("on",),
        transition="close",
        heading=_ENDING,
    ),
)
"""Every event, under its heading, in the order of a convention’s life."""

BY_KIND: Mapping[str, Event] = {event.kind: event for event in EVENTS}

SECURITY_MEASURE = BY_KIND["suspension"]._replace(
    help=typeset(
        "Cette convention n’a pas de clause de suspension : c’est une mesure conservatoire de "
        "sécurité, prise par un juriste sous son visa, jusqu’à sa levée."
    ),
    fields=("on", "visa", "reason"),
)
"""The suspension of a convention that has no clause for it."""

DECISION = Event(
    "decision",
    "Trancher la question",
    "La réponse vaut pour cette convention, depuis toujours : ses dates sont recalculées. Les "
    "motifs restent au dossier.",
    ("answer", "reasons"),
    power="contracts.decide_question",
)
"""Recorded from its question, and not from the list of events."""

ANNULMENT = Event(
    "annulment",
    "Annuler un événement",
    "Pour un événement enregistré par erreur : il n’a jamais eu lieu. Il reste lisible au dossier, "
    "« sans effet ».",
    ("reason",),
    power=LEGAL,
)
"""Recorded from the event it annuls."""

REOPENING = Event(
    "annulment",
    "Rouvrir la question",
    typeset(
        "La décision est annulée : elle reste lisible au dossier, « sans effet », et la question "
        "est de nouveau à trancher. Ce qui en découlait est recalculé."
    ),
    ("reason",),
    power="contracts.decide_question",
)
"""Recorded from the question that was decided: the annulment of its decision."""

RECORDED_ELSEWHERE: Mapping[str, str] = {
    "decision": "from its question",
    "annulment": "from the event that it annuls",
    "avenant": "from the avenant, once every party has signed it",
    "succession": "from the page of the partner whose place is taken",
    "address_change": "from the declaration of the new address, which the letters then bear",
    **dict.fromkeys(
        (
            "letter_posted",
            "letter_presented",
            "letter_delivered",
            "letter_refused",
            "letter_unclaimed",
            "letter_undeliverable",
            "letter_proof_lost",
        ),
        "from the letter, or with the notice that it carries",
    ),
}
"""The kinds of a convention's acts that are not among ``EVENTS``, and from where they come."""
