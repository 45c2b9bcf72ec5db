"""The three tables of a take-over: one row a convention, one row an event, one row a user.

In a workbook each is a sheet, in CSV each is a file, known by its headers. Rows that bear the same
number make one convention, taken over whole or not at all.
"""

from __future__ import annotations

from typing import Final

from access.imports.column import Column, Format, Group, Table
from access.imports.words import (
    CNIL_BASES,
    EVENTS,
    FORMS,
    NATURES,
    OUTCOMES,
    PARTIES,
    STATES,
)

_ALWAYS = "toujours"

_NUMBER = Column(
    key="number",
    header="Numéro de convention",
    meaning="Le numéro que la caisse donne à la convention, unique dans la caisse. Les trois "
    "tableaux se rejoignent par lui.",
    group=Group.CONVENTION,
    example="PSU-2019-0042",
    wanted=_ALWAYS,
    always=True,
)


def _letter(group: Group, prefix: str, name: str) -> tuple[Column, ...]:
    """A letter as read off its envelope and its slip; ``name`` begins the headers."""
    if_sent = "si l’un des champs de ce courrier est rempli"
    return (
        Column(
            key=f"{prefix}_by",
            header=f"{name} : auteur",
            meaning="Qui a envoyé le courrier.",
            group=group,
            format=Format.CHOICE,
            wanted=if_sent,
            choices=PARTIES,
        ),
        Column(
            key=f"{prefix}_form",
            header=f"{name} : forme",
            meaning="Comment le courrier a voyagé.",
            group=group,
            format=Format.CHOICE,
            wanted=if_sent,
            choices=FORMS,
        ),
        Column(
            key=f"{prefix}_posted_on",
            header=f"{name} : postée le",
            meaning="Jour de la remise à la poste, ou du dépôt de l’envoi électronique.",
            group=group,
            format=Format.DAY,
            wanted="si le courrier n’a pas d’autre date",
        ),
        Column(
            key=f"{prefix}_presented_on",
            header=f"{name} : présentée le",
            meaning="Jour de la première présentation par la poste.",
            group=group,
            format=Format.DAY,
        ),
        Column(
            key=f"{prefix}_received_on",
            header=f"{name} : reçue le",
            meaning="Jour de la remise au destinataire, ou de son refus.",
            group=group,
            format=Format.DAY,
            wanted="si l’issue est « Remise »",
        ),
        Column(
            key=f"{prefix}_outcome",
            header=f"{name} : issue",
            meaning="Ce que le courrier est devenu. Vide avec une date de réception : remis.",
            group=group,
            format=Format.CHOICE,
            choices=OUTCOMES,
        ),
    )


CONVENTIONS: Final = Table(
    key="conventions",
    title="Conventions",
    meaning="Une ligne par convention : qui la signe, sous quel modèle, et ses faits courants.",
    columns=(
        _NUMBER,
        Column(
            key="rulebook",
            header="Modèle de convention",
            meaning="Le code du modèle sous lequel la convention a été signée.",
            group=Group.CONVENTION,
            example="psu-msa-picardie",
            wanted=_ALWAYS,
            always=True,
        ),
        Column(
            key="version",
            header="Version du modèle",
            meaning="La version du modèle. Vide : la dernière publiée.",
            group=Group.CONVENTION,
            format=Format.WHOLE_NUMBER,
            example="1",
        ),
        Column(
            key="caisse",
            header="Caisse",
            meaning="Le code de la caisse. Rempli, il doit être celui de la caisse pour laquelle "
            "le fichier est repris.",
            group=Group.CONVENTION,
        ),
        Column(
            key="sites",
            header="Structures couvertes",
            meaning="Les noms des structures du partenaire qu’elle couvre. Vide : toutes.",
            group=Group.CONVENTION,
            format=Format.LIST,
            example="Les Petits Pas | La Ribambelle",
        ),
        Column(
            key="partner_name",
            header="Partenaire",
            meaning="Le nom du partenaire, comme sur la convention.",
            group=Group.PARTNER,
            example="Commune d’Exemple-sur-Loire",
            wanted=_ALWAYS,
            always=True,
        ),
        Column(
            key="partner_kind",
            header="Nature du partenaire",
            meaning="Quelle personne morale est le partenaire.",
            group=Group.PARTNER,
            format=Format.CHOICE,
            example="Commune",
            wanted=_ALWAYS,
            always=True,
            choices=NATURES,
        ),
        Column(
            key="siren",
            header="SIREN",
            meaning="Le SIREN du partenaire : un partenaire déjà connu se reconnaît à lui.",
            group=Group.PARTNER,
            format=Format.SIREN,
            example="000000000",
            wanted="si le partenaire en a un et n’a pas de n° tiers",
        ),
        Column(
            key="siret",
            header="SIRET du siège",
            meaning="Le SIRET du siège ; il commence par le SIREN.",
            group=Group.PARTNER,
            format=Format.SIRET,
        ),
        Column(
            key="partner_number",
            header="N° tiers",
            meaning="Le numéro sous lequel la caisse connaît le partenaire.",
            group=Group.PARTNER,
            example="T-EXEMPLE-0042",
        ),
        Column(
            key="partner_address",
            header="Adresse du partenaire",
            meaning="Son adresse postale, sur une ou plusieurs lignes.",
            group=Group.PARTNER,
            example="1 place de la Mairie, 00000 Exemple-sur-Loire",
        ),
        Column(
            key="partner_email",
            header="Adresse électronique du partenaire",
            meaning="L’adresse à laquelle la caisse lui écrit.",
            group=Group.PARTNER,
            format=Format.EMAIL,
            example="mairie@exemple-sur-loire.example",
        ),
        Column(
            key="signatory_last_name",
            header="Nom du signataire",
            meaning="Qui signe pour le partenaire.",
            group=Group.SIGNATORY,
            example="Exemple",
            wanted="si la qualité du signataire est remplie",
        ),
        Column(
            key="signatory_first_name",
            header="Prénom du signataire",
            meaning="Son prénom.",
            group=Group.SIGNATORY,
            example="Camille",
        ),
        Column(
            key="signatory_quality",
            header="Qualité du signataire",
            meaning="À quel titre il signe : maire, présidente…",
            group=Group.SIGNATORY,
            example="Maire",
            wanted="si le nom du signataire est rempli",
        ),
        Column(
            key="signatory_since",
            header="Signataire depuis le",
            meaning="Premier jour où il a pu signer. Vide : le jour de sa signature.",
            group=Group.SIGNATORY,
            format=Format.DAY,
        ),
        Column(
            key="signatory_until",
            header="Signataire jusqu’au",
            meaning="Dernier jour où il a pu signer. Vide : il le peut toujours.",
            group=Group.SIGNATORY,
            format=Format.DAY,
        ),
        Column(
            key="signatory_delegation",
            header="Délégation de signature",
            meaning="La référence de la délégation en vertu de laquelle il signe, s’il y en a une.",
            group=Group.SIGNATORY,
        ),
        Column(
            key="sent_on",
            header="Envoyée pour signature le",
            meaning="Jour où la convention est partie pour signature.",
            group=Group.MAKING,
            format=Format.DAY,
        ),
        Column(
            key="prior_request_on",
            header="Demande préalable le",
            meaning="Jour de la demande d’habilitation faite avant la convention.",
            group=Group.MAKING,
            format=Format.DAY,
            wanted="si le modèle fait de cette demande une condition",
        ),
        Column(
            key="deliberation_on",
            header="Délibération reçue le",
            meaning="Jour où la préfecture a reçu la délibération qui autorise à signer.",
            group=Group.MAKING,
            format=Format.DAY,
            example="20/12/2018",
        ),
        Column(
            key="deliberation_reference",
            header="Référence de la délibération",
            meaning="Son numéro.",
            group=Group.MAKING,
            example="2018-112",
        ),
        Column(
            key="document_date",
            header="Date portée sur la convention",
            meaning="La date écrite au pied de la convention.",
            group=Group.MAKING,
            format=Format.DAY,
            wanted="si le modèle fait prendre effet à cette date",
        ),
        Column(
            key="partner_signed_on",
            header="Signée par le partenaire le",
            meaning="Jour de la signature du partenaire.",
            group=Group.MAKING,
            format=Format.DAY,
            example="08/01/2019",
            wanted="si la convention est signée",
        ),
        Column(
            key="caisse_signed_on",
            header="Signée par la caisse le",
            meaning="Jour de la signature de la caisse.",
            group=Group.MAKING,
            format=Format.DAY,
            example="14/01/2019",
            wanted="si la convention est signée",
        ),
        Column(
            key="validated_on",
            header="Validée le",
            meaning="Jour où la caisse a validé le dossier.",
            group=Group.MAKING,
            format=Format.DAY,
            wanted="si le modèle fait prendre effet à cette date",
        ),
        Column(
            key="cnil_basis",
            header="Formalité CNIL",
            meaning="Ce qui a été fait auprès de la CNIL, ou qu’il n’y avait rien à y faire.",
            group=Group.MAKING,
            format=Format.CHOICE,
            example="Déclaration transmise",
            wanted="si la date de la formalité est remplie",
            choices=CNIL_BASES,
        ),
        Column(
            key="cnil_on",
            header="Formalité CNIL le",
            meaning="Jour de la transmission, ou du visa « sans objet ».",
            group=Group.MAKING,
            format=Format.DAY,
            example="10/01/2019",
            wanted="si le modèle fait de cette formalité une condition",
        ),
        Column(
            key="cnil_reference",
            header="Référence CNIL",
            meaning="Le numéro de la déclaration, ou de l’inscription au registre des traitements.",
            group=Group.MAKING,
            example="2019-0042",
        ),
        *_letter(Group.NOTICE, "notice", "Dénonciation"),
        *_letter(Group.FORMAL_NOTICE, "formal_notice", "Mise en demeure"),
        Column(
            key="agreed_on",
            header="Résiliation convenue le",
            meaning="Jour où les parties se sont accordées pour mettre fin à la convention.",
            group=Group.ENDING,
            format=Format.DAY,
            wanted="si le dernier jour convenu est rempli",
        ),
        Column(
            key="agreed_last_day",
            header="Dernier jour convenu",
            meaning="Dernier jour en vigueur selon cet accord.",
            group=Group.ENDING,
            format=Format.DAY,
            wanted="si la date de l’accord est remplie",
        ),
        Column(
            key="closed_on",
            header="Clôturée le",
            meaning="Jour où le dossier a été clos, toutes les obligations étant remplies.",
            group=Group.ENDING,
            format=Format.DAY,
        ),
        Column(
            key="found_state",
            header="État selon l’ancien registre",
            meaning="Sert seulement à comparer : l’état se calcule à partir des faits.",
            group=Group.CONTROL,
            format=Format.CHOICE,
            example="En vigueur",
            choices=STATES,
        ),
        Column(
            key="found_term_end",
            header="Échéance selon l’ancien registre",
            meaning="Sert seulement à comparer : dernier jour de la période en cours, ou dernier "
            "jour en vigueur d’une convention finie.",
            group=Group.CONTROL,
            format=Format.DAY,
        ),
        Column(
            key="files",
            header="Pièces",
            meaning="Les noms des fichiers numérisés : la convention signée et ses annexes.",
            group=Group.SCANS,
            format=Format.FILES,
            example="PSU-2019-0042.pdf",
        ),
    ),
)

EVENTS_TABLE: Final = Table(
    key="events",
    title="Événements",
    meaning="Une ligne par fait de plus : second courrier, avenant, suspension, litige…",
    columns=(
        _NUMBER,
        Column(
            key="event",
            header="Événement",
            meaning="Ce qui est arrivé.",
            group=Group.EVENT,
            format=Format.CHOICE,
            example="Suspension de l’accès",
            wanted=_ALWAYS,
            always=True,
            choices=EVENTS,
        ),
        Column(
            key="on",
            header="Date",
            meaning="Jour où c’est arrivé : la signature d’un avenant, l’accord des parties.",
            group=Group.EVENT,
            format=Format.DAY,
            example="03/04/2023",
            wanted="sauf pour un courrier, qui a ses propres dates",
        ),
        Column(
            key="by",
            header="Partie",
            meaning="Qui a signé, écrit, notifié ou quitté la convention.",
            group=Group.EVENT,
            format=Format.CHOICE,
            wanted="pour une signature, un courrier, un retrait",
            choices=PARTIES,
        ),
        Column(
            key="until",
            header="Jusqu’au ou prise d’effet",
            meaning="Dernier jour d’une expérimentation, dernier jour convenu d’une résiliation, "
            "fin de validité d’une pièce, ou prise d’effet d’un avenant.",
            group=Group.EVENT,
            format=Format.DAY,
            wanted="pour une expérimentation et une résiliation d’un commun accord",
        ),
        Column(
            key="reference",
            header="Référence",
            meaning="Le numéro d’une déclaration CNIL ou d’une délibération, le visa d’une "
            "suspension, le numéro de la convention qui remplace celle-ci.",
            group=Group.EVENT,
        ),
        Column(
            key="detail",
            header="Précision",
            meaning="Ce que le fait demande de dire : la formalité CNIL, le code de la pièce reçue "
            "ou de l’obligation accomplie, « Temporaire » ou « Définitive » pour une suspension, "
            "le motif d’un classement.",
            group=Group.EVENT,
            example="Temporaire",
            wanted="pour ces faits",
        ),
        *(
            column
            for column in _letter(Group.EVENT, "letter", "Lettre")
            if column.key != "letter_by"
        ),
        Column(
            key="rule",
            header="Règle modifiée",
            meaning="Pour un avenant : le chemin de la règle qu’il change dans le modèle, "
            "« term.length ». Vide : il n’en change aucune.",
            group=Group.EVENT,
        ),
        Column(
            key="rule_value",
            header="Nouvelle valeur",
            meaning="Ce que la règle devient, écrit comme dans le modèle : « P3Y » pour trois ans.",
            group=Group.EVENT,
            wanted="si une règle est modifiée",
        ),
        Column(
            key="files",
            header="Pièces",
            meaning="Les noms des fichiers numérisés qui prouvent le fait.",
            group=Group.SCANS,
            format=Format.FILES,
        ),
    ),
)

USERS: Final = Table(
    key="users",
    title="Utilisateurs",
    meaning="Une ligne par personne habilitée et par service.",
    columns=(
        _NUMBER,
        Column(
            key="last_name",
            header="Nom",
            meaning="Son nom.",
            group=Group.USER,
            example="Modèle",
            wanted=_ALWAYS,
            always=True,
        ),
        Column(
            key="first_name",
            header="Prénom",
            meaning="Son prénom.",
            group=Group.USER,
            example="Dominique",
        ),
        Column(
            key="email",
            header="Adresse électronique",
            meaning="Son adresse professionnelle : c’est à elle qu’une personne déjà connue du "
            "partenaire se reconnaît.",
            group=Group.USER,
            format=Format.EMAIL,
            example="dominique.modele@exemple-sur-loire.example",
            wanted="si la personne en a une",
        ),
        Column(
            key="site",
            header="Structure",
            meaning="La structure pour laquelle elle est habilitée. Vide : le partenaire entier.",
            group=Group.USER,
            example="Les Petits Pas",
        ),
        Column(
            key="service",
            header="Service",
            meaning="Le code du service. Vide : celui de la convention, si elle n’en ouvre qu’un.",
            group=Group.ACCESS,
            example="psu",
            wanted="si la convention ouvre plusieurs services",
        ),
        Column(
            key="profile",
            header="Profil",
            meaning="Le numéro du profil dans la liste du modèle.",
            group=Group.ACCESS,
            wanted="si le modèle a des profils",
        ),
        Column(
            key="granted_on",
            header="Habilitation accordée le",
            meaning="Jour où le droit a été accordé.",
            group=Group.ACCESS,
            format=Format.DAY,
            example="15/01/2019",
            wanted=_ALWAYS,
            always=True,
        ),
        Column(
            key="notified_on",
            header="Identifiants envoyés le",
            meaning="Jour de la notification de l’habilitation.",
            group=Group.ACCESS,
            format=Format.DAY,
            example="16/01/2019",
        ),
        Column(
            key="last_login_on",
            header="Dernière connexion le",
            meaning="Dernière connexion connue.",
            group=Group.ACCESS,
            format=Format.DAY,
        ),
        Column(
            key="suspended_on",
            header="Suspendue le",
            meaning="Jour depuis lequel l’habilitation est suspendue ; vide si elle ne l’est pas.",
            group=Group.ACCESS,
            format=Format.DAY,
        ),
        Column(
            key="left_on",
            header="Départ le",
            meaning="Jour du départ de la personne, qui ferme son habilitation.",
            group=Group.ACCESS,
            format=Format.DAY,
        ),
        Column(
            key="identifier",
            header="Identifiant dans l’annuaire",
            meaning="L’identifiant du compte qu’elle a déjà : il sert à rapprocher, plus tard, la "
            "reprise et l’annuaire, que la reprise ne change pas.",
            group=Group.ACCESS,
            example="EXEMPLE042",
        ),
    ),
)

TABLES: Final = (CONVENTIONS, EVENTS_TABLE, USERS)
"""In the order in which they are read: a convention stands before its events and its users."""
