"""The rulebook: what one version of one type of convention commands, as frozen typed data.

A rulebook is read from a TOML file (``rulebook_files``), checked (``rulebook_checks``) and handed
to the engine, which knows no convention by name. Every rule carries the ``article`` that commands
it and the ``basis`` of that reading. Durations are ISO 8601 (``P3M``, ``P30D``), dates ISO civil
dates in Europe/Paris. The rules of the lifecycle stand here; those of the services and of the
habilitations in ``rulebook_access``; documents and other clauses in ``rulebook_provisions``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

from pydantic import Field, model_validator

from workflows.rulebook_access import HabilitationRules, Service
from workflows.rulebook_provisions import Documents, Provisions
from workflows.rulebook_types import Article, CivilDate, Frozen, IsoDuration, PartnerKind, Rule


class ObjectRule(Rule):
    """What the convention is for."""

    summary: str = ""
    """One plain sentence of ours, for the screens and the sheet."""


class LetterForm(StrEnum):
    """The ways a letter may travel."""

    REGISTERED_LETTER = "registered_letter"
    QUALIFIED_ELECTRONIC_REGISTERED_LETTER = "qualified_electronic_registered_letter"
    SERVED_BY_COMMISSAIRE_DE_JUSTICE = "served_by_commissaire_de_justice"
    HAND_DELIVERED_LETTER = "hand_delivered_letter"
    ORDINARY_LETTER = "ordinary_letter"
    EMAIL = "email"


class CountsFrom(StrEnum):
    """The day of a letter's postal life that a rule counts from."""

    POSTING = "posting"
    FIRST_PRESENTATION = "first_presentation"
    RECEPTION = "reception"


class PartyRule(Frozen):
    """A party to the convention, by the role it has in the acts (``caisse``, ``partner``, …)."""

    role: str
    designation: str
    """What the convention calls it: « la Caisse de MSA »."""
    name: str = ""
    """Its name, where the type of convention fixes it."""
    address: str = ""
    """The registered office, where the type of convention states it."""
    kinds: tuple[PartnerKind, ...] = ()
    signature: Literal["required", "expected"] = "required"
    """``required``: without it nothing takes effect; ``expected``: missing, it raises a warning."""
    signatory_qualities: tuple[str, ...] = ()
    may_leave: bool = False
    """Whether it may leave while the others stay."""


class Condition(Rule):
    """Something that must be there besides the signatures."""

    kind: Literal["cnil", "document", "deliberation", "prior_request"]
    label: str
    consequence: Literal["suspends_effect", "blocks_access_requests", "warning"]
    accepted: tuple[Literal["transmission", "modification", "not_applicable"], ...] = ()
    """For ``cnil``: the grounds on which the condition is met."""
    document: str = ""
    """For ``document``: the code under which the document is recorded."""
    partner_kinds: tuple[PartnerKind, ...] = ()
    """The kinds of partner bound by it; empty: all."""
    except_partner_kinds: tuple[PartnerKind, ...] = ()

    def binds(self, kind: PartnerKind | None) -> bool:
        """Whether a partner of this kind must meet it; an unknown kind is bound."""
        if kind is None:
            return True
        if self.partner_kinds and kind not in self.partner_kinds:
            return False
        return kind not in self.except_partner_kinds


class Effect(Rule):
    """From which day the convention binds."""

    rule: Literal["last_signature", "document_date", "fixed_date", "validation_date"]
    fixed_on: CivilDate | None = None
    conditions: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _fixed_date_is_given(self) -> Effect:
        if (self.rule == "fixed_date") != (self.fixed_on is not None):
            raise ValueError('« fixed_on » s’écrit avec rule = "fixed_date", et seulement alors')
        return self


class Renewal(Rule):
    """What happens when a term ends and nobody said anything."""

    kind: Literal["tacit", "express", "none"]
    length: IsoDuration | None = None
    maximum: int | None = Field(default=None, ge=1)
    """How many times at most; absent: no limit."""

    @model_validator(mode="after")
    def _length_is_given(self) -> Renewal:
        if (self.kind == "none") != (self.length is None):
            raise ValueError('« length » est requis, sauf pour kind = "none"')
        return self


class TermRule(Rule):
    """How long the convention lasts."""

    kind: Literal["length", "fixed_last_day", "none"]
    length: IsoDuration | None = None
    last_day: CivilDate | None = None
    renewal: Renewal

    @model_validator(mode="after")
    def _kind_has_its_value(self) -> TermRule:
        if (self.kind == "length") != (self.length is not None):
            raise ValueError('« length » s’écrit avec kind = "length", et seulement alors')
        if (self.kind == "fixed_last_day") != (self.last_day is not None):
            raise ValueError(
                '« last_day » s’écrit avec kind = "fixed_last_day", et seulement alors'
            )
        if self.kind == "none" and self.renewal.kind != "none":
            raise ValueError(
                'une convention sans terme ne se renouvelle pas : renewal.kind = "none"'
            )
        return self


class Notice(Rule):
    """How a party declines the next term (or, ``at_any_time``, ends the convention)."""

    length: IsoDuration
    timing: Literal["before_term_end", "at_any_time"] = "before_term_end"
    forms: tuple[LetterForm, ...] = Field(min_length=1)
    by: tuple[str, ...] = ("caisse", "partner")
    counts_from: CountsFrom
    late: Literal["next_term_if_confirmed", "void"] = "next_term_if_confirmed"
    serves_as_formal_notice: bool = False
    """The clause says « valant mise en demeure »: kept in the letter's words, starts no delay."""


class Breach(Rule):
    """How a party ends the convention because the other does not perform it."""

    kind: Literal["delay", "immediate"] = "delay"
    delay: IsoDuration | None = None
    counts_from: CountsFrom
    forms: tuple[LetterForm, ...] = Field(min_length=1)
    cure: Literal["none", "express", "ambiguous"]
    damages_kept: bool = False
    """The end leaves open a claim for damages."""
    other_reading_days: int = 0
    """Days by which the other defensible reading of the delay differs (−1: ends a day earlier)."""

    @model_validator(mode="after")
    def _delay_is_given(self) -> Breach:
        if (self.kind == "delay") != (self.delay is not None):
            raise ValueError('« delay » s’écrit avec kind = "delay", et seulement alors')
        return self


class ForceMajeure(Rule):
    """When an event beyond the parties' control lasts."""

    faculty_after: IsoDuration
    """Beyond it, counted from the notification, either party may end the convention at once."""
    access: Literal["unchanged", "suspended"] = "unchanged"
    without_indemnity: bool = False


class Dispute(Rule):
    """How a disagreement is settled before a court."""

    amicable: IsoDuration | None = None
    """Delay for an amicable settlement, from the notification; absent: none stated."""


class MutualTermination(Rule):
    """The end that all parties agree on."""


class Suspension(Rule):
    """The caisse's right to suspend access."""

    kinds: tuple[Literal["temporary", "definitive"], ...] = ("temporary", "definitive")
    grounds: str
    target: str = ""


class Confidentiality(Rule):
    """How long the parties stay silent after the end."""

    after_end: IsoDuration | None = None
    """Contractual length after the end; absent: see ``unlimited``."""
    unlimited: bool = False


class Attestation(Rule):
    """The partner's written word that it returned or destroyed what it received."""

    within: IsoDuration | None = None
    """Stated delay; absent: as soon as possible."""
    manner: Literal["return_or_destruction", "destruction"] = "return_or_destruction"
    no_copy_kept: bool = False


class Survival(Rule):
    """What still binds once the convention has ended."""

    articles: tuple[Article, ...] = ()
    confidentiality: Confidentiality | None = None
    attestation: Attestation | None = None


class AvenantRule(Rule):
    """How the convention is amended."""

    covers: tuple[Literal["convention", "annexes"], ...] = ("convention",)
    initialled: bool = False
    """Every page initialled (« paraphé »)."""
    experiments_without_avenant: bool = False


class Labels(Frozen):
    """The text's own words where they differ from Tacite's."""

    partner: str = "partenaire"
    access_request: str = "demande d’accès"
    notice: str = "dénonciation"
    formal_notice: str = "lettre de résiliation pour inexécution"
    states: Mapping[str, str] = Field(default_factory=dict)


class Ambiguity(Frozen):
    """A contradiction, a gap or a slip of the text, and what is done with it."""

    code: str
    article: Article
    problem: str
    treatment: str


class Rulebook(Frozen):
    """One version of one type of convention."""

    code: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    version: int = Field(ge=1)
    title: str
    object: ObjectRule
    caisse: str
    """Name of the caisse whose type of convention it is."""
    labels: Labels = Labels()
    parties: tuple[PartyRule, ...] = Field(min_length=2)
    effect: Effect
    term: TermRule
    notice: Notice | None = None
    breach: Breach | None = None
    force_majeure: ForceMajeure | None = None
    dispute: Dispute | None = None
    mutual_termination: MutualTermination | None = None
    suspension: Suspension | None = None
    avenant: AvenantRule
    survival: Survival | None = None
    services: tuple[Service, ...] = Field(min_length=1)
    habilitation: HabilitationRules
    documents: Documents
    provisions: Provisions
    ambiguities: tuple[Ambiguity, ...] = ()

    @cached_property
    def digest(self) -> str:
        """sha256 of the rules themselves, whatever the layout of the file they came from."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return sha256(canonical.encode()).hexdigest()

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Rulebook) and self.digest == other.digest

    @cached_property
    def required_signatures(self) -> frozenset[str]:
        """Roles without whose signature nothing takes effect."""
        return frozenset(party.role for party in self.parties if party.signature == "required")

    @cached_property
    def roles(self) -> frozenset[str]:
        """Roles of all the parties."""
        return frozenset(party.role for party in self.parties)

    def amended(self, changes: Mapping[str, Any]) -> Rulebook:
        """The rulebook with rules replaced, as an avenant does.

        ``changes`` maps a rule's path in the TOML (``term.length``) to its new value; one table of
        several is named by its code or role (``parties.caisse.address``). Raises ``ValueError`` for
        an unknown path and pydantic's ``ValidationError`` for a wrong value.
        """
        content = self.model_dump(mode="json")
        for path, value in changes.items():
            *parents, last = path.split(".")
            place: Any = content
            for key in parents:
                place = _within(place, key)
            if not isinstance(place, dict) or last not in place:
                raise ValueError(f"« {path} » n’est pas une règle du modèle « {self.code} »")
            place[last] = value
        return Rulebook.model_validate(content)

    def article_of(self, path: str) -> str:
        """The article that commands the rule at this path; the nearest rule above it answers.

        Empty when the rulebook has no such rule: its silence is itself a rule.
        """
        article = ""
        place: Any = self
        for key in path.split("."):
            place = _within(place, key)
            if place is None:
                break
            article = getattr(place, "article", article)
        return article


def _within(place: Any, key: str) -> Any:
    """What stands under a key of a table, or the table of that code or role; None if nothing."""
    if isinstance(place, list | tuple):
        named = (item for item in place if key in (_of(item, "code"), _of(item, "role")))
        return next(named, None)
    return _of(place, key)


def _of(place: Any, key: str) -> Any:
    return place.get(key) if isinstance(place, Mapping) else getattr(place, key, None)
