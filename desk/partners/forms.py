"""What the list of partners is narrowed to, and why two partners are not the same."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from contracts.models import Caisse
from contracts.models.kept_pairs import KeptPair
from contracts.models.partner_keys import PartnerDistinction
from contracts.models.partners import PARTNER_KINDS
from forms_annexes.forms import DressedForm

_LONGEST_REASON = PartnerDistinction._meta.get_field("reason").max_length
_LONGEST_WHY_BOTH = KeptPair._meta.get_field("reason").max_length


class PartnersForm(forms.Form):
    """What the list of partners is narrowed to; empty, the list is whole."""

    q = forms.CharField(
        label="Nom, structure, commune, SIREN ou n° tiers", required=False, max_length=200
    )
    nature = forms.ChoiceField(
        label="Nature",
        required=False,
        choices=[("", "Toutes"), *((str(kind), label) for kind, label in PARTNER_KINDS.items())],
    )
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(),
        label="Caisse",
        required=False,
        empty_label="Toutes",
        to_field_name="code",
    )

    def __init__(self, *args: Any, caisses: QuerySet[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        caisse: Any = self.fields["caisse"]
        caisse.queryset = caisses
        self.fields["q"].widget.attrs["class"] = "form-control"
        for name in ("nature", "caisse"):
            self.fields[name].widget.attrs["class"] = "form-select"


class TellApartForm(DressedForm):
    """What shows that two partners alike are not the same."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Ce qui le montre",
        max_length=_LONGEST_REASON,
        help_text="Par exemple : deux numéros SIREN, deux communes du même nom. Sans nom de "
        "personne. Ce motif reste au dossier des deux partenaires.",
        error_messages={"required": "Dites ce qui montre que ce ne sont pas les mêmes."},
    )


class KeepBothForm(DressedForm):
    """Why two conventions of one type both go on."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Pourquoi les deux sont gardées",
        max_length=_LONGEST_WHY_BOTH,
        help_text="Par exemple : chacune couvre d’autres structures. Sans nom de personne. "
        "Ce motif reste avec les deux conventions.",
        error_messages={"required": "Dites pourquoi les deux sont gardées."},
    )
