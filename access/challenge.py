"""The question that a public page asks: a small sum, in words.

It is text, so it is read aloud, enlarged and printed like the rest of the page, and it needs
neither a picture, nor a sound, nor JavaScript. It stops what fills in every form it meets, and no
more: what protects the account are the limits of rate and the address known before.
"""

from __future__ import annotations

import secrets
from typing import Any

from captcha.fields import BaseCaptchaTextInput, CaptchaField
from captcha.models import CaptchaStore
from django.core.exceptions import ValidationError

_NUMBERS = (
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
)
_LARGEST_TERM = 9


def sum_in_words() -> tuple[str, str]:
    """A question, as the end of « Combien font … ? », and its answer in figures."""
    first, second = (1 + secrets.randbelow(_LARGEST_TERM) for _ in range(2))
    return f"{_NUMBERS[first]} plus {_NUMBERS[second]}", str(first + second)


class QuestionInput(BaseCaptchaTextInput):
    """Shows a new question each time the page is made, above the box for its answer."""

    template_name = "access/challenge.html"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        key = CaptchaStore.generate_key()
        self.question = CaptchaStore.objects.get(hashkey=key).challenge
        return super().render(name, [key, ""], attrs=attrs, renderer=renderer)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["question"] = self.question
        return context


class QuestionField(CaptchaField):
    """A question to be answered in figures or in words, once."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = "La réponse n’est pas la bonne, ou la page est restée ouverte trop longtemps."
        kwargs.setdefault("label", "Question de contrôle")
        kwargs["error_messages"] = {
            "invalid": f"{wrong} Répondez à la nouvelle question.",
            "required": "Répondez à la question de contrôle.",
        }
        super().__init__(widget=QuestionInput(), **kwargs)

    def clean(self, value: Any) -> Any:
        key, answer = (list(value) if value else [None, None])[:2]
        words = " ".join(str(answer or "").lower().split())
        if words in _NUMBERS:
            answer = str(_NUMBERS.index(words))
        if not key:
            raise ValidationError(self.error_messages["required"], code="required")
        return super().clean([key, answer])
