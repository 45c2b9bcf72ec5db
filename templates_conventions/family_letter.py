"""The letter by which a structure tells the families that it may consult their files.

Some conventions join a model of it to an annex. Here it becomes a page that the structure hands
out: its own name at the head, nothing of the caisse's, and place and date left to write.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from templates_conventions.assembly import CannotAssemble, origin
from templates_conventions.catalogue import ROOT
from templates_conventions.document import (
    Address,
    Document,
    DocumentKind,
    Heading,
    Paragraph,
    Quotation,
    Run,
    Signatures,
    SignatureSpace,
)
from templates_conventions.facts import DocumentFacts, StructureFacts
from templates_conventions.markup import set_in_french
from templates_conventions.texts import AnnexText, annex_text
from templates_conventions.wording import BLANK, clean
from workflows.french import count
from workflows.rulebook import Rulebook

CODE = "lettre-familles"
TITLE = "Information des familles"
SUBJECT = "Objet : la consultation en ligne de votre dossier"
_SHORT_BLANK = BLANK[:7]
"""Place and date share one line."""


def model_annex(rulebook: Rulebook) -> str:
    """The code of the annex that carries a model letter to the families; empty: none does."""
    information = rulebook.provisions.information
    if information is None or information.to != "families":
        return ""
    return information.model_annex


def family_letter(
    rulebook: Rulebook,
    facts: DocumentFacts,
    dated: date,
    root: Path = ROOT,
    *,
    header: Sequence[str] = (),
) -> Document:
    """The model letter of this type of convention, as a page for the structure to hand out.

    ``dated`` is the day the file is made; the date on the page is the structure's to write. Of the
    facts it shows, and carries, those of the structure alone: families receive it. ``header`` are
    the lines of the structure's own letterhead; without them, its name and address. The letter
    belongs to no convention (no reference), so that it is given to the structure and never issued.
    Raises ``CannotAssemble`` when the type has no model letter, ``SourceFault`` for a fault of its
    text.
    """
    text = _model(rulebook, facts, root)
    structure = _structure(facts)
    lines = tuple(filter(None, (clean(line) for line in header)))
    sender = lines or (structure.name or BLANK, structure.address or BLANK)
    (letter,) = _quotations(text)
    return Document(
        kind=DocumentKind.LETTER,
        code=CODE,
        title=TITLE,
        reference="",
        issuer=structure.name,
        dated=dated,
        origin=origin(rulebook, [text.digest]),
        blocks=(
            Address(sender, "sender"),
            Address(("Aux familles",), "recipient"),
            Paragraph((Run(f"À {_SHORT_BLANK}, le {_SHORT_BLANK}"),), role="lead"),
            Heading(1, set_in_french(SUBJECT)),
            *letter.blocks,
            Signatures((SignatureSpace(structure.name or BLANK, ()),)),
        ),
        facts={"structure": {key: value for key, value in structure if value}},
    )


def _model(rulebook: Rulebook, facts: DocumentFacts, root: Path) -> AnnexText:
    code = model_annex(rulebook)
    if not code:
        raise CannotAssemble(
            f"« {rulebook.title} » n’a pas de modèle de lettre aux familles. Un modèle de lettre "
            "est l’annexe que nomme la clause d’information des familles."
        )
    text = annex_text(rulebook, code, facts, root)
    found = len(_quotations(text))
    if found != 1:
        raise CannotAssemble(
            f"L’annexe « {text.title} » ne donne pas une lettre et une seule : "
            f"{count(found, 'citation')}. Attendu : le modèle de lettre en une citation (des "
            "lignes qui commencent par « > »)."
        )
    return text


def _quotations(text: AnnexText) -> list[Quotation]:
    return [block for block in text.blocks if isinstance(block, Quotation)]


def _structure(facts: DocumentFacts) -> StructureFacts:
    """The structure that hands the letter out: the partner itself where no other is named."""
    structure, partner = facts.structure, facts.partner
    return StructureFacts(
        name=structure.name or partner.name, address=structure.address or partner.address
    )
