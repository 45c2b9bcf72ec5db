"""The pages of which the guide shows a picture, in the demonstration on a fixed day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db.models import Count, Q
from django.db.models.functions import Length
from django.test import Client
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from access.models import Habilitation, ImportDeposit, ReviewedUser, UserReview
from access.services.import_deposits import deposit, go_on
from contracts.models import (
    Agent,
    Convention,
    OpenQuestion,
    Power,
    Proposal,
    PublishedRulebook,
    User,
)
from contracts.services.documents import issue
from contracts.services.evidence import store_evidence
from contracts.services.letters import letter_proposal, proposed_document
from contracts.services.outgoing_acts import Told
from contracts.services.outgoing_letters import entered, passed
from contracts.services.proposed_acts import CONVENTION, propose_acts
from tests.access.imports.portfolios import GOOD, csv
from tests.browser.pictures import take_from
from tests.forms_annexes.files import a_pdf
from tests.portfolio import an_act
from tests.templates_conventions.matrix import CAF, PIC
from workflows import breaker, clock

TODAY = date(2026, 11, 21)
WINTER = date(2027, 2, 11)
"""When more conventions of the demonstration will have ended than may at once."""


class Picture(NamedTuple):
    """What is shown of a page to somebody."""

    name: str
    path: str
    who: str = "camille"
    first: str = "main h1"
    """The selector of the element with which the picture begins."""
    height: int = 620


def pictures() -> list[Picture]:
    fictitious = Convention.objects.filter(partner__name__icontains="exempl")
    active = fictitious.filter(state="active").order_by(Length("partner__name"), "pk")
    written = active.filter(rulebook_code=PIC)[0]
    family = active.filter(rulebook_code=CAF)[0]
    asked = OpenQuestion.objects.filter(convention__in=fictitious, blocking=True).order_by("pk")[0]
    right = Habilitation.objects.filter(state="active", convention__in=active).order_by("pk")[0]
    version = PublishedRulebook.objects.filter(code=PIC).latest("version").version
    many = "&".join(f"choix={one.pk}" for one in active[:4])
    proposal = _proposed(active.filter(rulebook_code=PIC)[1])
    _to_post(active.filter(rulebook_code=PIC).order_by("-pk")[0])
    deposited = _deposited(written)
    with clock.set_to(clock.start_of_day(WINTER)):
        [held, *_] = breaker.hold(WINTER)
    users = Count("habilitations", filter=Q(habilitations__state="active"))
    review = _asked_of(active.annotate(users=users).latest("users", "pk"))
    of, of_asked = f"/conventions/{written.pk}", f"/conventions/{asked.convention_id}"
    return [
        Picture("agir-sur-plusieurs-conventions", f"/conventions/lot/?{many}", height=300),
        Picture("second-facteur", "/mon-compte/", "maxence", height=520),
        Picture("decider-a-deux", f"/a-confirmer/{proposal.pk}/", "alix", height=760),
        Picture("reprise", f"/reprises/{deposited.pk}/", "maxence", height=820),
        Picture("donner-un-role", "/personnel/role/", "lou", height=760),
        Picture("courrier-recu", "/courriers-recus/nouveau/", height=820),
        Picture("choisir-un-evenement", f"{of}/evenements/", height=700),
        Picture("poster-un-recommande", "/courriers-envoyes/depot/", height=470),
        Picture("vie-d-une-convention", f"{of}/", height=800),
        Picture("statistiques", "/statistiques/", height=820),
        Picture("modele", f"/modeles/{PIC}/{version}/", "maxence", height=720),
        Picture("noter", f"{of}/notes/", height=360),
        Picture("ouvrir-une-convention", "/conventions/nouvelle/?q=exemple", height=560),
        Picture(
            "echeance-a-la-main",
            f"/conventions/{family.pk}/evenements/deadline_set/",
            "maxence",
            height=820,
        ),
        Picture(
            "position-de-principe",
            f"/questions/positions/{PIC}/signed_before_deliberation/",
            "maxence",
            height=720,
        ),
        Picture("avenant", f"{of}/avenants/nouveau/duration/", "maxence", height=760),
        Picture("partenaire", f"/partenaires/{written.partner_id}/", height=720),
        Picture("liste-des-conventions", "/conventions/", height=720),
        Picture("convention-un-jour-donne", f"{of}/au/?le=2026-06-01", height=720),
        Picture("demande-recue", f"{of}/demande-papier/", height=720),
        Picture("et-si", f"{of}/et-si/", "maxence", height=420),
        Picture(
            "suspendre",
            f"/conventions/{right.convention_id}/utilisateurs/{right.pk}/evenements/user_suspended/",
            height=760,
        ),
        Picture(
            "question",
            f"{of_asked}/questions/{asked.identity}/lectures/",
            "maxence",
            height=760,
        ),
        Picture("echeances", "/echeances/", height=720),
        Picture("traitement-retenu", f"/traitements-retenus/{held.pk}/", "lou", height=720),
        Picture("liste-d-utilisateurs", f"/utilisateurs/listes/{review.pk}/", height=720),
    ]


def _asked_of(convention: Convention) -> UserReview:
    """The list of the users of a convention, that its partner was asked to confirm."""
    review = UserReview.objects.create(
        convention=convention,
        opened_on=TODAY - timedelta(days=20),
        due_on=TODAY + timedelta(days=25),
    )
    for one in Habilitation.objects.filter(convention=convention, state="active"):
        ReviewedUser.objects.create(review=review, habilitation=one)
    return review


def _proposed(convention: Convention) -> Proposal:
    day = TODAY.isoformat()
    agreed = {"last_day": day, "agreed_by": ["caisse", "partner"]}
    return propose_acts(
        CONVENTION,
        convention,
        [an_act("mutual_termination", day, **agreed)],
        User.objects.get(email="maxence@demonstration.example"),
        seen_revision=convention.revision,
        convention=convention,
    )


def _deposited(like: Convention) -> ImportDeposit:
    """A portfolio that was tried: some of it right, some doubtful, some refused."""
    good = GOOD | {"rulebook": like.rulebook_code, "partner_name": "Commune d’Exemple-la-Forêt"}
    file = csv(
        good | {"number": "CONV-2019-0042"},
        good | {"number": "CONV-2019-0043", "caisse_signed_on": "31/02/2019"},
        {**good, "number": "CONV-2019-0044", "siren": "", "partner_number": "T-0044"},
    )
    author = User.objects.get(email="maxence@demonstration.example")
    found = deposit(uuid4(), like.caisse, [file], None, author)
    # It alone: whatever else waits for a worker stays as the other pictures show it.
    go_on({"run": found.trial_id}, None)  # type: ignore[arg-type]
    return found


def _to_post(convention: Convention) -> None:
    """A letter signed, that is to be posted."""
    power = Power.objects.filter(kind=Power.Kind.SIGN_LETTERS, agent__caisse=convention.caisse)
    director: Agent = power[0].agent
    signatory = (director.person.get_full_name(), director.title)
    document = proposed_document(
        convention, letter_proposal(convention, "denonciation"), {}, signatory=signatory
    )
    author = User.objects.get(email="alix@demonstration.example")
    letter = entered(issue(convention, document, author))
    scan = store_evidence(ContentFile(a_pdf()), "lettre-signee.pdf", None)
    passed(letter, Told(kind="submitted", on=TODAY), author, identifier=uuid4())
    signed = Told(kind="signed", on=TODAY, signatory=director, file=scan)
    passed(letter, signed, author, identifier=uuid4())


@pytest.fixture
def demonstration(live_server: LiveServer, settings: Any) -> Iterator[None]:
    settings.TACITE_BREAKER_NUMBER = settings.TACITE_BREAKER_FLOOR = 3
    original = clock.install(lambda: clock.start_of_day(TODAY) + timedelta(hours=10))
    call_command("load_demo")
    yield
    clock.install(original)


@pytest.mark.usefixtures("demonstration")
def test_the_pages_of_the_guide_are_as_it_shows_them(
    context: BrowserContext, live_server: LiveServer
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 1040, "height": 900})
    known = ""
    for one in sorted(pictures(), key=lambda one: one.who):
        if one.who != known:
            known = one.who
            _sign_in(context, live_server, f"{known}@demonstration.example")
        answer = page.goto(one.path)
        assert answer is not None
        assert answer.status == 200, one
        expect(page.locator("h1")).to_be_visible()
        take_from(page.locator(one.first).first, one.name, one.height)


def _sign_in(context: BrowserContext, live_server: LiveServer, email: str) -> None:
    client = Client()
    client.force_login(
        User.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend"
    )
    cookie = client.cookies["sessionid"]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
