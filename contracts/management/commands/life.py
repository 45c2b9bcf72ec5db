"""``manage.py life``: a convention on a day, as it was known at an instant."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.life_differences import deadline_changes, step_changes
from contracts.management import conventions
from workflows import clock
from workflows.french import date_in_words, typeset
from workflows.management.inputs import day, instant
from workflows.timeline import Timeline
from workflows.timeline_json import as_json
from workflows.timeline_text import life


class Command(BaseCommand):
    help = "Dit la vie d’une convention, un jour donné, telle qu’on la savait à un instant donné."

    def add_arguments(self, parser: ArgumentParser) -> None:
        conventions.add_arguments(parser)
        parser.add_argument(
            "--as-of", type=day, metavar="JOUR", help="jour d’où l’on regarde ; aujourd’hui"
        )
        parser.add_argument(
            "--known-at",
            type=instant,
            metavar="INSTANT",
            help="ne retenir que ce qui était enregistré à cet instant, avec son décalage",
        )
        parser.add_argument(
            "--difference",
            action="store_true",
            help="avec --known-at : dire ce qu’on en sait de plus, ou autrement, maintenant",
        )
        parser.add_argument(
            "--compared-with",
            type=instant,
            metavar="INSTANT",
            help="avec --difference : à cet instant-ci, au lieu de maintenant",
        )
        parser.add_argument("--json", action="store_true", help="tout, en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        known_at: datetime | None = options["known_at"]
        if options["difference"] and (known_at is None or options["json"]):
            raise CommandError(
                typeset("--difference demande --known-at, et ne va pas avec --json.")
            )
        other: datetime | None = options["compared_with"]
        if other is not None and not options["difference"]:
            raise CommandError(typeset("--compared-with demande --difference."))
        for name, at in (("--known-at", known_at), ("--compared-with", other)):
            if at is not None and at > clock.now():
                raise CommandError(
                    typeset(f"{name} : cet instant est à venir. Attendu : un instant passé.")
                )
        convention = conventions.numbered(options["number"], options["caisse"])
        as_of: date = options["as_of"] or clock.today()
        then = convention.timeline(as_of, known_at)
        if options["difference"]:
            for line in _differences(then, convention.timeline(as_of, other)):
                self.stdout.write(typeset(line))
        elif options["json"]:
            self.stdout.write(json.dumps(as_json(then), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(life(then), ending="")


def _differences(then: Timeline, now: Timeline) -> Iterator[str]:
    steps, deadlines = step_changes(then, now), deadline_changes(then, now)
    if not (steps or deadlines):
        yield "Ce qui a été enregistré d’un instant à l’autre n’y change rien."
    for change in steps:
        belief = "on ne le savait pas" if change.is_gained else "on le croyait, à tort"
        article = f" (article {change.article})" if change.article else ""
        yield f"{date_in_words(change.step.on)} : {change.label}, {belief}{article}."
    for deadline in deadlines:
        before, after = _told(deadline.before), _told(deadline.after)
        yield f"{deadline.title} : {before}, puis {after} (article {deadline.article})."


def _told(day: date | None) -> str:
    return date_in_words(day) if day else "aucune date"
