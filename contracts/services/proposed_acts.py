"""Acts that one person proposes to record, and another confirms (``four_eyes`` says which)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError

from contracts.models import Convention, EvidenceFile, Proposal, User
from contracts.services.four_eyes import said
from contracts.services.proposals import Kind, NotProposed, propose, register
from workflows import clock
from workflows.act_payloads import parse
from workflows.acts import Act
from workflows.french import date_in_words
from workflows.recording import ActRefused
from workflows.subjects import NotRecorded, Subject
from workflows.together import record_all

CONVENTION = "convention_acts"


def propose_acts(
    name: str,
    subject: Subject,
    acts: Sequence[Act],
    author: User,
    *,
    seen_revision: int,
    evidence: Sequence[EvidenceFile] = (),
    **target: Any,
) -> Proposal:
    """Propose to record ``acts`` about ``subject``, as it was at ``seen_revision``.

    ``target`` says the convention, and what else it is about. Raises ``NotProposed``.
    """
    return propose(
        name,
        author,
        identifier=acts[0].id,
        title=f"{acts[0].label}, {date_in_words(acts[0].on)}",
        payload={"acts": [said(act) for act in acts]},
        seen=str(seen_revision),
        evidence=evidence,
        **target,
    )


def acts_of(proposal: Proposal) -> tuple[Act, ...]:
    """The acts that are proposed, as if they were recorded now."""
    now = clock.now().isoformat()
    return tuple(
        parse(act["kind"], {**act["fields"], "id": act["id"], "on": act["on"], "recorded_at": now})
        for act in proposal.payload["acts"]
    )


def kind_for(
    name: str,
    label: str,
    proposed_with: str,
    power: str,
    subject_of: Callable[[Proposal], Subject],
) -> Kind:
    """The kind of proposals to record acts about what ``subject_of`` finds."""

    def seen_now(proposal: Proposal) -> str:
        return str(subject_of(proposal).revision)

    def changed(proposal: Proposal) -> list[str]:
        later = subject_of(proposal).acts.filter(revision__gt=int(proposal.seen))
        return [f"{row.act.label} ({date_in_words(row.on)})" for row in later.order_by("revision")]

    def carry_out(proposal: Proposal, author: User) -> None:
        files = [joined.file for joined in proposal.evidence.select_related("file")]
        subject = subject_of(proposal)
        acts = tuple(replace(act, recorded_at=clock.now()) for act in acts_of(proposal))
        try:
            record_all(subject, acts, author, files, int(proposal.seen))
        except (ActRefused, NotRecorded) as refused:
            raise NotProposed(str(refused)) from refused
        except ValidationError as refused:
            raise NotProposed(" ".join(refused.messages)) from refused

    return Kind(name, label, proposed_with, power, seen_now, changed, carry_out)


def _convention(proposal: Proposal) -> Subject:
    seen = Convention.objects.select_related("caisse", "partner", "pinned")
    return seen.get(pk=proposal.convention_id)


_COMMIT = "contracts.record_legal_act"

register(kind_for(CONVENTION, "Fin d’une convention", _COMMIT, _COMMIT, _convention))
