"""From the definition of a form, as data, to what Django asks and checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms

from contracts.identifiers import validate_no_nir
from forms_annexes.completeness import USER_BLOCK, answer_of, asked_online, own_name
from forms_annexes.mailboxes import is_generic_mailbox
from forms_annexes.models import AccessRequest, RequestedUser
from forms_annexes.uploads import ACCEPT, checked_upload
from templates_conventions.forms import FormBlock, FormField
from workflows import clock
from workflows.french import typeset

_DJANGO_REQUIRED = forms.Field.default_error_messages["required"]
OTHER_QUALITY = "other"

_NAMES = {"last_name", "first_name"}


def field_name(code: str) -> str:
    """The name of a field in a page: ``user_last_name`` for ``user.last_name``."""
    return code.replace(".", "_")


class DressedForm(forms.Form):
    """A form whose fields carry our styles, and name their help and errors to screen readers."""

    label_suffix = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for field in self.fields.values():
            field.widget.attrs["class"] = _style(field.widget)
            if field.error_messages["required"] == _DJANGO_REQUIRED:
                asked = str(field.label).rstrip(" :?\N{NO-BREAK SPACE}")
                field.error_messages["required"] = typeset(f"Répondez à « {asked} ».")
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_help"
        if self.is_bound:
            for name in self.errors:
                self._mark(name)

    def add_error(self, field: str | None, error: Any) -> None:
        """Add an error, found here or by what the answers were meant for."""
        super().add_error(field, error)
        if field is not None:
            self._mark(field)

    def _mark(self, name: str) -> None:
        """Tell screen readers that a field is wrong, and where that is said."""
        if name not in self.fields:
            return
        attributes, said = self.fields[name].widget.attrs, f"id_{name}_error"
        attributes["aria-invalid"] = "true"
        described = attributes.get("aria-describedby", "").split()
        if said not in described:
            attributes["aria-describedby"] = " ".join([*described, said])

    @property
    def listed_errors(self) -> Iterator[tuple[str, str]]:
        """Every error with the identifier of the field to correct, for the summary."""
        for name, errors in self.errors.items():
            target = self[name].id_for_label if name in self.fields else "contenu"
            for error in errors:
                yield target or f"id_{self.add_prefix(name)}", str(error)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, value in list(cleaned.items()):
            if isinstance(value, str):
                try:
                    validate_no_nir(value)
                except forms.ValidationError as error:
                    self.add_error(name, error)
        return cleaned


class BlockForm(DressedForm):
    """One group of questions of a form, on one page."""

    def __init__(
        self,
        *args: Any,
        block: FormBlock,
        qualities: Iterable[str] = (),
        quality: str = "",
        **kwargs: Any,
    ) -> None:
        self.block = block
        self.asked = asked_online(block)
        self.base_fields = {field_name(f.code): _django_field(f) for f in self.asked}
        qualities = tuple(qualities)
        if qualities:
            self.base_fields |= _quality_fields(qualities)
            initial = kwargs.setdefault("initial", {})
            if quality in qualities:
                initial["quality"] = quality
            elif quality:
                initial["quality"], initial["other_quality"] = OTHER_QUALITY, quality
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("quality") == OTHER_QUALITY and not cleaned.get("other_quality"):
            self.add_error("other_quality", "Dites en quelle qualité cette personne signe.")
        return cleaned

    @property
    def answers(self) -> dict[str, str]:
        """The answers by field code."""
        return {f.code: _text(self.cleaned_data.get(field_name(f.code))) for f in self.asked}

    @property
    def quality(self) -> str | None:
        """In what quality the signatory signs; None when the page does not ask."""
        chosen = self.cleaned_data.get("quality")
        if chosen == OTHER_QUALITY:
            return str(self.cleaned_data["other_quality"]).strip()
        return chosen

    @property
    def warnings(self) -> list[str]:
        """What is accepted and deserves a second look."""
        found = []
        for field in self.asked:
            value = _text(self.cleaned_data.get(field_name(field.code)))
            if field.kind == "email" and field.personal and is_generic_mailbox(value):
                found.append(
                    f"«\N{NO-BREAK SPACE}{value}\N{NO-BREAK SPACE}» semble être une boîte "
                    "partagée. L’autorisation est individuelle\N{NO-BREAK SPACE}: préférez une "
                    "adresse au nom de la personne."
                )
        return found


def block_form(
    request: AccessRequest, block: FormBlock, data: Mapping[str, Any] | None = None
) -> BlockForm:
    """The page of one block, filled with what is known."""
    user = request.users.order_by("position").first() if block.code == USER_BLOCK else None
    initial = {
        field_name(field.code): _known(request, user, field, block) for field in asked_online(block)
    }
    signs = any(field.kind == "signature" for field in block.fields)
    return BlockForm(
        data,
        block=block,
        initial=initial,
        qualities=request.rule.signed_by if signs else (),
        quality=request.signatory_quality,
    )


class UploadField(forms.FileField):
    """A file checked by type, size and structure."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file:
            validate_no_nir(file.name or "")
            checked_upload(file)
        return file


class HandSignatureForm(DressedForm):
    """The sheet printed, signed by hand and uploaded."""

    signed_on = forms.DateField(
        label="Date de la signature",
        help_text="Celle écrite sur la feuille, par exemple 14/10/2026.",
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages={"invalid": "Écrivez une date comme 14/10/2026."},
    )
    scan = UploadField(
        label="Feuille signée",
        help_text="PDF, PNG ou JPEG, 10\N{NO-BREAK SPACE}Mo au plus.",
        error_messages={"required": "Choisissez le fichier de la feuille signée."},
    )

    def clean_signed_on(self) -> Any:
        day = self.cleaned_data["signed_on"]
        if day > clock.today():
            raise forms.ValidationError("La date de signature est à venir. Vérifiez-la.")
        return day


class CodeForm(DressedForm):
    """The code received by mail."""

    code = forms.CharField(
        label="Code reçu par courriel",
        help_text="Six chiffres, valables dix minutes.",
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "Recopiez le code reçu."},
    )


class SignatoryForm(DressedForm):
    """To whom the request goes to be signed."""

    last_name = forms.CharField(label="Nom du signataire", max_length=150)
    first_name = forms.CharField(label="Prénom du signataire", max_length=150)
    email = forms.EmailField(
        label="Adresse électronique du signataire",
        help_text="Le lien et le code de signature y sont envoyés.",
        error_messages={"invalid": "Écrivez une adresse comme nom@exemple.fr."},
    )


class PieceForm(DressedForm):
    """A piece to join."""

    file = UploadField(
        label="Délégation de signature",
        help_text="PDF, PNG ou JPEG, 10\N{NO-BREAK SPACE}Mo au plus.",
        error_messages={"required": "Choisissez un fichier."},
    )


def validate_name(text: str) -> None:
    """Raise ``ValidationError`` for a name with figures in it, first of all a person's number."""
    validate_no_nir(text)
    if any(character.isdigit() for character in text):
        raise forms.ValidationError("Un nom ne contient pas de chiffre.", code="digits")


def _django_field(field: FormField) -> forms.Field:
    common: dict[str, Any] = {
        "label": field.label,
        "help_text": field.help,
        "required": field.required,
    }
    match field.kind:
        case "email":
            return forms.EmailField(
                max_length=field.max_length,
                error_messages={"invalid": "Écrivez une adresse comme nom@exemple.fr."},
                **common,
            )
        case "date":
            return forms.DateField(
                widget=forms.DateInput(format="%d/%m/%Y"),
                error_messages={"invalid": "Écrivez une date comme 14/10/2026."},
                **common,
            )
        case "choice":
            choices = [("", "Choisir"), *((choice, choice) for choice in field.choices)]
            return forms.ChoiceField(choices=choices, **common)
        case "address":
            return forms.CharField(
                max_length=field.max_length, widget=forms.Textarea(attrs={"rows": 3}), **common
            )
    validators = [validate_name] if own_name(field) in _NAMES else []
    return forms.CharField(max_length=field.max_length, validators=validators, **common)


def _style(widget: forms.Widget) -> str:
    # Radio buttons are a kind of select to Django.
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


def _quality_fields(qualities: tuple[str, ...]) -> dict[str, forms.Field]:
    return {
        "quality": forms.ChoiceField(
            label="En quelle qualité cette personne signe-t-elle\N{NO-BREAK SPACE}?",
            choices=[
                *((q, q[:1].upper() + q[1:]) for q in qualities),
                (OTHER_QUALITY, "Une autre"),
            ],
            widget=forms.RadioSelect,
        ),
        "other_quality": forms.CharField(
            label="Si c’est une autre qualité, laquelle ?",
            help_text="Une délégation de signature sera alors demandée.",
            required=False,
            max_length=200,
        ),
    }


def _known(
    request: AccessRequest, user: RequestedUser | None, field: FormField, block: FormBlock
) -> str:
    if block.code != USER_BLOCK:
        return str(request.answers.get(field.code, ""))
    return answer_of(user, field) if user is not None else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value).strip()
