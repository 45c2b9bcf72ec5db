"""Storing conventions taken over: many at once, each whole, and telling nobody of their past.

Acts, journal, cache and snapshot are those that recording would have left. The settlements are not
announced: whatever follows a step (an account, a request granted, a mail) follows the present only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from access.imports.act_storing import insert, rows_of
from access.imports.cells import Fault
from access.imports.judging import Accepted
from access.imports.partner_storing import store_partners
from access.imports.told import Told
from access.imports.values import plain
from access.models import ImportRun
from contracts.models import (
    Convention,
    ConventionAct,
    ConventionActEvidence,
    ConventionSite,
    EvidenceFile,
)
from contracts.models.conventions import NOT_PINNED
from contracts.services.deadline_sets import follow_conventions as keep_deadlines
from workflows import settling
from workflows.replay import ENGINE_VERSION
from workflows.settling import settlement


class Scans(Protocol):
    """The scanned files that came with a file."""

    def has(self, name: str) -> bool:
        """Whether a file of that name came along."""
        ...

    def near(self, name: str) -> str:
        """The name of a file that a name may have meant; empty when none is near."""
        ...

    def fault(self, name: str) -> Fault | None:
        """What is wrong with a file that came along; None where it may be kept."""
        ...

    def stored(self, name: str) -> EvidenceFile:
        """That file, kept as evidence: the same however often it is asked for."""
        ...


def store(
    accepted: Sequence[Accepted], run: ImportRun, at: datetime, scans: Scans | None
) -> list[Convention]:
    """Write conventions that are new, in their order; to be called in a transaction.

    ``at`` is the instant of their recording. ``ImportRow``s are the caller's to write.
    """
    store_partners(accepted, run.caisse)
    conventions = [_opened(one, run, at) for one in accepted]
    Convention.objects.bulk_create(conventions)
    _cover_sites(accepted, conventions)
    evidence = [_evidence(one.told, scans) for one in accepted]
    settled, rows = [], []
    for one, convention, proofs in zip(accepted, conventions, evidence, strict=True):
        acts = rows_of(ConventionAct, convention, one.told.acts, run, proofs)
        rows += acts
        convention.revision = len(acts)
        last = one.told.acts[-1].id if acts else ""
        settled.append(settlement(convention, one.life, (), last, at))
    insert(ConventionAct, rows)
    _attach(rows, evidence, conventions)
    keep_deadlines(settled)
    settling.store(settled)
    return conventions


def _opened(one: Accepted, run: ImportRun, at: datetime) -> Convention:
    told = one.told
    return Convention(
        caisse=run.caisse,
        partner=one.partner.partner,
        number=told.number,
        rulebook_code=told.model.published.code,
        pinned=told.model.published if told.is_pinned or one.life.state not in NOT_PINNED else None,
        created_by=run.author,
        created_at=at,
        taken_over_at=at,
        state="draft",
        as_of=one.life.as_of,
        engine_version=ENGINE_VERSION,
    )


def _cover_sites(accepted: Sequence[Accepted], conventions: Sequence[Convention]) -> None:
    covered = []
    for one, convention in zip(accepted, conventions, strict=True):
        covered += [
            ConventionSite(convention=convention, site=one.partner.sites[plain(name)])
            for name in one.told.sites
        ]
    ConventionSite.objects.bulk_create(covered)


def _evidence(told: Told, scans: Scans | None) -> Mapping[str, list[EvidenceFile]]:
    """The files that prove each act, by its identifier."""
    if scans is None:
        return {}
    # One file may be named twice, in other letters.
    return {
        act: list(dict.fromkeys(scans.stored(name) for name in names))
        for act, names in told.files.items()
    }


def _attach(
    rows: Sequence[ConventionAct],
    evidence: Sequence[Mapping[str, Sequence[EvidenceFile]]],
    conventions: Sequence[Convention],
) -> None:
    proofs = {
        (convention.pk, act): files
        for convention, found in zip(conventions, evidence, strict=True)
        for act, files in found.items()
        if files
    }
    if not proofs:
        return
    stored = ConventionAct.objects.filter(subject__in={key for key, _ in proofs})
    ConventionActEvidence.objects.bulk_create(
        ConventionActEvidence(act=act, file=file)
        for act in stored
        for file in proofs.get((act.subject_id, act.identifier), ())
    )
