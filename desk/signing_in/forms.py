"""The two ways in, and the code received."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm
from django import forms

from desk.signing_in.adapter import enters_by_code

ADDRESS_EXPECTED = {
    "required": "Indiquez votre adresse électronique.",
    "invalid": "Ceci n’est pas une adresse électronique. Attendu : nom@domaine.fr.",
}


class DressedForm(forms.Form):
    """Ties each field to its help and errors, and lists the errors for the summary."""

    def dress(self) -> None:
        """Give every field its look, without the placeholders that stand in for labels."""
        for bound in self:
            widget = bound.field.widget
            widget.attrs.pop("placeholder", None)
            widget.attrs["class"] = "form-control"
            described = [f"{bound.auto_id}_help"] if bound.help_text else []
            if self.is_bound and bound.errors:
                widget.attrs["aria-invalid"] = "true"
                described.append(f"{bound.auto_id}_error")
            if described:
                widget.attrs["aria-describedby"] = " ".join(described)

    @property
    def listed_errors(self) -> Iterator[tuple[str, str]]:
        """Every error with the identifier of the field to correct."""
        for name, errors in self.errors.items():
            target = self[name].id_for_label if name in self.fields else next(iter(self)).auto_id
            for error in errors:
                yield target, str(error)


class PasswordForm(DressedForm, LoginForm):
    """Of the staff: an address and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address, password = self.fields["login"], self.fields["password"]
        address.label, password.label = "Adresse électronique", "Mot de passe"
        address.widget.attrs["autocomplete"] = "username"
        password.help_text = ""
        address.error_messages |= ADDRESS_EXPECTED
        password.error_messages |= {"required": "Indiquez votre mot de passe."}

    def add_prefix(self, field_name: str) -> str:
        """`login` is called `username` on the page, as password keepers expect."""
        return super().add_prefix("username" if field_name == "login" else field_name)


class CodeRequestForm(DressedForm, RequestLoginCodeForm):
    """Of a partner's people: the address to which the code goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = self.fields["email"]
        address.label = "Adresse à laquelle la caisse vous écrit"
        address.widget.attrs["autocomplete"] = "email"
        address.error_messages |= ADDRESS_EXPECTED

    def clean_email(self) -> str:
        """Look the address up; that of the staff is treated as one that nobody knows."""
        email: str = super().clean_email()
        if self._user is not None and not enters_by_code(self._user):
            self._user = None
        return email


class CodeForm(DressedForm, ConfirmLoginCodeForm):
    """The code, as it was received."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = "Code reçu par courriel"
        code.help_text = "Six chiffres."
        code.error_messages |= {"required": "Recopiez le code reçu par courriel."}
        code.widget.attrs["inputmode"] = "numeric"
