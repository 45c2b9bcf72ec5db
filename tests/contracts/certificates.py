"""Authorities, signatories and PDFs that they sign: real certificates, all of them fictitious."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
from asn1crypto import core, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.ades.qualified_asn1 import QcStatements
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

SIGNED = datetime(2024, 1, 20, 10, 30, tzinfo=UTC)
"""When the documents of the tests are signed."""

_KEY_USAGE = [
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
]


@dataclass(frozen=True)
class Holder:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def loaded(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))

    @property
    def private(self) -> keys.PrivateKeyInfo:
        return keys.PrivateKeyInfo.load(
            self.key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


def _issued(
    name: str,
    issuer: Holder | None,
    *,
    authority: bool = False,
    first: datetime = SIGNED - timedelta(days=400),
    last: datetime = SIGNED + timedelta(days=700),
    qualified: tuple[str, ...] = (),
    stamps_time: bool = False,
    organisation: str = "Commune d’Essai",
) -> Holder:
    key: Any = ec.generate_private_key(ec.SECP256R1())
    if stamps_time:
        # What pyHanko has to answer time requests in tests knows no other kind.
        key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    wanted = {"key_cert_sign", "crl_sign"} if authority else {"content_commitment"}
    if stamps_time:
        wanted = {"digital_signature"}
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(
            x509.KeyUsage(**{name: name in wanted for name in _KEY_USAGE}), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer is not None:
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()),
            critical=False,
        )
    if stamps_time:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
    if qualified:
        builder = builder.add_extension(
            x509.UnrecognizedExtension(
                x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), _statements(qualified)
            ),
            critical=False,
        )
    return Holder(
        certificate=builder.sign((issuer.key if issuer else key), hashes.SHA256()), key=key
    )


def _statements(wanted: tuple[str, ...]) -> bytes:
    told: list[dict[str, Any]] = []
    types = [one for one in wanted if one.startswith("qct_")]
    told += [{"statement_id": one} for one in wanted if one in ("qc_compliance", "qc_sscd")]
    if types:
        told.append({"statement_id": "qc_type", "statement_info": types})
    if "foreign" in wanted:
        told.append(
            {
                "statement_id": "qc_cc_legislation",
                "statement_info": [core.PrintableString("CH")],
            }
        )
    return QcStatements(told).dump()


@cache
def authority() -> Holder:
    """An authority that a site may trust."""
    return _issued("Autorité d’essai", None, authority=True, organisation="Autorité d’essai")


@cache
def signatory(
    name: str = "Camille Exemple",
    qualified: tuple[str, ...] = (),
    ends: datetime = SIGNED + timedelta(days=700),
    begins: datetime = SIGNED - timedelta(days=400),
) -> Holder:
    """Somebody to whom that authority gave a certificate."""
    return _issued(name, authority(), qualified=qualified, first=begins, last=ends)


@cache
def self_signed() -> Holder:
    """Somebody who made the certificate alone."""
    return _issued("Dominique Exemple", None)


@cache
def time_stamper() -> Holder:
    """A clock that the same authority vouches for."""
    return _issued("Horodatage d’essai", authority(), stamps_time=True)


QUALIFIED = ("qc_compliance", "qc_sscd", "qct_esign")


class _SignerOnADay(signers.PdfSigner):
    """Signs at a chosen instant, whatever the clock of the machine says."""

    at: datetime = SIGNED

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


def signed(
    content: bytes,
    holder: Holder,
    *,
    at: datetime = SIGNED,
    field: str = "Signature1",
    stamped: bool = False,
    digest: str = "sha256",
) -> bytes:
    """A PDF with one more signature."""
    store = SimpleCertificateStore()
    store.register(authority().loaded)
    signer = signers.SimpleSigner(holder.loaded, holder.private, store)
    clock = None
    if stamped:
        clock = DummyTimeStamper(time_stamper().loaded, time_stamper().private, store, fixed_dt=at)
    maker = _SignerOnADay(
        signers.PdfSignatureMetadata(field_name=field, md_algorithm=digest),
        signer,
        timestamper=clock,
    )
    maker.at = at
    out = io.BytesIO()
    maker.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content)), output=out)
    return out.getvalue()


def trusting(folder: Path) -> Path:
    """A folder of authorities that holds the one of the tests."""
    folder.mkdir(exist_ok=True)
    (folder / "autorite.pem").write_bytes(authority().pem)
    return folder


def altered_byte(content: bytes, holder: Holder) -> bytes:
    """The signed document with one figure of its page size changed."""
    changed = content.replace(b"595", b"596", 1)
    assert changed != content
    return changed


def with_a_page_more(content: bytes) -> bytes:
    """The signed document with an update appended that rewrites its first page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.pdf_name("/MediaBox")] = generic.ArrayObject(
        [generic.NumberObject(n) for n in (0, 0, 300, 300)]
    )
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def rewritten(content: bytes) -> bytes:
    """The signed document saved anew by another program."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(out)
    return out.getvalue()
