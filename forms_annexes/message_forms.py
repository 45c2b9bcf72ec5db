"""What is asked to write a message, or a note of the caisse's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms

from forms_annexes.forms import DressedForm, UploadField
from forms_annexes.services.exchanging import LONGEST_TEXT, MOST_FILES
from forms_annexes.uploads import ACCEPT
from workflows.french import typeset


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class UploadsField(UploadField):
    """Several files, each checked by type, size and structure."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget = _Files(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        files, errors = [], []
        for one in filter(None, given):
            try:
                files.append(super().clean(one, initial))
            except forms.ValidationError as error:
                errors += error.error_list
        if len(files) > MOST_FILES:
            errors.append(forms.ValidationError(f"{MOST_FILES} fichiers au plus par message."))
        if errors:
            raise forms.ValidationError(errors)
        return files


def _identifier(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


class _OnceForm(DressedForm):
    """A form that writes once, however often its page is sent."""

    token = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        data = args[0] if args else None
        self.kept_token = _identifier(data.get("token", "") if data else "")
        """Written in the page again, when it comes back with errors."""
        super().__init__(*args, **kwargs)

    def clean_token(self) -> UUID:
        """The page's identifier; a new one when the page had none that is one."""
        return self.kept_token


class MessageForm(_OnceForm):
    """A message to the other side."""

    message = forms.CharField(
        label="Votre message",
        help_text=typeset(
            "Ne nommez aucun allocataire et n’écrivez aucun numéro de sécurité sociale."
        ),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": "Écrivez votre message.",
            "max_length": typeset(
                f"Ce message dépasse {LONGEST_TEXT} caractères : raccourcissez-le, ou joignez un "
                "fichier."
            ),
        },
    )
    message_files = UploadsField(
        label="Fichiers à joindre (facultatif)",
        help_text=typeset(f"PDF, PNG ou JPEG, 10 Mo au plus chacun, {MOST_FILES} au plus."),
        required=False,
    )


class NoteForm(_OnceForm):
    """A note that the partner never sees."""

    internal_note = forms.CharField(
        label="Note interne",
        help_text="Lue par les agents de la caisse seulement, jamais par le partenaire.",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez la note."},
    )
