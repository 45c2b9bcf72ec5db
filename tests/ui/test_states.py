import pytest
from django.contrib.messages import constants
from django.template import Context, Template
from django.test import override_settings

from ui.templatetags.states import ICONS


@pytest.mark.parametrize("meaning", ICONS)
def test_a_state_is_a_colour_an_icon_and_a_word(meaning: str) -> None:
    drawn = Template("{% load states %}{% state meaning words %}").render(
        Context({"meaning": meaning, "words": "En vigueur"})
    )
    assert f'class="state state-{meaning}"' in drawn
    assert '<svg class="icon"' in drawn
    assert 'aria-hidden="true"' in drawn
    assert "En vigueur" in drawn


def test_the_words_of_a_state_are_text_not_markup() -> None:
    drawn = Template("{% load states %}{% state 'neutral' words %}").render(
        Context({"words": "<b>Brouillon</b>"})
    )
    assert "&lt;b&gt;Brouillon&lt;/b&gt;" in drawn


def test_an_unknown_meaning_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'vert': expected one of in_force, attention"):
        Template("{% load states %}{% state 'vert' 'En vigueur' %}").render(Context())


def test_every_message_has_a_meaning(settings: override_settings) -> None:
    levels = [constants.DEBUG, constants.INFO, constants.SUCCESS, constants.WARNING]
    levels.append(constants.ERROR)
    assert {settings.MESSAGE_TAGS[level] for level in levels} <= set(ICONS)
