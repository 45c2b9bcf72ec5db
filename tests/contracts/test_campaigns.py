"""A version of a rulebook proposed to a whole type: who moves, when, and who stays."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, transaction

from contracts.models import (
    Avenant,
    AvenantCampaign,
    AvenantFact,
    Caisse,
    CampaignClosing,
    CampaignLaunch,
    CampaignLine,
    Convention,
    ConventionAct,
    IssuedDocument,
    LetterPassage,
    OutgoingLetter,
    User,
)
from contracts.services import avenants, campaign_closing, campaign_returns
from contracts.services.campaign_launch import propose_launch
from contracts.services.campaign_lines import counted, moved_kinds
from contracts.services.campaign_preparing import prepare_line
from contracts.services.campaigns import Asked, CannotCampaign, open_campaign
from contracts.services.consolidation import consolidated
from contracts.services.outgoing_letters import entered
from contracts.services.proposals import NotProposed, confirm
from contracts.services.signed_copies import Told, deposit
from tests.contracts.avenants_told import prepared, signed
from tests.contracts.campaigned import (
    Signed,
    alix,
    in_force,
    launched,
    line_of,
    maxence,
    opened,
    post,
    second_version,
    standings,
    texts_of_both,
)
from tests.documents import plain
from tests.forms_annexes.files import a_pdf
from tests.portfolio import record
from workflows import clock
from workflows.effect_worker import drain
from workflows.effects import EffectContext
from workflows.sweep import sweep

__all__ = ["alix", "in_force", "maxence", "texts_of_both"]

Move = Callable[[str], None]

pytestmark = pytest.mark.django_db


def notice_on(convention: Convention, day: str) -> str:
    """How long the notice is on a day, by the consolidated rules."""
    notice = consolidated(convention, date.fromisoformat(day)).rulebook.notice
    assert notice is not None
    return str(notice.length)


def give_notice(convention: Convention) -> None:
    """The partner declines the next term, in time."""
    record(convention, "letter_posted", "2024-02-01", letter="L1")
    record(convention, "notice", "2024-02-01", by="partner", form="registered_letter", letter="L1")


def everything() -> dict[str, int]:
    """How many rows there are of all that a campaign makes."""
    models = (
        Avenant,
        AvenantFact,
        CampaignLine,
        ConventionAct,
        IssuedDocument,
        LetterPassage,
        OutgoingLetter,
    )
    return {model.__name__: model.objects.count() for model in models}


# The preview.


def test_the_preview_says_who_is_concerned_and_which_dates_move(
    in_force: Signed, texts_of_both: None, caisse: Caisse, maxence: User
) -> None:
    concerned, noticed, waiting, own = (in_force(number) for number in ("A", "B", "C", "D"))
    give_notice(noticed)
    prepared(waiting, changes={"term.length": "P3Y"})
    changed = prepared(own, changes={"term.length": "P2Y"})
    for party in ("caisse", "partner"):
        signed(changed, party, "2024-02-01")
    campaign = opened(caisse, maxence)
    reasons = {
        line.convention.number: plain(line.reason)
        for line in campaign.lines.select_related("convention")
    }
    assert reasons["A"] == ""
    assert reasons["B"] == "Elle est dénoncée : elle prend fin le 14 janvier 2025."
    assert reasons["C"] == "Son avenant n° 1 attend déjà une signature."
    assert "règles propres (Durée)" in reasons["D"]
    assert "Préparez son avenant à la main" in reasons["D"]
    [line] = campaign.lines.filter(convention=concerned)
    limits = [move[2:4] for move in line.moves if move[0] == "notice_limit"]
    assert limits[0] == ["2024-10-14", "2024-11-14"]
    assert moved_kinds(campaign.lines.all())["notice_limit"] == 1
    assert not Avenant.objects.filter(convention=concerned).exists()
    assert concerned.timeline(clock.today()).rulebook.version == 1


def test_a_version_without_texts_is_proposed_to_nobody_and_says_so(
    in_force: Signed, caisse: Caisse, maxence: User
) -> None:
    in_force("A")
    campaign = opened(caisse, maxence)
    [line] = campaign.lines.all()
    assert "L’avenant ne peut pas s’écrire" in plain(line.reason)
    with pytest.raises(NotProposed, match="Aucune convention"):
        propose_launch(campaign, maxence, identifier=str(uuid4()))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"from_versions": []}, "au moins une version"),
        ({"from_versions": [2]}, "au moins une version"),
        ({"reason": " "}, "Dites pourquoi"),
        ({"reason": "x" * 501}, "501 reçus"),
        ({"reason": "Dossier 2 55 08 14 168 025 38"}, "sécurité sociale"),
        ({"answer_by": date(2024, 2, 1)}, "est passée"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused_and_nothing_is_written(
    more: dict[str, Any],
    words: str,
    in_force: Signed,
    texts_of_both: None,
    caisse: Caisse,
    maxence: User,
) -> None:
    in_force("A")
    given: dict[str, Any] = {"from_versions": [1], "reason": "Le préavis change."} | more
    with pytest.raises(CannotCampaign) as refused:
        open_campaign(Asked(caisse, second_version(), **given), maxence, uuid4())
    assert words in plain(str(refused.value))
    assert not AvenantCampaign.objects.exists()


# The launch.


def test_one_person_never_launches_alone_and_the_database_refuses_it_too(
    in_force: Signed, texts_of_both: None, caisse: Caisse, maxence: User, agent: User
) -> None:
    in_force("A")
    campaign = opened(caisse, maxence)
    proposal = propose_launch(campaign, maxence, identifier=str(uuid4()))
    with pytest.raises(NotProposed, match="quelqu’un d’autre"):
        confirm(proposal, maxence)
    with pytest.raises(NotProposed, match="rôle"):
        confirm(proposal, agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        CampaignLaunch.objects.create(
            campaign=campaign, proposed_by=maxence, confirmed_by=maxence, at=clock.now()
        )
    drain()
    assert not Avenant.objects.exists()


def test_what_a_campaign_was_asked_to_be_is_never_changed(
    in_force: Signed, texts_of_both: None, caisse: Caisse, maxence: User, alix: User
) -> None:
    in_force("A")
    campaign = launched(caisse, maxence, alix)
    campaign_closing.close(campaign, "Fini.", alix)
    for row in (campaign, CampaignLaunch.objects.get(), CampaignClosing.objects.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save()
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()


# The proof: a whole portfolio, previewed, launched, then answered in every way.


def test_those_who_sign_read_the_new_rule_from_its_day_and_nobody_else_ever_does(
    in_force: Signed,
    texts_of_both: None,
    caisse: Caisse,
    maxence: User,
    alix: User,
    today: Move,
) -> None:
    names = ("copie", "directe", "refus", "finie", "tardive", "muette", "dénoncée", "courrier")
    copied, direct, refusing, ending, backdated, silent, noticed, written = map(in_force, names)
    give_notice(noticed)
    before = {one.pk: one.timeline(date(2024, 6, 20)).deadlines for one in (silent, refusing)}
    campaign = launched(caisse, maxence, alix, effective_on=date(2024, 4, 1))
    at_launch = everything()
    assert at_launch["Avenant"] == 7
    assert standings(campaign) == dict.fromkeys(names, "À envoyer") | {
        "dénoncée": "Laissée de côté"
    }
    # Run again, the job makes nothing twice.
    for line in campaign.lines.all():
        prepare_line({"line": line.pk}, EffectContext("again", "again", 2, lambda: True))
    drain()
    assert everything() == at_launch

    today("2024-03-01")
    for one in (copied, direct, refusing, ending, backdated, silent):
        post(one, campaign, alix, "2024-03-01")
    assert standings(campaign)["muette"] == "Envoyé"
    assert standings(campaign)["courrier"] == "À envoyer"

    today("2024-03-10")
    document = line_of(campaign, copied).document
    assert document is not None
    content = ContentFile(a_pdf(), "retour.pdf")
    deposit(document, content, "retour.pdf", Told(("partner",), date(2024, 3, 8)), maxence)
    assert standings(campaign)["copie"] == "Revenu, à vérifier"
    [answer] = campaign_returns.confirm_copies([line_of(campaign, copied)], alix)
    assert answer.problem == ""
    assert standings(campaign)["copie"] == "À signer par la caisse"
    assert notice_on(copied, "2024-06-01") == "P3M"  # One signature moves nothing.
    campaign_returns.sign_for_caisse([line_of(campaign, copied)], clock.today(), alix, uuid4())
    line = line_of(campaign, direct)
    assert line.avenant is not None
    for party in ("partner", "caisse"):
        signed(line.avenant, party, "2024-03-05")
    told = [line_of(campaign, refusing)]
    [refusal] = campaign_returns.refuse(told, "Lettre du 6 mars", clock.today(), alix, uuid4())
    assert refusal.problem == ""
    agreed = {"last_day": "2024-03-15", "agreed_by": ["caisse", "partner"]}
    record(ending, "mutual_termination", "2024-03-10", **agreed)

    today("2024-06-20")
    sweep(clock.today())
    late = line_of(campaign, backdated).avenant
    assert late is not None
    for party in ("partner", "caisse"):
        signed(late, party, "2024-05-20")  # Recorded a month after it was signed.
    assert standings(campaign) == {
        "copie": "Signé",
        "directe": "Signé",
        "refus": "Refusé",
        "finie": "Convention finie entre-temps",
        "tardive": "Signé",
        "muette": "Sans réponse",
        "dénoncée": "Laissée de côté",
        "courrier": "À envoyer",
    }
    for one, first_day in (
        (copied, "2024-04-01"),
        (direct, "2024-04-01"),
        (backdated, "2024-05-20"),
    ):
        eve = date.fromisoformat(first_day).toordinal() - 1
        assert notice_on(one, date.fromordinal(eve).isoformat()) == "P3M"
        assert notice_on(one, first_day) == "P2M"
        assert one.timeline(clock.today()).rulebook == campaign.target.rulebook
    for one in (refusing, ending, silent, noticed, written):
        assert not one.acts.filter(kind="avenant").exists()
        assert one.timeline(clock.today()).rulebook.version == 1
    for one in (silent, refusing):
        assert one.timeline(date(2024, 6, 20)).deadlines == before[one.pk]

    # Closed, what is open is given up, and nothing else moves.
    acts = ConventionAct.objects.count()
    campaign_closing.close(campaign, "Le délai de réponse est passé.", maxence)
    drain()
    drain()
    assert standings(campaign) == {
        "copie": "Signé",
        "directe": "Signé",
        "refus": "Refusé",
        "finie": "Classé sans suite",
        "tardive": "Signé",
        "muette": "Classé sans suite",
        "dénoncée": "Laissée de côté",
        "courrier": "Classé sans suite",
    }
    unsent = line_of(campaign, written).letter
    assert unsent is not None
    assert entered(unsent).standing == "given_up"
    assert ConventionAct.objects.count() == acts
    assert silent.timeline(clock.today()).rulebook.version == 1


def test_a_campaign_closed_before_its_launch_prepares_nothing(
    in_force: Signed, texts_of_both: None, caisse: Caisse, maxence: User, alix: User
) -> None:
    in_force("A")
    campaign = opened(caisse, maxence)
    proposal = propose_launch(campaign, maxence, identifier=str(uuid4()))
    campaign_closing.close(campaign, "Version à revoir.", maxence)
    with pytest.raises(NotProposed, match="close"):
        confirm(proposal, alix)
    drain()
    assert not Avenant.objects.exists()
    assert counted(campaign.lines.all(), clock.today()) == {"to_prepare": 1}


def test_whoever_may_not_record_tells_nothing(
    in_force: Signed,
    texts_of_both: None,
    caisse: Caisse,
    maxence: User,
    alix: User,
    agent: User,
) -> None:
    one = in_force("A")
    campaign = launched(caisse, maxence, alix)
    lines = [line_of(campaign, one)]
    [answer] = campaign_returns.sign_for_caisse(lines, clock.today(), agent, uuid4())
    assert "rôle" in answer.problem
    assert not AvenantFact.objects.exists()
    avenant = lines[0].avenant
    assert avenant is not None
    assert avenants.standing(avenant).label == "En préparation"
