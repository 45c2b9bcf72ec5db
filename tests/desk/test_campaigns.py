"""A campaign on screen: opened, previewed, launched by two people, its returns told, closed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from contracts.models import Avenant, AvenantCampaign, AvenantFact, Caisse, Proposal, User
from contracts.services.documents import content_of
from contracts.services.scanning import deposit_batch
from tests.contracts.campaigned import (
    Signed,
    alix,
    in_force,
    launched,
    line_of,
    maxence,
    second_version,
    standings,
    texts_of_both,
)
from tests.contracts.paper import scanned
from tests.desk.pages import somebody, words
from workflows import clock
from workflows.effect_worker import drain

__all__ = ["alix", "in_force", "maxence", "texts_of_both"]

pytestmark = pytest.mark.django_db

OPEN = "/modeles/psu-msa-picardie/2/campagne/"


@pytest.fixture
def lawyer(maxence: User) -> Client:
    client = Client()
    client.force_login(maxence)
    return client


@pytest.fixture
def director(alix: User) -> Client:
    client = Client()
    client.force_login(alix)
    return client


def answers(caisse: Caisse, page: Any, **more: Any) -> dict[str, Any]:
    """The answers of the opening form, with the identifier that its page made."""
    return {
        "identifier": page.context["form"]["identifier"].value(),
        "caisse": caisse.pk,
        "from_versions": ["1"],
        "reason": "Le préavis passe à deux mois.",
        "chase_after": "30",
    } | more


def test_a_version_is_proposed_from_its_page_and_followed_to_its_signatures(
    in_force: Signed,
    texts_of_both: None,
    caisse: Caisse,
    lawyer: Client,
    director: Client,
    today: Callable[[str], None],
) -> None:
    signing, refusing = in_force("A"), in_force("B")
    second_version()
    assert OPEN in lawyer.get("/modeles/psu-msa-picardie/2/").content.decode()
    page = lawyer.get(OPEN)
    assert "article 9-1" in words(page)
    opened = lawyer.post(OPEN, answers(caisse, page))
    address = opened.headers["Location"]
    assert lawyer.post(OPEN, answers(caisse, page)).headers["Location"] == address
    assert AvenantCampaign.objects.count() == 1
    assert "Conventions examinées : 0 sur 2" in words(lawyer.get(address))
    drain()
    preview = words(lawyer.get(address))
    assert "2 conventions examinées. Aucune convention ne change" in preview
    assert "14/10/2024 → 14/11/2024" in preview
    rows = b"".join(lawyer.get(f"{address}dates.csv")).decode()
    assert ";2024-10-14;2024-11-14;9-1;" in rows

    form = {"identifier": lawyer.get(address).context["form"]["identifier"].value()}
    proposed = lawyer.post(f"{address}lancement/", form)
    proposal = Proposal.objects.get()
    assert proposed.headers["Location"] == f"/a-confirmer/{proposal.pk}/"
    assert "2 conventions" in words(director.get(f"/a-confirmer/{proposal.pk}/"))
    assert not Avenant.objects.exists()
    director.post(f"/a-confirmer/{proposal.pk}/", {"confirm": "oui"})
    assert "Avenants préparés : 0 sur 2" in words(lawyer.get(address))
    drain()
    assert "Avenants préparés" not in words(lawyer.get(address))
    campaign = AvenantCampaign.objects.get()
    assert standings(campaign) == {"A": "À envoyer", "B": "À envoyer"}

    assert "Cocher" in words(director.get(address))
    told = {"identifier": "6b0f3c1e-55a5-4d40-a5b0-0a6f3f1d1a01", "on": "2024-02-01"}
    refused = {
        "told": "refuse",
        "reason": "Lettre reçue ce jour",
        "choix": [line_of(campaign, refusing).pk],
    }
    done = words(director.post(f"{address}lignes/", told | refused))
    assert "B : Fait" in done
    both = {"told": "sign", "choix": [line_of(campaign, one).pk for one in (signing, refusing)]}
    told["identifier"] = "6b0f3c1e-55a5-4d40-a5b0-0a6f3f1d1a02"
    done = words(director.post(f"{address}lignes/", told | both))
    assert "A : Fait" in done
    assert "B : Pas fait" in done
    assert "Refusé par le partenaire" in done
    shown = words(lawyer.get(f"{address}?situation=refused"))
    assert "Commune fictive B" in shown
    assert "Commune fictive A" not in shown
    assert "campagne en cours" in words(lawyer.get("/"))

    closing = lawyer.post(f"{address}cloture/", {"reason": "Délai passé."})
    assert closing.headers["Location"] == address
    drain()
    assert standings(campaign) == {"A": "Classé sans suite", "B": "Refusé"}
    assert "Cocher" not in words(director.get(address))
    assert "campagne en cours" not in words(lawyer.get("/"))
    assert signing.timeline(clock.today()).rulebook.version == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"from_versions": []}, "au moins une version de départ"),
        ({"from_versions": ["7"]}, "7"),
        ({"reason": ""}, "Répondez à « Motif"),
        ({"answer_by": "2024-01-01"}, "est passée"),
        ({"effective_on": "le premier"}, "date"),
        ({"chase_after": "0"}, "1"),
        ({"caisse": "999999"}, "choix"),
        ({"identifier": "rien"}, "UUID"),
    ],
)
def test_a_wrong_answer_is_told_beside_its_field_and_opens_nothing(
    more: dict[str, Any],
    said: str,
    in_force: Signed,
    texts_of_both: None,
    caisse: Caisse,
    lawyer: Client,
) -> None:
    in_force("A")
    second_version()
    page = words(lawyer.post(OPEN, answers(caisse, lawyer.get(OPEN)) | more), 422)
    assert said in page
    assert not AvenantCampaign.objects.exists()


def test_who_may_not_launch_opens_none_and_the_first_version_has_none_to_propose(
    in_force: Signed, texts_of_both: None, caisse: Caisse, lawyer: Client
) -> None:
    in_force("A")
    second_version()
    assert lawyer.get("/modeles/psu-msa-picardie/1/campagne/").status_code == 404
    for role in ("back_office_agent", "auditor", "dpo", "administrator"):
        client = somebody(caisse, role)
        assert client.get(OPEN).status_code == 403
        assert OPEN not in client.get("/modeles/psu-msa-picardie/2/").content.decode()
    assert not AvenantFact.objects.exists()


def test_a_scanned_avenant_of_which_nobody_said_who_signed_leads_to_saying_it(
    in_force: Signed,
    texts_of_both: None,
    caisse: Caisse,
    maxence: User,
    alix: User,
    director: Client,
) -> None:
    one = in_force("A")
    campaign = launched(caisse, maxence, alix)
    document = line_of(campaign, one).document
    assert document is not None
    paper = ContentFile(scanned(content_of(document), 150), "lot.pdf")
    deposit_batch(paper, "lot.pdf", caisse, maxence)
    drain()
    page = director.get(f"/campagnes/{campaign.pk}/?situation=returned")
    assert "Dire qui a signé la copie de A" in words(page)
    [link] = re.findall(r'href="([^"]*/numerisations/\d+/signature/)"', page.content.decode())
    told = {"signed_by": ["partner"], "signed_on": "2024-02-01", "original_of": ""}
    answer = director.post(link, told)
    assert answer.headers["Location"] == f"/conventions/{one.pk}/avenants/1/#copies"
    assert "Voir la copie de A" in words(director.get(f"/campagnes/{campaign.pk}/"))
