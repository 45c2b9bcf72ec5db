"""The form of the activation page."""

from __future__ import annotations

from typing import Any

from django import forms

from access.portal.forms import NewPasswordForm

LONGEST_TOKEN = 100


class ActivationForm(NewPasswordForm):
    """The chosen password, typed twice, and what the link carried."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_TOKEN, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Else a browser would offer to keep it, and to fill it in elsewhere.
        self.fields["token"].widget.attrs["autocomplete"] = "off"
