"""Rulebooks read from files: every mistake is named, all at once, in French."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from templates_conventions.catalogue import ROOT
from workflows.calendar import Duration
from workflows.rulebook_faults import RulebookErrors, RulebookFault
from workflows.rulebook_files import UnknownRulebook, find, load, published

PICARDIE = (ROOT / "psu-msa-picardie" / "rulebook.toml").read_text(encoding="utf-8")

Written = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(text: str, code: str = "psu-msa-picardie") -> Path:
        path = tmp_path / code / "rulebook.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def faults_of(path: Path) -> tuple[RulebookFault, ...]:
    with pytest.raises(RulebookErrors) as refusal:
        load(path)
    return refusal.value.faults


def changed(old: str, new: str) -> str:
    assert PICARDIE.count(old) == 1, old
    return PICARDIE.replace(old, new)


NOTICE = '[notice]\narticle = "9-1"\nlength = "P3M"\n'
NOTICE_POSTING = 'by = ["caisse", "partner"]\ncounts_from = "posting"\n'


def test_a_sound_file_gives_its_rulebook(written: Written) -> None:
    rulebook = load(written(PICARDIE))

    assert rulebook.code == "psu-msa-picardie"
    assert rulebook.term.length == Duration(12, 0)


def test_the_rules_count_and_not_the_layout_of_the_file(written: Written) -> None:
    spaced = written(PICARDIE.replace("\n[", "\n\n# note\n["), "autre")

    assert load(spaced).digest == load(written(PICARDIE)).digest


def test_a_changed_rule_changes_the_digest(written: Written) -> None:
    other = written(changed(NOTICE, NOTICE.replace("P3M", "P4M")), "autre")

    assert load(other).digest != load(written(PICARDIE)).digest


def test_a_misspelt_key_names_the_key_the_article_and_the_likely_one(written: Written) -> None:
    path = written(changed(NOTICE_POSTING, NOTICE_POSTING.replace("counts_from", "count_from")))

    missing, unknown = faults_of(path)

    assert (missing.key, missing.article) == ("notice.counts_from", "9-1")
    assert missing.problem == "clé absente"
    assert "posting, first_presentation, reception" in missing.expected
    assert (unknown.key, unknown.article) == ("notice.count_from", "9-1")
    assert unknown.problem == "clé inconnue"
    assert unknown.expected == "« counts_from » peut-être"
    assert unknown.file == str(path)


def test_a_value_outside_its_list_says_what_was_given_and_what_may_be(written: Written) -> None:
    [fault] = faults_of(written(changed(NOTICE_POSTING, NOTICE_POSTING.replace("posting", "date"))))

    assert fault.key == "notice.counts_from"
    assert fault.problem == "valeur refusée, reçu « date »"
    assert fault.expected == "l’une des valeurs posting, first_presentation, reception"


def test_a_value_of_a_list_is_named_by_its_place(written: Written) -> None:
    path = written(changed('accepted = ["transmission", "not_applicable"]', 'accepted = ["visa"]'))

    [fault] = faults_of(path)

    assert fault.key == "effect.conditions[0].accepted[0]"
    assert fault.article == "9-1"
    assert fault.expected == "l’une des valeurs transmission, modification, not_applicable"


@pytest.mark.parametrize("given", ["3 mois", "P0M", "-P3M", "PT3H"])
def test_an_unreadable_duration_says_how_to_write_one(written: Written, given: str) -> None:
    [fault] = faults_of(written(changed(NOTICE, NOTICE.replace("P3M", given))))

    assert (fault.key, fault.article) == ("notice.length", "9-1")
    assert f"« {given} »" in fault.problem.replace("« ", "« ").replace(" »", " »")
    assert "P3M" in fault.expected


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        (NOTICE, '[notice]\narticle = "9-1"\nlength = 3\n', "notice.length", "une durée ISO 8601"),
        ("version = 1", 'version = "un"', "version", "un nombre entier"),
        ("version = 1", "version = 0", "version", "au moins égal à 1"),
        (
            "unlimited = true",
            'unlimited = "peut-être"',
            "survival.confidentiality.unlimited",
            "true",
        ),
        ("opens_at = 05:00:00", "opens_at = 2025-01-01", "services[0].hours.opens_at", "05:00:00"),
        (
            "above_percent = 98",
            "above_percent = 120",
            "services[0].availability.above_percent",
            "100",
        ),
        ('length = "P1Y"\n\n[term', "length = []\n\n[term", "term.length", "une durée ISO 8601"),
        ("[mutual_termination]", "[[mutual_termination]]", "mutual_termination", "une table […]"),
        ('title = "', 'title = 3 # "', "title", "un texte"),
        ('article = "8"', 'article = ""', "provisions.intellectual_property.article", "un texte"),
        ('keys = ["nir", "name"]', "keys = []", "services[0].lookup.keys", "au moins 1 élément"),
        ('code = "psu-msa-picardie"', 'code = "PSU Picardie"', "code", "la forme"),
    ],
)
def test_a_value_of_another_type_says_what_is_expected(
    written: Written, old: str, new: str, key: str, expected: str
) -> None:
    [fault] = faults_of(written(changed(old, new)))

    assert fault.key == key
    assert expected in fault.expected


def test_keys_that_contradict_each_other_are_one_fault_of_their_rule(written: Written) -> None:
    [fault] = faults_of(written(changed('delay = "P30D"\n', "")))

    assert (fault.key, fault.article) == ("breach", "9-2")
    assert "delay" in fault.problem


def test_a_reading_of_a_key_that_the_rule_does_not_have_is_a_fault(written: Written) -> None:
    path = written(changed('interpreted = ["account_holder"]', 'interpreted = ["holder"]'))

    [fault] = faults_of(path)

    assert fault.key == "habilitation"
    assert "holder" in fault.problem


def test_all_the_mistakes_of_a_file_come_at_once(written: Written) -> None:
    text = PICARDIE.replace("posting", "date").replace("version = 1", "version = 0")

    assert [fault.key for fault in faults_of(written(text))] == ["version", "notice.counts_from"]


def test_a_syntax_error_is_named_by_its_line(written: Written) -> None:
    lines = PICARDIE.splitlines()
    number = lines.index("[notice]") + 2
    lines[number - 1] = "article = 9-1 9-2"

    [fault] = faults_of(written("\n".join(lines)))

    assert f"ligne {number}" in fault.problem
    assert fault.expected == "un fichier TOML bien formé"


def test_a_table_written_twice_is_said_to_be(written: Written) -> None:
    [fault] = faults_of(written(PICARDIE + '\n[notice]\narticle = "9-1"\n'))

    assert "table déclarée deux fois" in fault.problem


def test_a_file_that_is_not_utf_8_says_so(written: Written) -> None:
    path = written(PICARDIE)
    path.write_bytes("titre = « été »".encode("latin-1"))

    [fault] = faults_of(path)

    assert "UTF-8" in fault.problem


def test_a_file_that_is_not_there_is_a_fault_too(tmp_path: Path) -> None:
    [fault] = faults_of(tmp_path / "absent.toml")

    assert fault.problem == "fichier illisible"


def test_the_faults_read_as_lines(written: Written) -> None:
    path = written(PICARDIE.replace("posting", "date").replace("version = 1", "version = 0"))

    with pytest.raises(RulebookErrors) as refusal:
        load(path)

    assert str(refusal.value).splitlines() == [
        f"{path} : version : valeur hors bornes, reçu « 0 ». "
        "Attendu : un nombre au moins égal à 1.",
        f"{path} : notice.counts_from (article 9-1) : valeur refusée, reçu « date ». "
        "Attendu : l’une des valeurs posting, first_presentation, reception.",
    ]


def test_a_code_leads_to_its_file() -> None:
    assert find(ROOT, "psu-msa-picardie") == ROOT / "psu-msa-picardie" / "rulebook.toml"


def test_an_unknown_code_names_the_known_ones(written: Written, tmp_path: Path) -> None:
    written(PICARDIE)

    with pytest.raises(UnknownRulebook, match="psu-msa-picardie"):
        find(tmp_path, "psu")


def test_the_published_rulebooks_are_known_by_their_code(written: Written, tmp_path: Path) -> None:
    path = written(PICARDIE)

    assert published(tmp_path) == {"psu-msa-picardie": load(path)}


def test_a_rulebook_is_not_published_under_another_name(written: Written, tmp_path: Path) -> None:
    written(PICARDIE, "autre")

    with pytest.raises(RulebookErrors, match="nom du dossier"):
        published(tmp_path)


def test_a_rulebook_that_means_nothing_is_not_published(written: Written, tmp_path: Path) -> None:
    written(changed('by = ["caisse", "partner"]', 'by = ["prefet"]'))

    with pytest.raises(RulebookErrors, match="rôle inconnu"):
        published(tmp_path)


def test_the_faults_of_all_the_files_come_at_once(written: Written, tmp_path: Path) -> None:
    written(PICARDIE.replace("posting", "date"))
    written(PICARDIE.replace("version = 1", "version = 0"), "autre")

    with pytest.raises(RulebookErrors) as refusal:
        published(tmp_path)

    assert {fault.key for fault in refusal.value.faults} == {"notice.counts_from", "version"}
