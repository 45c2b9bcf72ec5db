"""French typography of the templates: a no-break space before double punctuation."""

import re
from pathlib import Path

import pytest

from tests.repository.tree import PACKAGES, ROOT

TEMPLATES = sorted(
    path for package in PACKAGES for path in (ROOT / package).glob("templates/**/*.html")
)
MARKS = re.compile(r"(\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<style>.*?</style>|<[^>]*>)", re.DOTALL)
BREAKING = re.compile(r"\S? [:;?!»](?=\s|$)|« ")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_double_punctuation_stays_with_its_word(template: Path) -> None:
    words = MARKS.split(template.read_text(encoding="utf-8"))[::2]
    assert [found[0] for part in words for found in BREAKING.finditer(part)] == []
