"""The third table: one row a user and service."""

from __future__ import annotations

from typing import Final

from access.imports.column import Column, Format, Group, Table
from access.imports.shared_columns import ALWAYS, NUMBER

USERS: Final = Table(
    key="users",
    title="Utilisateurs",
    meaning="Une ligne par personne habilitée et par service.",
    columns=(
        NUMBER,
        Column(
            key="last_name",
            header="Nom",
            meaning="Son nom.",
            longest=150,
            group=Group.USER,
            example="Modèle",
            wanted=ALWAYS,
            always=True,
        ),
        Column(
            key="first_name",
            header="Prénom",
            meaning="Son prénom.",
            longest=150,
            group=Group.USER,
            example="Dominique",
        ),
        Column(
            key="email",
            header="Adresse électronique",
            meaning="Son adresse professionnelle : c’est à elle qu’une personne déjà connue du "
            "partenaire se reconnaît.",
            longest=254,
            group=Group.USER,
            format=Format.EMAIL,
            example="dominique.modele@exemple-sur-loire.example",
            wanted="si la personne en a une",
        ),
        Column(
            key="site",
            header="Structure",
            meaning="La structure pour laquelle elle est habilitée. Vide : le partenaire entier.",
            longest=250,
            group=Group.USER,
            example="Les Petits Pas",
        ),
        Column(
            key="service",
            header="Service",
            meaning="Le code du service. Vide : celui de la convention, si elle n’en ouvre qu’un.",
            group=Group.ACCESS,
            wanted="si la convention ouvre plusieurs services",
        ),
        Column(
            key="profile",
            header="Profil",
            meaning="Le numéro du profil dans la liste du modèle.",
            longest=40,
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
            wanted=ALWAYS,
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
            longest=64,
            group=Group.ACCESS,
            example="EXEMPLE042",
        ),
    ),
)
