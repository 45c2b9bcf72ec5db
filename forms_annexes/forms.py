"""What every form of the site shares, and the small forms of a request's pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from contracts.identifiers import validate_no_nir
from forms_annexes.uploads import ACCEPT, checked_upload
from workflows import clock
from workflows.french import typeset

_DJANGO_REQUIRED = forms.Field.default_error_messages["required"]


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
                field.widget.attrs["aria-describedby"] = f"id_{self.add_prefix(name)}_help"
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
        attributes, said = self.fields[name].widget.attrs, f"id_{self.add_prefix(name)}_error"
        attributes["aria-invalid"] = "true"
        described = attributes.get("aria-describedby", "").split()
        if said not in described:
            attributes["aria-describedby"] = " ".join([*described, said])

    @property
    def listed_errors(self) -> Iterator[tuple[str, str]]:
        """Every error with the identifier of the field to correct, for the summary."""
        for name, errors in self.errors.items():
            is_seen = name in self.fields and not self[name].is_hidden
            target = self[name].id_for_label if is_seen else "contenu"
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


class SeveralFilesInput(forms.ClearableFileInput):
    """A field in which several files may be chosen at once."""

    allow_multiple_selected = True


class SeveralUploadsField(UploadField):
    """One file or several, each checked: the sheets of one form, scanned apart."""

    most = 20
    widget = SeveralFilesInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget = SeveralFilesInput(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > self.most:
            raise forms.ValidationError(
                f"Vous avez choisi {len(files)} fichiers. Attendu : {self.most} au plus.",
                code="too_many",
            )
        cleaned = [UploadField.clean(self, file, initial) for file in files or [None]]
        return [file for file in cleaned if file]


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
    """A piece to join: a delegation of signature, unless ``label`` says otherwise."""

    file = UploadField(
        label="Délégation de signature",
        help_text="PDF, PNG ou JPEG, 10\N{NO-BREAK SPACE}Mo au plus.",
        error_messages={"required": "Choisissez un fichier."},
    )

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["file"].label = label


def _style(widget: forms.Widget) -> str:
    # Radio buttons are a kind of select to Django.
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"
