"""The words that many letters have in common, typed once for all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from contracts.services.letters import Asked
from desk.letters.forms import field_of, typed_in
from forms_annexes.forms import DressedForm


class CommonWordsForm(DressedForm):
    """What no file knows of these letters. Left empty, a letter that needs it is not issued."""

    def __init__(self, data: Any, *, asked: Sequence[Asked]) -> None:
        self.asked = asked
        self.base_fields = {one.name: field_of(one) for one in asked}
        for field in self.base_fields.values():
            field.required = False
        super().__init__(data if asked else None, prefix="mots")

    def kept(self) -> dict[str, Any]:
        """The words of a valid form, as a run keeps them."""
        typed = typed_in(self.asked, self.cleaned_data)
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in typed.items()
        }


def digest_of(words: Mapping[str, Any]) -> str:
    """What tells words apart, so that none others than those shown are confirmed."""
    return sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()
