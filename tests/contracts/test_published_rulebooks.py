"""A version of a rulebook is published once and never changes."""

import json
from datetime import date
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from contracts.models import Caisse, Partner, PublishedRulebook, User
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import RulebookChanged, publish
from templates_conventions.catalogue import rulebook, rulebooks
from tests.portfolio import YEARLY

pytestmark = pytest.mark.django_db


def test_a_published_rulebook_gives_back_the_rules_of_its_file() -> None:
    row, created = publish(rulebook(YEARLY))
    assert created
    stored = PublishedRulebook.objects.get(pk=row.pk)
    assert stored.rulebook == rulebook(YEARLY)
    canonical = json.dumps(stored.content, sort_keys=True, ensure_ascii=False)
    assert stored.digest == sha256(canonical.encode()).hexdigest()


def test_publishing_the_same_rules_again_changes_nothing() -> None:
    first, _ = publish(rulebook(YEARLY))
    assert publish(rulebook(YEARLY)) == (first, False)


def test_other_rules_under_the_same_version_are_refused() -> None:
    publish(rulebook(YEARLY))
    with pytest.raises(RulebookChanged, match="version = 2"):
        publish(rulebook(YEARLY).amended({"term.length": "P3Y"}))
    row = PublishedRulebook.objects.get()
    assert str(row.rulebook.term.length) == "P1Y"


def test_the_command_publishes_the_house_once(agent: User) -> None:
    for told in ("publiée", "déjà publiée"):
        out = StringIO()
        call_command(
            "publish_rulebooks",
            signed_off_by=agent.email,
            signed_off_on=date(2024, 1, 2),
            stdout=out,
        )
        assert out.getvalue().count(f"\N{NO-BREAK SPACE}: {told}\n") == len(rulebooks())
    rows = PublishedRulebook.objects.all()
    assert {row.code for row in rows} == set(rulebooks())
    assert {(row.signed_off_by, row.signed_off_on) for row in rows} == {(agent, date(2024, 1, 2))}


def test_an_unknown_lawyer_is_refused() -> None:
    with pytest.raises(CommandError, match=r"personne@caisse\.example"):
        call_command("publish_rulebooks", signed_off_by="personne@caisse.example")
    assert not PublishedRulebook.objects.exists()


def test_a_draft_read_again_follows_the_version_published_meanwhile(
    caisse: Caisse, partner: Partner
) -> None:
    publish(rulebook(YEARLY))
    draft = draft_convention(caisse=caisse, partner=partner, rulebook_code=YEARLY)
    assert str(draft.rules.term.length) == "P1Y"
    publish(rulebook(YEARLY).amended({"term.length": "P3Y"}).model_copy(update={"version": 2}))
    draft.refresh_from_db()
    assert str(draft.rules.term.length) == "P3Y"
