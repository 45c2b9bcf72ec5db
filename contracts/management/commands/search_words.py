"""``manage.py search_words``: the words of every convention, made again from what is stored."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from contracts.services.searching import keep_all_words
from workflows.french import count
from workflows.management.terminal import progress_on


class Command(BaseCommand):
    help = "Refait les mots sous lesquels chaque convention se cherche."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = keep_all_words(progress_on(sys.stderr))
        self.stdout.write(f"{count(changed, 'convention')} à jour de nouveau.")
