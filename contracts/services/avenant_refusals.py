"""What an avenant may not change: refused when it is prepared, naming the rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from contracts.models import Convention
from templates_conventions.avenant_assembly import Writing
from templates_conventions.avenant_types import AvenantType, amendable_annexes
from workflows.amending import amended
from workflows.convention import Refused
from workflows.french import typeset
from workflows.rulebook_checks import check

if TYPE_CHECKING:
    from contracts.services.avenants import Wanted


class CannotAmend(Exception):
    """The avenant cannot be what was asked; nothing was written."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


def refuse_what_may_not_change(
    kind: AvenantType,
    wanted: Wanted,
    changes: Mapping[str, Any],
    convention: Convention,
    before: Writing,
) -> None:
    """Raise ``CannotAmend`` for what an avenant of this type may not do to this convention."""
    article = before.rulebook.avenant.article
    if outside := kind.outside(changes):
        raise CannotAmend(
            f"Un avenant « {kind.label} » ne peut pas changer {', '.join(outside)} (article "
            f"{article}). Il peut changer : {', '.join(kind.may_change) or 'aucune règle'}. "
            "Préparez un avenant d’un autre type."
        )
    _refuse_facts(kind, wanted, convention)
    _refuse_annex(kind, wanted, before, article)
    _refuse_target(kind, wanted, before)
    told = (wanted.party_facts, wanted.representative, wanted.successor, wanted.annex)
    if not changes and not any(told):
        raise CannotAmend("Cet avenant ne changerait rien : indiquez au moins un changement.")
    try:
        rules = amended(before.rulebook, changes)
    except Refused as refused:
        raise CannotAmend(refused.reason) from refused
    known = {str(fault) for fault in check(before.rulebook, "")}
    faults = [str(fault) for fault in check(rules, "") if str(fault) not in known]
    if faults:
        raise CannotAmend(f"Les règles ainsi changées se contredisent. {' '.join(faults)}")


def _refuse_facts(kind: AvenantType, wanted: Wanted, convention: Convention) -> None:
    roles = {party.role for party in convention.rules.parties}
    given = set()
    for path in wanted.party_facts:
        role, _, name = path.partition(".")
        if role not in roles or name not in ("name", "address"):
            raise CannotAmend(f"« {path} » n’est pas une désignation d’une partie.")
        given.add(name)
    given |= {"representative"} if wanted.representative else set()
    given |= {"successor"} if wanted.successor else set()
    if strange := given - set(kind.facts):
        raise CannotAmend(
            f"Un avenant « {kind.label} » ne change pas les parties ({', '.join(sorted(strange))})."
        )
    if wanted.successor == convention.partner:
        if convention.concluded_by is not None:
            raise CannotAmend(
                "Ce partenaire est déjà la partie : sa succession est enregistrée, et les textes "
                "le nomment depuis ce jour."
            )
        raise CannotAmend("Le partenaire ne se substitue pas à lui-même : choisissez-en un autre.")
    signs_for = wanted.successor or convention.partner
    if wanted.representative and wanted.representative.partner_id != signs_for.pk:
        raise CannotAmend(f"Ce signataire ne représente pas {signs_for.name}.")


def _refuse_annex(kind: AvenantType, wanted: Wanted, before: Writing, article: str) -> None:
    if not wanted.annex:
        if kind.annexes:
            raise CannotAmend("Indiquez l’annexe à remplacer, et son nouveau texte.")
        return
    if not kind.annexes:
        raise CannotAmend(f"Un avenant « {kind.label} » ne change pas d’annexe.")
    possible = {annex.code for annex in amendable_annexes(before.rulebook)}
    if wanted.annex not in possible:
        raise CannotAmend(
            f"« {wanted.annex} » ne se change pas par avenant : elle évolue sans lui, ou n’existe "
            f"pas (article {article}). Annexes possibles : "
            f"{', '.join(sorted(possible)) or 'aucune'}."
        )
    if not wanted.annex_text.strip():
        raise CannotAmend("Écrivez le nouveau texte de l’annexe.")


def _refuse_target(kind: AvenantType, wanted: Wanted, before: Writing) -> None:
    if kind.model != (wanted.target is not None):
        raise CannotAmend(
            "Indiquez la version du modèle à laquelle passe la convention."
            if kind.model
            else f"Un avenant « {kind.label} » ne change pas de modèle."
        )
    target = wanted.target
    if target is not None and target.code != before.rulebook.code:
        raise CannotAmend(
            f"« {target.code} » est un autre type de convention : concluez-en une autre. Versions "
            f"possibles : celles de « {before.rulebook.code} »."
        )
