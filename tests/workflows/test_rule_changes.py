"""What differs between two sets of rules, as changes and in words."""

from itertools import permutations

import pytest

from templates_conventions.catalogue import rulebooks
from workflows.rule_changes import described, differences, in_words, key_of, label_of
from workflows.rulebook import Rulebook


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def rules() -> Rulebook:
    return rulebooks()["psu-msa-picardie"]


@pytest.mark.parametrize(("before", "after"), permutations(sorted(rulebooks()), 2))
def test_the_changes_make_the_one_of_the_other(before: str, after: str) -> None:
    old, new = rulebooks()[before], rulebooks()[after]
    changes = differences(old, new)
    assert old.amended(changes) == new
    assert all(line.before != line.after for line in described(old, new))


def test_nothing_differs_from_itself(rules: Rulebook) -> None:
    assert differences(rules, rules) == {}
    assert described(rules, rules) == ()


def test_a_table_among_several_is_named_by_its_code_or_role(rules: Rulebook) -> None:
    changes = {"services.psu.hours.opens_at": "06:00:00", "parties.caisse.name": "Caisse d’essai"}
    after = rules.amended(changes)
    assert differences(rules, after) == changes
    assert after.services[0].hours is not None
    assert after.services[0].hours.opens_at.hour == 6
    assert after.article_of("services.psu.hours.opens_at") == "5"
    with pytest.raises(ValueError, match=r"services\.qf\.label"):
        rules.amended({"services.qf.label": "Autre"})


def test_a_difference_is_told_in_words_with_its_article(rules: Rulebook) -> None:
    after = rules.amended({"notice.length": "P2M", "notice.note": "Autre note", "breach": None})
    told = {line.path: line for line in described(rules, after)}
    assert set(told) == {"notice.length", "breach"}
    notice = told["notice.length"]
    assert [plain(notice.label), notice.article] == ["Dénonciation : Préavis", "9-1"]
    assert [plain(notice.before), plain(notice.after)] == ["3 mois", "2 mois"]
    assert told["breach"].after == "rien n’est dit"
    assert told["breach"].article == "9-2"
    assert "30 jours" in plain(told["breach"].before)


def test_a_path_says_its_name_its_value_and_its_type(rules: Rulebook) -> None:
    path = "services.psu.hours.closes_at"
    assert plain(label_of(rules, path)).endswith("Horaires d’ouverture : Fermeture")
    assert plain(in_words(rules, path)) == "23 h"
    assert key_of(rules, path).name == "closes_at"
    for unknown in ("services.psu.hours.closing", "notice.length.days", "services"[:3]):
        with pytest.raises(KeyError):
            key_of(rules, unknown)
