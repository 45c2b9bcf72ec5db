"""Electronic signatures: what they prove, never more, and which do not hold."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.models import EvidenceLevel
from contracts.services.electronic_signatures import SignatureRefused, lowest, validated
from contracts.services.trust import BadTrustFolder, trust_roots
from tests.contracts.certificates import (
    QUALIFIED,
    SIGNED,
    Holder,
    altered_byte,
    rewritten,
    self_signed,
    signatory,
    signed,
    trusting,
    with_a_page_more,
)
from tests.documents import plain
from tests.forms_annexes.files import a_pdf


@pytest.fixture(autouse=True)
def _in_february(today: Callable[[str], None]) -> None:
    today("2024-02-01")


@pytest.fixture
def roots(settings: Any, tmp_path: Path) -> tuple[Any, ...]:
    settings.TACITE_TRUST_ROOTS = str(trusting(tmp_path / "roots"))
    return trust_roots()


def refusal(content: bytes, roots: Any = ()) -> str:
    with pytest.raises(SignatureRefused) as raised:
        validated(content, roots)
    return plain(str(raised.value))


def test_a_pdf_without_signature_proves_nothing() -> None:
    assert validated(a_pdf()) == ()


@pytest.mark.parametrize(
    ("holder", "level", "words"),
    [
        (signatory(qualified=QUALIFIED), EvidenceLevel.QUALIFIED, "se déclare qualifié"),
        (signatory(), EvidenceLevel.ADVANCED, "il ne se déclare pas qualifié"),
        (
            signatory(qualified=("qc_compliance", "qct_esign")),
            EvidenceLevel.ADVANCED,
            "tenue dans un dispositif qualifié",
        ),
        (
            signatory(qualified=("qc_compliance", "qc_sscd", "qct_eseal")),
            EvidenceLevel.ADVANCED,
            "pas fait pour la signature d’une personne",
        ),
        (
            signatory(qualified=(*QUALIFIED, "foreign")),
            EvidenceLevel.ADVANCED,
            "droit étranger à l’Union",
        ),
        (self_signed(), EvidenceLevel.SIMPLE, "n’est attesté que par lui-même"),
    ],
    ids=["qualified", "advanced", "no device", "a seal", "foreign", "self-signed"],
)
def test_the_level_is_what_the_certificate_proves(
    roots: Any, holder: Holder, level: EvidenceLevel, words: str
) -> None:
    (found,) = validated(signed(a_pdf(), holder), roots)
    assert found.level == level
    assert words in plain(found.reason)


def test_without_a_configured_authority_nothing_is_more_than_simple() -> None:
    (found,) = validated(signed(a_pdf(), signatory(qualified=QUALIFIED)), ())
    assert found.level == EvidenceLevel.SIMPLE
    assert "n’est pas de celles que ce site connaît" in plain(found.reason)


def test_signer_time_and_coverage_are_told(roots: Any) -> None:
    (found,) = validated(signed(a_pdf(), signatory()), roots)
    assert (found.signer, found.organisation) == ("Camille Exemple", "Commune d’Essai")
    assert found.issuer == "Autorité d’essai"
    assert (found.signed_at, found.time_source) == (SIGNED, "claimed")
    assert found.covers_whole_file


def test_a_timestamp_counts_when_its_authority_is_known(roots: Any) -> None:
    content = signed(a_pdf(), signatory(), stamped=True)
    (known,) = validated(content, roots)
    (unknown,) = validated(content, ())
    assert (known.time_source, unknown.time_source) == ("trusted", "unknown_authority")
    assert known.signed_at == SIGNED


def test_both_parties_sign_one_file(roots: Any) -> None:
    first = signed(a_pdf(), signatory(qualified=QUALIFIED))
    both = signed(first, signatory("Alix Exemple"), field="Signature2", at=SIGNED + timedelta(1))
    partner, caisse = validated(both, roots)
    assert (partner.signer, caisse.signer) == ("Camille Exemple", "Alix Exemple")
    assert (partner.covers_whole_file, caisse.covers_whole_file) == (False, True)
    assert lowest((partner, caisse)) == caisse


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: altered_byte(signed(a_pdf(), signatory()), signatory()), "modifié après"),
        (lambda: with_a_page_more(signed(a_pdf(), signatory())), "modifié après"),
        (lambda: rewritten(signed(a_pdf(), signatory())), "Demandez"),
        (
            lambda: signed(a_pdf(), signatory(ends=SIGNED - timedelta(days=3))),
            "avait expiré le 17 janvier 2024, avant la signature du 20 janvier 2024",
        ),
        (
            lambda: signed(a_pdf(), signatory(begins=SIGNED + timedelta(days=3))),
            "ne vaut que depuis le 23 janvier 2024",
        ),
        (
            lambda: signed(a_pdf(), signatory(), at=SIGNED + timedelta(days=100)),
            "se dit faite le 29 avril 2024, après aujourd’hui",
        ),
        (lambda: signed(a_pdf(), signatory())[:-4000], "Demandez le fichier d’origine"),
    ],
    ids=["one byte", "an update", "rewritten", "expired", "not yet", "to come", "cut"],
)
@pytest.mark.parametrize("trusted", [True, False])
def test_a_signature_that_does_not_hold_is_refused(
    roots: Any, content: Callable[[], bytes], words: str, trusted: bool
) -> None:
    assert words in refusal(content(), roots if trusted else ())


def test_once_a_certificate_has_expired_only_a_timestamp_proves_that_it_signed_before(
    today: Callable[[str], None], roots: Any
) -> None:
    today("2027-01-01")
    (alone,) = validated(signed(a_pdf(), signatory()), roots)
    (vouched,) = validated(signed(a_pdf(), signatory(), stamped=True), roots)
    assert (alone.level, vouched.level) == (EvidenceLevel.SIMPLE, EvidenceLevel.ADVANCED)
    assert "rien ne prouve qu’elle a été faite avant" in plain(alone.reason)


def test_the_folder_of_authorities_is_read_or_refused(settings: Any, tmp_path: Path) -> None:
    assert trust_roots() == ()
    settings.TACITE_TRUST_ROOTS = str(tmp_path / "absent")
    with pytest.raises(BadTrustFolder, match="absent"):
        trust_roots()
    folder = trusting(tmp_path / "roots")
    settings.TACITE_TRUST_ROOTS = str(folder)
    assert [root.subject.native["common_name"] for root in trust_roots()] == ["Autorité d’essai"]
    for content in (b"no certificate", signatory().pem):
        (folder / "autre.pem").write_bytes(content)
        with pytest.raises(BadTrustFolder, match=r"autre\.pem"):
            trust_roots()
        (folder / "autre.pem").unlink()
