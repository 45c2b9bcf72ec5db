"""The states and transitions of a convention are those of the design, and the page that shows them
is written from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.workflows.rulebook_contents import content
from workflows.convention import ENDED, IN_FORCE, TRANSITIONS, ConventionStatus
from workflows.habilitation import HabilitationLifecycle, HabilitationStatus
from workflows.lifecycle_reference import with_reference
from workflows.rulebook import Rulebook

PAGE = Path(__file__).parents[2] / "docs" / "lifecycle.md"

STATES = {
    "draft": "Brouillon",
    "sent_for_signature": "Envoyée pour signature",
    "signed": "Signée",
    "cnil_transmitted": "Déclaration CNIL transmise (ou sans objet)",
    "active": "En vigueur",
    "notice_given": "Dénoncée, en vigueur jusqu’à l’échéance",
    "termination_pending": "Résiliation notifiée, délai en cours",
    "expired": "Arrivée à échéance",
    "terminated": "Résiliée",
    "abandoned": "Classée sans suite",
    "closed": "Clôturée",
}

EDGES = {
    ("draft", "sent_for_signature"): {"send_for_signature"},
    ("sent_for_signature", "signed"): {"sign"},
    # Paper already signed.
    ("draft", "signed"): {"sign"},
    ("signed", "cnil_transmitted"): {"transmit_cnil"},
    ("cnil_transmitted", "active"): {"activate"},
    # A rulebook without CNIL condition.
    ("signed", "active"): {"activate"},
    ("active", "active"): {"renew"},
    # The next term opens, then is cut short; or a late notice is confirmed for its end.
    ("termination_pending", "termination_pending"): {"renew"},
    ("notice_given", "notice_given"): {"renew"},
    ("active", "notice_given"): {"give_notice"},
    ("notice_given", "expired"): {"expire"},
    ("notice_given", "active"): {"withdraw_notice"},
    ("active", "termination_pending"): {"begin_termination"},
    ("notice_given", "termination_pending"): {"begin_termination"},
    ("termination_pending", "terminated"): {"terminate"},
    ("termination_pending", "active"): {"cure", "withdraw_formal_notice"},
    ("termination_pending", "notice_given"): {"cure", "withdraw_formal_notice"},
    ("active", "expired"): {"expire"},
    # The earliest end wins: the term may end before the delay does.
    ("termination_pending", "expired"): {"expire"},
    # Mutual agreement, the faculty of force majeure.
    ("active", "terminated"): {"terminate"},
    ("notice_given", "terminated"): {"terminate"},
    ("draft", "abandoned"): {"abandon"},
    ("sent_for_signature", "abandoned"): {"abandon"},
    ("signed", "abandoned"): {"abandon"},
    ("expired", "closed"): {"close"},
    ("terminated", "closed"): {"close"},
}

LABELS = {
    "send_for_signature": "Envoi pour signature",
    "sign": "Signature de toutes les parties",
    "transmit_cnil": "Déclaration CNIL transmise ou sans objet",
    "activate": "Prise d’effet",
    "abandon": "Classement sans suite",
    "renew": "Tacite reconduction",
    "give_notice": "Dénonciation",
    "withdraw_notice": "Retrait de la dénonciation",
    "begin_termination": "Délai de résiliation ouvert",
    "cure": "Manquement réparé",
    "withdraw_formal_notice": "Retrait de la lettre de résiliation",
    "expire": "Fin à l’échéance",
    "terminate": "Résiliation",
    "close": "Clôture du dossier",
}


def edges() -> dict[tuple[str, str], set[str]]:
    """The moves from a state to another, and the renewals; a letter more that leaves the state as
    it is moves nothing."""
    found: dict[tuple[str, str], set[str]] = {}
    for name, transition in TRANSITIONS.items():
        for source, target in transition.edges:
            if source != target or name == "renew":
                found.setdefault((source, target), set()).add(name)
    return found


def test_the_states_are_those_of_the_design_in_its_words() -> None:
    assert {status.value: status.label for status in ConventionStatus} == STATES


def test_a_convention_binds_in_three_states_and_has_ended_in_three() -> None:
    assert {"active", "notice_given", "termination_pending"} == IN_FORCE
    assert {"expired", "terminated", "closed"} == ENDED


def test_the_moves_are_those_of_the_design_and_no_others() -> None:
    assert edges() == EDGES


@pytest.mark.parametrize("name", sorted(LABELS))
def test_a_transition_says_in_french_what_it_is_and_why_it_is_refused(name: str) -> None:
    transition = TRANSITIONS[name]
    assert transition.label == LABELS[name]
    assert transition.refusal.endswith(".")
    assert transition.refusal[0].isupper()


def test_no_transition_is_without_its_words() -> None:
    assert set(TRANSITIONS) == set(LABELS)


@pytest.mark.parametrize("name", sorted(LABELS))
def test_a_transition_names_a_rule_that_has_an_article(name: str) -> None:
    assert Rulebook.model_validate(content()).article_of(TRANSITIONS[name].rule)


def test_every_state_can_be_reached_from_a_draft() -> None:
    reached, coming = {"draft"}, {"draft"}
    while coming:
        coming = {target for source, target in edges() if source in coming} - reached
        reached |= coming
    assert reached == set(STATES)


def test_every_state_can_be_left_but_the_last_two() -> None:
    left = {source for source, target in edges() if source != target}
    assert set(STATES) - left == {"abandoned", "closed"}


def test_nothing_leads_back_from_an_end_into_force() -> None:
    assert not [
        (source, target)
        for source, target in edges()
        if source in ENDED | {"abandoned"} and target not in ENDED
    ]


def test_a_habilitation_goes_from_its_grant_to_its_end() -> None:
    """`granted → credentials_sent → active ⇄ suspended → closed`, each step but the last may be
    skipped: nobody has to log in to lose a right."""
    moves = {
        (transition.source, target)
        for transitions in HabilitationLifecycle.status.get_transitions().values()
        for transition in transitions
        for target in transition.declared_targets()
        if isinstance(target, str)
    }
    opened = ("granted", "credentials_sent", "active")
    assert moves == {
        ("requested", "granted"),
        ("granted", "credentials_sent"),
        ("granted", "active"),
        ("credentials_sent", "active"),
        *((state, "suspended") for state in opened),
        *(("suspended", state) for state in opened),
        *((state, "closed") for state in (*opened, "suspended")),
    }
    assert {state for move in moves for state in move} == {s.value for s in HabilitationStatus}


def test_the_page_shows_the_states_and_transitions_as_they_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_reference(page) == page, (
        "docs/lifecycle.md is out of date: run `manage.py lifecycle docs/lifecycle.md`"
    )
    assert "| `notice_given` | Dénoncée, en vigueur jusqu’à l’échéance | yes |  |" in page
    assert "    termination_pending --> notice_given: cure" in page
    assert "| `credentials_sent` | Identifiants envoyés |" in page
    assert "    suspended --> closed: close" in page


def test_the_command_brings_a_page_up_to_date(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    text = PAGE.read_text(encoding="utf-8")
    page.write_text(text.replace("    [*] --> draft\n", ""), encoding="utf-8")
    call_command("lifecycle", str(page))
    assert page.read_text(encoding="utf-8") == text


def test_a_page_without_its_place_is_left_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Rien\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"page\.md.*il y manque les lignes"):
        call_command("lifecycle", str(page))
    assert page.read_text(encoding="utf-8") == "# Rien\n"
