"""Identifiers: SIREN and SIRET are checked, social security numbers are turned away."""

import pytest
from django.core.exceptions import ValidationError

from contracts.identifiers import validate_no_nir, validate_siren, validate_siret
from contracts.models import Partner, Site


@pytest.mark.parametrize("number", ["214202798", "227700010"])
def test_a_siren_has_a_right_key(number: str) -> None:
    validate_siren(number)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    with pytest.raises(ValidationError, match="SIREN"):
        validate_siren(wrong)


@pytest.mark.parametrize("number", ["35600000000048", "35600000049837"])
def test_the_establishments_of_la_poste_have_siret_numbers_too(number: str) -> None:
    validate_siret(number)


@pytest.mark.parametrize("number", ["21420279800013", "2142027980001", "ABCDEFGHIJKLMN"])
def test_a_wrong_siret_is_refused(number: str) -> None:
    with pytest.raises(ValidationError, match="SIRET"):
        validate_siret(number)


@pytest.mark.parametrize(
    "text",
    [
        "295109912611193",
        "assuré 2 95 10 99 126 111 93, à rappeler",
        "dossier 253072B07300470",
        "2530.72A0.7300.443",
        "2-95-10-99-126-111-93",
        "2/95/10/99/126/111/93",
        "2\N{NO-BREAK SPACE}95\N{NO-BREAK SPACE}10\N{NO-BREAK SPACE}99 126 111 93",
        "2 53 07 2b 073 004 70",
        "253072a07300443",
        "２９５１０９９１２６１１１９３",
        "scan_295109912611193.pdf",
        # Without its key.
        "2951099126111",
        "n° 2 95 10 99 126 111.",
        "2 53 07 2A 073 004",
        "2-53-07-2B-073-004",
        "NIR_2951099126111.pdf",
    ],
)
def test_a_social_security_number_is_found_however_it_is_typed(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_no_nir(text)
    assert "295" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SIRET 21420279800012",
        "le 15/01/2024 à 12 h 30",
        "295109912611194",
        "2 95 10 99 126 111 94",
        "2951399126111",
        "03 21 00 00 00, 62000 Essai",
        "06 12 34 56 78 ou 06 12 34 56 79",
        "2C 123 456 7890 1",
        "044-214401903-20160321-DE_160321_07-DE",
        "4006381333931",
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    validate_no_nir(text)


@pytest.mark.django_db
def test_a_partner_already_known_is_named_as_such(partner: Partner) -> None:
    double = Partner(name="Mairie d’Essai", kind="commune", siren="214 202 798")
    with pytest.raises(ValidationError, match="déjà connu"):
        double.full_clean()


@pytest.mark.django_db
def test_the_siret_of_a_structure_is_its_partners(partner: Partner) -> None:
    site = Site(partner=partner, name="Crèche", siret="35600000000048")
    with pytest.raises(ValidationError, match="commence par le SIREN"):
        site.full_clean()
