"""What comes back from a campaign: copies, batches of paper, mistakes, and silence."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from pikepdf import Pdf

from contracts.models import Caisse, IssuedDocument, User
from contracts.services import campaign_returns
from contracts.services.campaign_lines import untold_scans
from contracts.services.documents import content_of
from contracts.services.outgoing_letters import entered
from contracts.services.scanning import deposit_batch
from contracts.services.signed_copies import Told, deposit, deposit_scan
from tests.contracts.avenants_told import signed
from tests.contracts.campaigned import (
    Signed,
    alix,
    in_force,
    launched,
    line_of,
    maxence,
    post,
    standings,
    texts_of_both,
)
from tests.contracts.paper import scanned
from tests.forms_annexes.files import a_pdf
from tests.portfolio import record
from workflows import clock
from workflows.effect_worker import drain

__all__ = ["alix", "in_force", "maxence", "texts_of_both"]

Move = Callable[[str], None]

pytestmark = pytest.mark.django_db


def test_a_signature_recorded_by_mistake_is_no_signature_any_more(
    in_force: Signed, texts_of_both: None, caisse: Caisse, maxence: User, alix: User
) -> None:
    one = in_force("A")
    campaign = launched(caisse, maxence, alix)
    line = line_of(campaign, one)
    assert line.avenant is not None
    for party in ("partner", "caisse"):
        signed(line.avenant, party, "2024-02-01")
    assert standings(campaign) == {"A": "Signé"}
    record(one, "annulment", "2024-02-01", of=line.act, reason="Saisie sur le mauvais dossier")
    assert standings(campaign) == {"A": "Signature annulée"}
    assert one.timeline(clock.today()).rulebook.version == 1


def test_a_copy_that_the_caisse_alone_signed_is_no_answer(
    in_force: Signed, texts_of_both: None, caisse: Caisse, maxence: User, alix: User
) -> None:
    one = in_force("A")
    campaign = launched(caisse, maxence, alix)
    document = line_of(campaign, one).document
    assert document is not None
    for number, signatories in enumerate((("caisse",), ("caisse", "partner"))):
        content = ContentFile(a_pdf() + b"\n" * number, "copie.pdf")
        deposit(document, content, "copie.pdf", Told(signatories, date(2024, 2, 1)), maxence)
        assert standings(campaign) == {"A": ("À envoyer", "Revenu, à vérifier")[number]}


def test_avenants_that_come_back_in_one_batch_of_paper_are_sorted_to_their_lines(
    in_force: Signed, texts_of_both: None, caisse: Caisse, maxence: User, alix: User
) -> None:
    ones = [in_force(number) for number in ("A", "B", "C")]
    campaign = launched(caisse, maxence, alix)
    back = [line_of(campaign, one).document for one in ones[:2]]
    with Pdf.new() as paper:
        for document in back:
            assert document is not None
            with Pdf.open(BytesIO(scanned(content_of(document), 150))) as sheets:
                paper.pages.extend(sheets.pages)
        paper.save(content := BytesIO())
    deposit_batch(ContentFile(content.getvalue(), "lot.pdf"), "lot.pdf", caisse, maxence)
    drain()
    assert standings(campaign) == {
        "A": "Revenu, à vérifier",
        "B": "Revenu, à vérifier",
        "C": "À envoyer",
    }
    assert untold_scans(campaign.lines.all()).count() == 2
    lines = [line_of(campaign, one) for one in ones]
    nobody_said = campaign_returns.confirm_copies(lines[:1], alix)
    assert "personne n’a encore dit qui a signé" in nobody_said[0].problem
    for scan in untold_scans(campaign.lines.all()):
        deposit_scan(scan, Told(("partner",), date(2024, 2, 1)), maxence)
    results = campaign_returns.confirm_copies(lines, alix)
    assert [bool(one.problem) for one in results] == [False, False, True]
    assert standings(campaign) == {
        "A": "À signer par la caisse",
        "B": "À signer par la caisse",
        "C": "À envoyer",
    }


def test_the_silent_are_reminded_once_and_again_only_after_as_many_days(
    in_force: Signed,
    texts_of_both: None,
    caisse: Caisse,
    maxence: User,
    alix: User,
    today: Move,
) -> None:
    one, answered = in_force("A"), in_force("B")
    campaign = launched(caisse, maxence, alix, chase_after=30)
    for convention in (one, answered):
        post(convention, campaign, alix, "2024-02-01")
    line = line_of(campaign, answered)
    assert line.avenant is not None
    signed(line.avenant, "partner", "2024-02-01")
    today("2024-03-01")
    assert campaign_returns.remind(campaign.lines.all(), alix, uuid4()) == 0
    today("2024-03-02")
    token = uuid4()
    assert campaign_returns.remind(campaign.lines.all(), alix, token) == 1
    campaign_returns.remind(campaign.lines.all(), alix, token)
    drain()
    reminders = IssuedDocument.objects.filter(code="relance-avenant")
    assert [row.convention for row in reminders] == [one]
    assert entered(reminders.get()).standing == "to_sign"
    assert standings(campaign)["A"] == "Envoyé"
    today("2024-04-02")
    assert standings(campaign)["A"] == "Sans réponse"
    campaign_returns.remind(campaign.lines.all(), alix, uuid4())
    drain()
    assert IssuedDocument.objects.filter(code="relance-avenant").count() == 2
