"""``manage.py load_demo``: load the demonstration portfolio, once."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from contracts.demonstration.loading import AlreadyInUse, LoadingFailed, load
from contracts.demonstration.portfolio import Portfolio, PortfolioFault, read
from contracts.models import User, UserScope
from workflows.french import NO_BREAK_SPACE, count
from workflows.management.terminal import progress_on


class Command(BaseCommand):
    help = "Charge une fois le portefeuille de démonstration et dit comment se connecter."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TACITE_DEMONSTRATION:
            raise CommandError(
                "La démonstration ne se charge pas ici : ses mots de passe sont publics. Elle est "
                "réservée aux réglages « settings.development »."
            )
        try:
            portfolio = read()
            loaded = load(portfolio, progress_on(sys.stderr))
        except AlreadyInUse:
            self.stdout.write("La base n’est pas vide, rien n’est chargé.")
        except (LoadingFailed, PortfolioFault) as error:
            raise CommandError(f"Démonstration non chargée{NO_BREAK_SPACE}: {error}") from error
        else:
            self.stdout.write(
                f"Démonstration chargée{NO_BREAK_SPACE}: {count(loaded, 'convention')}."
            )
        self._write_logins(portfolio)

    def _write_logins(self, portfolio: Portfolio) -> None:
        known = set(
            User.objects.filter(email__in=[user.email for user in portfolio.users]).values_list(
                "email", flat=True
            )
        )
        users = [user for user in portfolio.users if user.email in known]
        if not users:
            return
        self.stdout.write(
            f"Mot de passe de démonstration{NO_BREAK_SPACE}: {portfolio.password}. Adresses"
            f"{NO_BREAK_SPACE}:"
        )
        for user in users:
            scope = ", ".join(portfolio.caisse(code).name for code in user.caisses)
            self.stdout.write(
                f"  {user.email:<34}{UserScope.Role(user.role).label}"
                f" ({scope or 'toutes les caisses'})"
            )
