"""The instruction of a request, as viewflow stores it."""

from __future__ import annotations

from django.db import models
from viewflow.workflow.models import Process

from forms_annexes.models.requests import AccessRequest


class RequestProcess(Process):
    """Who must do what next about one request; its status stays the request's own."""

    request = models.OneToOneField(AccessRequest, models.PROTECT, related_name="process")

    class Meta:
        verbose_name = "instruction d’une demande"
        verbose_name_plural = "instructions d’une demande"

    def __str__(self) -> str:
        return f"instruction de la demande {self.request_id}"
