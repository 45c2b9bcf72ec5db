"""From the rows of one convention to what they tell: pure, but for the rulebooks it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

import orjson

from access.imports import convention_facts, event_facts
from access.imports.columns import CONVENTIONS, EVENTS, USERS
from access.imports.convention_facts import Fact
from access.imports.source import Problem, SourceRow
from access.imports.told import Dossier, Model, PartnerTold, Place, SignatoryTold, Told, refused
from access.imports.user_facts import user_of
from access.imports.values import Row
from contracts.identifiers import compact
from contracts.services.drafting import admits
from workflows import facts
from workflows.acts import Act
from workflows.clock import civil_date

Models = Mapping[str, Mapping[int, Model]]
"""The published versions of each type of convention, by their code and their version."""


class Rows(NamedTuple):
    """The rows that bear one number, and what was found wrong while the file was read."""

    number: str
    conventions: Sequence[SourceRow]
    events: Sequence[SourceRow]
    users: Sequence[SourceRow]
    problems: Sequence[Problem]


class Setting(NamedTuple):
    """What a reading is done in."""

    caisse_code: str
    models: Models
    at: datetime
    """When the facts are recorded."""


def grouped(rows: Iterable[SourceRow], problems: Iterable[Problem]) -> Iterator[Rows]:
    """The rows of each convention together, in the order in which the file names them first."""
    found: dict[str, dict[str, list[SourceRow]]] = {}
    number_at: dict[tuple[str, int], str] = {}
    for row in rows:
        number = row.values.get("number", "")
        key = number or f"\0{row.sheet}:{row.number}"  # Without a number, it joins nothing.
        tables = found.setdefault(key, {"conventions": [], "events": [], "users": []})
        tables[row.sheet].append(row)
        number_at[row.sheet, row.number] = key
    of: dict[str, list[Problem]] = {}
    for problem in problems:
        of.setdefault(number_at.get((problem.sheet, problem.row), ""), []).append(problem)
    for key, tables in found.items():
        yield Rows("" if key.startswith("\0") else key, **tables, problems=of.get(key, ()))


def dossier_of(rows: Rows, setting: Setting) -> Dossier:
    """What the rows of one convention tell; ``told`` stays None when they cannot be taken over."""
    every = [*rows.conventions, *rows.events, *rows.users]
    first = every[0]
    dossier = Dossier(rows.number, Place(first.sheet, first.number), _digest(every))
    problems = dossier.problems
    problems += rows.problems
    day = civil_date(setting.at)
    read = [Row(CONVENTIONS, row, problems, day) for row in rows.conventions]
    events = [Row(EVENTS, row, problems, day) for row in rows.events]
    users = [Row(USERS, row, problems, day) for row in rows.users]
    if not read:
        for row in (*events, *users):
            row.refuse(
                "number",
                "no_convention",
                "Aucune ligne du tableau « Conventions » n’a ce numéro.",
                expected="le numéro d’une convention du même envoi",
                to_do="Vérifiez le numéro, ou ajoutez la convention au fichier.",
            )
        return dossier
    for row in read[1:]:
        row.refuse(
            "number",
            "number_twice",
            f"La ligne {read[0].line} a déjà ce numéro.",
            expected="une ligne par convention",
            to_do="Ôtez l’une des deux, ou corrigez son numéro.",
        )
    one = read[0]
    model = _model(one, setting)
    partner, signatory = _partner(one), _signatory(one)
    made = _Making(setting.at, problems)
    made.add((one, fact) for fact in convention_facts.facts_of(one))
    told = [(row, event_facts.fact_of(row)) for row in events]
    made.add(event_facts.joined([(row, fact) for row, fact in told if fact is not None]))
    if "files" in one and not made.acts:
        one.refuse(
            "files",
            "nothing_to_prove",
            "Ces pièces ne prouvent aucun fait de la ligne.",
            expected="une signature, ou un autre fait daté",
            to_do="Remplissez la date du fait qu’elles prouvent, ou videz cette colonne.",
        )
    if model is not None:
        named = [user_of(row, model.rulebook, setting.at) for row in users]
    if refused(problems) or model is None:
        return dossier
    dossier.told = Told(
        number=rows.number,
        model=model,
        is_pinned="version" in one,
        partner=partner,
        signatory=signatory,
        sites=one.names("sites"),
        acts=tuple(made.acts),
        places=made.places,
        files=made.files(one),
        users=tuple(user for user in named if user is not None),
        found_state=one.choice("found_state"),
        found_end=one.day("found_term_end"),
    )
    return dossier


def named_in(rows: Rows) -> tuple[PartnerTold, list[tuple[str, str, str]]]:
    """Whom rows name that were accepted before: the partner; first names, names and addresses."""
    [row] = rows.conventions
    users = [one.values for one in rows.users]
    return (
        _partner(Row(CONVENTIONS, row, [], date.max)),
        [tuple(one.get(key, "") for key in ("first_name", "last_name", "email")) for one in users],
    )


class _Making:
    """Facts made into acts, with where each was told."""

    def __init__(self, at: datetime, problems: list[Problem]) -> None:
        self._at = at.isoformat()
        self._problems = problems
        self.acts: list[Act] = []
        self.places: dict[str, Place] = {}
        self._files: dict[str, tuple[str, ...]] = {}

    def add(self, told: Iterable[tuple[Row, Fact]]) -> None:
        for row, fact in told:
            given = {"id": fact.name, "kind": fact.kind, "recorded_at": self._at, **fact.own}
            try:
                acts = facts.read([given]).acts
            except facts.FactError as wrong:
                for fault in wrong.faults:
                    row.refuse(
                        fact.column,
                        "unusable_fact",
                        f"{fault.problem[:1].upper()}{fault.problem[1:]}.",
                        expected=fault.expected,
                        to_do=f"{fault.advice}." if fault.advice else "Corrigez la ligne.",
                    )
                continue
            place = Place(row.table.key, row.line, row.table.column(fact.column).header)
            self.acts += acts
            self.places.update((act.id, place) for act in acts)
            if row.table is EVENTS and "files" in row:
                self._files[acts[0].id] = row.names("files")

    def files(self, row: Row) -> Mapping[str, tuple[str, ...]]:
        """The names of the files of each act: those of the convention prove its signatures."""
        named = row.names("files")
        signed = [act.id for act in self.acts if act.kind == "signature"]
        own = signed or [act.id for act in self.acts[:1]]
        return self._files | (dict.fromkeys(own, named) if named else {})


def _model(row: Row, setting: Setting) -> Model | None:
    given = row.text("caisse")
    if given and given.casefold() != setting.caisse_code.casefold():
        row.refuse(
            "caisse",
            "another_caisse",
            "Cette convention est d’une autre caisse que celle de la reprise.",
            expected=setting.caisse_code,
            to_do="Ôtez la ligne, ou reprenez le fichier pour l’autre caisse.",
        )
    versions = setting.models.get(row.text("rulebook"))
    if not versions:
        if "rulebook" in row:
            row.refuse(
                "rulebook",
                "unknown_rulebook",
                "Aucun modèle de convention publié n’a ce code.",
                expected=", ".join(sorted(setting.models)),
                to_do="Corrigez le code, ou faites publier le modèle.",
            )
        return None
    version = row.number("version")
    model = versions.get(max(versions) if version is None else version)
    if model is None:
        row.refuse(
            "version",
            "unknown_version",
            "Cette version du modèle n’est pas publiée.",
            expected=", ".join(map(str, sorted(versions))),
            to_do="Corrigez la version, ou faites publier celle-ci.",
        )
        return None
    kind = row.choice("partner_kind")
    if kind and not admits(model.rulebook, kind):
        row.refuse(
            "partner_kind",
            "partner_not_admitted",
            "Ce modèle de convention ne se conclut pas avec un partenaire de cette nature.",
            expected="une nature que le modèle admet",
            to_do="Vérifiez la nature du partenaire et le code du modèle.",
        )
    return model


def _partner(row: Row) -> PartnerTold:
    siren, siret = compact(row.text("siren")), compact(row.text("siret"))
    if siren and siret and not siret.startswith(siren):
        row.refuse(
            "siret",
            "siret_of_another",
            "Ce SIRET n’est pas d’un établissement de ce SIREN.",
            expected=f"un SIRET qui commence par {siren}",
            to_do="Vérifiez les deux numéros sur l’avis de situation.",
        )
    siren = siren or siret[:9]
    if not siren:
        row.doubt(
            "siren",
            "no_siren",
            "Sans SIREN, le partenaire ne se reconnaît qu’à son n° tiers ou à son nom.",
            to_do="Ajoutez le SIREN à la fiche du partenaire dès qu’il est connu.",
        )
    return PartnerTold(
        name=row.text("partner_name"),
        kind=row.choice("partner_kind"),
        siren=siren,
        siret=siret,
        number=row.text("partner_number"),
        address=row.text("partner_address"),
        email=row.text("partner_email"),
    )


def _signatory(row: Row) -> SignatoryTold | None:
    last_name, quality = row.text("signatory_last_name"), row.text("signatory_quality")
    if not last_name and not quality:
        return None
    if not last_name:
        row.require("signatory_last_name", "missing_beside", "Ce signataire n’a pas de nom.")
        return None
    if not quality:
        row.require("signatory_quality", "missing_beside", "Ce signataire n’a pas de qualité.")
        return None
    since = row.day("signatory_since") or row.day("partner_signed_on")
    until = row.day("signatory_until")
    if since is None:
        row.require(
            "signatory_since", "missing_beside", "Rien ne dit depuis quand ce signataire signe."
        )
        return None
    if until is not None and until < since:
        row.refuse(
            "signatory_until",
            "end_before_start",
            "Le dernier jour de ce signataire précède le premier.",
            expected="un jour qui suit le premier",
            to_do="Vérifiez les deux dates.",
        )
        return None
    return SignatoryTold(
        first_name=row.text("signatory_first_name"),
        last_name=last_name,
        quality=quality,
        since=since,
        until=until,
        delegation=row.text("signatory_delegation"),
    )


def _digest(rows: Sequence[SourceRow]) -> str:
    """Of all that the rows say, whatever their lines and their order in the file."""
    said = sorted(
        orjson.dumps([row.sheet, dict(row.values)], option=orjson.OPT_SORT_KEYS) for row in rows
    )
    return sha256(b"\n".join(said)).hexdigest()
