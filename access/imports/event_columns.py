"""The second table: one row an event that the first has no columns for."""

from __future__ import annotations

from typing import Final

from access.imports.column import Column, Format, Group, Table
from access.imports.shared_columns import ALWAYS, NUMBER, letter
from access.imports.words import KINDS_OF_EVENTS, PARTIES

EVENTS: Final = Table(
    key="events",
    title="Événements",
    meaning="Une ligne par fait de plus : second courrier, avenant, suspension, litige…",
    columns=(
        NUMBER,
        Column(
            key="event",
            header="Événement",
            meaning="Ce qui est arrivé.",
            group=Group.EVENT,
            format=Format.CHOICE,
            example="Suspension de l’accès",
            wanted=ALWAYS,
            always=True,
            choices=KINDS_OF_EVENTS,
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
            for column in letter(Group.EVENT, "letter", "Lettre")
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
            longest=4000,
            group=Group.SCANS,
            format=Format.FILES,
        ),
    ),
)
