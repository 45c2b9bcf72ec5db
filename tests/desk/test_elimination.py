"""Files that have had their time: due by rule, held by people, gone under a visa, and proved."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from access.models import Habilitation
from contracts.models import (
    Caisse,
    Convention,
    ConventionNote,
    EliminatedThing,
    Elimination,
    EliminationOutcome,
    EvidenceFile,
    IssuedDocument,
    Person,
    User,
)
from contracts.retention.carrying_out import eliminate
from contracts.retention.due import files_due
from contracts.retention.erasing import FILE, remove_file
from contracts.retention.holds import NotHeld, lift_hold, put_hold
from contracts.retention.lists import CARRYING_OUT, NotListed, draw_up, give_up
from contracts.retention.report import proof
from contracts.services.file_verification import NotReleased, released
from contracts.services.proposals import NotProposed, confirm
from contracts.services.stored_files import faults
from tests.desk.elimination import (
    administrator,
    close,
    dpo,
    eliminated,
    empty_store,
    named_everywhere,
    on_a_list,
    traces,
    with_visa,
)
from tests.portfolio import an_act, life, record
from tests.workflows.journal_heads import lift_triggers
from workflows import clock, subjects
from workflows.effect_worker import drain
from workflows.effects import EffectContext
from workflows.models import Effect

__all__ = ["administrator", "dpo", "empty_store"]

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]

# The convention ended on 31 March 2024: five years later its file is kept until 31 March 2029.


@pytest.fixture
def closed(convention: Convention, today: Move) -> Convention:
    close(convention, today)
    today("2029-04-01")
    return convention


@pytest.fixture
def named(convention: Convention, today: Move) -> Convention:
    """The same, with somebody named wherever Tacite keeps names."""
    named_everywhere(convention, today)
    today("2029-04-01")
    return convention


def due(caisse: Caisse) -> list[Convention]:
    return list(files_due([caisse], clock.today()))


@pytest.mark.parametrize(
    ("day", "setting", "is_due"),
    [
        ("2029-03-31", None, False),
        ("2029-04-01", None, True),
        ("2029-04-01", {"length": "P10Y", "ground": "Tableau de gestion"}, False),
        ("2034-04-01", {"length": "P10Y", "ground": "Tableau de gestion"}, True),
        ("2099-04-01", {"length": None, "ground": "Conservation définitive"}, False),
        ("2029-04-01", {"length": "dix ans", "ground": "Tableau de gestion"}, False),
    ],
)
def test_a_closed_file_is_due_the_day_after_its_time(
    closed: Convention, today: Move, day: str, setting: object, is_due: bool
) -> None:
    if setting is not None:
        Caisse.objects.update(settings={"file_retention": {"convention": setting}})
    today(day)
    assert (due(Caisse.objects.get()) == [closed]) is is_due


def test_what_is_not_closed_is_never_due_and_what_was_given_up_is_after_two_years(
    draft: Callable[..., Convention], convention: Convention, caisse: Caisse, today: Move
) -> None:
    given_up = draft()
    record(given_up, "abandonment", "2024-02-01", reason="Sans réponse.")
    today("2026-02-01")
    assert due(caisse) == []
    today("2026-02-02")
    assert due(caisse) == [given_up]
    today("2099-01-01")
    assert due(caisse) == [given_up]


def test_a_hold_keeps_the_file_until_it_is_lifted(
    closed: Convention, caisse: Caisse, dpo: User
) -> None:
    on_partner = put_hold(closed.partner, caisse, "Contentieux.", dpo, uuid4())
    on_itself = put_hold(closed, caisse, "Contentieux.", dpo, uuid4())
    with pytest.raises(NotHeld, match="déjà posé"):
        put_hold(closed, caisse, "Encore.", dpo, uuid4())
    for hold in (on_partner, on_itself):
        assert due(caisse) == []
        lift_hold(hold, "Jugement définitif.", dpo)
    with pytest.raises(NotHeld, match="déjà levé"):
        lift_hold(on_itself, "Encore.", dpo)
    assert due(caisse) == [closed]


def test_one_person_records_the_visa_and_another_confirms(
    closed: Convention, caisse: Caisse, dpo: User, administrator: User
) -> None:
    made = on_a_list(caisse, dpo)
    assert due(caisse) == []
    with pytest.raises(NotListed, match="ne sont plus à éliminer"):
        draw_up(caisse, [closed.pk], dpo, uuid4(), clock.today())
    proposal = with_visa(made, dpo)
    with pytest.raises(NotProposed, match="quelqu’un d’autre"):
        confirm(proposal, dpo)
    with pytest.raises(NotListed, match="en attente de confirmation"):
        give_up(made, "Erreur.", dpo)
    assert not Effect.objects.filter(handler=CARRYING_OUT).exists()
    confirm(proposal, administrator)
    assert Effect.objects.filter(handler=CARRYING_OUT).count() == 1
    assert not EliminationOutcome.objects.exists()


def test_a_list_given_up_lets_its_files_be_listed_again(
    closed: Convention, caisse: Caisse, dpo: User
) -> None:
    give_up(on_a_list(caisse, dpo), "Visa refusé.", dpo)
    assert due(caisse) == [closed]
    assert on_a_list(caisse, dpo).reference == "EL-2029-002"


def test_once_gone_nothing_of_the_person_is_left_and_the_life_is_what_it_was(
    named: Convention, caisse: Caisse, dpo: User, administrator: User
) -> None:
    person = Person.objects.get(contacts__partner=named.partner)
    assert len({line.split()[0] for line in traces()}) > 10
    lived, journal = life(named), list(named.journal.values_list("digest", flat=True))
    rights = list(Habilitation.objects.values_list("state", "closes_on"))

    made = eliminated(caisse, dpo, administrator)

    assert traces() == []
    person.refresh_from_db()
    assert person.get_full_name().replace("\u00a0", " ") == f"Personne effacée n° {person.pk}"
    assert life(named) == lived
    assert list(named.journal.values_list("digest", flat=True)) == journal
    assert list(Habilitation.objects.values_list("state", "closes_on")) == rights
    call_command("journal", "verify")
    call_command("cache", "verify")
    assert list(faults()) == []
    assert due(caisse) == []
    assert Elimination.objects.get() == made


def test_the_proof_names_each_thing_with_the_digest_of_each_file_and_the_visa(
    named: Convention, caisse: Caisse, dpo: User, administrator: User
) -> None:
    files = {row.pk: row.sha256 for row in EvidenceFile.objects.exclude(original_name="visa.pdf")}
    made = eliminated(caisse, dpo, administrator)
    outcome = EliminationOutcome.objects.get()
    assert outcome.kind == "gone"
    went = EliminatedThing.objects.filter(kind=FILE)
    assert dict(went.values_list("key", "sha256")) == files
    lines = list(proof(made))
    assert len(lines) == EliminatedThing.objects.count()
    assert {line[1] for line in lines} == {"Visa 2029-17"}
    assert {(line[3], line[4]) for line in lines} == {("morgan", "lou")}
    call_command("retention", "--verify")
    lift_triggers("contracts_eliminatedthing")
    EliminatedThing.objects.filter(kind=FILE, key=min(files)).update(sha256="0" * 64)
    with pytest.raises(CommandError, match="EL-2029-001, ligne"):
        call_command("retention", "--verify")
    visa = EvidenceFile.objects.get(original_name="visa.pdf")
    released(visa).close()
    with pytest.raises(NotReleased, match=r"éliminé le 1er.avril 2029, sous le bordereau EL-2029"):
        released(EvidenceFile.objects.get(pk=min(files)))


def test_killed_half_way_nothing_has_gone_and_done_again_nothing_goes_twice(
    named: Convention, caisse: Caisse, dpo: User, administrator: User
) -> None:
    made = on_a_list(caisse, dpo)
    confirm(with_visa(made, dpo), administrator)
    item = {"item": made.items.get().pk}
    context = EffectContext("key", "lane", 1, lambda: True)
    before = len(traces())
    with transaction.atomic():
        eliminate(item, context)
        transaction.set_rollback(True)
    assert len(traces()) == before

    eliminate(item, context)
    # The rows are empty, the files wait for their worker, who dies before it could say so.
    gone = list(EliminatedThing.objects.values_list("pk", flat=True))
    assert traces()
    for file in EliminatedThing.objects.filter(kind=FILE).values_list("key", flat=True):
        remove_file({"file": file}, context)
    drain()
    eliminate(item, context)
    assert list(EliminatedThing.objects.values_list("pk", flat=True)) == gone
    assert traces() == []


def test_a_hold_put_after_the_confirmation_keeps_the_file_and_says_why(
    named: Convention, caisse: Caisse, dpo: User, administrator: User
) -> None:
    confirm(with_visa(on_a_list(caisse, dpo), dpo), administrator)
    put_hold(named, caisse, "Contentieux.", dpo, uuid4())
    drain()
    outcome = EliminationOutcome.objects.get()
    assert (outcome.kind, EliminatedThing.objects.count()) == ("kept", 0)
    assert outcome.reason.replace("\u00a0", " ") == "Gelé depuis le 1er avril 2029."
    assert traces()


def test_who_is_known_for_another_convention_stays_and_so_does_a_file_that_it_needs(
    named: Convention,
    draft: Callable[..., Convention],
    caisse: Caisse,
    dpo: User,
    administrator: User,
) -> None:
    """The same partner has another convention: its people and their delegation are still needed."""
    other, proof = draft(), EvidenceFile.objects.get(original_name__startswith="lettre")
    subjects.record(
        other, an_act("deliberation", "2024-01-09", reference="D-2"), author=None, evidence=[proof]
    )
    eliminated(caisse, dpo, administrator)
    person = Person.objects.get(contacts__partner=named.partner)
    assert person.erased_at is None
    assert not User.objects.filter(erased_at__isnull=False).exists()
    for name in ("délégation", "lettre"):
        released(EvidenceFile.objects.get(original_name__startswith=name)).close()
    assert not ConventionNote.objects.exclude(text="[effacé]").exists()


def test_the_triggers_let_a_text_be_erased_and_nothing_else(named: Convention) -> None:
    note, document = ConventionNote.objects.all(), IssuedDocument.objects.all()
    for change in (
        lambda: note.update(text="Autre chose."),
        lambda: note.update(text="[effacé]", at=clock.now()),
        lambda: document.update(data={"a": 1}),
        lambda: document.update(title="[effacé]"),
        lambda: note._raw_delete(note.db),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    note.update(text="[effacé]")
    document.update(data={})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        note.update(text="Revenue.")
