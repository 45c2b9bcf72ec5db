"""``manage.py user_reviews``: open, recall and close the reviews of the users that are due."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from access.review_policy import ReviewSettingWrong, setting_of
from access.services.reviews import (
    MEASURE,
    due_conventions,
    open_reviews,
    run_reviews,
    to_suspend,
)
from contracts.models import Caisse
from workflows import breaker, clock
from workflows.french import NO_BREAK_SPACE, count, date_in_words


class Command(BaseCommand):
    help = "Envoie les listes d’utilisateurs à confirmer, les rappelle, suspend après le silence."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="montre sans rien changer")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        today = clock.today()
        wrong = self._settings()
        if dry_run:
            opened = sum(1 for _ in due_conventions(today))
            self.stdout.write(f"{count(opened, 'liste')} à envoyer.")
            self.stdout.write(f"{count(to_suspend(today).count(), 'utilisateur')} à suspendre.")
        else:
            done = run_reviews(today)
            self.stdout.write(
                f"Listes envoyées{NO_BREAK_SPACE}: {done.opened}. "
                f"Rappels{NO_BREAK_SPACE}: {done.reminded}. "
                f"Utilisateurs suspendus{NO_BREAK_SPACE}: {done.suspended}."
            )
        for review in open_reviews():
            basis = f"article {review.article}" if review.article else "hors texte"
            self.stdout.write(
                f"{review.convention.number}{NO_BREAK_SPACE}: liste envoyée le "
                f"{date_in_words(review.opened_on)}, réponse attendue le "
                f"{date_in_words(review.due_on)} ({basis})."
            )
        for held in breaker.open_runs().filter(measure=MEASURE):
            self.stdout.write(breaker.measure_of(held).why(held))
        if wrong:
            raise CommandError("\n".join(wrong))

    def _settings(self) -> list[str]:
        """What is wrong with the settings of the caisses."""
        found = []
        for caisse in Caisse.objects.order_by("code"):
            try:
                setting_of(caisse)
            except ReviewSettingWrong as error:
                found.append(str(error))
        return found
