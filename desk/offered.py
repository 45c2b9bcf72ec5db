"""Choices among rows that are offered, whatever is sent in their place."""

from __future__ import annotations

from typing import Any

from django import forms


class OfferedRows(forms.ModelMultipleChoiceField):
    """Rows among those offered; any other answer is told as such, be it a number too big."""

    def clean(self, value: Any) -> Any:
        offered = {str(row.pk) for row in self.queryset}
        for one in value or ():
            if str(one) not in offered:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], "invalid_choice", {"value": one}
                )
        return super().clean(value)
