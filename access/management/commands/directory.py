"""``manage.py directory reconcile``: accounts as they should be, and as they are."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from access.models import Account, AccountState
from access.services.accounts import bring_to_desired_state, desired_state
from workflows import clock
from workflows.french import NO_BREAK_SPACE, count


class Command(BaseCommand):
    help = "Compare les comptes voulus et ceux de l’annuaire, et rapproche ceux-ci de ceux-là."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        reconcile = actions.add_parser("reconcile", help="rapproche l’annuaire de ce qui est voulu")
        reconcile.add_argument("--dry-run", action="store_true", help="montre sans rien changer")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        differing = failing = 0
        for account in Account.objects.order_by("pk").iterator():
            wanted = desired_state(account, clock.now())
            different = (account.state, account.services) != (wanted.state, list(wanted.services))
            # What was never registered needs no lock, what is locked is not removed.
            harmless = wanted.state != AccountState.OPEN and account.state != AccountState.OPEN
            if different and not harmless:
                differing += 1
                self.stdout.write(
                    f"{account}{NO_BREAK_SPACE}: {AccountState(account.state).label}, "
                    f"voulu {wanted.state.label}"
                )
            if dry_run:
                continue
            try:
                bring_to_desired_state(account.pk)
            except Exception as error:
                failing += 1
                self.stderr.write(f"{account}{NO_BREAK_SPACE}: {type(error).__name__}: {error}")
        done = "à rapprocher" if dry_run else "rapprochés ou demandés aux agents"
        self.stdout.write(f"{count(differing, 'compte')} {done}.")
        if failing:
            raise CommandError(f"{count(failing, 'compte')} en échec. Relancez la commande.")
