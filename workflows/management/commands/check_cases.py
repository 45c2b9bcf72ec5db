"""``manage.py check_cases``: compare the engine with worked cases, and say where they differ."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.cases import CaseResult, check_with
from workflows.input_faults import COLON, given
from workflows.management.inputs import json_content, rulebook_of
from workflows.rulebook import Rulebook
from workflows.rulebook_faults import RulebookErrors


class Command(BaseCommand):
    """Replay worked cases and print each disagreement; exit 1 if there is one."""

    help = "Rejoue des cas résolus et montre chaque désaccord ; sortie 1 s’il y en a un."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", type=Path, help="JSON : une liste de cas")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        cases = json_content(path)
        if not isinstance(cases, list):
            raise CommandError(
                f"{path}{COLON}les cas forment une liste, reçu {given(cases)}. Attendu{COLON}"
                "[{…}, {…}]."
            )
        if not cases:
            raise CommandError(f"{path}{COLON}aucun cas dans ce fichier.")
        results = [
            check_with(case, _rulebook_of, f"cas n° {number}")
            for number, case in enumerate(cases, start=1)
        ]
        results = [_marked_twice(place, results) for place in range(len(results))]
        for result in results:
            if not result.agrees:
                self.stdout.write("\n".join(report(result)) + "\n")
        agreeing = sum(result.agrees for result in results)
        self.stdout.write(f"{agreeing} of {len(results)} cases agree")
        if agreeing < len(results):
            raise SystemExit(1)


def _rulebook_of(code: str) -> Rulebook:
    try:
        return rulebook_of(code)
    except RulebookErrors as error:
        raise ValueError(str(error)) from error


def _marked_twice(place: int, results: list[CaseResult]) -> CaseResult:
    """A case whose identifier an earlier one bears is at fault: reports could not tell them."""
    result = results[place]
    if any(earlier.id == result.id for earlier in results[:place]):
        fault = f"id{COLON}un cas précédent porte déjà cet identifiant."
        return result._replace(faults=(*result.faults, fault))
    return result


def report(result: CaseResult) -> list[str]:
    """What a lawyer reads of a case that does not agree: facts, differences, why, the life."""
    lines = [f"{result.id}{COLON}{result.about}" if result.about else result.id]
    if result.faults:
        lines.append("  Cas illisible")
        lines += [f"    {fault}" for fault in result.faults]
    for difference in result.disagreements:
        lines.append(f"  {difference.key}")
        lines.append(f"    attendu{COLON}{difference.expected}")
        lines.append(f"    calculé{COLON}{difference.computed}")
        lines += [f"    {line}" for line in difference.explanation]
    if result.why:
        lines.append(f"  Motif du cas{COLON}{result.why}")
    if result.steps:
        lines.append("  Étapes rejouées")
        lines += [f"    {step}" for step in result.steps]
    return lines
