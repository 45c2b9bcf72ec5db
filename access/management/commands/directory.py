"""``manage.py directory``: accounts as they should be and as they are, last logins, who answers."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from access.drift import Drift
from access.models import Account
from access.services.directory_states import DirectoryStanding, standings
from access.services.logins import read_logins
from access.services.reconciliation import Difference, Reconciliation, reconcile
from contracts.models import Caisse
from workflows import breaker, clock
from workflows.effects import EffectFailed
from workflows.french import NO_BREAK_SPACE, count, date_in_words, typeset
from workflows.management.terminal import progress_on

SHOWN = 50
"""How many cases of a kind are listed."""


class Command(BaseCommand):
    help = (
        "Compare les comptes voulus et ceux de l’annuaire et rapproche ceux-ci de ceux-là, relève "
        "les dernières connexions, dit quels annuaires répondent."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        reconciling = actions.add_parser(
            "reconcile", help="rapproche l’annuaire de ce qui est voulu"
        )
        reconciling.add_argument("--dry-run", action="store_true", help="montre sans rien changer")
        logins = actions.add_parser("logins", help="relève les dernières connexions")
        for action in (reconciling, logins):
            action.add_argument(
                "--caisse", metavar="CODE", help="une seule caisse ; toutes par défaut"
            )
        actions.add_parser("status", help="dit quels annuaires répondent et ce qui attend")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        actions: dict[str, Callable[..., None]] = {
            "reconcile": self._reconcile,
            "logins": self._logins,
            "status": self._status,
        }
        actions[action](**options)

    def _reconcile(self, caisse: str | None, dry_run: bool, **_: Any) -> None:
        left = 0
        away: list[str] = []
        for one in _caisses(caisse):
            try:
                run = reconcile(one, dry_run, progress_on(sys.stderr))
            except EffectFailed as error:
                away.append(f"{one.code}{NO_BREAK_SPACE}: {error}")
                continue
            self._tell(run)
            left += run.left
        if away:
            raise CommandError(
                typeset(
                    "Annuaire injoignable ou qui refuse, rien n’est perdu : ce qui est demandé "
                    "attend et sera tenté de nouveau. Vérifiez l’annuaire, puis relancez la "
                    "commande."
                )
                + "".join(f"\n{line}" for line in away)
            )
        if left:
            what = ("écart à rapprocher", "écarts à rapprocher")
            if not dry_run:
                what = ("écart non réglé", "écarts non réglés")
            raise CommandError(f"{count(left, *what)}, à lire ci-dessus.")

    def _tell(self, run: Reconciliation) -> None:
        for kind in Drift:
            differences = run.of_kind(kind)
            if not differences:
                continue
            entries = count(len(differences), "compte")
            self._say(f"{run.caisse.code} : {entries} {kind.label}")
            for one in differences[:SHOWN]:
                self._say(f"  {_named(one)}")
            if len(differences) > SHOWN:
                self._say(f"  et {len(differences) - SHOWN} de plus")
        for pk, error in run.failing:
            self.stderr.write(typeset(f"compte {pk} en échec : {type(error).__name__} : {error}"))
        for held in run.held:
            self.stderr.write(
                typeset(
                    f"{breaker.measure_of(held).why(held)} Confirmez à la page « Traitements "
                    f"retenus », ou par « manage.py breaker confirm {held.measure} --user ADRESSE "
                    "--reason TEXTE » ; ce qui attend se fait alors de soi-même."
                )
            )
        self._say(f"{run.caisse.code} : {', '.join(_outcome(run))}.")

    def _logins(self, caisse: str | None, **_: Any) -> None:
        problems: list[str] = []
        for one in _caisses(caisse):
            try:
                read = read_logins(one)
            except EffectFailed as error:
                problems.append(f"{one.code} : {error}")
                continue
            if not read.readable:
                self._say(f"{one.code} : tenu à la main, rien à relever.")
                continue
            entries = count(read.entries, "entrée")
            self._say(f"{one.code} : {entries}, {count(read.recorded, 'connexion')} à retenir.")
            if read.failing:
                problems.append(f"{one.code} : {count(read.failing, 'habilitation')} en échec")
        if problems:
            lines = "\n".join(problems)
            raise CommandError(
                typeset(f"Relevé incomplet. Relancez la commande une fois la cause levée.\n{lines}")
            )

    def _status(self, **_: Any) -> None:
        away = 0
        for standing in standings(Caisse.objects.all()):
            away += standing.is_away
            self._say(_in_words(standing))
        if away:
            what = ("annuaire ne répond pas", "annuaires ne répondent pas")
            raise CommandError(f"{count(away, *what)}.")

    def _say(self, text: str) -> None:
        self.stdout.write(typeset(text))


def _caisses(code: str | None) -> Iterator[Caisse]:
    """The caisse of that code, or every one. Raises ``CommandError`` naming those that exist."""
    if code is None:
        yield from Caisse.objects.order_by("code")
        return
    try:
        yield Caisse.objects.get(code=code.upper())
    except Caisse.DoesNotExist as error:
        known = ", ".join(Caisse.objects.order_by("code").values_list("code", flat=True))
        raise CommandError(
            typeset(f"Aucune caisse n’a le code « {code} ». Codes connus : {known or 'aucun'}.")
        ) from error


def _named(one: Difference) -> str:
    named = one.identifier or "sans identifiant"
    if one.account is None:
        return f"{named} : à vérifier par une personne, jamais retiré de lui-même"
    return f"{named} ({Account(pk=one.account)})"


def _outcome(run: Reconciliation) -> Iterator[str]:
    yield f"{count(run.compared, 'compte comparé', 'comptes comparés')}"
    if not run.readable:
        yield "annuaire tenu à la main (comparé à ce qui y est connu)"
    yield f"{count(len(run.differences), 'écart')}"
    if run.mended:
        yield f"{count(run.mended, 'rapproché', 'rapprochés')}"
    if run.asked:
        yield f"{count(run.asked, 'demandé aux agents', 'demandés aux agents')}"
    if run.waiting:
        yield f"{count(run.waiting, 'retenu', 'retenus')} dans l’attente d’une confirmation"
    if run.moved:
        yield f"{count(run.moved, 'compte changé', 'comptes changés')} entre-temps"


def _in_words(standing: DirectoryStanding) -> str:
    health = standing.health
    if standing.is_manual:
        words = "tenu à la main"
    elif health is None:
        words = "jamais interrogé"
    elif health.is_answering:
        words = f"répond depuis le {_moment(health.since)}"
    else:
        words = f"ne répond pas depuis le {_moment(health.since)} ({health.cause})"
    if standing.oldest is not None:
        changes = count(standing.waiting, "changement en attente", "changements en attente")
        words += f" ; {changes}, le plus ancien du {_moment(standing.oldest)}"
    return f"{standing.caisse.code} : {words}."


def _moment(instant: datetime) -> str:
    local = instant.astimezone(clock.now().tzinfo)
    return f"{date_in_words(local.date())} à {local.hour} h {local.minute:02}"
