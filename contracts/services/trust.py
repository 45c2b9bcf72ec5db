"""The authorities that the site trusts, and what a certificate declares of itself.

``TACITE_TRUST_ROOTS`` is a folder of certificates of authorities, PEM or DER, taken by whoever runs
the site from the trusted lists that the States publish (regulation 910/2014, article 22).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from django.conf import settings
from pyhanko.sign.ades.qualified_asn1 import get_qc_statements

from workflows.french import typeset

_LACKS = (
    ("qc_compliance", "il ne se déclare pas qualifié"),
    ("qc_sscd", "sa clé n’est pas dite tenue dans un dispositif qualifié"),
    ("qct_esign", "il n’est pas fait pour la signature d’une personne"),
)
"""What a certificate has to declare (ETSI EN 319 412-5), and what its absence means."""


class BadTrustFolder(Exception):
    """The folder of authorities cannot be used; the message says which file and why."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


def trust_roots() -> tuple[Any, ...]:
    """The certificates of the trusted authorities; none where no folder is set.

    Raises ``BadTrustFolder``: an authority left out in silence would lower what is proved.
    """
    folder = settings.TACITE_TRUST_ROOTS
    if not folder:
        return ()
    try:
        files = sorted(file for file in Path(folder).iterdir() if file.is_file())
        seen = tuple((str(file), file.stat().st_mtime_ns) for file in files)
    except OSError as error:
        raise BadTrustFolder(
            f"Le dossier « {folder} » que donne TACITE_TRUST_ROOTS ne peut être lu "
            f"({error.strerror}). Vérifiez son nom et ses droits."
        ) from error
    return _read_all(seen)


@lru_cache(maxsize=4)
def _read_all(files: tuple[tuple[str, int], ...]) -> tuple[Any, ...]:
    return tuple(root for file, _ in files for root in _read(Path(file)))


def _read(file: Path) -> list[Any]:
    try:
        content = file.read_bytes()
        if pem.detect(content):
            bodies = [body for _, _, body in pem.unarmor(content, multiple=True)]
        else:
            bodies = [content]
        found = [x509.Certificate.load(body, strict=True) for body in bodies]
        for one in found:
            if not one.ca:
                raise ValueError("not an authority")
    except (OSError, ValueError, TypeError) as error:
        raise BadTrustFolder(
            f"Le fichier « {file.name} » du dossier TACITE_TRUST_ROOTS n’est pas le certificat "
            "d’une autorité (PEM ou DER). Retirez-le ou remplacez-le."
        ) from error
    return found


def what_it_lacks(certificate: Any) -> list[str]:
    """Why a certificate is not qualified in the Union, in words; nothing when it says it is."""
    declared = _statements(certificate)
    lacking = [words for key, words in _LACKS if key not in declared]
    if "qc_cc_legislation" in declared:
        lacking.append("il se dit qualifié par un droit étranger à l’Union")
    return lacking


def _statements(certificate: Any) -> frozenset[str]:
    """The declarations of a certificate: ``qc_compliance``, ``qc_sscd`` and its types.

    Empty where there are none or they cannot be read: what is not declared is not proved.
    """
    found: set[str] = set()
    try:
        for statement in get_qc_statements(certificate):
            name = statement["statement_id"].native
            found.add(name)
            if name == "qc_type":
                found |= {kind.native for kind in statement["statement_info"]}
    except (ValueError, TypeError, KeyError):
        return frozenset()
    return frozenset(found)
