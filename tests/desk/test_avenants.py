"""The pages of avenants: prepared from what may change, signed party by party, read on any day."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import (
    Avenant,
    AvenantFact,
    Caisse,
    Convention,
    IssuedDocument,
    Partner,
    PartnerMembership,
    User,
)
from contracts.services import avenant_preparation, avenants
from contracts.services.avenant_preparation import Wanted
from tests.desk.pages import in_role, words
from tests.forms_annexes.files import a_pdf
from tests.portfolio import record

Open = Callable[..., Convention]

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, agent: User, convention: Convention) -> Callable[..., Client]:
    return lambda role="back_office_agent": in_role(agent, convention.caisse, role, client)


def at(convention: Convention, path: str = "") -> str:
    return f"/conventions/{convention.pk}/{path}"


def prepared(convention: Convention, **changes: Any) -> Avenant:
    wanted = Wanted("duration", changes=changes or {"term.length": "P3Y"})
    return avenant_preparation.prepare(convention, wanted, None, uuid4())


def answers(**given: Any) -> dict[str, Any]:
    return {"identifier": str(uuid4()), "rule_term__length": "3 ans"} | given


def signature(party: str, on: str = "2024-02-01", **given: Any) -> dict[str, Any]:
    return {"identifier": str(uuid4()), "party": party, "on": on} | given


# Preparing.


def test_only_what_a_type_may_change_is_asked_with_its_present_value(
    desk: Callable[..., Client], convention: Convention
) -> None:
    client = desk()
    asked = words(client.get(at(convention, "avenants/nouveau/duration/")))
    assert "Dénonciation : Préavis" in asked
    assert "Aujourd’hui : 3 mois (article 9-1)" in asked
    assert "Horaires" not in asked
    services = words(client.get(at(convention, "avenants/nouveau/services/")))
    assert "Aujourd’hui : 5 h (article 5)" in services
    assert "Préavis" not in services


def test_the_types_are_offered_with_what_needs_no_avenant(
    desk: Callable[..., Client], convention: Convention
) -> None:
    offered = words(desk().get(at(convention, "avenants/nouveau/")))
    for label in ("Durée", "Parties", "Services", "Annexe"):
        assert label in offered
    # No other version of its model is published.
    assert "Changement de modèle" not in offered
    assert "Un test ou une expérimentation se fait sans avenant (article 9-3)" in offered


def test_the_text_and_the_dates_are_shown_before_anything_is_kept(
    desk: Callable[..., Client], convention: Convention
) -> None:
    shown = words(desk().post(at(convention, "avenants/nouveau/duration/"), answers()))
    assert "L’article 9-1 (Durée et date d’effet) est remplacé par :" in shown
    assert "La convention dure 3 ans" in shown
    assert "1ʳᵉ, jusqu’au 14 janvier 2027" in shown
    assert not Avenant.objects.exists()


def test_confirming_gives_it_its_number(
    desk: Callable[..., Client], convention: Convention, agent: User
) -> None:
    client, form = desk(), answers(confirm="oui", effective_on="2024-03-01")
    for _ in range(2):
        given = client.post(at(convention, "avenants/nouveau/duration/"), form)
        assert given["Location"] == at(convention, "avenants/1/")
    avenant = Avenant.objects.get()
    assert (avenant.changes, avenant.effective_on, avenant.prepared_by) == (
        {"term.length": "P3Y"},
        date(2024, 3, 1),
        agent,
    )
    assert "En préparation" in words(client.get(at(convention, "avenants/1/")))
    assert "Avenant n° 1" in words(client.get(at(convention)))


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("duration", {"rule_term__length": "longtemps"}, "Écrivez une durée comme « 3 ans »"),
        ("duration", {"rule_term__length": "1 an"}, "ne changerait rien"),
        ("duration", {"rule_term__length": "0 mois"}, "Écrivez une durée"),
        ("duration", {"reason": "NIR 2 55 08 14 168 025 38"}, "sécurité sociale"),
        ("parties", {"successor": "123"}, "Aucun partenaire n’est connu"),
        ("parties", {"successor": "214202798"}, "ne se substitue pas à lui-même"),
        ("annexes", {"annex": "annexe-2", "annex_text": "x"}, "annexe-2"),
        ("services", {"rule_services__psu__hours__opens_at": "27:00"}, "heure"),
    ],
)
def test_a_wrong_answer_is_said_in_french_and_nothing_is_kept(
    desk: Callable[..., Client], convention: Convention, kind: str, given: Any, said: str
) -> None:
    path = at(convention, f"avenants/nouveau/{kind}/")
    shown = words(desk().post(path, answers(**given, confirm="oui")), 422)
    assert said in shown
    assert not Avenant.objects.exists()


def test_the_rubrics_are_one_a_line(desk: Callable[..., Client], convention: Convention) -> None:
    form = answers(rule_services__psu__rubrics__labels="Recherche\r\n\r\n", confirm="oui")
    desk().post(at(convention, "avenants/nouveau/services/"), form)
    assert Avenant.objects.get().changes == {"services.psu.rubrics.labels": ["Recherche"]}


def test_a_merger_of_communes_is_told_without_a_right_to_leave(
    desk: Callable[..., Client], convention: Convention
) -> None:
    Partner.objects.create(name="Commune nouvelle d’Essai", kind="commune", siren="732829320")
    form = answers(successor="732 829 320", confirm="oui")
    desk().post(at(convention, "avenants/nouveau/parties/"), form)
    client = desk("auditor")
    shown = words(client.get(at(convention, "avenants/1/")))
    assert "Commune nouvelle d’Essai prend la place de Commune d’Essai" in shown
    assert "elle n’y gagne aucun droit d’y mettre fin" in shown


def test_a_draft_is_corrected_without_avenant(desk: Callable[..., Client], draft: Open) -> None:
    opened, client = draft(), desk()
    assert "son texte se corrige sans avenant" in words(client.get(at(opened, "avenants/nouveau/")))
    assert "Préparer un avenant" not in words(client.get(at(opened)))


# Who may.


@pytest.mark.parametrize("role", ["dpo", "auditor", "administrator"])
def test_who_only_reads_prepares_and_signs_nothing(
    desk: Callable[..., Client], convention: Convention, role: str
) -> None:
    avenant, client = prepared(convention), desk(role)
    page = words(client.get(at(convention, "avenants/1/")))
    assert "Enregistrer la signature" not in page
    assert client.get(at(convention, "avenants/nouveau/")).status_code == 403
    for path in ("nouveau/duration/", "1/envoi/", "1/signature/", "1/classement/"):
        form = signature("partner") | answers(reason="Non")
        assert client.post(at(convention, f"avenants/{path}"), form).status_code == 403
    assert not avenant.facts.exists()


def test_the_avenants_of_another_caisse_do_not_exist(
    desk: Callable[..., Client], draft: Open, convention: Convention
) -> None:
    other = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    elsewhere, client = draft(caisse=other, number="AILLEURS-1"), desk()
    for path in ("avenants/nouveau/", "avenants/1/", "texte-consolide/"):
        assert client.get(at(elsewhere, path)).status_code == 404
    for number in (2, 2**70):
        assert client.get(at(convention, f"avenants/{number}/")).status_code == 404
    assert client.get(at(convention, "avenants/nouveau/inconnu/")).status_code == 404


def test_a_partner_does_not_see_them(client: Client, agent: User, convention: Convention) -> None:
    prepared(convention)
    PartnerMembership.objects.create(
        user=agent, partner=convention.partner, role="director", first_day=date(2024, 1, 1)
    )
    client.force_login(agent)
    assert client.get(at(convention, "avenants/1/")).status_code in (403, 404)


# Signing.


def test_sending_gives_the_document_that_left(
    desk: Callable[..., Client], convention: Convention
) -> None:
    prepared(convention)
    client = desk()
    form = {"identifier": str(uuid4()), "on": "2024-02-01"}
    page = words(client.post(at(convention, "avenants/1/envoi/"), form, follow=True))
    assert "Envoyé pour signature" in page
    issued = IssuedDocument.objects.get()
    kept = client.get(at(convention, f"documents/emis/{issued.pk}/"))
    assert kept.content.startswith(b"%PDF-")


def test_the_last_signature_alone_reaches_the_convention(
    desk: Callable[..., Client], convention: Convention
) -> None:
    prepared(convention)
    client, path = desk(), at(convention, "avenants/1/signature/")
    proof = SimpleUploadedFile("avenant.pdf", a_pdf(), "application/pdf")
    page = words(client.post(path, signature("partner", proof=proof), follow=True))
    assert "Signé par le partenaire" in page
    assert "Il manque la signature de la Caisse de MSA" in page
    convention.refresh_from_db()
    assert convention.term_last_day == date(2025, 1, 14)
    page = words(client.post(path, signature("caisse"), follow=True))
    assert "Toutes les parties ont signé" in page
    convention.refresh_from_db()
    assert convention.term_last_day == date(2027, 1, 14)
    act = convention.acts.get(kind="avenant")
    assert [file.original_name for file in act.evidence.all()] == ["avenant.pdf"]
    acts = words(client.get(at(convention)))
    assert "Durée (1 an → 3 ans)" in acts


def test_a_signature_before_the_convention_is_refused_with_the_article(
    desk: Callable[..., Client], convention: Convention
) -> None:
    prepared(convention)
    path = at(convention, "avenants/1/signature/")
    page = words(desk().post(path, signature("partner", "2024-01-14")), 422)
    assert "avant la convention elle-même" in page
    assert "article 9-3" in page
    assert not AvenantFact.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"on": ""}, {"on": "hier"}, {"party": "stranger"}, {"identifier": "x"}]
)
def test_a_wrong_signature_is_refused(
    desk: Callable[..., Client], convention: Convention, wrong: dict[str, str]
) -> None:
    prepared(convention)
    path = at(convention, "avenants/1/signature/")
    words(desk().post(path, signature("partner") | wrong), 422)
    assert not AvenantFact.objects.exists()


def test_a_proof_that_is_no_document_keeps_no_signature(
    desk: Callable[..., Client], convention: Convention
) -> None:
    prepared(convention)
    proof = SimpleUploadedFile("avenant.pdf", b"no pdf at all", "application/pdf")
    path = at(convention, "avenants/1/signature/")
    page = words(desk().post(path, signature("partner", proof=proof)), 422)
    assert "n’est pas un fichier PDF" in page
    assert not AvenantFact.objects.exists()


def test_given_up_it_leaves_the_convention_as_it_was(
    desk: Callable[..., Client], convention: Convention
) -> None:
    prepared(convention)
    client, path = desk(), at(convention, "avenants/1/classement/")
    form = {"identifier": str(uuid4()), "reason": ""}
    words(client.post(path, form), 422)
    page = words(client.post(path, form | {"reason": "Le conseil y renonce"}, follow=True))
    assert "Classé sans suite" in page
    assert "Le conseil y renonce" in page
    assert "Enregistrer la signature" not in page
    assert not convention.acts.filter(kind="avenant").exists()


def test_the_one_signed_out_of_order_is_told(
    desk: Callable[..., Client], convention: Convention
) -> None:
    prepared(convention)
    second = prepared(convention, **{"term.length": "P2Y"})
    client = desk()
    assert "L’avenant n° 1 est aussi à signer" in words(client.get(at(convention, "avenants/2/")))
    for party in ("partner", "caisse"):
        avenants.sign(second, party, date(2024, 2, 1), None, uuid4())
    told = words(client.get(at(convention, "avenants/1/")))
    assert "L’avenant n° 2, préparé après celui-ci, a été signé avant lui" in told
    assert "le dernier à prendre effet l’emporte" in told
    assert "Celui-ci a été signé avant l’avenant n° 1" in words(
        client.get(at(convention, "avenants/2/"))
    )


def test_one_whose_rule_another_avenant_took_away_says_so(
    desk: Callable[..., Client], convention: Convention
) -> None:
    prepared(convention, **{"notice.length": "P2M"})
    record(convention, "avenant", "2024-02-01", effective_on="2024-02-01", changes={"notice": None})
    client = desk()
    page = words(client.get(at(convention, "avenants/1/")))
    assert "ne peut plus s’appliquer" in page
    assert "notice.length" in page
    words(client.get(at(convention, "avenants/1/texte/")), 422)


def test_half_signed_at_the_end_of_the_term_is_a_warning(
    desk: Callable[..., Client], convention: Convention, today: Callable[[str], None]
) -> None:
    avenant = prepared(convention)
    avenants.sign(avenant, "partner", date(2024, 2, 1), None, uuid4())
    client = desk()
    assert "La période en cours finit le 14 janvier 2025" in words(client.get(at(convention)))
    today("2025-01-20")
    late = words(client.get(at(convention)))
    assert "Il n’était signé que d’une partie le 14 janvier 2025" in late


# Read on any day.


def test_the_text_is_read_on_any_day(desk: Callable[..., Client], convention: Convention) -> None:
    wanted = Wanted("duration", changes={"term.length": "P3Y"}, effective_on=date(2024, 3, 1))
    avenant = avenant_preparation.prepare(convention, wanted, None, uuid4())
    for party in ("partner", "caisse"):
        avenants.sign(avenant, party, date(2024, 2, 1), None, uuid4())
    client, path = desk("auditor"), at(convention, "texte-consolide/")
    now = words(client.get(path))
    assert "Aucun avenant n’est en vigueur ce jour-là" in now
    assert "La convention dure 1 an" in now
    later = words(client.get(path, {"le": "2030-01-01"}))
    assert "Modifié par l’avenant n° 1, en vigueur depuis le 1er mars 2024." in later
    assert "La convention dure 3 ans" in later
    assert "Texte consolidé" in words(client.get(path, {"le": "jamais"}), 422)
    for html in (
        client.get(path).content.decode(),
        client.get(at(convention, "avenants/1/texte/")).content.decode(),
    ):
        assert html.count("<h1") == 1


# What comes back.


def test_an_avenant_that_moves_dates_alone_says_which(
    desk: Callable[..., Client], convention: Convention
) -> None:
    prepared(convention, **{"notice.length": "P2M"})
    page = words(desk().get(at(convention, "avenants/1/")))
    assert "Aucune date ne change" not in page
    assert "14 octobre 2024" in page
    assert "14 novembre 2024" in page


def test_a_party_that_refuses_ends_the_avenant_and_nothing_else(
    desk: Callable[..., Client], convention: Convention
) -> None:
    prepared(convention)
    client, page = desk(), at(convention, "avenants/1/")
    told = signature("partner", reason="Courrier du 30 janvier")
    assert "Répondez" in words(client.post(f"{page}refus/", told | {"reason": " "}), 422)
    late = words(client.post(f"{page}refus/", told | {"on": "2030-01-01"}), 422)
    assert "après aujourd’hui" in late
    assert not AvenantFact.objects.exists()
    client.post(f"{page}refus/", told)
    assert "Refusé par le partenaire" in words(client.get(page))
    refused = words(client.post(f"{page}signature/", signature("caisse")), 422)
    assert "rien ne s’y ajoute plus" in refused
    assert not convention.acts.filter(kind="avenant").exists()


def test_a_copy_signed_by_all_is_confirmed_on_the_page_of_its_avenant(
    desk: Callable[..., Client], convention: Convention, agent: User
) -> None:
    sent = avenants.send(prepared(convention), date(2024, 2, 1), agent, uuid4())
    client, page = desk(), at(convention, "avenants/1/")
    answer = client.post(
        at(convention, f"copies-signees/depot/{sent.document_id}/"),
        {
            "file": SimpleUploadedFile("retour.pdf", a_pdf(), "application/pdf"),
            "signed_by": ["partner", "caisse"],
            "signed_on": "2024-02-01",
            "original_of": "",
        },
    )
    assert answer.headers["Location"] == f"{page}#copies"
    assert "Copie signée le 1er février 2024" in words(client.get(page))
    assert not convention.acts.filter(kind="avenant").exists()
    client.post(f"{page}copies/")
    act = convention.acts.get(kind="avenant")
    assert [file.original_name for file in act.evidence.all()] == ["retour.pdf"]
    assert "Confirmer la signature" not in words(client.get(page))
