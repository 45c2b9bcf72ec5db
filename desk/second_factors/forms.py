"""The forms of second factors: proving one, adding one, taking one away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.account.forms import ReauthenticateForm as PasswordAgain
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from desk.second_factors.attempts import count_failure
from desk.signing_in.forms import DressedForm
from workflows.french import typeset

LONGEST_CODE = 20
KEY_REFUSED = typeset(
    "La clé n’a pas été reconnue. Recommencez, avec une clé ajoutée à votre compte, ou recopiez un "
    "code."
)

KEY_NOT_ADDED = typeset(
    "La clé n’a pas été ajoutée. Recommencez : le navigateur vous demande de la toucher, ou de "
    "confirmer sur votre appareil."
)
LONGEST_NAME = 60
KEY_BUTTON = "cle"
"""The identifier of the element to go to when the key is to be tried again."""


class CodeForm(DressedForm, AuthenticateForm):
    """A code of the application, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = "Code de l’application, ou code de secours"
        code.help_text = "Six chiffres, ou huit pour un code de secours."
        code.max_length = LONGEST_CODE
        code.error_messages |= {"required": "Recopiez un code."}
        code.widget.attrs |= {"inputmode": "numeric", "maxlength": LONGEST_CODE}

    def clean_code(self) -> str:
        """Refuse a code that has served, as long as the clock would still take it.

        The library remembers it for one period, but takes it for as many as it tolerates.
        """
        typed = normalize_user_code(self.cleaned_data["code"])[:LONGEST_CODE]
        served = f"desk.second_factors.served:{self.user.pk}:{typed}"
        if cache.get(served):
            raise get_adapter().validation_error("incorrect_code")
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            periods = 2 * app_settings.TOTP_TOLERANCE + 1
            cache.set(served, True, periods * app_settings.TOTP_PERIOD)
        return code


class CodeAgainForm(CodeForm, ReauthenticateForm):
    """The same, of somebody who is signed in and about to change what protects the account."""


class PasswordAgainForm(DressedForm, PasswordAgain):
    """The password once more, before what protects the account is changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields["password"]
        password.label, password.help_text = "Mot de passe", ""
        password.error_messages |= {"required": "Indiquez votre mot de passe."}


class ApplicationForm(DressedForm, ActivateTOTPForm):
    """The first code that the application shows: the proof that it was set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = "Code que l’application affiche"
        code.help_text = "Six chiffres, qui changent toutes les trente secondes."
        code.max_length = LONGEST_CODE
        code.error_messages |= {"required": "Recopiez le code que l’application affiche."}
        code.widget.attrs |= {"inputmode": "numeric", "maxlength": LONGEST_CODE}


class KeyAnswerField(forms.JSONField):
    """What a security key answered, as its script wrote it; anybody may write anything else."""

    def __init__(self, refused: str) -> None:
        super().__init__(
            widget=forms.HiddenInput, error_messages={"required": refused, "invalid": refused}
        )

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
        except (ValueError, RecursionError) as refused:
            # Of numbers and of nesting that Python's own reader gives up on.
            raise ValidationError(self.error_messages["invalid"]) from refused
        if found is not None and not isinstance(found, dict):
            raise ValidationError(self.error_messages["invalid"])
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing: an answer serves once, so it is never shown again."""
        return None

    def prepare_value(self, value: Any) -> Any:
        return ""


class _KeyForm(DressedForm):
    """A form that the script of security keys fills in."""

    @property
    def listed_errors(self) -> Iterator[tuple[str, str]]:
        for name, errors in self.errors.items():
            target = self[name].id_for_label if name == "name" else KEY_BUTTON
            for error in errors:
                yield target, str(error)


class KeyForm(_KeyForm, AuthenticateWebAuthnForm):
    """The answer of a key that was added before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = KeyAnswerField(KEY_REFUSED)

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except Exception as refused:
            # The library's parsers raise whatever they stumble on, and signatures errors of theirs.
            count_failure(context.request, self.user)
            raise ValidationError(KEY_REFUSED) from refused


class KeyAgainForm(KeyForm, ReauthenticateWebAuthnForm):
    """The same, of somebody who is signed in and about to change what protects the account."""


class AddKeyForm(_KeyForm, AddWebAuthnForm):
    """A name for the key, and what it answered when it was made known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label = "Nom de la clé"
        name.help_text = "Pour la reconnaître plus tard : « trousseau », « ordinateur du bureau »."
        name.widget.attrs["maxlength"] = LONGEST_NAME
        name.validators.append(MaxLengthValidator(LONGEST_NAME))
        self.fields["credential"] = KeyAnswerField(KEY_NOT_ADDED)

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except Exception as refused:
            raise ValidationError({"credential": KEY_NOT_ADDED}) from refused
