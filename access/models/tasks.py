"""What an empowered agent has to do by hand in the directory, and what was confirmed done."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from access.models.accounts import Account, AccountState


class DirectoryTask(models.Model):
    """One change to bring to the directory by hand: the state and the services wanted.

    Nothing is taken as done until an agent confirms it. A task that is no longer wanted, or no
    longer in that shape, is superseded and stays in the list of what was asked.
    """

    class Kind(models.TextChoices):
        REGISTER_HOLDER = "register_holder", "Inscrire le titulaire au registre des tiers"
        REGISTER = "register", "Inscrire le compte"
        OPEN = "open", "Rouvrir le compte"
        LOCK = "lock", "Verrouiller le compte"
        CHANGE_SERVICES = "change_services", "Changer les services du compte"
        REMOVE = "remove", "Retirer le compte"

    class Outcome(models.TextChoices):
        PENDING = "", "À faire"
        DONE = "done", "Faite"
        SUPERSEDED = "superseded", "Devenue sans objet"

    account = models.ForeignKey(Account, models.PROTECT, related_name="tasks")
    kind = models.CharField("à faire", max_length=20, choices=Kind)
    wanted_state = models.CharField("état voulu", max_length=10, choices=AccountState)
    wanted_services = models.JSONField("services voulus", default=list, blank=True)
    opened_at = models.DateTimeField("demandée le")
    outcome = models.CharField("issue", max_length=10, choices=Outcome, blank=True, default="")
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    done_on = models.DateField("faite le", null=True, blank=True)
    done_by = models.ForeignKey(
        "contracts.Agent", models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "tâche d’annuaire"
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(outcome=""),
                name="access_directorytask_one_pending",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at__isnull=True)
                | Q(outcome__in=["done", "superseded"], closed_at__isnull=False),
                name="access_directorytask_closed_at",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="done") | Q(done_on__isnull=False, done_by__isnull=False),
                name="access_directorytask_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, compte {self.account_id}"


class DirectoryTaskStep(models.Model):
    """One register into which a task enters the account holder, in the rulebook's order."""

    task = models.ForeignKey(DirectoryTask, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField("rang")
    code = models.CharField("registre", max_length=40)
    label = models.CharField("intitulé", max_length=200)
    done_on = models.DateField("faite le", null=True, blank=True)
    done_by = models.ForeignKey(
        "contracts.Agent", models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "étape d’une tâche d’annuaire"
        ordering = ["task", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "number"], name="access_directorytaskstep_number_unique"
            ),
            models.UniqueConstraint(
                fields=["task", "code"], name="access_directorytaskstep_code_unique"
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, done_by__isnull=True)
                | Q(done_on__isnull=False, done_by__isnull=False),
                name="access_directorytaskstep_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.label}"
