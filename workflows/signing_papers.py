"""Which paper puts a signature right: in words exact enough for whoever has to find it.

A form signed by somebody whom the rules do not name is not lost: the caisse asks for the paper that
gave that person the power to sign, or for the right signature. Which body gives such a paper
depends on the kind of partner. None of these papers is judged here: a person reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflows.french import typeset
from workflows.rulebook_types import PartnerKind

_DELEGATIONS: Mapping[PartnerKind, str] = {
    PartnerKind.COMMUNE: "la délégation de signature donnée par arrêté du maire, ou la "
    "délibération exécutoire du conseil municipal qui l’autorise à signer",
    PartnerKind.INTERCOMMUNAL_BODY: "la délégation de signature donnée par arrêté du président, "
    "ou la délibération exécutoire du conseil qui l’autorise à signer",
    PartnerKind.DEPARTEMENT: "la délégation de signature donnée par arrêté du président du "
    "conseil départemental, ou la délibération exécutoire qui l’autorise à signer",
    PartnerKind.CCAS: "la délégation de signature donnée par le président du CCAS, ou la "
    "délibération exécutoire du conseil d’administration qui l’autorise à signer",
    PartnerKind.CIAS: "la délégation de signature donnée par le président du CIAS, ou la "
    "délibération exécutoire du conseil d’administration qui l’autorise à signer",
    PartnerKind.ASSOCIATION: "la délégation de signature donnée par le président de "
    "l’association, ou la délibération de ses instances qui l’autorise à signer",
    PartnerKind.NON_PROFIT_BODY: "la délégation de signature donnée par le représentant légal de "
    "l’organisme, ou la décision de ses instances qui l’autorise à signer",
    PartnerKind.COMPANY: "la délégation de signature donnée par le représentant légal de la "
    "société",
    PartnerKind.PUBLIC_ESTABLISHMENT: "la délégation de signature donnée par décision du "
    "directeur, ou la délibération qui l’autorise à signer",
}

_OTHERWISE = "la délégation de signature donnée par le représentant légal"


def admitted_in_words(admitted: Iterable[str]) -> str:
    """« directeur de la structure ou représentant de l’organisme gestionnaire »."""
    return " ou ".join(admitted)


def delegation_wanted(kind: PartnerKind | None) -> str:
    """The paper by which somebody else may sign, as this kind of partner calls it."""
    return _OTHERWISE if kind is None else _DELEGATIONS.get(kind, _OTHERWISE)


def unsigned(form: str, admitted: Iterable[str]) -> str:
    """What is missing when nobody has signed."""
    return typeset(
        f"Le formulaire n’est pas signé. Il manque : « {form} », daté et signé par le "
        f"{admitted_in_words(admitted)}."
    )


def wrong_signatory(quality: str, admitted: Iterable[str], kind: PartnerKind | None) -> str:
    """What is missing when somebody else has signed."""
    as_whom = f" (« {quality} »)" if quality else ""
    return typeset(
        f"La convention fait signer : {admitted_in_words(admitted)}. La personne qui a signé a une "
        f"autre qualité{as_whom}. Il manque : {delegation_wanted(kind)} ; à défaut, le formulaire "
        "signé par la personne qui convient."
    )
