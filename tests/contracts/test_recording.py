"""Recording an act: the act, the journal and the cache, all or nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from threading import Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from contracts.models import Convention, ConventionAct, PublishedRulebook, User
from tests.portfolio import an_act, life, noon, record
from workflows import clock, subjects
from workflows.acts import Act
from workflows.recording import ActRefused
from workflows.together import record_all

pytestmark = pytest.mark.django_db


def everything_stored(convention: Convention) -> tuple[object, ...]:
    return (
        Convention.objects.filter(pk=convention.pk).values().get(),
        list(convention.acts.order_by("pk").values()),
        list(convention.journal.order_by("pk").values()),
    )


def test_the_last_signature_brings_the_convention_into_force(convention: Convention) -> None:
    assert life(convention) == [
        ("sign", "2024-01-15"),
        ("transmit_cnil", "2024-01-15"),
        ("activate", "2024-01-15"),
    ]
    assert convention.state == "active"
    assert convention.effect_on == date(2024, 1, 15)
    assert (convention.term_number, convention.term_last_day) == (1, date(2025, 1, 14))
    assert convention.next_change_on == date(2025, 1, 15)
    assert convention.revision == 3


def test_each_believed_step_cites_its_article(convention: Convention) -> None:
    entry = convention.journal.get(name="activate")
    assert entry.article == "9-1"
    assert entry.cause == convention.acts.get(payload__party="caisse").identifier


def test_projected_steps_are_not_believed(convention: Convention) -> None:
    assert not convention.journal.filter(on__gt=clock.today()).exists()


def test_the_rules_are_pinned_when_the_text_leaves_for_signature(
    draft: Callable[..., Convention], yearly: PublishedRulebook
) -> None:
    opened = draft()
    assert opened.pinned is None
    record(opened, "sent_for_signature", clock.today().isoformat())
    assert opened.state == "sent_for_signature"
    assert opened.pinned == yearly


def test_an_abandoned_draft_is_pinned_to_nothing(draft: Callable[..., Convention]) -> None:
    opened = draft()
    record(opened, "abandonment", clock.today().isoformat(), reason="Doublon")
    assert (opened.state, opened.pinned) == ("abandoned", None)


def test_an_act_that_the_rules_refuse_changes_nothing(convention: Convention) -> None:
    before = everything_stored(convention)
    with pytest.raises(ActRefused, match="déjà signé"):
        record(convention, "signature", "2024-01-20", party="partner")
    assert everything_stored(convention) == before


def test_an_act_dated_after_its_recording_changes_nothing(convention: Convention) -> None:
    before = everything_stored(convention)
    with pytest.raises(ActRefused, match="après le jour de son enregistrement"):
        record(convention, "suspension", "2024-02-02")
    assert everything_stored(convention) == before


def test_a_form_sent_twice_is_one_act(convention: Convention, agent: User) -> None:
    act = an_act("suspension", "2024-02-01", reason="Usage anormal")
    first = subjects.record(convention, act, agent)
    stored = everything_stored(convention)
    later = replace(act, recorded_at=act.recorded_at - timedelta(minutes=1))
    assert subjects.record(convention, later, agent) == first
    assert everything_stored(convention) == stored


def test_another_act_under_the_same_identifier_is_refused(convention: Convention) -> None:
    act = an_act("suspension", "2024-02-01", reason="Usage anormal")
    subjects.record(convention, act, None)
    before = everything_stored(convention)
    with pytest.raises(subjects.ConflictingAct, match="Suspension de l’accès, 1er"):
        subjects.record(convention, replace(act, on=date(2024, 1, 31)), None)
    assert everything_stored(convention) == before


def test_a_stale_form_is_refused_with_what_changed(convention: Convention) -> None:
    seen = convention.revision
    record(convention, "suspension", "2024-02-01")
    before = everything_stored(convention)
    with pytest.raises(subjects.StaleForm, match="Suspension de l’accès") as refused:
        subjects.record(
            convention, an_act("suspension_lifted", "2024-02-01"), None, seen_revision=seen
        )
    assert [row.kind for row in refused.value.acts] == ["suspension"]
    assert everything_stored(convention) == before


def test_an_act_recorded_in_the_future_is_refused(convention: Convention) -> None:
    act = replace(an_act("suspension", "2024-02-01"), recorded_at=noon("2024-02-02"))
    with pytest.raises(subjects.RecordedInFuture, match="après aujourd’hui"):
        subjects.record(convention, act, None)


def test_an_act_is_never_stamped_before_those_already_recorded(convention: Convention) -> None:
    act = replace(an_act("suspension", "2024-01-20"), recorded_at=noon("2024-01-20"))
    row = subjects.record(convention, act, None)
    assert row.recorded_at == noon("2024-02-01")


def test_a_social_security_number_is_not_kept(convention: Convention) -> None:
    with pytest.raises(ValidationError, match="numéro de sécurité sociale"):
        record(convention, "suspension", "2024-02-01", reason="Dossier 2 95 10 99 126 111 93")


def test_a_fact_learnt_late_retracts_what_was_believed(
    convention: Convention, today: Callable[[str], None]
) -> None:
    from workflows.sweep import sweep

    today("2025-02-01")
    sweep(clock.today())
    letter = {"letter": "L1"}
    record(convention, "notice", "2024-09-01", by="partner", form="registered_letter", **letter)
    record(convention, "letter_posted", "2024-09-01", **letter)
    received = record(convention, "letter_delivered", "2024-09-03", **letter)
    entries = list(convention.journal.filter(name="renew").order_by("number"))
    assert [entry.kind for entry in entries] == ["asserted", "retracted"]
    assert convention.state == "expired"
    assert convention.last_day_in_force == date(2025, 1, 14)
    assert ("expire", "2025-01-15") in life(convention)
    assert entries[1].because in {
        received.identifier,
        *convention.acts.values_list("identifier", flat=True),
    }


def test_a_renewal_believed_again_is_another_belief(
    convention: Convention, today: Callable[[str], None]
) -> None:
    from workflows.sweep import sweep

    today("2025-02-01")
    sweep(clock.today())
    letter = {"letter": "L1"}
    notice = record(
        convention, "notice", "2024-09-01", by="partner", form="registered_letter", **letter
    )
    record(convention, "letter_posted", "2024-09-01", **letter)
    record(convention, "letter_delivered", "2024-09-03", **letter)
    record(convention, "annulment", "2025-02-01", of=notice.identifier, reason="Autre dossier")
    beliefs = [
        (entry.kind, entry.belief)
        for entry in convention.journal.filter(name="renew").order_by("number")
    ]
    assert beliefs == [
        ("asserted", "renew:2:1"),
        ("retracted", "renew:2:1"),
        ("asserted", "renew:2:2"),
    ]
    assert convention.state == "active"


def a_correction(convention: Convention, party: str, reason: str) -> tuple[Act, Act]:
    """The caisse signed on the 16th and not on the 15th, as an annulment and what replaces it."""
    wrong = convention.acts.get(payload__party="caisse")
    right = an_act("signature", "2024-01-16", party=party)
    blank = an_act("annulment", "2024-02-01", of=wrong.identifier, replaced_by=right.id, reason="-")
    # Built as another program would, past the reading that refuses an empty text.
    return replace(blank, reason=reason), right  # type: ignore[call-arg]


def test_an_act_is_replaced_with_a_reason_and_stays_to_be_read(convention: Convention) -> None:
    record_all(convention, a_correction(convention, "caisse", "Date de l’autre exemplaire"), None)
    assert (convention.effect_on, convention.state) == (date(2024, 1, 16), "active")
    wrong, right = convention.acts.filter(payload__party="caisse").order_by("revision")
    annulment = convention.acts.get(kind="annulment")
    assert (wrong.on, right.on) == (date(2024, 1, 15), date(2024, 1, 16))
    assert (annulment.act.of, annulment.act.replaced_by) == (wrong.identifier, right.identifier)
    assert annulment.act.reason == "Date de l’autre exemplaire"
    assert {entry.because for entry in convention.journal.filter(kind="retracted")} == {
        annulment.identifier
    }


@pytest.mark.parametrize(
    ("party", "reason", "said"),
    [
        ("caisse", "", "donne son motif"),
        ("nobody", "Date de l’autre exemplaire", "nobody"),
    ],
    ids=["without-a-reason", "by-an-act-that-is-refused"],
)
def test_an_act_that_is_not_well_replaced_stands(
    convention: Convention, party: str, reason: str, said: str
) -> None:
    before = everything_stored(convention)
    with pytest.raises(ActRefused, match=said):
        record_all(convention, a_correction(convention, party, reason), None)
    assert everything_stored(convention) == before


def test_consequences_are_shown_and_nothing_is_written(convention: Convention) -> None:
    before = everything_stored(convention)
    difference = subjects.consequences(
        convention,
        an_act(
            "mutual_termination",
            "2024-02-01",
            last_day="2024-06-30",
            agreed_by=["caisse", "partner"],
        ),
    )
    assert ("renew", date(2025, 1, 15)) in [(s.name, s.on) for s in difference.lost]
    assert ("terminate", date(2024, 7, 1)) in [(s.name, s.on) for s in difference.gained]
    assert difference.before.last_day_in_force is None
    assert difference.after.last_day_in_force == date(2024, 6, 30)
    assert everything_stored(convention) == before


def test_the_journal_is_chained(convention: Convention) -> None:
    previous = ""
    for number, entry in enumerate(convention.journal.order_by("number"), start=1):
        assert entry.number == number
        assert entry.previous_digest == previous
        assert entry.computed_digest() == entry.digest
        previous = entry.digest


@pytest.mark.django_db(transaction=True)
def test_two_people_recording_at_once_are_taken_one_after_the_other(
    convention: Convention,
) -> None:
    failures: list[Exception] = []

    def report(party: str) -> None:
        try:
            own = Convention.objects.get(pk=convention.pk)
            for _ in range(3):
                record(own, "address_change", "2024-02-01", by=party)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=report, args=(party,)) for party in ("caisse", "partner")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    revisions = ConventionAct.objects.order_by("revision").values_list("revision", flat=True)
    assert list(revisions) == list(range(1, 10))
