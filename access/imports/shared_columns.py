"""Columns that several tables share: the number that joins them, and a letter."""

from __future__ import annotations

from access.imports.column import Column, Format, Group
from access.imports.words import FORMS, OUTCOMES, PARTIES

ALWAYS = "toujours"

NUMBER = Column(
    key="number",
    header="Numéro de convention",
    meaning="Le numéro que la caisse donne à la convention, unique dans la caisse. Les trois "
    "tableaux se rejoignent par lui.",
    longest=60,
    group=Group.CONVENTION,
    example="CONV-2019-0042",
    wanted=ALWAYS,
    always=True,
)


def letter(group: Group, prefix: str, name: str) -> tuple[Column, ...]:
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
