"""Publishing rulebooks: from a file that may change to a row that cannot."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from contracts.models import PublishedRulebook, User
from contracts.models.rulebooks import digest_of
from workflows import clock
from workflows.french import NO_BREAK_SPACE
from workflows.read_once import once
from workflows.rulebook import Rulebook


class RulebookChanged(Exception):
    """The rules differ from those already published under the same version."""


def published_rulebooks() -> list[PublishedRulebook]:
    """Every version of every type, the oldest of each type first."""
    return once(
        "published rulebooks",
        lambda: list(PublishedRulebook.objects.order_by("code", "version")),
    )


def publish(
    rulebook: Rulebook,
    by: User | None = None,
    signed_off_by: User | None = None,
    signed_off_on: date | None = None,
) -> tuple[PublishedRulebook, bool]:
    """Freeze one version of a rulebook; return its row, and whether it is new.

    ``signed_off_by`` is the lawyer who approved it on ``signed_off_on``. Publishing the same rules
    again changes nothing. Raises ``RulebookChanged`` for other rules under a version already
    published.
    """
    with transaction.atomic():
        row, created = PublishedRulebook.objects.get_or_create(
            code=rulebook.code,
            version=rulebook.version,
            defaults={
                "content": (content := rulebook.model_dump(mode="json")),
                "digest": digest_of(content),
                "published_at": clock.now(),
                "published_by": by,
                "signed_off_by": signed_off_by,
                "signed_off_on": signed_off_on,
            },
        )
    # Compared once read again, so that a rule that Tacite learns later is no difference.
    if row.rulebook.digest != rulebook.digest:
        raise RulebookChanged(
            f"Les règles de «{NO_BREAK_SPACE}{rulebook.code}{NO_BREAK_SPACE}» ne sont plus celles "
            f"de sa version {rulebook.version}, déjà publiée et qui ne change plus. Écrivez "
            f"version = {rulebook.version + 1} dans le fichier, ou rétablissez-le."
        )
    return row, created
