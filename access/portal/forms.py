"""The forms of the demonstration portal."""

from __future__ import annotations

from typing import Any

from django import forms

from access import passwords
from contracts.models import Caisse


class PortalSignInForm(forms.Form):
    """An identifier of one caisse's directory, and its password."""

    caisse = forms.ModelChoiceField(
        Caisse.objects.order_by("name"),
        label="Caisse",
        to_field_name="code",
        empty_label="Choisissez la caisse",
    )
    identifier = forms.CharField(label="Identifiant", max_length=64)
    password = forms.CharField(
        label="Mot de passe", max_length=passwords.LONGEST, strip=False, widget=forms.PasswordInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caisse"].widget.attrs["class"] = "form-select"
        _dress(self, "identifier", "username")
        _dress(self, "password", "current-password")


class NewPasswordForm(forms.Form):
    """The password that takes the place of the temporary one, typed twice."""

    password = forms.CharField(
        label="Nouveau mot de passe",
        max_length=passwords.LONGEST,
        strip=False,
        help_text=passwords.ADVICE,
        widget=forms.PasswordInput,
    )
    again = forms.CharField(
        label="Le même, une seconde fois",
        max_length=passwords.LONGEST,
        strip=False,
        widget=forms.PasswordInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            _dress(self, name, "new-password")

    def clean_again(self) -> str:
        """Refuse a second typing that differs."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError("Les deux mots de passe diffèrent. Retapez-les.")
        return again


def _dress(form: forms.Form, name: str, autocomplete: str) -> None:
    form.fields[name].widget.attrs |= {"class": "form-control", "autocomplete": autocomplete}
