"""Every kind of message says all of itself, and its words are those that were read and approved.

``wording/<code>.txt`` holds each mail on made-up facts. Written again with
``TACITE_WRITE_WORDING=1 python -m pytest -n 0 tests/notifications/test_catalogue.py``; then read
what changed.
"""

import os
import re
from pathlib import Path

import pytest

from notifications.catalogue import MessageKind, kinds
from notifications.models import Message
from notifications.previews import preview
from notifications.recipients import Recipient
from templates_conventions.catalogue import rulebooks
from templates_conventions.document import words
from templates_conventions.sample_values import sample_values

WORDING = Path(__file__).with_name("wording")
EVERY_KIND = pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.code)


def approved(kind: MessageKind) -> Path:
    return WORDING / f"{kind.code}.txt"


@EVERY_KIND
def test_the_words_are_those_that_were_approved(kind: MessageKind) -> None:
    mail = preview(kind, next(iter(rulebooks().values()))).mail
    text = f"{mail.subject}\n\n{mail.text}"
    if os.environ.get("TACITE_WRITE_WORDING"):
        approved(kind).write_text(text, encoding="utf-8")
    assert approved(kind).read_text(encoding="utf-8") == text


def test_no_approved_words_are_left_of_a_message_that_is_no_more() -> None:
    assert {file.stem for file in WORDING.iterdir()} == {kind.code for kind in kinds()}


@EVERY_KIND
def test_it_can_be_written_under_every_type_of_convention(kind: MessageKind) -> None:
    for rules in rulebooks().values():
        seen = preview(kind, rules)
        assert seen.mail.subject in seen.mail.html.replace("&#x27;", "'").replace("&amp;", "&")
        if seen.letter is not None:
            assert seen.letter.title == seen.mail.subject
            paper = "\n".join(words(seen.letter.blocks))
            facts = sample_values().facts
            assert facts.caisse.name in paper
            assert facts.partner.name in paper or facts.structures[0].address in paper


@EVERY_KIND
def test_it_says_when_it_leaves_to_whom_and_why(kind: MessageKind) -> None:
    assert kind.words(Message(kind=kind.code)).settings.subject
    assert re.fullmatch(r"[a-zéà].*[^.]", kind.leaves)
    assert kind.why.startswith("Vous recevez ce message")
    assert kind.why.endswith(".")
    assert kind.own_words.settings.secret == tuple(
        name for name in kind.own_words.settings.secret if name in kind.own_words.settings.samples
    )
    assert not kind.secret_link or kind.secret_link in kind.own_words.settings.secret


@EVERY_KIND
def test_every_value_of_its_preview_is_chosen_and_none_is_a_mere_example(kind: MessageKind) -> None:
    settings = kind.own_words.settings
    known = {*sample_values().values, *settings.samples}
    assert set(settings.values) - known == set()


@EVERY_KIND
def test_its_subject_names_nobody(kind: MessageKind) -> None:
    said = sample_values().facts
    named = {said.partner.name, said.partner.representative, said.structure.name}
    named |= {person.first_name for person in said.persons}
    for rules in rulebooks().values():
        subject = preview(kind, rules).mail.subject
        assert [name for name in named if name and name in subject] == []


@EVERY_KIND
def test_what_carries_a_secret_or_answers_somebody_is_never_optional(kind: MessageKind) -> None:
    secret = bool(kind.own_words.settings.secret)
    asked = Recipient.WHO_ASKS in kind.recipients
    assert not (kind.optional and (secret or asked))
