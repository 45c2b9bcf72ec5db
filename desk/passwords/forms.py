"""The forms of passwords: changing one's own, asking for a link, choosing another one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm

from desk.passwords.strength import HELP
from desk.signing_in.forms import ADDRESS_EXPECTED, DressedForm
from workflows.french import typeset

LONGEST = 256
"""Characters: a longer one would only make the hashing dear."""


class _NewPassword(DressedForm):
    """Two fields, that must agree."""

    error_messages = {
        "password_mismatch": typeset("Les deux mots de passe diffèrent : tapez deux fois le même."),
        "password_incorrect": "Ce n’est pas votre mot de passe actuel.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.label, first.help_text = "Nouveau mot de passe", HELP
        first.error_messages |= {"required": "Indiquez un nouveau mot de passe."}
        second.label, second.help_text = "Le même, encore une fois", ""
        second.error_messages |= {"required": "Tapez le nouveau mot de passe une seconde fois."}
        for field in self.fields.values():
            field.max_length = LONGEST
            field.widget.attrs["maxlength"] = LONGEST
            field.validators.append(no_longer)


def no_longer(password: str) -> None:
    """Refuse what nobody types. Raises ``ValidationError``."""
    if len(password) > LONGEST:
        raise forms.ValidationError(f"{LONGEST} caractères au plus.")


class ChangeForm(_NewPassword, PasswordChangeForm):
    """By who knows the present one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        old = self.fields["old_password"]
        old.label, old.widget.attrs["autofocus"] = "Mot de passe actuel", False
        old.error_messages |= {"required": "Indiquez votre mot de passe actuel."}


class ChooseForm(_NewPassword, SetPasswordForm):
    """By who opened the link received."""


class AskForm(DressedForm):
    """The address to which the link goes."""

    email = forms.EmailField(
        label="Votre adresse électronique",
        max_length=254,
        error_messages=ADDRESS_EXPECTED,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
