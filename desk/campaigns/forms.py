"""What is asked of a campaign: what it proposes, its launch, its returns, its end."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet

from contracts.models import Caisse, PublishedRulebook
from contracts.models.campaigns import LONGEST_REASON
from contracts.models.proposals import LONGEST_REASON as LONGEST_PROPOSAL
from contracts.services.campaign_lines import LABELS
from contracts.services.campaigns import Asked
from forms_annexes.forms import DressedForm
from workflows.french import typeset

_DATE = {"format": "%Y-%m-%d", "attrs": {"type": "date"}}
_EVERY = [("", "Toutes")]


class OpeningForm(DressedForm):
    """What the campaign would propose, and to whom."""

    identifier = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    caisse = forms.ModelChoiceField(Caisse.objects.none(), label="Caisse", empty_label=None)
    from_versions = forms.TypedMultipleChoiceField(
        label="Aux conventions de",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une version de départ."},
    )
    reason = forms.CharField(
        label="Motif, repris dans l’avenant et dans la lettre",
        max_length=LONGEST_REASON,
        help_text=typeset(
            "Une phrase complète : « Le préavis passe de trois à deux mois. » "
            "Sans nom d’allocataire ni numéro de sécurité sociale."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    effective_on = forms.DateField(
        label="Prend effet le (facultatif)",
        required=False,
        help_text=typeset(
            "Sans date : le jour de la dernière signature. Jamais avant elle, dans tous les cas."
        ),
        widget=forms.DateInput(**_DATE),
    )
    answer_by = forms.DateField(
        label="Réponse demandée avant le (facultatif)",
        required=False,
        help_text="La lettre le dit au partenaire.",
        widget=forms.DateInput(**_DATE),
    )
    chase_after = forms.IntegerField(
        label="Relancer après tant de jours sans réponse",
        initial=30,
        min_value=1,
        max_value=365,
    )

    def __init__(
        self,
        *args: Any,
        caisses: QuerySet[Caisse],
        versions: QuerySet[PublishedRulebook],
        **kwargs: Any,
    ) -> None:
        # Before the answers are read, and for this form alone.
        self.base_fields = deepcopy(type(self).base_fields)
        found = [(row.version, f"Version {row.version}") for row in versions]
        self.base_fields["from_versions"].choices = found
        self.base_fields["from_versions"].initial = [version for version, _ in found]
        self.base_fields["caisse"].queryset = caisses
        only = list(caisses[:2])
        if len(only) == 1:
            self.base_fields["caisse"].widget = forms.HiddenInput()
            self.base_fields["caisse"].initial = only[0]
        super().__init__(*args, **kwargs)

    def asked(self, target: PublishedRulebook) -> Asked:
        """What the valid answers ask."""
        given = self.cleaned_data
        return Asked(
            given["caisse"],
            target,
            given["from_versions"],
            given["reason"],
            given["effective_on"],
            given["answer_by"],
            given["chase_after"],
        )


class LaunchForm(DressedForm):
    """What whoever confirms should know."""

    identifier = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    reason = forms.CharField(
        label="Pour la personne qui confirme (facultatif)",
        required=False,
        max_length=LONGEST_PROPOSAL,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PreviewForm(DressedForm):
    """Which lines of a preview are shown."""

    q = forms.CharField(label="Convention ou partenaire", required=False, max_length=100)
    lignes = forms.ChoiceField(
        label="Lignes",
        required=False,
        choices=[*_EVERY, ("proposees", "Proposées"), ("ecartees", "Laissées de côté")],
    )
    dates = forms.ChoiceField(label="Dates qui bougent", required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        self.base_fields = deepcopy(type(self).base_fields)
        self.base_fields["dates"].choices = [*_EVERY, *kinds]
        super().__init__(*args, **kwargs)


class FollowForm(DressedForm):
    """Which lines of a campaign under way are shown."""

    q = forms.CharField(label="Convention ou partenaire", required=False, max_length=100)
    situation = forms.ChoiceField(
        label="Situation",
        required=False,
        choices=[*_EVERY, *((one.value, label) for one, label in LABELS.items())],
    )


CONFIRM, SIGN, REFUSE, REMIND = "confirm", "sign", "refuse", "remind"


class ActForm(DressedForm):
    """What is told of the lines chosen."""

    identifier = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    told = forms.ChoiceField(
        label="Des lignes cochées",
        choices=[
            (CONFIRM, "Confirmer les signatures des copies revenues"),
            (SIGN, "La caisse a signé"),
            (REFUSE, "Le partenaire refuse de signer"),
            (REMIND, "Écrire une relance aux partenaires sans réponse"),
        ],
    )
    on = forms.DateField(
        label="Date de la signature ou du refus",
        required=False,
        widget=forms.DateInput(**_DATE),
    )
    reason = forms.CharField(
        label="Comment le refus est connu",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("told") in (SIGN, REFUSE) and not given.get("on") and "on" not in self.errors:
            self.add_error("on", "Donnez la date de la signature ou du refus.")
        if given.get("told") == REFUSE and not given.get("reason", "").strip():
            self.add_error("reason", "Dites comment le refus est connu : un courrier, un appel.")
        return given


class ClosingForm(DressedForm):
    """Why it is over."""

    reason = forms.CharField(
        label="Motif de la clôture",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
