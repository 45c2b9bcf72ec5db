"""The convention, its recorded acts with their evidence, and its journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property

from contracts.identifiers import validate_no_nir
from contracts.models.caisses import Caisse
from contracts.models.gathering import Gathering
from contracts.models.partners import Partner
from contracts.models.rulebooks import Interpretation, PublishedRulebook
from contracts.models.successions import ConventionParty, party_differences
from contracts.models.with_parties import WithParties, check_partners
from workflows import snapshots, subjects
from workflows.acts import Act
from workflows.advance import Advance, GoneOn
from workflows.after_end import AWAITING_CLOSING
from workflows.calendar import HolidayCalendar
from workflows.convention import ENDED, IN_FORCE, ConventionStatus
from workflows.journal_head import Head
from workflows.planned import name_of
from workflows.replay import replay
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind
from workflows.settling import Settlement
from workflows.timeline import Timeline

NOT_PINNED = (ConventionStatus.DRAFT.value, ConventionStatus.ABANDONED.value)
"""States in which the text may still change, or never bound anybody."""


@subjects.register("convention")
class Convention(WithParties, subjects.Subject):
    """A contract between a caisse and a partner; what its acts make of it is cached here."""

    once_per_term = frozenset({"activate", "renew", "expire", "terminate"})
    settled_columns = (
        "effect_on",
        "term_number",
        "term_first_day",
        "term_last_day",
        "last_day_in_force",
        "end_cause",
        "deadline_set_id",
        "pinned_id",
        "partner_id",
        "concluded_by_id",
    )

    caisse = models.ForeignKey(
        "contracts.Caisse", models.PROTECT, related_name="conventions", db_index=False
    )
    """Found by the constraint that makes its numbers unique."""
    partner = models.ForeignKey("contracts.Partner", models.PROTECT, related_name="conventions")
    """Who is the partner, as of the day that the cache speaks of; on any day, ``party_on``."""
    concluded_by = models.ForeignKey(
        "contracts.Partner",
        models.PROTECT,
        related_name="signed_conventions",
        null=True,
        blank=True,
    )
    """Who signed, once somebody took or is to take their place; None: ``partner`` did."""
    sites = models.ManyToManyField(
        "contracts.Site", through="contracts.ConventionSite", related_name="conventions"
    )
    number = models.CharField("numéro", max_length=60)
    rulebook_code = models.CharField("modèle de convention", max_length=100)
    pinned = models.ForeignKey(
        PublishedRulebook, models.PROTECT, related_name="conventions", null=True, blank=True
    )
    """The version it was sent for signature or signed under; a draft follows the latest."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    created_at = models.DateTimeField("créée le")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="assigned_conventions",
        verbose_name="suivie par",
        null=True,
        blank=True,
    )
    """Whoever looks after it at the caisse; it opens and forbids nothing."""
    taken_over_at = models.DateTimeField("reprise le", null=True, blank=True, editable=False)
    """The instant at which it came from a former register, for good; None when opened here.

    What was believed of it at or before that instant is history: nobody is told of it.
    """
    form_token = models.UUIDField("envoi du formulaire", null=True, blank=True, editable=False)
    """Made by the page that opened it, so that a form sent twice opens one convention."""

    effect_on = models.DateField("prise d’effet le", null=True, blank=True)
    term_number = models.PositiveIntegerField("période", null=True, blank=True)
    term_first_day = models.DateField("premier jour de la période", null=True, blank=True)
    term_last_day = models.DateField("dernier jour de la période", null=True, blank=True)
    last_day_in_force = models.DateField("dernier jour en vigueur", null=True, blank=True)
    end_cause = models.CharField("cause de la fin", max_length=40, blank=True)
    deadline_set = models.ForeignKey(
        "contracts.DeadlineSet",
        models.PROTECT,
        related_name="conventions",
        verbose_name="échéances",
        null=True,
        blank=True,
        db_index=False,
    )
    """The dates to watch, for the lists; none for a convention without any."""

    class Meta(subjects.Subject.Meta):
        verbose_name = "convention"
        ordering = ["number"]
        indexes = [
            *subjects.Subject.Meta.indexes,
            # The list of a caisse, in its order, with all that it is narrowed by.
            models.Index(
                fields=[
                    "caisse",
                    "next_change_on",
                    "id",
                    "state",
                    "rulebook_code",
                    "pinned",
                    "term_last_day",
                ],
                name="contracts_convention_list",
            ),
            models.Index(
                fields=["deadline_set", "caisse", "rulebook_code", "id"],
                condition=Q(deadline_set__isnull=False),
                name="contracts_convention_deadlines",
            ),
            # The ended ones whose file is open: all of them are counted on the home.
            models.Index(
                fields=["caisse", "rulebook_code", "id"],
                condition=Q(state__in=sorted(AWAITING_CLOSING)),
                name="contracts_convention_ended",
            ),
        ]
        constraints = [
            *subjects.Subject.Meta.constraints,
            models.UniqueConstraint(
                fields=["caisse", "number"],
                name="contracts_convention_number_unique",
                violation_error_message="Ce numéro est celui d’une autre convention de la caisse.",
            ),
            models.UniqueConstraint(
                fields=["form_token"],
                condition=Q(form_token__isnull=False),
                name="contracts_convention_one_a_form",
            ),
            models.CheckConstraint(condition=~Q(number=""), name="contracts_convention_numbered"),
            models.CheckConstraint(
                condition=~Q(rulebook_code=""), name="contracts_convention_rulebook_given"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ConventionStatus.values),
                name="contracts_convention_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=NOT_PINNED) | Q(pinned__isnull=False),
                name="contracts_convention_pinned_once_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(IN_FORCE))
                | Q(effect_on__isnull=False, term_number__isnull=False),
                name="contracts_convention_in_force_since",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(ENDED))
                | Q(effect_on__isnull=False, last_day_in_force__isnull=False) & ~Q(end_cause=""),
                name="contracts_convention_ended_on",
            ),
            models.CheckConstraint(
                condition=~Q(state="draft") | Q(effect_on__isnull=True),
                name="contracts_convention_draft_without_effect",
            ),
            models.CheckConstraint(
                condition=Q(last_day_in_force__isnull=True)
                | Q(effect_on__isnull=False, last_day_in_force__gte=F("effect_on")),
                name="contracts_convention_end_after_effect",
            ),
            models.CheckConstraint(
                condition=Q(
                    term_number__isnull=True,
                    term_first_day__isnull=True,
                    term_last_day__isnull=True,
                )
                | Q(term_number__gte=1, term_first_day__isnull=False)
                & (Q(term_last_day__isnull=True) | Q(term_last_day__gte=F("term_first_day"))),
                name="contracts_convention_term_in_order",
            ),
            models.CheckConstraint(
                condition=Q(term_first_day__isnull=True)
                | Q(effect_on__isnull=False, term_first_day__gte=F("effect_on")),
                name="contracts_convention_term_after_effect",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_label(self) -> str:
        """The state in words: those of the rulebook where it has its own."""
        own_words = self.rules.labels.states
        return own_words.get(self.state) or ConventionStatus(self.state).label

    @property
    def rules(self) -> Rulebook:
        """The rulebook it is pinned to; while a draft, the latest version published.

        A draft keeps what it read, until it is read again itself. Raises
        `PublishedRulebook.DoesNotExist` when no version was ever published.
        """
        if self.pinned is not None:
            return self.pinned.rulebook
        return self._rules_of_draft

    @cached_property
    def _rules_of_draft(self) -> Rulebook:
        return self.latest_rulebook().rulebook

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("_rules_of_draft", None)
        super().refresh_from_db(*args, **kwargs)

    def latest_rulebook(self) -> PublishedRulebook:
        """The latest published version of its type of convention."""
        return PublishedRulebook.objects.filter(code=self.rulebook_code).latest("version")

    def replayed(
        self,
        acts: Sequence[Act],
        as_of: date,
        known_at: datetime | None = None,
        **supposed: Any,
    ) -> Timeline:
        """``supposed`` replaces some of its circumstances, to see what would follow."""
        return replay(self.rules, acts, as_of, known_at, **self._circumstances() | supposed)

    def considered(self, acts: Sequence[Act], new_act: Act) -> Timeline:
        from workflows.recording import consider

        return consider(self.rules, acts, new_act, **self._circumstances())

    def _circumstances(self) -> dict[str, Any]:
        return {
            "interpretations": Interpretation.standing(self.rulebook_code),
            "partner_kind": PartnerKind(self.contracting_partner.kind),
            "holidays": HolidayCalendar(self.caisse.holiday_calendar),
        }

    @classmethod
    def to_sweep(cls) -> models.QuerySet[Convention]:
        # Not joined: these are looked up for the rows that are claimed, and for no others.
        signed = Coalesce(OuterRef("concluded_by"), OuterRef("partner"))
        partner = Partner.objects.filter(pk=signed).order_by()
        caisse = Caisse.objects.filter(pk=OuterRef("caisse")).order_by()
        return cls.objects.annotate(
            partner_kind=Subquery(partner.values("kind")),
            calendar=Subquery(caisse.values("holiday_calendar")),
        )

    @classmethod
    def lives(cls, subjects: Sequence[Convention], as_of: date) -> Iterator[Timeline | Exception]:
        return Gathering(subjects).lives(as_of)

    @classmethod
    def advances(cls, subjects: Sequence[Convention], as_of: date) -> Iterator[GoneOn | None]:
        return Gathering(subjects).advances(as_of)

    def snapshot_of(self, timeline: Timeline, head: Head) -> str:
        state = timeline.folded
        return "" if state is None else snapshots.write(state, head)

    def cache_of(self, timeline: Timeline | Advance) -> Mapping[str, Any]:
        term = timeline.current_term
        return {
            "effect_on": timeline.effect_on,
            "term_number": term.number if term else None,
            "term_first_day": term.first_day if term else None,
            "term_last_day": term.last_day if term else None,
            "last_day_in_force": timeline.last_day_in_force,
            "end_cause": timeline.end_cause,
            "deadline_set_id": name_of(timeline.planned),
            **self._parties_of(timeline),
        }

    def check_payload(self, payload: Mapping[str, Any]) -> None:
        for value in payload.values():
            if isinstance(value, str):
                validate_no_nir(value)
        if payload.keys() >= {"predecessor", "successor"}:
            check_partners(payload["predecessor"], payload["successor"])

    def before_storing(self, timeline: Timeline) -> None:
        """Pin the rules once the text has left for signature or is signed."""
        self._forget_other_partners()
        if self.pinned_id is None and timeline.state not in NOT_PINNED:
            self.pinned = self.latest_rulebook()

    @classmethod
    def store_beside(cls, settlements: Sequence[Settlement]) -> None:
        from contracts.models.questions import OpenQuestion

        OpenQuestion.follow(settlements)
        ConventionParty.follow(settlements)

    def differences_beside(self, timeline: Timeline) -> Iterable[str]:
        from contracts.models.questions import differences

        return (*differences(self, timeline), *party_differences(self, timeline))


class ConventionSite(models.Model):
    """A structure of the partner that a convention covers."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="+")
    site = models.ForeignKey("contracts.Site", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "structure d’une convention"
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "site"], name="contracts_conventionsite_once"
            ),
        ]

    def __str__(self) -> str:
        return f"structure {self.site_id}, convention {self.convention_id}"
