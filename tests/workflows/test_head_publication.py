"""The daily head leaves the site by a file and by mail; a copy betrays who rewrote the rest."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings

from contracts.models import Caisse, Convention, User, UserScope
from notifications.journal_heads import recipients
from tests.workflows.journal_heads import (
    HEADS,
    JOURNAL,
    Move,
    file_of,
    in_force,
    lift_triggers,
    refused,
    rewrite,
    taken,
    verified,
)
from workflows import clock
from workflows.effect_worker import drain
from workflows.head_files import write_file
from workflows.models import Effect, EffectState, JournalHead


@pytest.mark.django_db
class TestPublishing:
    def test_the_file_is_written_once_and_stays_identical(
        self, convention: Convention, today: Move
    ) -> None:
        head = taken(today, "2024-02-02")
        drain()
        first, written = file_of(head).read_bytes(), file_of(head).stat()
        assert json.loads(first) == {**head.content, "digest": head.digest}
        write_file({"head": head.number}, None)  # type: ignore[arg-type]
        assert file_of(head).read_bytes() == first
        assert file_of(head).stat().st_ino == written.st_ino
        assert [one.name for one in file_of(head).parent.iterdir()] == ["empreinte-2024-02-02.json"]
        assert not Effect.objects.exclude(state=EffectState.DONE).exists()

    def test_a_published_file_is_never_replaced(self, convention: Convention, today: Move) -> None:
        head = taken(today, "2024-02-02")
        file_of(head).parent.mkdir(parents=True)
        file_of(head).write_text("celle d’avant", encoding="utf-8")
        drain()
        assert file_of(head).read_text(encoding="utf-8") == "celle d’avant"
        effect = Effect.objects.get(handler="workflows.head_file")
        assert effect.state == EffectState.PENDING
        assert "existe déjà avec un autre contenu" in effect.last_error

    def test_a_folder_that_cannot_be_written_is_told(self, today: Move, tmp_path: Path) -> None:
        taken(today, "2024-02-02")
        (tmp_path / "file").touch()
        with override_settings(TACITE_HEADS=tmp_path / "file" / "heads"):
            drain()
        effect = Effect.objects.get(handler="workflows.head_file")
        assert "Vérifiez le dossier que donne TACITE_HEADS" in effect.last_error

    def test_it_is_mailed_to_the_auditors_that_are_named(
        self, convention: Convention, caisse: Caisse, today: Move
    ) -> None:
        today("2024-02-02")
        wanted = [user(caisse, name, "auditor") for name in ("ada", "bo")]
        user(caisse, "chris", "auditor")
        administrator = user(caisse, "dom", "administrator")
        former = user(caisse, "eli", "auditor", is_active=False)
        addresses = [one.email for one in (*wanted, administrator, former)]
        with override_settings(TACITE_HEAD_RECIPIENTS=[*addresses, "ailleurs@caisse.example"]):
            assert recipients() == wanted
            head = taken(today, "2024-02-02")
            drain()
            drain()
        assert sorted(one.to[0] for one in mail.outbox) == [one.email for one in wanted]
        for one in mail.outbox:
            assert one.subject == "Empreinte des journaux du 2\u00a0février 2024"
            assert head.digest in one.body
            assert head.root in one.body
            assert f"--against {head.digest}" in one.body

    def test_nobody_is_mailed_unless_named(
        self, convention: Convention, caisse: Caisse, today: Move
    ) -> None:
        today("2024-02-02")
        user(caisse, "ada", "auditor")
        taken(today, "2024-02-02")
        drain()
        assert mail.outbox == []


@pytest.mark.django_db
class TestComparingWithACopy:
    @pytest.fixture
    def copy(self, convention: Convention, today: Move, tmp_path: Path) -> Path:
        """The published file of 2 February 2024, kept elsewhere."""
        head = taken(today, "2024-02-02")
        drain()
        return file_of(head).rename(tmp_path / "copie.json")

    def test_an_honest_site_agrees_with_it(
        self, copy: Path, draft: Callable[..., Convention], today: Move
    ) -> None:
        in_force(draft)
        taken(today, "2024-02-03")
        assert "n° 1 du 2 février 2024 : la base y répond" in verified("--against", str(copy))

    def test_it_betrays_who_rewrote_journals_and_heads_together(
        self, copy: Path, convention: Convention, today: Move
    ) -> None:
        lift_triggers(JOURNAL)
        lift_triggers(HEADS)
        rewrite(convention, article="ailleurs")
        JournalHead.objects.all().delete()
        taken(today, "2024-02-02")
        assert "tels qu’ils ont été écrits" in verified()
        told, failure = refused("--against", str(copy))
        assert "la base a une autre empreinte sous ce numéro" in told
        assert "une ligne au moins n’est plus celle" in told
        assert "désaccord avec l’empreinte gardée ailleurs" in failure

    def test_it_betrays_that_the_last_heads_were_removed(self, copy: Path) -> None:
        lift_triggers(HEADS)
        JournalHead.objects.all().delete()
        assert "Aucune empreinte" in verified()
        told, _ = refused("--against", str(copy))
        assert "la base n’a pas cette empreinte" in told

    def test_the_digest_of_a_mail_does_as_well(self, copy: Path, convention: Convention) -> None:
        digest = JournalHead.objects.get().digest
        assert "la base y répond" in verified("--against", digest)
        lift_triggers(JOURNAL)
        rewrite(convention, article="ailleurs")
        refused("--against", digest)
        _, failure = refused("--against", "0" * 64)
        assert "Aucune empreinte de la base" in failure

    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (lambda said: said | {"entries": 1}, "ne répond plus à sa propre empreinte"),
            (lambda said: {}, "ne répond plus à sa propre empreinte"),
            (lambda said: [said], "ce n’est pas un objet JSON"),
            (lambda said: resigned(said | {"day": "hier"}), "« day » n’y est pas"),
            (lambda said: resigned(said | {"last_entries": {"convention": "?"}}), "last_entries"),
        ],
    )
    def test_a_file_that_is_no_head_is_refused(
        self, copy: Path, spoil: Callable[[Any], Any], said: str
    ) -> None:
        copy.write_text(json.dumps(spoil(json.loads(copy.read_text()))), encoding="utf-8")
        assert said in refused("--against", str(copy))[1]

    def test_a_file_that_cannot_be_read_is_refused(self, copy: Path, tmp_path: Path) -> None:
        copy.write_bytes(b"\xff\xfe")
        assert "pas du JSON" in refused("--against", str(copy))[1]
        assert "ne peut être lu" in refused("--against", str(tmp_path / "absent.json"))[1]


def resigned(said: dict[str, Any]) -> dict[str, Any]:
    """A file whose digest was made again by who changed it."""
    content = {key: value for key, value in said.items() if key != "digest"}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return content | {"digest": sha256(canonical.encode()).hexdigest()}


def user(caisse: Caisse, name: str, role: str, **fields: Any) -> User:
    made = User.objects.create_user(f"{name}@caisse.example", "mot de passe", **fields)
    UserScope.objects.create(user=made, caisse=caisse, role=role, first_day=clock.today())
    return made
