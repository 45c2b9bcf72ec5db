"""``manage.py demo``: play the lives of the demonstration and print them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.demonstration.portfolio import PortfolioFault, read
from contracts.demonstration.telling import told
from workflows import clock


class Command(BaseCommand):
    help = "Joue, sans base de données, la vie des cinq conventions et celle d’autres, fictives."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for life in told(read(), clock.today()):
                self.stdout.write(life)
        except PortfolioFault as error:
            raise CommandError(str(error)) from error
