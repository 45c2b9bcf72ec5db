"""What is asked of whoever deposits a portfolio to take over."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django import forms

from access.imports.tables import ENDINGS, LARGEST
from forms_annexes.forms import DressedForm
from workflows.french import typeset


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files in one answer."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(_FilesField, self).clean(one, initial) for one in given or [None]]


class DepositForm(DressedForm):
    """The tables, the scans that go with them, and whose portfolio it is."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)
    caisse = forms.ModelChoiceField(label="Caisse", queryset=None, empty_label="Choisissez")
    tables = _FilesField(
        label="Portefeuille",
        help_text="Un classeur XLSX, ou un à trois fichiers CSV (conventions, événements, "
        f"utilisateurs). {LARGEST // 1024**2} Mo au plus chacun.",
        error_messages={
            "required": "Choisissez le fichier du portefeuille.",
            "empty": "Ce fichier est vide. Choisissez-en un autre.",
        },
    )
    scans = forms.FileField(
        label="Pièces numérisées",
        required=False,
        help_text=typeset(
            "Facultatif : un fichier ZIP. Chaque pièce s’y trouve sous le nom que donne la colonne "
            "« Pièces »."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
        error_messages={"empty": "Ce fichier est vide. Choisissez-en un autre."},
    )

    def __init__(self, *args: Any, caisses: Any, **kwargs: Any) -> None:
        # Before the answers are read, and for this form alone.
        self.base_fields = deepcopy(self.base_fields)
        asked = self.base_fields["caisse"]
        asked.queryset = caisses
        self.only_caisse = caisses[0] if len(caisses) == 1 else None
        if self.only_caisse is not None:
            asked.widget = forms.HiddenInput()
            asked.initial = self.only_caisse
        self.base_fields["tables"].widget.attrs["accept"] = ",".join(ENDINGS)
        super().__init__(*args, **kwargs)


class ConfirmForm(DressedForm):
    """Whoever takes the portfolio over answers for what its facts say."""

    looked = forms.BooleanField(
        label="J’ai lu les lignes douteuses, et je reprends ces faits au nom de la caisse",
        error_messages={"required": "Lisez les lignes douteuses, puis cochez la case."},
    )
