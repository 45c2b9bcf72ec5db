"""Keeping what the API answered: each denial, a sample of the permissions, for some months."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime

from allauth.idp.oidc.models import Token
from django.conf import settings

from access.decisions import Decision, Question
from access.models import ApiClient, DecisionLog
from contracts.models import Caisse
from workflows import clock
from workflows.calendar import add_months


def keep(
    client: ApiClient,
    caisse: Caisse,
    questions: Sequence[Question],
    answers: Sequence[Decision],
    asked_about: datetime | None,
) -> None:
    """Write down the denials, and of the permissions the share that the settings say.

    One insertion at most, however many the answers.
    """
    percent = settings.TACITE_API_PERMITS_KEPT_PERCENT
    at = clock.now()
    rows = [
        DecisionLog(
            at=at,
            client=client,
            caisse=caisse,
            identifier=question.identifier,
            service=question.service,
            permit=answer.permit,
            code=answer.code,
            asked_about=asked_about,
            version=answer.version,
        )
        for question, answer in zip(questions, answers, strict=True)
        # A sample, not a secret.
        if not answer.permit or random.random() * 100 < percent  # noqa: S311
    ]
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    elif rows:
        DecisionLog.objects.bulk_create(rows)


def forget_old(today: date) -> int:
    """Remove the answers older than the time of keeping, and the tokens that are over.

    Returns how many answers were removed.
    """
    limit = clock.start_of_day(add_months(today, -settings.TACITE_API_LOG_MONTHS))
    Token.objects.expired().delete()
    removed, _ = DecisionLog.objects.filter(at__lt=limit).delete()
    return removed
