"""The readable index of an evidence file: what is in it, what happened, how to check it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from contracts.models import Convention
from contracts.services.dispute_members import Filed
from templates_conventions.assembly import origin
from templates_conventions.document import (
    Block,
    Document,
    DocumentKind,
    Heading,
    Items,
    Pairs,
    Paragraph,
    Run,
    Table,
)
from templates_conventions.markup import set_in_french
from workflows.french import article_number, date_in_words


def index(convention: Convention, as_of: date, filed: Sequence[Filed]) -> Document:
    """The index as a document."""
    rules = convention.rules
    return Document(
        kind=DocumentKind.SHEET,
        code="dossier-de-preuve",
        title="Dossier de preuve",
        subtitle=set_in_french(f"Convention n° {convention.number}, au {date_in_words(as_of)}"),
        reference=convention.number,
        issuer=convention.caisse.name,
        dated=as_of,
        origin=origin(rules, [rules.digest]),
        blocks=tuple(_blocks(convention, as_of, filed)),
        footer="Dossier de preuve",
    )


def _blocks(convention: Convention, as_of: date, filed: Sequence[Filed]) -> Iterator[Block]:
    yield Pairs(
        (
            ("Caisse", convention.caisse.name),
            ("Partenaire", convention.partner.name),
            ("Modèle", f"{convention.rules.title} (version {convention.rules.version})"),
            ("État", convention.state_label),
        )
    )
    if problems := [one for one in filed if one.problem]:
        yield Heading(1, "À savoir avant de s’en servir")
        yield Items(tuple((_said(f"{one.member.path} : {one.problem}."),) for one in problems))
    yield Heading(1, "Ce qui s’est passé")
    yield from _steps(convention)
    yield _said(
        "Chaque date est expliquée, avec sa règle, son article et son calcul, dans vie.txt."
    )
    yield Heading(1, "Ce que contient le dossier")
    rows = tuple(
        (
            one.member.path,
            set_in_french(one.member.title),
            date_in_words(one.member.dated) if one.member.dated else "",
        )
        for one in filed
    )
    yield Table("Fichiers du dossier", ("Fichier", "Ce que c’est", "Daté du"), rows)
    yield Heading(1, "Comment le vérifier")
    yield Items(tuple((_said(step),) for step in _CHECKS), ordered=True)


def _steps(convention: Convention) -> Iterator[Block]:
    entries = convention.journal.order_by("number")
    causes = {row.identifier: row.act for row in convention.acts.all()}
    timeline = convention.timeline(convention.as_of)
    rows = tuple(
        (
            date_in_words(entry.on),
            timeline.label_of(entry.to_state),
            entry.get_kind_display(),
            article_number(entry.article),
            causes[entry.cause].label if entry.cause in causes else "la date seule",
        )
        for entry in entries
    )
    if not rows:
        yield _said("Le journal est vide : la convention n’a encore connu aucune étape.")
        return
    header = ("Date légale", "État", "Croyance", "Article", "Cause")
    yield Table("Journal de la convention", header, rows)


def _said(text: str) -> Paragraph:
    return Paragraph((Run(set_in_french(text)),))


_CHECKS = (
    "Les fichiers : dans le dossier décompressé, la commande « sha256sum -c SHA256SUMS » "
    "recalcule l’empreinte de chacun et dit celui qui aurait changé.",
    "Les chaînes : dans evenements.json et journal.json, chaque ligne porte sa forme canonique. "
    "Son empreinte est le sha256 de l’empreinte précédente, d’un saut de ligne et de cette forme. "
    "Une ligne changée, retirée ou ajoutée rompt la chaîne.",
    "L’ensemble : l’empreinte du jour, sous empreintes/, couvre la dernière ligne de chaque chaîne "
    "de la caisse ; elle est publiée chaque jour hors de l’application.",
)
