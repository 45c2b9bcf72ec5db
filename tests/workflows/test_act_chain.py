"""The acts of a subject are chained: whatever is done to them behind the house's back is named."""

import json
from collections.abc import Callable
from datetime import UTC, date
from hashlib import sha256

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from contracts.models import (
    Convention,
    ConventionAct,
    ConventionActEvidence,
    EvidenceFile,
    User,
)
from contracts.services.evidence import store_evidence
from tests.forms_annexes.files import a_pdf
from tests.portfolio import an_act
from tests.workflows.journal_heads import ACTS, Move, lift_triggers, refused, taken, verified
from workflows import clock, subjects
from workflows.chains import broken_links
from workflows.head_checks import broken_heads
from workflows.sweep import sweep

pytestmark = pytest.mark.django_db

LETTER = a_pdf()
LINKS = ConventionActEvidence._meta.db_table


@pytest.fixture
def proof() -> EvidenceFile:
    return store_evidence(ContentFile(LETTER), "courrier.pdf", None)


@pytest.fixture
def suspended(convention: Convention, agent: User, proof: EvidenceFile, today: Move) -> Convention:
    """A convention renewed once, then suspended by a named agent on the strength of a letter.

    Its acts made the revisions 1, 2, 3 and 5, the renewal the fourth.
    """
    today("2025-02-01")
    sweep(clock.today())
    convention.refresh_from_db()
    subjects.record(convention, an_act("suspension", "2025-02-01"), agent, [proof])
    revisions = convention.acts.order_by("revision").values_list("revision", flat=True)
    assert list(revisions) == [1, 2, 3, 5]
    return convention


@pytest.fixture
def unguarded(suspended: Convention) -> Convention:
    lift_triggers(ACTS)
    return suspended


def broken() -> tuple[str, int, str, str]:
    """The one broken link there is: kind of subject, its number, the row, the problem."""
    [link] = broken_links()
    return link.chain.kind, link.pk, link.row, link.problem.replace("\u00a0", " ")


def forge(convention: Convention) -> None:
    """Give each act the digest that its place and content ask for."""
    previous = None
    for act in convention.acts.order_by("revision"):
        act.follow(previous, act.evidence.all())
        convention.acts.filter(pk=act.pk).update(
            previous_digest=act.previous_digest, digest=act.digest
        )
        previous = act


def test_acts_recorded_in_the_ordinary_way_are_whole(suspended: Convention) -> None:
    assert list(broken_links()) == []
    assert "événements et les journaux sont tels qu’ils ont été écrits" in verified()


def test_the_digest_covers_all_that_an_act_says_and_its_evidence(
    suspended: Convention, agent: User
) -> None:
    *_, before, act = suspended.acts.order_by("revision")
    said = json.dumps(
        {
            "author_id": agent.pk,
            "evidence": [sha256(LETTER).hexdigest()],
            "identifier": act.identifier,
            "journal": "contracts.conventionact",
            "kind": "suspension",
            "on": "2025-02-01",
            "payload": act.payload,
            "recorded_at": act.recorded_at.astimezone(UTC).isoformat(),
            "revision": 5,
            "subject_id": suspended.pk,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    assert act.previous_digest == before.digest
    assert act.digest == sha256(f"{before.digest}\n{said}".encode()).hexdigest()
    assert suspended.acts.earliest("revision").previous_digest == ""


@pytest.mark.parametrize(
    "change",
    [
        {"payload": {"basis": "transmission", "reference": "T-9"}},
        {"payload": {"reference": 10**30}},
        {"kind": "signature"},
        {"on": date(2024, 1, 11)},
        {"identifier": "autre"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_act_changed_is_named(unguarded: Convention, change: dict[str, object]) -> None:
    unguarded.acts.filter(revision=1).update(**change)
    assert broken() == (
        "convention",
        unguarded.pk,
        "événement de la révision 1",
        "son contenu n’est plus celui qui a été écrit",
    )
    told, failure = refused()
    assert f"convention {unguarded.pk}, événement de la révision 1 : son contenu" in told
    assert "1 chaîne rompue" in failure


@pytest.mark.parametrize("revision", [1, 5])
def test_an_author_changed_is_found(unguarded: Convention, revision: int) -> None:
    other = User.objects.create_user("autre@caisse.example")
    unguarded.acts.filter(revision=revision).update(author=other)
    assert broken()[2:] == (
        f"événement de la révision {revision}",
        "son contenu n’est plus celui qui a été écrit",
    )


def test_the_hour_of_recording_changed_is_found(unguarded: Convention) -> None:
    unguarded.acts.filter(revision=2).update(recorded_at=clock.now())
    assert broken()[2] == "événement de la révision 2"


def test_evidence_taken_away_is_found(unguarded: Convention) -> None:
    lift_triggers(LINKS)
    unguarded.acts.get(revision=5).evidence.clear()
    assert broken()[2] == "événement de la révision 5"


def test_evidence_joined_to_another_act_is_found(
    suspended: Convention, proof: EvidenceFile
) -> None:
    ConventionActEvidence.objects.create(act=suspended.acts.get(revision=1), file=proof)
    assert broken()[2] == "événement de la révision 1"


def test_evidence_replaced_is_found(suspended: Convention, proof: EvidenceFile) -> None:
    EvidenceFile.objects.filter(pk=proof.pk).update(sha256="0" * 64)
    assert broken()[2] == "événement de la révision 5"


def test_an_act_removed_from_the_middle_is_named_by_the_one_after_it(
    unguarded: Convention,
) -> None:
    unguarded.acts.filter(revision=2).delete()
    assert broken()[2:] == (
        "événement de la révision 3",
        "il ne suit pas l’événement d’avant : l’un des deux a été remplacé, ou un autre retiré ou "
        "glissé entre eux",
    )


def test_the_first_act_removed_is_named_by_the_one_after_it(unguarded: Convention) -> None:
    unguarded.acts.filter(revision=1).delete()
    assert broken()[2:] == (
        "événement de la révision 2",
        "l’événement d’avant manque : il a été retiré",
    )


def test_an_act_slipped_in_is_named_by_the_one_after_it(suspended: Convention) -> None:
    """The triggers refuse no new row: nothing but the chain knows that it came too late."""
    slipped = ConventionAct(
        subject=suspended,
        identifier="glisse",
        kind="suspension",
        on=date(2024, 6, 1),
        recorded_at=clock.now(),
        revision=4,
    )
    slipped.follow(suspended.acts.get(revision=3))
    slipped.save(force_insert=True)
    assert broken()[2] == "événement de la révision 5"


def test_the_last_acts_removed_are_missed_by_the_head(unguarded: Convention, today: Move) -> None:
    taken(today, "2025-02-02")
    lift_triggers(LINKS)
    unguarded.acts.get(revision=5).evidence.clear()
    unguarded.acts.filter(revision__in=[3, 5]).delete()
    assert list(broken_links()) == []
    [head] = broken_heads()
    assert "2 lignes de moins" in head.problem.replace("\u00a0", " ")


def test_acts_forged_from_end_to_end_are_found_by_the_head(
    unguarded: Convention, today: Move
) -> None:
    taken(today, "2025-02-02")
    unguarded.acts.filter(revision=1).update(on=date(2024, 1, 11))
    forge(unguarded)
    assert list(broken_links()) == []
    [head] = broken_heads()
    assert "une ligne au moins n’est plus celle" in head.problem


def test_both_chains_of_a_subject_are_told_when_both_are_broken(unguarded: Convention) -> None:
    unguarded.acts.filter(revision=1).update(on=date(2024, 1, 11))
    lift_triggers("contracts_conventionjournalentry")
    unguarded.journal.filter(number=2).update(article="ailleurs")
    assert [link.row for link in broken_links()] == [
        "ligne du journal 2",
        "événement de la révision 1",
    ]


def test_the_chains_of_two_subjects_are_followed_apart(
    unguarded: Convention, draft: Callable[..., Convention]
) -> None:
    other = draft()
    subjects.record(other, an_act("signature", "2025-02-01", party="partner"), None)
    assert list(broken_links()) == []
    other.acts.update(on=date(2025, 1, 31))
    assert broken()[1:3] == (other.pk, "événement de la révision 1")


@pytest.mark.parametrize(
    "digests",
    [{}, {"digest": "0" * 63}, {"digest": "0" * 64, "previous_digest": "0" * 63}],
)
def test_the_database_refuses_an_act_without_its_link(
    suspended: Convention, digests: dict[str, str]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        suspended.acts.create(
            identifier="sans-chaine",
            kind="suspension",
            on=date(2025, 2, 1),
            recorded_at=clock.now(),
            revision=9,
            **digests,
        )
