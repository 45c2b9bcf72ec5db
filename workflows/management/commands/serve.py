"""``manage.py serve``: the web site, its scheduler and its effects worker in one process."""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from waitress.server import create_server

from workflows.effect_worker import Worker
from workflows.french import NO_BREAK_SPACE
from workflows.management.command_line import NOT_MIGRATED, is_behind
from workflows.scheduler import Scheduler


class Command(BaseCommand):
    help = "Sert le site, applique chaque nuit ce qui est échu et fait les envois en attente."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="127.0.0.1 par défaut")
        parser.add_argument("--port", type=_port, default=8000, help="8000 par défaut")

    def handle(self, *args: Any, **options: Any) -> None:
        if is_behind():
            raise CommandError(NOT_MIGRATED)
        host, port = options["host"], options["port"]
        try:
            server = create_server(get_wsgi_application(), host=host, port=port, ident=None)
        except OSError as error:
            raise CommandError(
                f"Le port {port} de {host} ne peut être ouvert ({error.strerror}). Un autre "
                f"programme s’en sert peut-être{NO_BREAK_SPACE}: choisissez-en un autre avec "
                "--port (make run PORT=8001)."
            ) from error
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        scheduler, worker = Scheduler(), Worker()
        scheduler.start()
        worker.start()
        shown = "localhost" if host == "127.0.0.1" else host
        self.stdout.write(
            f"Tacite est servi sur http://{shown}:{server.effective_port}/ (Ctrl+C pour arrêter)."
        )
        self.stdout.flush()
        try:
            server.run()
        finally:
            server.close()
            scheduler.stop()
            worker.stop()


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise ArgumentTypeError(
            f"«{NO_BREAK_SPACE}{text}{NO_BREAK_SPACE}» n’est pas un port. Attendu"
            f"{NO_BREAK_SPACE}: un nombre de 1 à 65535, ou 0 pour un port libre."
        )
    return int(text)
