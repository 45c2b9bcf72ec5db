"""``manage.py render``: the documents of a convention, in a folder."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contracts.models import Caisse, Convention
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.documents import docx_text, pdf_text

pytestmark = pytest.mark.django_db


def render(*arguments: str) -> str:
    out = StringIO()
    call_command("render", *arguments, stdout=out)
    return out.getvalue()


def test_all_the_documents_of_a_convention_are_written(
    convention: Convention, tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    said = render(convention.number, "--out", str(folder))
    number = convention.number.lower()
    forms = ("pdf", "docx", "html")
    expected = {f"convention-{number}.{form}" for form in forms}
    expected |= {f"annexe-1-{number}.{form}" for form in forms}
    expected |= {f"annexe-2-demande-acces-{number}.{form}" for form in (*forms, "a-remplir.pdf")}
    assert {path.name for path in folder.iterdir()} == expected
    assert "10" in said
    assert convention.number in pdf_text((folder / f"convention-{number}.pdf").read_bytes())
    assert convention.number in docx_text((folder / f"convention-{number}.docx").read_bytes())
    # Nothing was issued: each format says so.
    assert "Projet" in pdf_text((folder / f"convention-{number}.pdf").read_bytes())
    assert "Projet" in docx_text((folder / f"convention-{number}.docx").read_bytes())
    assert "Projet" in (folder / f"convention-{number}.html").read_text(encoding="utf-8")


def test_the_same_day_gives_the_same_files(convention: Convention, tmp_path: Path) -> None:
    contents = []
    for name in ("one", "two"):
        render(convention.number, "--out", str(tmp_path / name), "--on", "2024-03-01")
        contents.append({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()})
    assert contents[0] == contents[1]


def test_an_unknown_number_is_said(convention: Convention, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Aucune convention n’a le numéro"):
        render("INCONNU", "--out", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_number_of_two_caisses_asks_which(
    convention: Convention, draft: Callable[..., Convention], tmp_path: Path
) -> None:
    other = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    draft(caisse=other, number=convention.number)
    with pytest.raises(CommandError, match="CAISSE1, CAISSE2"):
        render(convention.number, "--out", str(tmp_path))
    render(convention.number, "--out", str(tmp_path), "--caisse", "CAISSE2")
    assert list(tmp_path.iterdir())


def test_a_type_whose_texts_are_not_written_says_so(
    draft: Callable[..., Convention], tmp_path: Path
) -> None:
    publish(rulebook("psu-msa-armorique").amended({"code": "psu-sans-textes"}))
    opened = draft(rulebook_code="psu-sans-textes")
    with pytest.raises(CommandError, match="ne sont pas écrits"):
        render(opened.number, "--out", str(tmp_path))


def test_a_folder_that_cannot_be_written_is_said(convention: Convention, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="Impossible d’écrire"):
        render(convention.number, "--out", str(tmp_path / "file"))
