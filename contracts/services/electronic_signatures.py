"""What the electronic signatures of a PDF prove, computed here: nothing is fetched from anywhere.

Regulation 910/2014 (eIDAS), articles 3 and 25 to 28; code civil, articles 1366 and 1367; décret
2017-1416. A level is never said beyond what the file and the configured authorities prove.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from contracts.models.signed_copies import ElectronicSignature, EvidenceLevel
from contracts.services.trust import what_it_lacks
from workflows import clock
from workflows.french import date_in_words, typeset

TimeSource = ElectronicSignature.TimeSource

TOLERANCE = timedelta(minutes=10)
"""By how much the clock of a signatory may be ahead of this one."""

LEVELS = (EvidenceLevel.SIMPLE, EvidenceLevel.ADVANCED, EvidenceLevel.QUALIFIED)
"""From the least to the most."""


class SignatureRefused(Exception):
    """A signature does not hold; the message names which, and the fault."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


@dataclass(frozen=True, slots=True)
class Validated:
    """What one electronic signature proves."""

    signer: str
    """The name that the certificate gives its holder."""
    organisation: str
    issuer: str
    certificate_sha256: str
    signed_at: datetime
    time_source: TimeSource
    covers_whole_file: bool
    level: EvidenceLevel
    reason: str


def validated(content: bytes, roots: Sequence[Any] = ()) -> tuple[Validated, ...]:
    """What each signature of a PDF proves, in the order of signing; none for an unsigned one.

    ``roots`` are the certificates of the authorities that the site trusts. Raises
    ``SignatureRefused`` for a signature that does not hold: altered document, certificate out of
    its time, hour to come, chain revoked, or a cryptography no longer sure.
    """
    signatures = _signatures(content)
    found = tuple(_one(signature, roots) for signature in signatures)
    _check_last(signatures, found)
    return found


def lowest(signatures: Sequence[Validated]) -> Validated:
    """The signature that proves the least: a copy is worth no more than it."""
    return min(signatures, key=lambda one: LEVELS.index(one.level))


def _signatures(content: bytes) -> list[EmbeddedPdfSignature]:
    try:
        reader = PdfFileReader(BytesIO(content))
        return list(reader.embedded_regular_signatures)
    except (
        PdfError,
        SignatureValidationError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
    ) as error:
        raise SignatureRefused(
            "Les signatures électroniques de ce PDF ne peuvent être lues : le fichier est abîmé ou "
            "a été réécrit après la signature. Demandez le fichier d’origine au signataire."
        ) from error


def _one(signature: EmbeddedPdfSignature, roots: Sequence[Any]) -> Validated:
    certificate = _certificate(signature)
    who = _named(certificate)
    claimed = _claimed(signature, who)
    status = _status(signature, roots, claimed, who)
    _check_integrity(status, who)
    signed_at, source = _time(status, claimed, certificate, who)
    _check_dates(certificate, signed_at, who)
    level, reason = _level(status, certificate, source)
    return Validated(
        signer=who,
        organisation=str(_subject(certificate).get("organization_name", ""))[:200],
        issuer=str(certificate.issuer.native.get("common_name", certificate.issuer.human_friendly))[
            :200
        ],
        certificate_sha256=sha256(certificate.dump()).hexdigest(),
        signed_at=signed_at,
        time_source=source,
        covers_whole_file=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        level=level,
        reason=typeset(reason),
    )


def _certificate(signature: EmbeddedPdfSignature) -> Any:
    try:
        return signature.signer_cert
    except (ValueError, TypeError, SignatureValidationError) as error:
        raise SignatureRefused(
            "Une signature électronique ne porte pas le certificat de son signataire : on ne peut "
            "dire qui a signé. Demandez une autre signature."
        ) from error


def _subject(certificate: Any) -> dict[str, Any]:
    return {key: value for key, value in certificate.subject.native.items() if value}


def _named(certificate: Any) -> str:
    subject = _subject(certificate)
    names = [subject.get("given_name"), subject.get("surname")]
    name = subject.get("common_name") or " ".join(str(one) for one in names if one)
    return str(name or "certificat sans nom")[:150]


def _claimed(signature: EmbeddedPdfSignature, who: str) -> datetime:
    claimed = signature.self_reported_timestamp
    if claimed is None or claimed.tzinfo is None:
        raise SignatureRefused(
            f"La signature de « {who} » ne dit pas quand elle a été faite. Demandez une signature "
            "datée."
        )
    if claimed > clock.now() + TOLERANCE:
        raise SignatureRefused(
            f"La signature de « {who} » se dit faite le "
            f"{date_in_words(clock.civil_date(claimed))}, après aujourd’hui. Demandez au "
            "signataire de vérifier son horloge et de signer de nouveau."
        )
    return claimed


def _status(
    signature: EmbeddedPdfSignature, roots: Sequence[Any], moment: datetime, who: str
) -> PdfSignatureStatus:
    """The findings of pyHanko, as of the moment of signing, without any network."""
    context = ValidationContext(
        trust_roots=list(roots),
        allow_fetching=False,
        moment=moment,
        best_signature_time=moment,
        revocation_mode="soft-fail",
        retroactive_revinfo=True,
    )
    # Certificates to sign say « non repudiation »; many that municipalities hold, « signature ».
    usage = KeyUsageConstraints(
        key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
    )
    try:
        return validate_pdf_signature(signature, context, key_usage_settings=usage)
    except SignatureValidationError as error:
        raise SignatureRefused(
            f"La signature de « {who} » ne se vérifie pas : sa structure n’est pas celle d’une "
            "signature de PDF, ou le document a été réécrit. Demandez le fichier d’origine."
        ) from error
    except (PdfError, ValueError, TypeError, KeyError, NotImplementedError) as error:
        raise SignatureRefused(
            f"La signature de « {who} » ne se vérifie pas : elle emploie une forme inconnue. "
            "Demandez une signature PAdES."
        ) from error


def _check_integrity(status: PdfSignatureStatus, who: str) -> None:
    if not status.intact:
        raise SignatureRefused(
            f"Le document a été modifié après la signature de « {who} » : ce qu’elle couvre n’est "
            "plus ce qui a été signé. Demandez le fichier d’origine."
        )
    if not status.valid:
        raise SignatureRefused(
            f"La signature de « {who} » n’est pas celle de son certificat : elle est fausse ou "
            "abîmée. Demandez une autre signature."
        )
    if status.revoked:
        raise SignatureRefused(
            f"Le certificat de « {who} » était révoqué. Demandez une signature faite avec un "
            "certificat en cours."
        )
    if status.md_algorithm.lower() in ("md5", "sha1"):
        raise SignatureRefused(
            f"La signature de « {who} » repose sur {status.md_algorithm}, qui n’est plus sûr. "
            "Demandez une signature en SHA-256."
        )
    whole = (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
    if status.coverage not in whole:
        raise SignatureRefused(
            f"La signature de « {who} » ne couvre qu’une partie du document. Demandez une "
            "signature de tout le fichier."
        )
    if not status.docmdp_ok or status.modification_level not in _ALLOWED_AFTER:
        raise SignatureRefused(
            f"Le document a été modifié après la signature de « {who} » : des pages ou des "
            "annotations ont été ajoutées ou changées. Faites signer de nouveau la version voulue."
        )


_ALLOWED_AFTER = (
    None,
    ModificationLevel.NONE,
    ModificationLevel.LTA_UPDATES,
    # The signatures of the other parties are fields that they fill in.
    ModificationLevel.FORM_FILLING,
)


def _check_last(signatures: list[EmbeddedPdfSignature], found: tuple[Validated, ...]) -> None:
    """After the last signature nothing may come but the proofs that keep it verifiable."""
    if not signatures:
        return
    result: Any = signatures[-1].diff_result
    level = getattr(result, "modification_level", ModificationLevel.NONE)
    if not found[-1].covers_whole_file and level not in (
        ModificationLevel.NONE,
        ModificationLevel.LTA_UPDATES,
    ):
        raise SignatureRefused(
            f"Le document a été modifié après la dernière signature, celle de "
            f"« {found[-1].signer} » : des champs y ont été remplis. Demandez le fichier d’origine."
        )


def _time(
    status: PdfSignatureStatus, claimed: datetime, certificate: Any, who: str
) -> tuple[datetime, TimeSource]:
    stamp = status.timestamp_validity
    if stamp is None:
        return claimed, TimeSource.CLAIMED
    if not stamp.intact or not stamp.valid:
        raise SignatureRefused(
            f"L’horodatage de la signature de « {who} » ne se vérifie pas. Demandez une autre "
            "signature."
        )
    trusted = TimeSource.TRUSTED if stamp.trusted else TimeSource.UNKNOWN_AUTHORITY
    # The word of an unknown authority is worth no more than that of the signatory.
    return (stamp.timestamp if stamp.trusted else claimed), trusted


def _check_dates(certificate: Any, signed_at: datetime, who: str) -> None:
    first, last = certificate.not_valid_before, certificate.not_valid_after
    if signed_at > last:
        raise SignatureRefused(
            f"Le certificat de « {who} » avait expiré le {date_in_words(clock.civil_date(last))}, "
            f"avant la signature du {date_in_words(clock.civil_date(signed_at))}. Demandez une "
            "signature faite avec un certificat en cours."
        )
    if signed_at < first:
        raise SignatureRefused(
            f"Le certificat de « {who} » ne vaut que depuis le "
            f"{date_in_words(clock.civil_date(first))}, après la signature du "
            f"{date_in_words(clock.civil_date(signed_at))}. Demandez une autre signature."
        )


_OFFLINE = (
    "Une révocation n’est connue que si le fichier en porte la preuve : rien n’est demandé à "
    "l’extérieur."
)


def _level(
    status: PdfSignatureStatus, certificate: Any, source: TimeSource
) -> tuple[EvidenceLevel, str]:
    if certificate.self_signed in ("yes", "maybe"):
        return EvidenceLevel.SIMPLE, (
            "Le certificat n’est attesté que par lui-même : rien ne prouve qui l’a fait."
        )
    if not status.trusted:
        return EvidenceLevel.SIMPLE, (
            "L’autorité qui a délivré le certificat n’est pas de celles que ce site connaît : "
            "l’identité du signataire n’est pas prouvée ici."
        )
    if not _subject(certificate).get("common_name") and not _subject(certificate).get("surname"):
        return EvidenceLevel.SIMPLE, "Le certificat ne nomme pas son titulaire."
    if source is not TimeSource.TRUSTED and certificate.not_valid_after < clock.now():
        return EvidenceLevel.SIMPLE, (
            "Le certificat a expiré depuis, et l’heure de la signature n’est pas celle d’une "
            "autorité reconnue : rien ne prouve qu’elle a été faite avant."
        )
    if lacking := what_it_lacks(certificate):
        return EvidenceLevel.ADVANCED, (
            "Le certificat nomme son titulaire et sa chaîne remonte à une autorité connue de ce "
            f"site. Il n’est pas dit qualifié : {' ; '.join(lacking)}. {_OFFLINE}"
        )
    return EvidenceLevel.QUALIFIED, (
        "Le certificat se déclare qualifié pour la signature, sa clé dans un dispositif qualifié, "
        f"et sa chaîne remonte à une autorité de la liste de confiance de ce site. {_OFFLINE}"
    )
