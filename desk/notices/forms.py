"""When somebody receives each message that they may do without."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from forms_annexes.forms import DressedForm
from notifications.catalogue import MessageKind
from notifications.rhythms.models import Rhythm


class PreferencesForm(DressedForm):
    """One choice a kind of optional message."""

    def __init__(
        self,
        *args: Any,
        kinds: Iterable[MessageKind],
        chosen: Mapping[str, Rhythm],
        **kwargs: Any,
    ) -> None:
        for kind in kinds:
            # Fields of this form alone: those of the class are shared.
            self.base_fields = {**self.base_fields, kind.code: _choice(kind, chosen)}
        super().__init__(*args, **kwargs)


def _choice(kind: MessageKind, chosen: Mapping[str, Rhythm]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=kind.label,
        help_text=f"Il part {kind.leaves}.",
        choices=Rhythm.choices,
        initial=chosen.get(kind.code, kind.usual),
    )
