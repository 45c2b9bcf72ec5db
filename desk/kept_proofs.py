"""The proof given on a page that is shown twice: put away once, then carried to the confirmation.

What the page carries is signed: nobody joins a file that was not given to this page. Until the
antivirus has seen it the proof is nobody's to have, but what it proves need not wait.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import transaction

from contracts.models import EvidenceFile, User
from contracts.services.file_verification import refusal_of, take_in
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


def read_kept(form: forms.Form, cleaned: dict[str, Any]) -> None:
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


class KeepsProof(forms.Form):
    """A form that is shown twice: it carries its proof, and knows what it was shown with.

    Its ``proof`` is put away once; what ``answers_digest`` makes of the answers tells whether the
    consequences of these very answers were shown.
    """

    kept_proof = forms.CharField(widget=forms.HiddenInput, required=False)
    """The proof already given, signed, so that it need not be given twice."""
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    """The answers whose consequences were shown: none others are confirmed."""

    @property
    def kept_name(self) -> str:
        """The name of the proof already given; empty without one."""
        return name_kept(self["kept_proof"].value())

    def keep(self, proof: EvidenceFile) -> None:
        """Remember a stored proof for the confirmation."""
        self.data = self.data.copy()
        self.data["kept_proof"] = carried(proof)
        self.cleaned_data["kept"] = proof

    def put_away(self, user: User) -> bool:
        """Store the proof, if one was given; False, and the form says why, when it is refused."""
        proof = self.cleaned_data.get("proof")
        if proof is None:
            return True
        try:
            with transaction.atomic():
                self.keep(take_in(proof, proof.name, user))
        except ValidationError as refused:
            self.add_error("proof", refused)
            return False
        return True

    @property
    def was_shown(self) -> bool:
        """Whether the consequences of these very answers were shown."""
        return bool(self.cleaned_data.get("shown") == self.answers_digest())

    def show(self) -> None:
        """Remember that the consequences of these answers are shown."""
        self.data = self.data.copy()
        self.data["shown"] = self.answers_digest()

    def answers_digest(self) -> str:
        """What tells these answers from others."""
        raise NotImplementedError
