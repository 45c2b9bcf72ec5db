"""The exact paper that puts a signature right, by kind of partner."""

import pytest

from workflows.rulebook_types import PartnerKind
from workflows.signing_papers import delegation_wanted, unsigned, wrong_signatory

ADMITTED = ("directeur de la structure", "représentant de l’organisme gestionnaire")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (PartnerKind.COMMUNE, "arrêté du maire"),
        (PartnerKind.INTERCOMMUNAL_BODY, "arrêté du président"),
        (PartnerKind.DEPARTEMENT, "président du conseil départemental"),
        (PartnerKind.CCAS, "président du CCAS"),
        (PartnerKind.CIAS, "président du CIAS"),
        (PartnerKind.ASSOCIATION, "président de l’association"),
        (PartnerKind.NON_PROFIT_BODY, "représentant légal de l’organisme"),
        (PartnerKind.COMPANY, "représentant légal de la société"),
        (PartnerKind.PUBLIC_ESTABLISHMENT, "décision du directeur"),
        (None, "représentant légal"),
    ],
)
def test_each_kind_of_partner_has_its_own_paper(kind: PartnerKind | None, said: str) -> None:
    assert said in delegation_wanted(kind)


def test_every_public_body_may_also_show_its_deliberation() -> None:
    bodies = {
        PartnerKind.COMMUNE,
        PartnerKind.INTERCOMMUNAL_BODY,
        PartnerKind.DEPARTEMENT,
        PartnerKind.CCAS,
        PartnerKind.CIAS,
    }
    assert all("délibération exécutoire" in delegation_wanted(kind) for kind in bodies)
    assert "délibération" not in delegation_wanted(PartnerKind.COMPANY)


def test_a_wrong_signatory_is_told_who_signs_and_what_is_missing() -> None:
    said = wrong_signatory("secrétaire", ADMITTED, PartnerKind.COMMUNE).replace("\u00a0", " ")
    assert said == (
        "La convention fait signer : directeur de la structure ou représentant de l’organisme "
        "gestionnaire. La personne qui a signé a une autre qualité (« secrétaire »). Il manque : "
        "la délégation de signature donnée par arrêté du maire, ou la délibération exécutoire du "
        "conseil municipal qui l’autorise à signer ; à défaut, le formulaire signé par la personne "
        "qui convient."
    )


def test_an_unsigned_form_is_named_with_who_signs_it() -> None:
    said = unsigned("Annexe 2", ADMITTED[:1]).replace("\u00a0", " ")
    assert "« Annexe 2 », daté et signé par le directeur de la structure" in said
