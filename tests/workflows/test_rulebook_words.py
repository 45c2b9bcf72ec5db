"""Every key and every value of a rulebook has its French word, and no word is left over."""

from __future__ import annotations

import tomllib

from workflows.rulebook import Rulebook
from workflows.rulebook_shape import paths
from workflows.rulebook_types import Frozen, Rule
from workflows.rulebook_words import FILE, word_of_key, word_of_value

KEYS = [key for _, key in paths()]


def test_every_key_has_a_word() -> None:
    assert all(word_of_key(key.model, key.name).strip() for key in KEYS)


def test_every_value_of_a_closed_list_has_a_word() -> None:
    for key in KEYS:
        for value in key.values:
            assert word_of_value(key.model, key.name, value).strip()


def test_two_values_of_a_list_never_share_a_word() -> None:
    for key in KEYS:
        words = [word_of_value(key.model, key.name, value) for value in key.values]
        assert len(set(words)) == len(words), (key.model.__name__, key.name)


def test_a_role_without_a_word_stands_for_itself() -> None:
    assert word_of_value(Rulebook, "caisse", "Caisse fictive") == "Caisse fictive"


def test_no_word_is_left_over() -> None:
    words = tomllib.loads(FILE.read_text(encoding="utf-8"))
    models: dict[str, type[Frozen]] = {"Rulebook": Rulebook, "Rule": Rule}
    models |= {key.section.__name__: key.section for key in KEYS if key.section is not None}
    values = words.pop("values")

    for name, table in words.items():
        assert set(table) <= set(models[name].model_fields), name
    for name, own in values.items():
        if isinstance(own, dict):
            assert set(own) <= set(models[name].model_fields), name
        else:
            assert any(name in key.values for key in KEYS), name


def test_a_word_depends_on_the_key_where_the_value_does() -> None:
    found = {
        path: word_of_value(key.model, key.name, "none")
        for path, key in paths()
        if "none" in key.values
    }

    assert found == {
        "term.kind": "sans terme",
        "term.renewal.kind": "aucune",
        "breach.cure": "non prévue",
    }
