"""The people of one convention, each at a browser of their own, under the tests' one clock."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from django.core import mail
from playwright.sync_api import Browser, BrowserContext, Page, expect

from access.services.clients import NewClient
from tests.access.asking import basic
from tests.browser.accessibility import assert_accessible
from tests.browser.pictures import take
from tests.portfolio import noon
from workflows import clock

PASSWORD = "une phrase pour essayer"

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


class Journey:
    """Opens browsers, moves the clock, reads the mail, and looks at each page."""

    def __init__(self, browser: Browser, base_url: str, *, scripts: bool) -> None:
        self.browser, self.base_url, self.scripts = browser, base_url, scripts
        self._open: list[BrowserContext] = []

    def at(self, day: str) -> None:
        """Make it noon in Paris on a day."""
        self.instant(noon(day))

    def instant(self, instant: datetime) -> None:
        """Make it that instant."""
        clock.install(lambda: instant)

    def sits_down(self, size: dict[str, int] | None = None) -> Page:
        """A browser nobody has signed in to."""
        context = self.browser.new_context(
            java_script_enabled=self.scripts,
            base_url=self.base_url,
            viewport=size or DESK,
            locale="fr-FR",
            accept_downloads=True,
        )
        self._open.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    def staff(self, email: str) -> Page:
        """A member of the caisse signs in."""
        page = self.sits_down()
        page.goto("/connexion/")
        page.get_by_label("Adresse électronique").fill(email)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
        return page

    def signs_in_by_code(self, page: Page, email: str) -> None:
        """From the sign-in page, somebody of the partner signs in by the code received."""
        page.get_by_label("Adresse à laquelle la caisse vous écrit").fill(email)
        page.get_by_role("button", name="Recevoir un code").click()
        self.look(page)
        page.get_by_label("Code reçu par courriel").fill(self.code_for(email))
        page.get_by_role("button", name="Se connecter").click()

    def look(self, page: Page, picture: str = "", *, whole: bool = True) -> None:
        """Check that the page is accessible, and take its picture for the guide when asked.

        The ``whole`` page, or what the window shows of it.
        """
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if self.scripts:
            assert_accessible(page)
        if picture:
            take(page, picture, whole=whole)

    def mails_to(self, email: str) -> list[Any]:
        """What somebody has received, the oldest first."""
        return [sent for sent in mail.outbox if email in sent.to]

    def code_for(self, email: str) -> str:
        """The six figures of the last mail."""
        found = re.search(r"\b\d{6}\b", self.mails_to(email)[-1].body)
        assert found is not None
        return found[0]

    def link_for(self, email: str, beginning: str) -> str:
        """The path of the link in the last mail that has one."""
        bodies = [sent.body for sent in self.mails_to(email)]
        links = [m[0] for body in bodies for m in re.finditer(rf"/{beginning}/[^\s*]+", body)]
        return links[-1]

    def asks_the_door(self, portal: NewClient, identifier: str, service: str) -> dict[str, Any]:
        """What the extranet is answered about an account."""
        context = self.browser.new_context(base_url=self.base_url)
        given = context.request.post(
            "/api/v1/oauth/token",
            headers=basic(portal.client.client_id, portal.secret),
            form={"grant_type": "client_credentials"},
        )
        token = given.json()["access_token"]
        answer = context.request.post(
            "/api/v1/access/decisions",
            headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
            data=json.dumps({"identifier": identifier, "service": service}),
        )
        assert answer.status == 200
        said: dict[str, Any] = answer.json()
        context.close()
        return said

    def end(self) -> None:
        """Close every browser."""
        for context in self._open:
            context.close()


def confirm(page: Page) -> None:
    """See what an event changes, then confirm it."""
    page.get_by_role("button", name="Voir ce que cela change").click()
    page.get_by_role("button", name=re.compile("^Confirmer")).click()
    expect(page.get_by_text("enregistré").first).to_be_visible()
