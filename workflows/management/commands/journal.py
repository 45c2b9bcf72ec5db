"""``manage.py journal verify``: follow every chain, and compare them with the daily heads."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.chains import broken_links
from workflows.french import typeset
from workflows.head_checks import broken_heads, disagreements
from workflows.head_files import PublishedHead, UnreadableHead, label, read_file
from workflows.journal import DIGEST_PATTERN
from workflows.journal_check import conclude
from workflows.management.terminal import progress_on
from workflows.models import JournalHead


class Command(BaseCommand):
    help = (
        "Vérifie que chaque événement et chaque ligne des journaux est tel qu’il a été écrit, à sa "
        "place, et que l’ensemble répond à la dernière empreinte."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify"])
        parser.add_argument(
            "--all-heads",
            action="store_true",
            help="recalcule chaque empreinte, et non la dernière seule (long)",
        )
        parser.add_argument(
            "--against",
            metavar="FICHIER",
            help="compare aussi avec une empreinte gardée ailleurs : son fichier "
            "empreinte-AAAA-MM-JJ.json, ou les 64 caractères reçus par courriel",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        against = _kept_elsewhere(options["against"]) if options["against"] else None
        chains = self._follow_chains()
        heads = self._check_heads(options["all_heads"])
        copies = self._compare(against) if against else 0
        problems = [
            conclude(chains, heads),
            "désaccord avec l’empreinte gardée ailleurs" if copies else "",
        ]
        if any(problems):
            raise CommandError(
                typeset(
                    f"{', '.join(filter(None, problems))} : ne vous fiez plus à ces dossiers "
                    "avant de les avoir comparés avec une sauvegarde."
                )
            )
        self.stdout.write("Tous les événements et les journaux sont tels qu’ils ont été écrits.")
        last = JournalHead.objects.last()
        self.stdout.write(
            typeset(f"Dernière empreinte : {label(last.number, last.day)}, {last.digest}.")
            if last
            else "Aucune empreinte n’a encore été établie."
        )

    def _follow_chains(self) -> int:
        broken = 0
        for link in broken_links(progress_on(sys.stderr)):
            broken += 1
            self.stdout.write(typeset(f"{link.chain.kind} {link.pk}, {link.row} : {link.problem}."))
        return broken

    def _check_heads(self, every: bool) -> int:
        broken = 0
        for head in broken_heads(every, progress_on(sys.stderr)):
            broken += 1
            self.stdout.write(
                typeset(f"Empreinte {label(head.number, head.day)} : {head.problem}.")
            )
        return broken

    def _compare(self, kept: PublishedHead) -> int:
        problems = disagreements(kept, progress_on(sys.stderr))
        for problem in problems:
            self.stdout.write(typeset(f"Empreinte gardée ailleurs, {kept.label} : {problem}."))
        if not problems:
            self.stdout.write(
                typeset(f"Empreinte gardée ailleurs, {kept.label} : la base y répond.")
            )
        return len(problems)


def _kept_elsewhere(given: str) -> PublishedHead:
    """The head that a file holds, or that the digest in a mail names."""
    if re.match(DIGEST_PATTERN, given):
        head = JournalHead.objects.filter(digest=given).first()
        if head is None:
            raise CommandError(
                typeset(
                    f"Aucune empreinte de la base n’est {given} : elle a été réécrite ou retirée, "
                    "ou vient d’un autre site. Comparez avec le fichier publié ce jour-là."
                )
            )
        return PublishedHead(head.content, head.digest)
    try:
        return read_file(Path(given))
    except UnreadableHead as error:
        raise CommandError(str(error)) from error
