"""All that the page of one convention shows, read from its life and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import Prefetch

from contracts.convention_life import ConventionLife
from contracts.life_words import ordinal
from contracts.models import (
    Convention,
    ConventionAct,
    EvidenceFile,
    Partner,
    Signatory,
    SignatoryPower,
    Site,
)
from contracts.models.convention_acts import ConventionJournalEntry
from contracts.models.partners import PARTNER_KINDS
from contracts.services.addresses import KnownAddress, addresses_of
from contracts.services.copy_history import Happening, history_of
from contracts.services.proposals import proposer_of_each
from desk.act_words import said_by
from desk.expected_of import Expected, expected_of
from workflows.convention import TRANSITIONS
from workflows.letter_verdicts import (
    formal_notice_conclusion,
    formal_notice_reasons,
    notice_conclusion,
    notice_reasons,
)
from workflows.parties import successions_of
from workflows.rulebook_types import PartnerKind


class ActLine(NamedTuple):
    """A recorded act with its proofs."""

    row: ConventionAct
    label: str
    words: str
    stands: bool
    """Whether it is neither annulled nor refused by the rules."""


class LetterLine(NamedTuple):
    """What the rules say of a letter."""

    title: str
    meaning: str
    conclusion: str
    article: str
    reasons: tuple[str, ...]


class SignatureLine(NamedTuple):
    """A party, and its signature; None while it is awaited."""

    party: str
    signed: ActLine | None


class PlaceTaken(NamedTuple):
    """A partner in the place of another, over some days; None where they have no end."""

    predecessor: Partner
    successor: Partner
    first_day: date
    last_day: date | None
    reference: str


class JournalLine(NamedTuple):
    """A belief, and the recorded act that began or ended it; None where the date alone did."""

    entry: ConventionJournalEntry
    words: str
    act: ConventionAct | None


@dataclass(frozen=True)
class ConventionSheet(ConventionLife):
    """One convention, its life at ``today`` and what was recorded of it."""

    rows: tuple[ConventionAct, ...]

    # Who and what.

    @property
    def partner_kind(self) -> str:
        """« Commune »."""
        return PARTNER_KINDS[PartnerKind(self.convention.partner.kind)]

    @cached_property
    def addresses(self) -> dict[str, list[KnownAddress]]:
        """The partner's address of today, those it had and those that it told for later."""
        known = addresses_of(self.convention.partner)
        return {
            "current": [one for one in known if one.holds(self.today)],
            "past": [one for one in known if one.last_day and one.last_day < self.today],
            "to_come": [one for one in known if one.first_day and one.first_day > self.today],
        }

    @cached_property
    def successions(self) -> list[PlaceTaken]:
        """Who took the place of whom, or is to, in order."""
        read = successions_of(self.timeline)
        if not read:
            return []
        # Who signed and who is the partner now are known; only a chain has others.
        known = {
            str(one.pk): one
            for one in (self.convention.partner, self.convention.concluded_by)
            if one
        }
        others = {key for one in read for key in (one.predecessor, one.successor)} - known.keys()
        if others:
            known |= {str(one.pk): one for one in Partner.objects.filter(pk__in=map(int, others))}
        return [
            PlaceTaken(
                known[one.predecessor],
                known[one.successor],
                one.first_day,
                one.last_day,
                one.act.reference,
            )
            for one in read
        ]

    @cached_property
    def signatories(self) -> list[Signatory]:
        """Those who may sign for the partner today."""
        powers = SignatoryPower.objects.on(self.today).filter(
            signatory__partner=self.convention.partner_id
        )
        rows = powers.select_related("signatory__person").order_by("signatory")
        return list({one.signatory_id: one.signatory for one in rows}.values())

    @cached_property
    def sites(self) -> list[Site]:
        """The structures that it covers."""
        return list(self.convention.sites.order_by("name", "pk"))

    # Its letters.

    @cached_property
    def letters(self) -> tuple[LetterLine, ...]:
        """Notices and breach letters with what the rules say of them."""
        timeline, rules = self.timeline, self.timeline.rulebook
        lines = [
            LetterLine(
                rules.labels.notice.capitalize(),
                "question" if notice.verdict in ("grey_zone", "to_qualify") else "attention",
                notice_conclusion(notice),
                rules.article_of("notice"),
                tuple(notice_reasons(timeline, notice)),
            )
            for notice in timeline.notices.values()
        ]
        lines += [
            LetterLine(
                rules.labels.formal_notice.capitalize(),
                "question" if record.standing == "held" else "attention",
                formal_notice_conclusion(timeline, record),
                rules.article_of("breach"),
                tuple(formal_notice_reasons(timeline, record)),
            )
            for record in timeline.formal_notices.values()
        ]
        return tuple(lines)

    # What was recorded.

    @cached_property
    def acts(self) -> tuple[ActLine, ...]:
        """Every recorded act, the latest recorded first."""
        standing = {act.id for act in (*self.timeline.acts, *self.timeline.user_acts)}
        standing -= {refusal.act.id for refusal in self.timeline.refused}
        return tuple(
            ActLine(
                row,
                row.act.label,
                said_by(row.act, self.timeline),
                row.identifier in standing or row.kind == "annulment",
            )
            for row in reversed(self.rows)
        )

    @cached_property
    def copy_history(self) -> list[Happening]:
        """Its versions to sign, the copies that came back, and those that were voided."""
        return history_of(self.convention)

    @cached_property
    def expected(self) -> tuple[Expected, ...]:
        """Who must act now."""
        return expected_of(self.timeline)

    @cached_property
    def signatures(self) -> tuple[SignatureLine, ...]:
        """Each party that signs, with its signature where it gave one."""
        signed = {line.row.act.party: line for line in self.acts if _is_signature(line)}
        roles = self.timeline.data.rules.roles
        return tuple(
            SignatureLine(_capital(party.designation), signed.get(party.role))
            for party in self.timeline.rulebook.parties
            if party.role in roles or party.role in signed
        )

    @cached_property
    def journal(self) -> list[JournalLine]:
        """Its journal, the latest first, with the words of each step and whoever caused it."""
        recorded = {row.identifier: row for row in self.rows}
        return [
            JournalLine(
                entry,
                _journal_words(entry.name, entry.term),
                recorded.get(entry.because or entry.cause),
            )
            for entry in self.convention.journal.order_by("-number")
        ]


def sheet_of(convention: Convention, today: date) -> ConventionSheet:
    """Fetch the acts of a convention and replay its life."""
    rows = tuple(
        convention.acts.select_related("author")
        .annotate(proposer=proposer_of_each())
        .prefetch_related(Prefetch("evidence", EvidenceFile.objects.select_related("verification")))
        .order_by("revision")
    )
    timeline = convention.replayed([row.act for row in rows], today)
    return ConventionSheet(convention, timeline, today, rows)


def _is_signature(line: ActLine) -> bool:
    return line.stands and line.row.kind == "signature"


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _journal_words(name: str, term: int) -> str:
    label = TRANSITIONS[name].label
    return f"{label}, {ordinal(term)} période" if name == "renew" else label
