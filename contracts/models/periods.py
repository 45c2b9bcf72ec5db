"""Rows that hold for a period of civil days."""

from __future__ import annotations

import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q


class PeriodQuerySet(models.QuerySet):
    def on(self, day: datetime.date) -> Self:
        """The rows that hold on `day`."""
        return self.filter(first_day__lte=day).filter(
            Q(last_day__isnull=True) | Q(last_day__gte=day)
        )


class Period(models.Model):
    """From `first_day` to `last_day`, both included; without `last_day`, until further notice."""

    first_day = models.DateField("à compter du")
    last_day = models.DateField("jusqu’au", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="%(app_label)s_%(class)s_period_in_order",
                violation_error_message="Le dernier jour précède le premier.",
            )
        ]
