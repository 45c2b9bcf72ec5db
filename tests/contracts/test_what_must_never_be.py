"""What the database itself refuses, whatever code writes to it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from contracts.models import (
    Agent,
    Caisse,
    Convention,
    ConventionAct,
    ConventionActEvidence,
    ConventionJournalEntry,
    EvidenceFile,
    Interpretation,
    Partner,
    PartnerNumber,
    Person,
    PlannedDeadline,
    Power,
    PublishedRulebook,
    Signatory,
    SignatoryPower,
    Site,
    User,
    UserScope,
)
from tests.portfolio import record
from workflows import clock

pytestmark = pytest.mark.django_db

DIGEST = "0" * 64


def refused(write: Callable[[], Any]) -> str:
    """Let the database refuse a write, and give its reason."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    return str(error.value)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "sleeping"}, "state_known"),
        ({"pinned": None}, "pinned_once_sent"),
        ({"effect_on": None}, "in_force_since"),
        ({"term_number": None, "term_first_day": None, "term_last_day": None}, "in_force_since"),
        ({"state": "expired"}, "ended_on"),
        ({"state": "expired", "last_day_in_force": date(2025, 1, 14)}, "ended_on"),
        ({"state": "closed", "end_cause": "notice"}, "ended_on"),
        ({"last_day_in_force": date(2024, 1, 14)}, "end_after_effect"),
        ({"term_last_day": date(2024, 1, 14)}, "term_in_order"),
        ({"term_number": 0}, "term_in_order"),
        ({"term_first_day": date(2024, 1, 14)}, "term_after_effect"),
        ({"next_change_on": date(2024, 2, 1)}, "next_change_later"),
        ({"state": "draft"}, "draft_without_effect"),
        ({"number": ""}, "numbered"),
        ({"rulebook_code": ""}, "rulebook_given"),
    ],
)
def test_a_convention_agrees_with_its_dates(
    convention: Convention, changes: dict[str, Any], constraint: str
) -> None:
    reason = refused(lambda: Convention.objects.filter(pk=convention.pk).update(**changes))
    assert f"contracts_convention_{constraint}" in reason


def test_two_conventions_of_a_caisse_never_share_a_number(
    draft: Callable[..., Convention],
) -> None:
    first, second = draft(), draft()
    refused(lambda: Convention.objects.filter(pk=second.pk).update(number=first.number))


def test_a_term_is_never_renewed_twice_without_a_retraction(convention: Convention) -> None:
    last = convention.journal.order_by("number").last()
    renewal = {
        "subject": convention,
        "kind": "asserted",
        "belief": "renew:2:1",
        "from_state": "active",
        "to_state": "active",
        "on": date(2025, 1, 15),
        "name": "renew",
        "term": 2,
        "believed_at": clock.now(),
        "engine_version": "1",
        "revision": 4,
        "digest": DIGEST,
    }
    first = ConventionJournalEntry.objects.create(
        **renewal, number=last.number + 1, previous_digest=last.digest
    )
    refused(
        lambda: ConventionJournalEntry.objects.create(
            **renewal, number=first.number + 1, previous_digest=first.digest
        )
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 1},
        {"digest": "short"},
        {"previous_digest": ""},
        {"kind": "asserted", "because": "an act"},
        {"kind": "dreamt"},
    ],
)
def test_a_journal_entry_keeps_its_form(convention: Convention, changes: dict[str, Any]) -> None:
    row = convention.journal.order_by("number").last()
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname != "id"
    } | {"number": row.number + 1, "belief": "another", "previous_digest": row.digest}
    refused(lambda: ConventionJournalEntry.objects.create(**(values | changes)))


@pytest.mark.parametrize(
    "changes",
    [{"identifier": "no spaces"}, {"identifier": ""}, {"kind": "gossip"}, {"revision": 0}],
)
def test_an_act_keeps_its_form(convention: Convention, changes: dict[str, Any]) -> None:
    values = {
        "subject": convention,
        "identifier": "A-1",
        "kind": "suspension",
        "on": date(2024, 2, 1),
        "recorded_at": clock.now(),
        "revision": 40,
    }
    refused(lambda: ConventionAct.objects.create(**(values | changes)))


def test_an_identifier_names_one_act_of_a_convention(convention: Convention) -> None:
    known = convention.acts.first()
    refused(
        lambda: ConventionAct.objects.create(
            subject=convention,
            identifier=known.identifier,
            kind="suspension",
            on=date(2024, 2, 1),
            recorded_at=clock.now(),
            revision=40,
        )
    )


@pytest.fixture
def append_only_rows(convention: Convention, evidence_file: EvidenceFile, agent: User) -> None:
    ConventionActEvidence.objects.create(act=convention.acts.first(), file=evidence_file)
    Interpretation.objects.create(
        rulebook_code=convention.rulebook_code,
        question="grey_zone",
        answer="in_time",
        reasons="Lecture favorable au partenaire.",
        author=agent,
        on=date(2024, 2, 1),
        recorded_at=clock.now(),
    )


@pytest.mark.usefixtures("append_only_rows")
@pytest.mark.parametrize(
    ("model", "column"),
    [
        (ConventionAct, "on"),
        (ConventionActEvidence, "file_id"),
        (ConventionJournalEntry, "on"),
        (PublishedRulebook, "code"),
        (Interpretation, "answer"),
        (PlannedDeadline, "due_on"),
    ],
)
def test_what_was_recorded_is_never_changed_nor_deleted(
    model: type[models.Model], column: str
) -> None:
    table = model._meta.db_table
    rows = model._default_manager.values()
    before = list(rows)
    assert before

    def by_hand(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    for write in (
        lambda: model._default_manager.update(**{column: models.F(column)}),
        lambda: model._default_manager.first().save(),
        lambda: model._default_manager.filter(pk=before[0]["id"])._raw_delete("default"),
        lambda: by_hand(f'UPDATE "{table}" SET "{column}" = "{column}"'),
        lambda: by_hand(f'DELETE FROM "{table}"'),
    ):
        assert "append-only" in refused(write)
    assert list(rows.all()) == before


def test_every_append_only_operation_has_its_triggers() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        guarded = {table for (table,) in cursor.fetchall()}
    assert {table for table in guarded if table.startswith("contracts_")} == {
        "contracts_addresschange",
        "contracts_avenant",
        "contracts_avenantcampaign",
        "contracts_avenantfact",
        "contracts_campaignclosing",
        "contracts_campaignlaunch",
        "contracts_conventionact",
        "contracts_conventionactevidence",
        "contracts_conventionjournalentry",
        "contracts_deadlineset",
        "contracts_electronicsignature",
        "contracts_filedscan",
        "contracts_incomingletter",
        "contracts_interpretation",
        "contracts_issueddocument",
        "contracts_letterfiling",
        "contracts_letterpassage",
        "contracts_partnerdistinction",
        "contracts_partnersuccession",
        "contracts_planneddeadline",
        "contracts_power",
        "contracts_proposal",
        "contracts_proposalanswer",
        "contracts_proposalevidence",
        "contracts_publishedrulebook",
        "contracts_scanbatch",
        "contracts_scannedpage",
        "contracts_conventionnote",
        "contracts_secondfactorreset",
        "contracts_signatorypower",
        "contracts_signedcopy",
        "contracts_sortedpage",
        "contracts_staffchange",
        "contracts_userscope",
        "contracts_voidedcopy",
    }


def test_no_key_of_a_legal_table_cascades() -> None:
    cascading = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("contracts").get_models(include_auto_created=False)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete is not models.PROTECT
    ]
    assert cascading == []


@pytest.mark.parametrize(
    "values",
    [
        {"siren": "12345"},
        {"siren": "21420279A"},
        {"siren": "214202798", "siret": "2142027980001"},
        {"siren": "214202798", "siret": "22770001000019"},
        {"siret": "21420279800012"},
        {"kind": "friends"},
        {"name": ""},
    ],
)
def test_a_partner_is_well_identified(values: dict[str, str]) -> None:
    refused(lambda: Partner.objects.create(**({"name": "X", "kind": "association"} | values)))


def test_two_partners_never_share_a_siren(partner: Partner) -> None:
    refused(lambda: Partner.objects.create(name="Double", kind="commune", siren=partner.siren))


def test_several_partners_may_have_no_siren() -> None:
    for name in ("Jeune association", "Autre association"):
        created = Partner.objects.create(name=name, kind="association")
        assert created.lacks_siren


def test_a_partner_number_is_one_partners_in_a_caisse(caisse: Caisse, partner: Partner) -> None:
    other = Partner.objects.create(name="Association d’essai", kind="association")
    PartnerNumber.objects.create(caisse=caisse, partner=partner, number="T 001")
    refused(lambda: PartnerNumber.objects.create(caisse=caisse, partner=other, number="T 001"))
    elsewhere = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    PartnerNumber.objects.create(caisse=elsewhere, partner=other, number="T 001")


@pytest.mark.parametrize("values", [{"name": ""}, {"siret": "123"}])
def test_a_structure_is_well_identified(partner: Partner, values: dict[str, str]) -> None:
    refused(lambda: Site.objects.create(**({"partner": partner, "name": "Crèche"} | values)))


@pytest.mark.parametrize(
    "values",
    [
        {"code": "minus"},
        {"code": ""},
        {"name": ""},
        {"accent_colour": "red"},
        {"holiday_calendar": "moon"},
    ],
)
def test_a_caisse_is_well_described(values: dict[str, str]) -> None:
    refused(lambda: Caisse.objects.create(**({"code": "C9", "name": "Caisse"} | values)))


@pytest.fixture
def powers(caisse: Caisse) -> Callable[..., Power]:
    person = Person.objects.create(first_name="Ada", last_name="Essai")
    agent = Agent.objects.create(caisse=caisse, person=person, title="Directrice")

    def give(first_day: date, last_day: date | None, kind: str = "sign_conventions") -> Power:
        return Power.objects.create(
            agent=agent,
            kind=kind,
            delegation_reference="D-1",
            first_day=first_day,
            last_day=last_day,
        )

    return give


def test_two_periods_of_one_power_never_overlap(powers: Callable[..., Power]) -> None:
    powers(date(2024, 1, 1), date(2024, 6, 30))
    assert "overlap" in refused(lambda: powers(date(2024, 6, 30), None))
    assert "overlap" in refused(lambda: powers(date(2023, 1, 1), None))
    following = powers(date(2024, 7, 1), None)
    powers(date(2024, 6, 1), None, kind="register_accounts")
    assert "overlap" in refused(
        lambda: Power.objects.filter(pk=following.pk).update(first_day=date(2024, 6, 30))
    )


def test_a_power_ends_after_it_begins(powers: Callable[..., Power]) -> None:
    refused(lambda: powers(date(2024, 2, 1), date(2024, 1, 31)))


def test_two_powers_of_one_signatory_never_overlap(partner: Partner) -> None:
    person = Person.objects.create(first_name="Alan", last_name="Essai")
    signatory = Signatory.objects.create(partner=partner, person=person, quality="Maire")
    SignatoryPower.objects.create(signatory=signatory, first_day=date(2020, 5, 1))
    assert "overlap" in refused(
        lambda: SignatoryPower.objects.create(signatory=signatory, first_day=date(2026, 4, 1))
    )


def test_a_delegated_power_cites_its_delegation(partner: Partner) -> None:
    person = Person.objects.create(last_name="Essai")
    signatory = Signatory.objects.create(partner=partner, person=person, quality="Adjoint")
    refused(
        lambda: SignatoryPower.objects.create(
            signatory=signatory, first_day=date(2024, 1, 1), delegated=True
        )
    )


def test_an_erased_person_leaves_no_detail() -> None:
    person = Person.objects.create(first_name="Ada", last_name="Essai")
    refused(lambda: Person.objects.filter(pk=person.pk).update(erased_at=clock.now()))
    refused(lambda: Person.objects.filter(pk=person.pk).update(last_name=""))


def test_a_role_is_held_once_at_a_time(caisse: Caisse, agent: User) -> None:
    UserScope.objects.create(user=agent, caisse=caisse, role="director", first_day=date(2024, 1, 1))
    refused(
        lambda: UserScope.objects.create(
            user=agent, caisse=caisse, role="director", first_day=date(2024, 2, 1)
        )
    )
    refused(
        lambda: UserScope.objects.create(
            user=agent, caisse=caisse, role="king", first_day=date(2024, 2, 1)
        )
    )


def test_an_address_has_one_account_however_it_is_typed(agent: User) -> None:
    refused(lambda: User.objects.create(email="Agent@Caisse.example"))
    refused(lambda: User.objects.create_user(" AGENT@caisse.example"))
    assert User.objects.get_by_natural_key("AGENT@caisse.example ") == agent


def test_the_convention_of_a_partner_keeps_the_partner(
    convention: Convention, partner: Partner
) -> None:
    with pytest.raises(models.ProtectedError):
        partner.delete()
    with pytest.raises(models.ProtectedError):
        convention.delete()
    assert record(convention, "suspension", "2024-02-01").subject == convention
