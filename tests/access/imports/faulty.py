"""Rows that cannot be taken over, one of each kind, with the problem that each must be told."""

from typing import Any, NamedTuple

from tests.access.imports.telling import CNIL, PARTNER, SIGNED

Cells = dict[str, str]


FOR_DEPARTEMENTS = "rsacg-msa-provence-azur"
"""A type of convention that communes do not conclude."""


class Faulty(NamedTuple):
    """A convention whose rows hold one fault."""

    kind: str
    column: str
    """Key of the column at fault."""
    row: Cells = {}
    """What its row says otherwise."""
    event: Cells | None = None
    user: Cells | None = None
    sheet: str = "conventions"


USER = {"last_name": "Modèle", "email": "modele@essai.example", "granted_on": "15/01/2019"}


def _event(word: str, **cells: str) -> Cells:
    return {"event": word} | cells


def _letter(**cells: str) -> Cells:
    return {"notice_by": "Partenaire", "notice_form": "Lettre recommandée"} | cells


FAULTS = [
    Faulty("missing", "partner_name", {"partner_name": ""}),
    Faulty("unknown_rulebook", "rulebook", {"rulebook": "inconnu"}),
    Faulty("unknown_version", "version", {"version": "99"}),
    Faulty("not_a_number", "version", {"version": "un"}),
    Faulty("another_caisse", "caisse", {"caisse": "AUTRE"}),
    Faulty("unknown_word", "partner_kind", {"partner_kind": "Royaume"}),
    Faulty("partner_not_admitted", "partner_kind", {"rulebook": FOR_DEPARTEMENTS}),
    Faulty("bad_siren", "siren", {"siren": "214202799"}),
    Faulty("bad_siret", "siret", {"siret": "21420279800011"}),
    Faulty("siret_of_another", "siret", {"siret": "73282932000074"}),
    Faulty("bad_email", "partner_email", {"partner_email": "mairie"}),
    Faulty("too_long", "partner_number", {"partner_number": "1" * 12 + "A" * 60}),
    Faulty("unprintable", "partner_name", {"partner_name": "Commune\u200bd’Essai"}),
    Faulty("nir", "partner_address", {"partner_address": "2 55 08 14 168 025 38"}),
    Faulty("unreadable_day", "cnil_on", {"cnil_on": "31/02/2019"}),
    Faulty("future_day", "caisse_signed_on", {"caisse_signed_on": "14/01/2119"}),
    Faulty("missing_beside", "cnil_basis", {"cnil_basis": ""}),
    Faulty("missing_beside", "signatory_quality", {"signatory_last_name": "Exemple"}),
    Faulty(
        "end_before_start",
        "signatory_until",
        {
            "signatory_last_name": "Exemple",
            "signatory_quality": "Maire",
            "signatory_until": "01/01/2018",
        },
    ),
    Faulty("letter_without_date", "notice_posted_on", _letter()),
    Faulty(
        "letter_out_of_order",
        "notice_received_on",
        _letter(notice_posted_on="05/03/2021", notice_received_on="04/03/2021"),
    ),
    Faulty(
        "unclaimed_yet_received",
        "notice_received_on",
        _letter(
            notice_posted_on="05/03/2021",
            notice_received_on="06/03/2021",
            notice_outcome="Non réclamée",
        ),
    ),
    Faulty("another_state", "found_state", {"found_state": "Résiliée"}),
    Faulty("no_convention", "number", {}, _event("Envoi pour signature", on="02/01/2019")),
    Faulty("number_twice", "number"),
    Faulty(
        "unknown_detail",
        "detail",
        {},
        _event("Suspension de l’accès", on="02/01/2020"),
        sheet="events",
    ),
    Faulty(
        "told_twice", "event", {}, _event("Différend notifié", on="02/01/2020", by="Caisse")
    )._replace(sheet="events"),
    Faulty(
        "already_signed",
        "on",
        {},
        _event("Signature", on="02/02/2019", by="Caisse"),
        sheet="events",
    ),
    Faulty(
        "invalid_change",
        "on",
        {},
        _event("Avenant", on="02/02/2020", rule="term.length", rule_value="trois ans"),
        sheet="events",
    ),
    Faulty("unknown_service", "service", {}, None, {"service": "inconnu"}, sheet="users"),
    Faulty("before_the_grant", "left_on", {}, None, {"left_on": "01/01/2019"}, sheet="users"),
    Faulty("no_profiles", "", {}, None, {"profile": "1"}, sheet="users"),
    Faulty("user_twice", "", {}, None, {}, sheet="users"),
]


def rows_of(fault: Faulty, number: str, code: str) -> dict[str, list[Cells]]:
    """The rows of one convention with that fault, as ``take_over`` takes them."""
    said: dict[str, Any] = PARTNER | SIGNED | CNIL | {"rulebook": code} | fault.row
    row = {"number": number} | {key: value for key, value in said.items() if value}
    found: dict[str, list[Cells]] = {"conventions": [row], "events": [], "users": []}
    if fault.event is not None:
        found["events"].append({"number": number} | fault.event)
    if fault.user is not None:
        found["users"].append({"number": number} | USER | fault.user)
    match fault.kind:
        case "no_convention":
            found["conventions"] = []
        case "number_twice":
            found["conventions"].append(row)
        case "told_twice":
            found["events"] *= 2
        case "user_twice":
            found["users"] *= 2
    return found
