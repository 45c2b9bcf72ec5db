"""Finding the convention that a command is asked about."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import CommandError

from contracts.models import Convention
from workflows.french import typeset


def add_arguments(parser: ArgumentParser) -> None:
    """A number, and the caisse where two have given it."""
    parser.add_argument("number", metavar="NUMÉRO", help="numéro de la convention")
    parser.add_argument("--caisse", metavar="CODE", help="si deux caisses ont ce numéro")


def numbered(number: str, caisse: str | None) -> Convention:
    """The convention of that number. Raises ``CommandError`` when there is none, or several."""
    found = Convention.objects.filter(number=number).select_related("caisse", "partner", "pinned")
    if caisse:
        found = found.filter(caisse__code=caisse)
    conventions = list(found)
    if not conventions:
        raise CommandError(typeset(f"Aucune convention n’a le numéro « {number} »."))
    if len(conventions) > 1:
        codes = ", ".join(sorted(one.caisse.code for one in conventions))
        raise CommandError(
            typeset(f"Plusieurs caisses ont ce numéro : ajoutez --caisse ({codes}).")
        )
    return conventions[0]
