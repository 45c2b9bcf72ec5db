"""The law is data: no convention, caisse or service is known by name to the packages' Python."""

import re
import tomllib
import unicodedata

import pytest

from tests.repository.tree import PACKAGES, ROOT, modules

RULEBOOKS = sorted((ROOT / "templates_conventions").glob("*/rulebook.toml"))

# Words that name a kind of body, not one of them.
COMMON = {"caisse", "msa", "caf", "des", "les"}

# Whatever the rulebooks come to say.
ALWAYS = {
    "ardeche",
    "armorique",
    "azur",
    "drome",
    "loire",
    "mon-enfant",
    "pas-de-calais",
    "picardie",
    "provence",
    "psu",
    "qf",
    "quotient familial",
    "rsacg",
}


def plain(text: str) -> str:
    """Give a text in lower case and without accents."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def names() -> set[str]:
    """Give the codes of the rulebooks, the words of their caisses' names, and their services."""
    found = set(ALWAYS)
    for file in RULEBOOKS:
        rulebook = tomllib.loads(file.read_text(encoding="utf-8"))
        found.add(plain(rulebook["code"]))
        words = set(re.findall(r"[\w-]{3,}", plain(rulebook["caisse"])))
        found |= words - COMMON
        for service in rulebook["services"]:
            found |= {plain(service[key]) for key in ("code", "label", "bundle") if key in service}
    return found


def test_the_five_rulebooks_are_read() -> None:
    assert len(RULEBOOKS) >= 5
    assert {"psu-msa-picardie", "tiers rsacg"} <= names()


@pytest.mark.parametrize("package", PACKAGES)
def test_no_convention_caisse_or_service_is_named_in_python(package: str) -> None:
    forbidden = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, names())) + r")(?![\w])")
    named = [
        f"{module.relative_to(ROOT)}:{number}: {match[0]}"
        for module in modules(package)
        for number, line in enumerate(module.read_text(encoding="utf-8").splitlines(), 1)
        for match in forbidden.finditer(plain(line).replace("_", " "))
    ]
    assert named == []
