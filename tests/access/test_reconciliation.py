"""What drifted in a directory is found and mended; what nobody knows is only shown."""

from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from access.desired import ABSENT, LOCKED, REMOVED, DirectoryState
from access.directory import choice
from access.directory.embedded import EmbeddedDirectory
from access.directory.port import DirectoryUnreachable, FoundEntry
from access.drift import Drift, drift_between
from access.models import Account, AccountState, DirectoryEntry, DirectoryTask, Habilitation
from access.services.reconciliation import reconcile
from contracts.models import Caisse, Convention, Partner, Site, User
from tests.access.acting import happens, has_credentials
from tests.portfolio import record
from workflows import breaker, clock, effects
from workflows.effect_worker import drain
from workflows.models import HeldRun

Grant = Callable[..., Habilitation]
OPEN_A = DirectoryState(AccountState.OPEN, ("a",))
OPEN_B = DirectoryState(AccountState.OPEN, ("b",))


@pytest.mark.parametrize(
    ("found", "wanted", "kind"),
    [
        (OPEN_A, OPEN_A, None),
        (OPEN_B, OPEN_A, Drift.WRONG_SERVICES),
        (LOCKED, OPEN_A, Drift.SHOULD_BE_OPEN),
        (ABSENT, OPEN_A, Drift.MISSING),
        (OPEN_A, LOCKED, Drift.SHOULD_BE_LOCKED),
        (OPEN_A, ABSENT, Drift.SHOULD_BE_LOCKED),
        (OPEN_A, REMOVED, Drift.SHOULD_BE_REMOVED),
        (LOCKED, REMOVED, Drift.SHOULD_BE_REMOVED),
        (ABSENT, REMOVED, None),
        (ABSENT, LOCKED, None),
        (LOCKED, ABSENT, None),
    ],
)
def test_the_kind_of_drift_follows_from_what_is_found_and_what_is_wanted(
    found: DirectoryState, wanted: DirectoryState, kind: Drift | None
) -> None:
    assert drift_between(found, wanted) == kind


class AwayDirectory(EmbeddedDirectory):
    """One whose server is switched off."""

    def ensure(self, account: Account, wanted: DirectoryState) -> DirectoryState:
        raise DirectoryUnreachable("aucune réponse de l’annuaire en 5 secondes")

    def reset(self, account: Account) -> str:
        raise DirectoryUnreachable("aucune réponse de l’annuaire en 5 secondes")

    def entries(self, caisse: Caisse) -> Iterator[FoundEntry] | None:
        raise DirectoryUnreachable("aucune réponse de l’annuaire en 5 secondes")


class StumblingDirectory(EmbeddedDirectory):
    """One that refuses whatever is asked of its first entry."""

    def ensure(self, account: Account, wanted: DirectoryState) -> DirectoryState:
        if account.pk == Account.objects.order_by("pk").values_list("pk", flat=True)[0]:
            raise RuntimeError("refused")
        return super().ensure(account, wanted)


@pytest.fixture
def users(partner: Partner, granted: Grant, embedded: Caisse) -> list[Habilitation]:
    """The users of three structures, each with an account of its own, open."""
    return [granted(site=Site.objects.create(partner=partner, name=f"Crèche {n}")) for n in "ABC"]


def entry_of(habilitation: Habilitation) -> DirectoryEntry:
    return DirectoryEntry.objects.get(identifier=habilitation.account.identifier)


def somebody_writes(habilitation: Habilitation, **changes: Any) -> None:
    """Change an entry in the directory itself, behind the house's back."""
    DirectoryEntry.objects.filter(pk=entry_of(habilitation).pk).update(**changes)


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("directory", *arguments, stdout=out)
    return out.getvalue().replace("\N{NO-BREAK SPACE}", " ")


def kinds(caisse: Caisse) -> dict[str, list[str]]:
    run = reconcile(caisse, dry_run=True)
    return {
        kind.value: [one.identifier for one in found]
        for kind in Drift
        if (found := run.of_kind(kind))
    }


@pytest.mark.django_db
def test_a_directory_that_was_left_alone_has_no_drift(
    users: list[Habilitation], embedded: Caisse
) -> None:
    assert reconcile(embedded).left == 0
    assert "3 comptes comparés, 0 écart" in told("reconcile")


@pytest.mark.django_db
def test_each_kind_of_drift_is_found_and_a_dry_run_changes_nothing(
    users: list[Habilitation], embedded: Caisse
) -> None:
    locked, removed, other = users
    somebody_writes(locked, locked=True)
    entry_of(removed).delete()
    somebody_writes(other, services=["autre"])
    DirectoryEntry.objects.create(caisse=embedded, identifier="Inconnu1", services=["x"])
    before = list(DirectoryEntry.objects.order_by("pk").values())
    found = {
        "should_be_open": [locked.account.identifier],
        "missing": [removed.account.identifier],
        "wrong_services": [other.account.identifier],
        "unknown": ["Inconnu1"],
    }
    assert kinds(embedded) == found
    with pytest.raises(CommandError, match="4\N{NO-BREAK SPACE}écarts à rapprocher"):
        told("reconcile", "--dry-run")
    assert list(DirectoryEntry.objects.order_by("pk").values()) == before
    assert set(Account.objects.values_list("state", flat=True)) == {"open"}


@pytest.mark.django_db
def test_what_drifted_is_brought_back_and_what_nobody_knows_is_left_to_a_person(
    users: list[Habilitation], embedded: Caisse
) -> None:
    locked, removed, other = users
    somebody_writes(locked, locked=True)
    entry_of(removed).delete()
    somebody_writes(other, services=["autre"])
    DirectoryEntry.objects.create(caisse=embedded, identifier="Inconnu1", services=["x"])
    out = StringIO()
    with pytest.raises(CommandError, match="1\N{NO-BREAK SPACE}écart non réglé"):
        call_command("directory", "reconcile", stdout=out)
    words = out.getvalue().replace("\N{NO-BREAK SPACE}", " ")
    assert "1 compte inconnu de Tacite" in words
    assert "Inconnu1 : à vérifier par une personne" in words
    assert kinds(embedded) == {"unknown": ["Inconnu1"]}
    assert not entry_of(locked).locked
    assert entry_of(other).services == [other.service]
    assert entry_of(removed).services == [removed.service]
    drain()
    assert kinds(embedded) == {"unknown": ["Inconnu1"]}


@pytest.mark.django_db
def test_an_account_opened_by_hand_is_locked_again(
    users: list[Habilitation], embedded: Caisse
) -> None:
    happens(users[0], "user_suspended", "2024-02-01")
    drain()
    assert entry_of(users[0]).locked
    somebody_writes(users[0], locked=False, services=[users[0].service])
    assert list(kinds(embedded)) == ["should_be_locked"]
    assert reconcile(embedded).mended == 1
    assert entry_of(users[0]).locked
    users[0].account.refresh_from_db()
    assert (users[0].account.state, users[0].account.services) == ("locked", [])


@pytest.mark.django_db
def test_an_account_past_its_retention_is_removed_and_its_identifier_stays(
    users: list[Habilitation], embedded: Caisse, today: Callable[[str], None]
) -> None:
    happens(users[0], "departure", "2024-02-01")
    drain()
    identifier = users[0].account.identifier
    today("2025-02-01")
    assert kinds(embedded)["should_be_removed"] == [identifier]
    reconcile(embedded)
    assert not DirectoryEntry.objects.filter(identifier=identifier).exists()
    users[0].account.refresh_from_db()
    assert (users[0].account.state, users[0].account.identifier) == ("absent", identifier)


@pytest.mark.django_db
def test_a_wait_after_wrong_passwords_is_the_directorys_own(
    users: list[Habilitation], embedded: Caisse
) -> None:
    somebody_writes(users[0], failures=7, retry_at=clock.now())
    assert reconcile(embedded).differences == []
    entry = entry_of(users[0])
    assert (entry.failures, entry.retry_at) == (7, clock.now())


@pytest.mark.django_db
def test_an_entry_made_anew_has_its_credentials_sent_anew(
    users: list[Habilitation], embedded: Caisse, mailoutbox: list[Any]
) -> None:
    [sent] = users[:1]
    has_credentials(sent)
    drain()
    former = entry_of(sent)
    former.delete()
    mailoutbox.clear()
    reconcile(embedded)
    drain()
    [mail] = mailoutbox
    assert sent.account.identifier in mail.body
    assert entry_of(sent).password not in ("", former.password)


@pytest.mark.django_db
def test_one_account_that_fails_stops_no_other_and_is_tried_again(
    users: list[Habilitation], embedded: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for habilitation in users:
        somebody_writes(habilitation, locked=True)
    with monkeypatch.context() as patched:
        patched.setitem(choice.DIRECTORIES, "embedded", StumblingDirectory)
        run = reconcile(embedded)
    assert (run.mended, run.left) == (2, 1)
    assert [pk for pk, _ in run.failing] == [users[0].account_id]
    assert entry_of(users[0]).locked
    drain()
    assert not entry_of(users[0]).locked


@pytest.mark.django_db
def test_a_directory_away_is_told_clearly_and_nothing_is_lost(
    users: list[Habilitation], embedded: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list(Account.objects.order_by("pk").values())
    with monkeypatch.context() as patched:
        patched.setitem(choice.DIRECTORIES, "embedded", AwayDirectory)
        with pytest.raises(CommandError, match=r"injoignable[\s\S]*CAISSE1.*aucune réponse"):
            told("reconcile")
    assert list(Account.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_more_closings_than_allowed_wait_for_a_person_before_the_first(
    users: list[Habilitation], embedded: Caisse, agent: User, convention: Convention, settings: Any
) -> None:
    settings.TACITE_BREAKER_NUMBER = settings.TACITE_BREAKER_FLOOR = 2
    record(convention, "suspension", "2024-02-01")
    # What should have followed was set aside, so that only a comparison finds it.
    effects.unfinished().update(state="done", done_at=clock.now(), next_attempt_at=None)
    with pytest.raises(CommandError, match="3\N{NO-BREAK SPACE}écarts non réglés"):
        call_command("directory", "reconcile", stdout=StringIO(), stderr=(said := StringIO()))
    words = said.getvalue().replace("\N{NO-BREAK SPACE}", " ")
    assert "3 comptes seraient fermés" in words
    assert "breaker confirm accounts" in words
    assert not DirectoryEntry.objects.filter(locked=True).exists()
    breaker.confirm(HeldRun.objects.get(), agent, "Suspension voulue", seen=3)
    drain()
    assert DirectoryEntry.objects.filter(locked=True).count() == 3
    assert reconcile(embedded).left == 0


@pytest.mark.django_db
def test_where_only_people_can_look_what_is_known_is_compared_and_agents_are_asked(
    granted: Grant, caisse: Caisse
) -> None:
    granted()
    run = reconcile(caisse)
    assert (run.readable, run.asked, run.left) == (False, 1, 0)
    assert [one.kind for one in run.differences] == [Drift.MISSING]
    assert DirectoryTask.objects.get().kind == "register"


@pytest.mark.django_db
def test_one_caisse_may_be_asked_for_and_an_unknown_one_is_named_with_the_others(
    users: list[Habilitation], embedded: Caisse
) -> None:
    other = Caisse.objects.create(code="CAISSE2", name="Autre", settings={"directory": "embedded"})
    DirectoryEntry.objects.create(caisse=other, identifier="inconnu", services=[])
    assert "CAISSE2" not in told("reconcile", "--caisse", "caisse1")
    with pytest.raises(CommandError, match="CAISSE1, CAISSE2"):
        told("reconcile", "--caisse", "AILLEURS")


@pytest.mark.django_db
def test_an_account_that_moves_while_the_directory_is_listed_is_left_to_what_moved_it(
    users: list[Habilitation], embedded: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(EmbeddedDirectory):
        """One in which a listing lasts long enough for an account to change meanwhile."""

        def entries(self, caisse: Caisse) -> Iterator[FoundEntry] | None:
            found = list(super().entries(caisse) or ())
            happens(users[0], "user_suspended", "2024-02-01")
            drain()
            return iter(found)

    monkeypatch.setitem(choice.DIRECTORIES, "embedded", Slow)
    run = reconcile(embedded)
    assert (run.moved, run.differences) == (1, [])
    users[0].account.refresh_from_db()
    assert users[0].account.state == "locked"


@pytest.mark.django_db
def test_many_accounts_are_compared_with_few_queries(
    users: list[Habilitation], embedded: Caisse, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(14):
        reconcile(embedded, dry_run=True)
