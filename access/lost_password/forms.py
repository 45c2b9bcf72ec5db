"""What is asked of whoever lost a password."""

from __future__ import annotations

from typing import Any

from django import forms

from access.challenge import QuestionField
from access.services.self_service import helping_caisses
from contracts.models import Caisse


class LostPasswordForm(forms.Form):
    """Caisse and identifier, and the answer to a question that no machine asks itself."""

    caisse = forms.ModelChoiceField(
        Caisse.objects.order_by("name"),
        label="Caisse",
        to_field_name="code",
        empty_label="Choisissez la caisse",
        error_messages={
            "required": "Choisissez la caisse qui vous a donné cet accès.",
            "invalid_choice": "Choisissez une caisse de la liste.",
        },
    )
    identifier = forms.CharField(
        label="Identifiant",
        max_length=64,
        help_text="Celui avec lequel vous vous connectez à l’extranet.",
        error_messages={
            "required": "Tapez votre identifiant.",
            "max_length": "Un identifiant compte au plus 64 caractères.",
        },
    )
    question = QuestionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        caisses = helping_caisses()
        field = self.fields["caisse"]
        field.queryset = Caisse.objects.filter(  # type: ignore[attr-defined]
            pk__in=[one.pk for one in caisses]
        ).order_by("name")
        if len(caisses) == 1:
            field.initial = caisses[0].code
        field.widget.attrs["class"] = "form-select"
        self.fields["identifier"].widget.attrs |= {
            "class": "form-control",
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        answer = self.fields["question"].widget.widgets[1]  # type: ignore[attr-defined]
        answer.attrs |= {
            "class": "form-control",
            "inputmode": "text",
            "aria-describedby": "id_question_question",
        }
