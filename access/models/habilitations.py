"""The habilitation of one named user to one service, its recorded acts and its journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.identifiers import validate_no_nir
from contracts.models import Convention
from workflows import habilitation_life, journal, subjects
from workflows.access_course import course_of, written
from workflows.acts import Act
from workflows.clock import civil_date
from workflows.habilitation import HabilitationStatus
from workflows.habilitation_life import HabilitationLife
from workflows.recording import ActRefused
from workflows.subject_acts import SubjectAct
from workflows.subjects import act_rows
from workflows.timeline import Refusal, Timeline

_OPEN = ~Q(state="closed")
_SAME_RIGHT = ("convention", "person", "service")


@subjects.register("habilitation")
class Habilitation(subjects.Subject):
    """The right of one person to one service, given by one convention.

    It follows the convention: whatever moves the convention's dates moves this one's in the same
    transaction (``access.services.following``).
    """

    settled_columns = (
        "profile",
        "scope",
        "granted_on",
        "notified_on",
        "last_login_on",
        "closes_on",
        "close_cause",
        "dormancy_warning_on",
        "dormant_on",
        "access_course",
    )

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="habilitations")
    person = models.ForeignKey("contracts.Person", models.PROTECT, related_name="habilitations")
    site = models.ForeignKey(
        "contracts.Site", models.PROTECT, related_name="habilitations", null=True, blank=True
    )
    service = models.CharField("service", max_length=100)
    account = models.ForeignKey("access.Account", models.PROTECT, related_name="habilitations")
    request_reference = models.CharField("demande", max_length=64, blank=True)
    """What asked for it: the identifier of the line of a request, empty when taken over."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    created_at = models.DateTimeField("créée le")

    profile = models.CharField("profil", max_length=40, blank=True)
    """Number of the profile in the rules' list; empty where none was given."""
    scope = models.JSONField("périmètre", default=dict, blank=True)
    """What narrows it (``workflows.scopes.Scope``), as codes; empty: as far as the service."""
    granted_on = models.DateField("accordée le", null=True, blank=True)
    notified_on = models.DateField("identifiants envoyés le", null=True, blank=True)
    last_login_on = models.DateField("dernière connexion le", null=True, blank=True)
    closes_on = models.DateField("fermée le", null=True, blank=True)
    """First day without the right, past or foreseen."""
    close_cause = models.CharField("cause de la fermeture", max_length=40, blank=True)
    dormancy_warning_on = models.DateField("inactivité à signaler le", null=True, blank=True)
    """First day of the warning for want of use; None once closed, or without such rule."""
    dormant_on = models.DateField("fermeture pour inactivité possible le", null=True, blank=True)
    """First day on which a person may close it for want of use; None as above."""
    access_course = models.TextField("réponses au portail", blank=True)
    """What decisions are read from (``workflows.access_course``); empty: they replay the acts."""
    dormancy_warned_for = models.DateField("inactivité signalée pour le", null=True, blank=True)
    """The ``dormant_on`` of which the partner and the agents were warned; not of the replay."""
    dormancy_proposed_for = models.DateField("fermeture proposée pour le", null=True, blank=True)
    """The ``dormant_on`` for which the closing was proposed to the agents."""

    class Meta(subjects.Subject.Meta):
        verbose_name = "habilitation"
        indexes = [
            *subjects.Subject.Meta.indexes,
            models.Index(
                fields=["dormancy_warning_on"],
                condition=Q(dormancy_warning_on__isnull=False),
                name="access_habilitation_unused",
            ),
            models.Index(
                fields=["dormant_on"],
                condition=Q(dormant_on__isnull=False),
                name="access_habilitation_dormant",
            ),
        ]
        constraints = [
            *subjects.Subject.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state__in=HabilitationStatus.values),
                name="access_habilitation_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closes_on__isnull=False) & ~Q(close_cause=""),
                name="access_habilitation_closed_on",
            ),
            models.CheckConstraint(
                condition=Q(state="requested") | Q(granted_on__isnull=False),
                name="access_habilitation_granted_on",
            ),
            models.CheckConstraint(
                condition=~Q(service=""), name="access_habilitation_service_given"
            ),
            models.UniqueConstraint(
                fields=["request_reference", "service"],
                condition=~Q(request_reference=""),
                name="access_habilitation_one_a_request",
            ),
            models.UniqueConstraint(
                fields=[*_SAME_RIGHT, "site"],
                condition=_OPEN & Q(site__isnull=False),
                name="access_habilitation_once_a_site",
            ),
            models.UniqueConstraint(
                fields=_SAME_RIGHT,
                condition=_OPEN & Q(site__isnull=True),
                name="access_habilitation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"habilitation {self.pk}"

    @property
    def state_label(self) -> str:
        """The state in words."""
        return str(HabilitationStatus(self.state).label)

    @property
    def user_key(self) -> str:
        """How the acts name this habilitation."""
        return str(self.pk)

    def replayed(
        self, acts: Sequence[Act], as_of: date, known_at: datetime | None = None
    ) -> HabilitationLife:
        timeline = self.convention.timeline(as_of, known_at)
        return habilitation_life.replay(timeline, acts, as_of, known_at)

    @classmethod
    def lives(
        cls, subjects: Sequence[Habilitation], as_of: date
    ) -> Iterator[HabilitationLife | Exception]:
        conventions = Convention.to_sweep().in_bulk({one.convention_id for one in subjects})
        timelines = dict(
            zip(conventions, Convention.lives([*conventions.values()], as_of), strict=True)
        )
        rows = act_rows(HabilitationAct, [one.pk for one in subjects])
        for one in subjects:
            timeline = timelines[one.convention_id]
            try:
                if isinstance(timeline, Exception):
                    raise timeline
                yield habilitation_life.replay(timeline, [row.act for row in rows[one.pk]], as_of)
            except Exception as error:
                yield error

    def considered(self, acts: Sequence[Act], new_act: Act) -> HabilitationLife:
        timeline = self.convention.timeline(civil_date(new_act.recorded_at))
        life = habilitation_life.consider(timeline, acts, new_act, self.user_key)
        if self.state == "closed" and life.state != "closed" and self.same_right().exists():
            reason = (
                "L’habilitation se rouvrirait alors qu’une autre a été accordée depuis à la même "
                "personne pour ce service."
            )
            raise ActRefused(Refusal(new_act, "granted_again", reason, ""))
        return life

    def same_right(self) -> models.QuerySet[Habilitation]:
        """The other habilitations, not closed, of the same person to the same service."""
        same = {name: getattr(self, f"{name}_id") for name in ("convention", "person", "site")}
        return Habilitation.objects.filter(_OPEN, service=self.service, **same).exclude(pk=self.pk)

    def life_under(self, timeline: Timeline, acts: Sequence[Act]) -> HabilitationLife:
        """The life that its acts make under its convention's timeline, already replayed."""
        return habilitation_life.replay(timeline, acts, max(timeline.as_of, self.as_of))

    def cache_of(self, timeline: HabilitationLife) -> Mapping[str, Any]:
        data = timeline.data
        closed = timeline.state == "closed"
        return {
            "profile": data.profile,
            "scope": data.scope.content,
            "granted_on": data.granted_on,
            "notified_on": data.notified_on,
            "last_login_on": data.last_login_on,
            "closes_on": timeline.over_on,
            "close_cause": data.close_cause if timeline.over_on else "",
            "dormancy_warning_on": None if closed else data.dormancy_warning_from,
            "dormant_on": None if closed else data.dormant_from,
            "access_course": written(course_of(timeline, self.service)),
        }

    def check_payload(self, payload: Mapping[str, Any]) -> None:
        for text in _texts(payload):
            validate_no_nir(text)


def _texts(value: Any) -> Iterator[str]:
    """Every text that a payload holds, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _texts(member)


class HabilitationAct(SubjectAct):
    """One act recorded about a habilitation."""

    proved_by = ("evidence",)

    subject = models.ForeignKey(Habilitation, models.PROTECT, related_name="acts", db_index=False)
    """Found by the unique constraints that begin with it."""
    evidence = models.ManyToManyField(
        "contracts.EvidenceFile",
        through="access.HabilitationActEvidence",
        related_name="habilitation_acts",
    )

    class Meta(SubjectAct.Meta):
        verbose_name = "événement d’une habilitation"

    def evidence_digests(self) -> list[str]:
        return [file.sha256 for file in self.evidence.all()]

    def attach(self, evidence: Sequence[Any]) -> None:
        HabilitationActEvidence.objects.bulk_create(
            HabilitationActEvidence(act=self, file=file) for file in evidence
        )


class HabilitationActEvidence(models.Model):
    """A file that proves an act; joined for good."""

    act = models.ForeignKey(HabilitationAct, models.PROTECT, related_name="+")
    file = models.ForeignKey("contracts.EvidenceFile", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "pièce d’un événement d’une habilitation"
        constraints = [
            models.UniqueConstraint(
                fields=["act", "file"], name="access_habilitationactevidence_once"
            ),
        ]

    def __str__(self) -> str:
        return f"pièce {self.file_id}, événement {self.act_id}"


class HabilitationJournalEntry(journal.JournalEntry):
    """One belief, begun or ended, about a habilitation."""

    subject = models.ForeignKey(
        Habilitation, models.PROTECT, related_name="journal", db_index=False
    )
    """Found by the unique constraints that begin with it."""

    class Meta(journal.JournalEntry.Meta):
        verbose_name = "ligne du journal d’une habilitation"
