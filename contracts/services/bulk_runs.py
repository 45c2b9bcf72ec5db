"""One thing asked of many conventions: weighed row by row, then done in the background.

The same weighing tells the preview and, convention by convention, the doing: what became impossible
in between is refused with its reason, and stops no other. Each line is an effect of its own, done
once however often it is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from contracts.models import BulkLine, BulkRun, Convention, IssuedDocument, Power, User
from contracts.rules import conventions_where
from contracts.services.documents import CannotIssue, facts_of, issue
from contracts.services.letters import LetterProposal, proposals, proposed_document
from contracts.services.signing import proposed_signer
from templates_conventions.letters import letter_codes, letter_definition
from workflows import clock, effects
from workflows.effects import EffectContext, NewEffect
from workflows.french import NO_BREAK_SPACE, date_in_words, typeset
from workflows.timeline import Timeline

MOST = 500
"""Conventions of one run: what a person can still read through before confirming."""

ASSIGN = "contracts.assign_convention"
ISSUE = "contracts.issue_document"
COMMIT = "contracts.record_legal_act"

NAME = "contracts.bulk_line"

_NOT_YOURS = "Votre rôle ne le permet pas pour cette convention."


@dataclass(frozen=True, slots=True)
class Weighed:
    """What asking it of one convention would give."""

    convention: Convention
    why_not: str
    """Empty where it can be done."""
    proposal: LetterProposal | None = None


def weighed(wanted: BulkRun, keys: Iterable[int]) -> list[Weighed]:
    """Each convention of these keys that the author may see, with what would come of it."""
    found = Convention.to_sweep().filter(pk__in=list(keys)).order_by("number", "pk")
    conventions = list(found.select_related("partner", "caisse", "pinned"))
    if wanted.action == BulkRun.Action.ASSIGN:
        return list(_assigned(wanted, conventions))
    return list(_written(wanted, conventions))


def letters_for(conventions: Iterable[Convention]) -> dict[str, str]:
    """The letters that the types of these conventions know, with their words."""
    labels = {
        letter: letter_definition(code, letter).settings.label
        for code in {one.rulebook_code for one in conventions}
        for letter in letter_codes(code)
    }
    return dict(sorted(labels.items(), key=lambda item: item[1]))


def begin(wanted: BulkRun, keys: Sequence[int]) -> BulkRun:
    """Store a run with its lines, and have each done; the same confirmation again, the same run.

    ``wanted`` is not stored yet. The keys are those that the author saw.
    """
    try:
        with transaction.atomic():
            already = _already(wanted.identifier, wanted.author)
            if already is not None:
                return already
            wanted.started_at = clock.now()
            wanted.save(force_insert=True)
            BulkLine.objects.bulk_create(
                BulkLine(run=wanted, convention_id=key) for key in dict.fromkeys(keys)
            )
            effects.emit_all(
                # A lane for each: none waits for another.
                NewEffect(NAME, f"bulk_line:{line}", f"bulk_line:{line}", {"line": line})
                for line in wanted.lines.order_by("pk").values_list("pk", flat=True)
            )
    except IntegrityError:
        # Sent twice at the same moment: the other one won.
        already = _already(wanted.identifier, wanted.author)
        if already is None:
            raise
        return already
    return wanted


def _already(identifier: UUID, author: User) -> BulkRun | None:
    return BulkRun.objects.filter(identifier=identifier, author=author).first()


@effects.handler(NAME)
def carry_out(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Do one line, or write why not."""
    line = BulkLine.objects.select_related("run__author", "run__assignee").get(pk=payload["line"])
    if line.outcome != BulkLine.Outcome.WAITING:
        return
    [one] = weighed(line.run, [line.convention_id])
    line.reason = one.why_not
    if not line.reason:
        try:
            with transaction.atomic():
                line.issued = _done(line.run, one)
        except (ValueError, CannotIssue) as refused:
            line.reason = str(refused)
    line.outcome = BulkLine.Outcome.REFUSED if line.reason else BulkLine.Outcome.DONE
    line.save(update_fields=["outcome", "reason", "issued"])


def _done(run: BulkRun, one: Weighed) -> IssuedDocument | None:
    if one.proposal is None:
        Convention.objects.filter(pk=one.convention.pk).update(assignee=run.assignee)
        return None
    facts = facts_of(one.convention)
    signatory = proposed_signer(
        one.convention.caisse, Power.Kind.SIGN_LETTERS, clock.today(), run.author
    )
    document = proposed_document(one.convention, one.proposal, {}, signatory=signatory, facts=facts)
    return issue(one.convention, document, run.author)


def _assigned(wanted: BulkRun, conventions: Sequence[Convention]) -> Iterator[Weighed]:
    may = _those_where(wanted.author, ASSIGN, conventions)
    works = _those_where(wanted.assignee, ASSIGN, conventions)
    for one in conventions:
        if one.pk not in may:
            why_not = _NOT_YOURS
        elif one.pk not in works:
            why_not = "Cette personne n’instruit pas les conventions de cette caisse."
        elif one.assignee_id == wanted.assignee_id:
            why_not = "Cette personne la suit déjà."
        else:
            why_not = ""
        yield Weighed(one, why_not)


def _written(wanted: BulkRun, conventions: Sequence[Convention]) -> Iterator[Weighed]:
    may = {
        binding: _those_where(wanted.author, COMMIT if binding else ISSUE, conventions)
        for binding in (False, True)
    }
    issued: dict[int, list[tuple[str, Any]]] = {}
    rows = IssuedDocument.objects.filter(
        convention__in=conventions, kind=IssuedDocument.Kind.LETTER, code=wanted.letter
    )
    for key, dated in rows.values_list("convention", "dated"):
        issued.setdefault(key, []).append((wanted.letter, dated))
    lives = Convention.lives(conventions, clock.today())
    for one, life in zip(conventions, lives, strict=True):
        if isinstance(life, Exception):
            yield Weighed(one, "Sa vie ne peut pas être calculée. Ouvrez le dossier.")
            continue
        yield _letter(wanted, one, life, issued.get(one.pk, ()), may)


def _letter(
    wanted: BulkRun,
    convention: Convention,
    life: Timeline,
    issued: Iterable[tuple[str, Any]],
    may: Mapping[bool, set[int]],
) -> Weighed:
    called = [one for one in proposals(life, issued) if one.code == wanted.letter]
    if not called:
        return Weighed(convention, "Rien n’appelle ce courrier aujourd’hui.")
    if len(called) > 1:
        return Weighed(convention, "Il y en a plusieurs à choisir. Écrivez-les depuis le dossier.")
    [proposal] = called
    to_type = [asked.label for asked in proposal.asked if asked.required]
    why_not = ""
    if convention.pk not in may[proposal.binding]:
        why_not = _NOT_YOURS
    elif proposal.held_by:
        why_not = f"Une question est ouverte{NO_BREAK_SPACE}: {proposal.held_by}."
    elif proposal.issued_on is not None:
        why_not = f"Il a déjà été émis, le {date_in_words(proposal.issued_on)}."
    elif to_type:
        why_not = typeset(f"Il reste à écrire : {', '.join(to_type)}. Passez par le dossier.")
    return Weighed(convention, why_not, proposal)


def _those_where(user: User | None, power: str, conventions: Sequence[Convention]) -> set[int]:
    if user is None:
        return set()
    own = conventions_where(user, power, clock.today())
    keys = [one.pk for one in conventions]
    return set(own.filter(pk__in=keys).values_list("pk", flat=True))
