"""The proof given on a page that is shown twice: put away once, then carried to the confirmation.

What the page carries is signed: nobody joins a file that was not given to this page. Until the
antivirus has seen it the proof is nobody's to have, but what it proves need not wait.
"""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, Signer
from django.forms import Form

from contracts.models import EvidenceFile
from contracts.services.file_verification import refusal_of
from workflows.french import typeset

_SIGNER = Signer(salt="desk.kept_proof")
_LOST = typeset("La pièce jointe est perdue : joignez-la de nouveau.")


def carried(file: EvidenceFile) -> str:
    """A stored file as the page carries it."""
    return _SIGNER.sign(str(file.pk))


def proof_kept(value: object) -> EvidenceFile | None:
    """The file that a page carries; None without one, or for what no page was given."""
    try:
        return EvidenceFile.objects.filter(pk=_SIGNER.unsign(str(value or ""))).first()
    except BadSignature:
        return None


def name_kept(value: object) -> str:
    """The name of the file that a page carries; empty without one that counts."""
    kept = proof_kept(value)
    return kept.original_name if kept is not None and not refusal_of(kept) else ""


def read_kept(form: Form, cleaned: dict[str, Any]) -> None:
    """Put the proof given before among the answers, as ``kept``, unless another is given now.

    One that is lost, or that the antivirus refused meanwhile, is told beside the field, and the
    page carries it no further.
    """
    if not cleaned.get("kept_proof") or cleaned.get("proof"):
        return
    kept = proof_kept(cleaned["kept_proof"])
    refused = refusal_of(kept) if kept is not None else _LOST
    if not refused:
        cleaned["kept"] = kept
        return
    form.add_error("proof", refused)
    form.data = form.data.copy()
    form.data["kept_proof"] = ""
