"""``manage.py journal verify``: follow the hash chain of every journal."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.chains import broken_links
from workflows.french import count, typeset
from workflows.management.terminal import progress_on


class Command(BaseCommand):
    help = "Vérifie que chaque ligne des journaux est celle qui a été écrite, à sa place."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for link in broken_links(progress_on(sys.stderr)):
            broken += 1
            self.stdout.write(
                typeset(f"{link.subject} {link.pk}, ligne {link.number} : {link.problem}.")
            )
        if broken:
            raise CommandError(
                typeset(
                    f"{count(broken, 'journal rompu', 'journaux rompus')} : ne vous y fiez plus "
                    "avant d’avoir comparé ces lignes avec une sauvegarde."
                )
            )
        self.stdout.write("Tous les journaux sont tels qu’ils ont été écrits.")
