"""`manage.py rulebook`, as those who write and those who sign rulebooks use it."""

from __future__ import annotations

import json
import tomllib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from templates_conventions.catalogue import ROOT, rulebook
from tests.documents import pdf_text
from workflows.rulebook_reference import BEGIN, END
from workflows.rulebook_sheet import sheet

PICARDIE = ROOT / "psu-msa-picardie" / "rulebook.toml"
PAGE = ROOT.parent / "docs" / "rulebook.md"


def run(*arguments: object) -> str:
    output = StringIO()
    call_command("rulebook", *(str(each) for each in arguments), stdout=output)
    return output.getvalue()


def refused(*arguments: object) -> tuple[str, str]:
    """What a refused command prints, and what it says at its end."""
    output = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("rulebook", *(str(each) for each in arguments), stdout=output)
    assert refusal.value.returncode == 1
    return output.getvalue(), str(refusal.value)


def test_the_published_rulebooks_pass_the_check() -> None:
    lines = run("check", ROOT).splitlines()

    assert len(lines) == 5
    assert all("conforme" in line for line in lines)


def test_a_fault_is_a_line_and_a_refusal(tmp_path: Path) -> None:
    broken = tmp_path / "rulebook.toml"
    text = PICARDIE.read_text(encoding="utf-8")
    broken.write_text(text.replace('by = ["caisse", "partner"]', 'by = ["prefet"]'))

    printed, said = refused("check", broken)

    [line] = printed.splitlines()
    assert line.startswith(str(broken))
    assert "notice.by (article 9-1)" in line
    assert said == "1\N{NO-BREAK SPACE}faute."


def test_sound_and_broken_files_are_told_apart(tmp_path: Path) -> None:
    broken = tmp_path / "rulebook.toml"
    broken.write_text("code = ")

    printed, _ = refused("check", PICARDIE, broken)

    sound, faulty = printed.splitlines()
    assert "conforme" in sound
    assert "ligne 1" in faulty


def test_a_folder_without_rulebook_is_refused(tmp_path: Path) -> None:
    _, said = refused("check", tmp_path)

    assert str(tmp_path) in said


def test_a_rulebook_is_explained_by_its_sheet() -> None:
    assert run("explain", "psu-msa-picardie") == sheet(rulebook("psu-msa-picardie"))


def test_an_unknown_code_names_the_known_ones() -> None:
    _, said = refused("explain", "psu")

    assert "psu-msa-armorique, psu-msa-picardie" in said


def test_a_rulebook_with_a_fault_is_not_explained(tmp_path: Path, settings: Any) -> None:
    settings.TACITE_RULEBOOKS = tmp_path
    (tmp_path / "modele").mkdir()
    (tmp_path / "modele" / "rulebook.toml").write_text("version = 1\n")

    _, said = refused("explain", "modele")

    assert "clé absente" in said


def test_the_schema_closes_every_table() -> None:
    schema = json.loads(run("schema"))

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    tables = [schema, *(each for each in schema["$defs"].values() if each["type"] == "object")]
    assert len(tables) > 50
    assert all(table["additionalProperties"] is False for table in tables)


def test_the_schema_requires_what_a_rulebook_cannot_do_without() -> None:
    schema = json.loads(run("schema"))

    assert {"code", "effect", "term", "services", "habilitation"} <= set(schema["required"])
    assert "breach" not in schema["required"]
    assert schema["$defs"]["Notice"]["required"] == ["article", "length", "forms", "counts_from"]


def test_the_schema_knows_every_key_of_a_published_rulebook() -> None:
    schema = json.loads(run("schema"))
    content = tomllib.loads(PICARDIE.read_text(encoding="utf-8"))

    assert unknown_keys(content, schema, schema["$defs"]) == []


def unknown_keys(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> list[str]:
    for choice in [schema, *schema.get("anyOf", ())]:
        if "$ref" in choice:
            schema = definitions[choice["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        return [key for item in value for key in unknown_keys(item, schema["items"], definitions)]
    if not isinstance(value, dict) or "properties" not in schema:
        return []
    found = [key for key in value if key not in schema["properties"]]
    for key, below in value.items():
        if key not in found:
            found += unknown_keys(below, schema["properties"][key], definitions)
    return found


def test_the_table_of_keys_in_the_documentation_is_up_to_date(tmp_path: Path) -> None:
    copy = tmp_path / "rulebook.md"
    copy.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")

    run("reference", copy)

    assert copy.read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8"), (
        "run: manage.py rulebook reference docs/rulebook.md"
    )


def test_an_outdated_table_of_keys_is_rewritten_and_the_rest_kept(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\noutdated\n{END}\nafter\n", encoding="utf-8")

    run("reference", page)

    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "outdated" not in text
    assert "`counts_from`\\*" in text


def test_a_page_without_markers_is_left_as_it_was(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("no table here\n", encoding="utf-8")

    _, said = refused("reference", page)

    assert str(page) in said
    assert page.read_text(encoding="utf-8") == "no table here\n"


def test_a_sheet_is_written_as_pdf_under_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("explain", "psu-msa-picardie", "--pdf")
    written = (tmp_path / "fiche-psu-msa-picardie.pdf").read_bytes()
    assert "Fiche du modèle de convention" in pdf_text(written)


def test_a_sheet_is_written_as_pdf(tmp_path: Path) -> None:
    path = tmp_path / "fiche.pdf"
    run("explain", "psu-msa-picardie", "--pdf", str(path))
    assert "Fiche du modèle de convention" in pdf_text(path.read_bytes())
    _, said = refused("explain", "psu-msa-picardie", "--pdf", str(tmp_path / "rien" / "f.pdf"))
    assert "Impossible d’écrire" in said
