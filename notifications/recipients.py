"""Whom messages go to, by role, and what they are about: the words of the catalogue."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Reader(NamedTuple):
    """One to whom a message goes: a user of the site, or a person who has no account."""

    is_user: bool
    pk: int

    @property
    def key(self) -> str:
        """« user:4 », « person:12 »."""
        return f"{'user' if self.is_user else 'person'}:{self.pk}"


class Recipient(Enum):
    """A role in which one receives messages, in words that follow « à »."""

    PARTNER = "ceux qui répondent pour le partenaire", False
    PARTNER_CONTACT = "l’interlocuteur du partenaire", False
    SIGNATORY = "le signataire désigné", False
    REQUESTER = "l’auteur d’une demande en ligne", False
    HABILITATED = "l’utilisateur habilité, ou sa structure si la convention le veut", False
    WHO_ASKS = "la personne qui le demande", False
    WHO_CHOSE = "la personne qui l’a choisi", False
    ACCOUNT_HOLDER = "le titulaire du compte", True
    SENDER_OF_FILE = "l’auteur du dépôt", True
    AGENTS = "les gestionnaires de la caisse", True
    IN_CHARGE = "l’agent qui suit la demande, à défaut tous les gestionnaires", True
    FOLLOWER = "la personne qui suit la convention, à défaut ceux dont c’est le métier", True
    DIRECTORS = "la direction, ou qui signe pour elle", True
    LAWYERS = "les juristes de la caisse", True
    ADMINISTRATORS = "les administrateurs de la caisse", True
    DPO = "le délégué à la protection des données", True
    AUDITORS = "les auditeurs désignés", True
    WHO_POSTED = "la personne qui a posté la lettre, à défaut les gestionnaires", True

    def __init__(self, label: str, is_staff: bool) -> None:
        self.label = label
        self.is_staff = is_staff
        """Whether it is somebody of the caisse, who reads no paper letter of it."""


class Group(Enum):
    """What a message is about: the parts of the catalogue and of a digest, in their order."""

    DEADLINES = "Échéances"
    REQUESTS = "Demandes"
    PAPERS = "Pièces"
    DECLARATIONS = "Déclarations"
    ACCESSES = "Accès des utilisateurs"
    STEPS = "Vie des conventions"
    LETTERS = "Courriers"
    SIGNING_IN = "Connexion et compte"
    SITE = "Marche du site"
