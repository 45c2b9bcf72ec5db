"""What is asked to look a partner up, to enter it, and to open its convention."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from contracts.models import Caisse, Convention, Partner, Site, UserScope
from contracts.models.partners import PARTNER_KINDS
from contracts.services.drafting import NamedSignatory, same_conventions
from contracts.services.partners import NewSite, sought
from desk.offered import OfferedRows
from forms_annexes.forms import DressedForm
from workflows.french import typeset
from workflows.rulebook import Rulebook

MOST_SITES = 30
"""Structures entered with a partner on one page."""


class LookUpForm(DressedForm):
    """Who is the convention with?"""

    q = forms.CharField(
        label="SIRET, SIREN ou nom",
        max_length=250,
        help_text="Du partenaire ou d’une de ses structures. Espaces et points sont acceptés.",
        error_messages={
            "required": "Tapez un SIRET, un SIREN ou un nom.",
            "max_length": "Ce texte est trop long pour un nom.",
        },
    )

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"]
        if sought(text).is_wrong_number:
            raise ValidationError(
                typeset(
                    f"« {text} » n’est ni un SIRET (14 chiffres) ni un SIREN (9 chiffres) juste. "
                    "Vérifiez-le sur l’avis de situation, ou tapez un nom."
                ),
                code="number",
            )
        return text


class PartnerForm(DressedForm):
    """A partner that nobody has entered yet."""

    form_token = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label="Nom", max_length=250)
    kind = forms.ChoiceField(
        label="Nature",
        choices=[
            ("", "Choisissez"),
            *((str(kind), label) for kind, label in PARTNER_KINDS.items()),
        ],
    )
    number = forms.CharField(
        label="SIRET du siège, ou SIREN (facultatif)",
        required=False,
        max_length=40,
        help_text="Une jeune association peut n’en avoir pas encore.",
    )
    address = forms.CharField(
        label="Adresse (facultatif)",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    email = forms.EmailField(
        label="Adresse électronique (facultatif)",
        required=False,
        error_messages={
            "invalid": "Écrivez une adresse électronique complète, comme mairie@commune.example."
        },
    )

    def clean_number(self) -> str:
        text: str = self.cleaned_data["number"]
        if text and not sought(text).siren:
            raise ValidationError(
                typeset(
                    f"« {text} » n’est ni un SIRET (14 chiffres) ni un SIREN (9 chiffres) juste. "
                    "Vérifiez-le sur l’avis de situation de l’organisme."
                ),
                code="number",
            )
        return text


class SiteForm(DressedForm):
    """A structure of the partner."""

    name = forms.CharField(label="Nom de la structure", required=False, max_length=250)
    siret = forms.CharField(label="Son SIRET (facultatif)", required=False, max_length=40)
    address = forms.CharField(label="Son adresse (facultatif)", required=False, max_length=500)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        _require_name(self, "name", [cleaned.get("siret"), cleaned.get("address")])
        return cleaned

    @property
    def given(self) -> NewSite | None:
        """The structure, if one was named."""
        cleaned = self.cleaned_data
        return NewSite(**cleaned) if cleaned.get("name") else None


SiteForms = forms.formset_factory(SiteForm, extra=1, max_num=MOST_SITES, validate_max=True)


class DraftForm(DressedForm):
    """The convention to open with a known partner.

    What leaves no choice is not asked. ``duplicates`` are the conventions of that type that stand
    already: going on asks for an explicit word.
    """

    form_token = forms.UUIDField(widget=forms.HiddenInput)
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(),
        label="Caisse",
        empty_label="Choisissez",
        error_messages={"required": "Choisissez la caisse."},
    )
    rulebook = forms.ChoiceField(
        label="Type de convention",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le type de convention."},
    )
    sites = OfferedRows(
        Site.objects.none(),
        label="Structures concernées",
        required=False,
        help_text="Aucune cochée : le partenaire dans son ensemble.",
        widget=forms.CheckboxSelectMultiple,
    )
    site_name = forms.CharField(
        label="Nom d’une autre structure (facultatif)", required=False, max_length=250
    )
    site_siret = forms.CharField(
        label="SIRET de cette structure (facultatif)", required=False, max_length=40
    )
    first_name = forms.CharField(
        label="Prénom du signataire (facultatif)", required=False, max_length=150
    )
    last_name = forms.CharField(
        label="Nom du signataire (facultatif)", required=False, max_length=150
    )
    quality = forms.CharField(
        label="Qualité du signataire (facultatif)",
        required=False,
        max_length=200,
        help_text="Maire, présidente de l’association, directeur général…",
    )
    again = forms.BooleanField(
        label="J’ouvre quand même une autre convention du même type", required=False
    )

    def __init__(
        self,
        *args: Any,
        partner: Partner,
        scopes: Sequence[UserScope],
        rulebooks: Sequence[Rulebook],
        **kwargs: Any,
    ) -> None:
        self.partner, self.scopes = partner, scopes
        self.rulebooks = {rulebook.code: rulebook for rulebook in rulebooks}
        self.duplicates: list[Convention] = []
        # Its choices come before the fields are dressed, which asks for their errors.
        self.base_fields = deepcopy(type(self).base_fields)
        caisses = Caisse.objects.filter(pk__in={scope.caisse_id for scope in scopes})
        self.base_fields["caisse"].queryset = caisses
        self.base_fields["rulebook"].choices = [
            (rulebook.code, rulebook.title) for rulebook in rulebooks
        ]
        sites = partner.sites.filter(closed_on__isnull=True)
        if sites.exists():
            self.base_fields["sites"].queryset = sites
            self.base_fields["sites"].help_text = typeset(self.base_fields["sites"].help_text)
        else:
            del self.base_fields["sites"]
        initial = dict(kwargs.pop("initial", {}))
        self.only_caisse = self._settled("caisse", list(caisses[:2]), initial)
        self.only_rulebook = self._settled("rulebook", list(rulebooks[:2]), initial)
        super().__init__(*args, initial=initial, **kwargs)

    def _settled(self, name: str, choices: list[Any], initial: dict[str, Any]) -> Any:
        """Ask nothing when there is one choice: give it."""
        if len(choices) != 1:
            return None
        self.base_fields[name].widget = forms.HiddenInput()
        choice = choices[0]
        initial[name] = choice.code if name == "rulebook" else choice.pk
        return choice

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        _require_name(self, "site_name", [cleaned.get("site_siret")])
        self._check_site(cleaned)
        given = {name: cleaned.get(name) for name in ("last_name", "quality")}
        if any([*given.values(), cleaned.get("first_name")]):
            asked = {
                "last_name": "Donnez le nom du signataire, ou rien de ce qui le concerne.",
                "quality": "Donnez la qualité du signataire : maire, présidente…",
            }
            for name, words in asked.items():
                if not given[name] and name not in self.errors:
                    self.add_error(name, typeset(words))
        caisse, rulebook = cleaned.get("caisse"), self.rulebooks.get(cleaned.get("rulebook", ""))
        if caisse is None or rulebook is None:
            return cleaned
        if not self._may_draft(caisse, rulebook):
            self.add_error(
                "rulebook",
                f"Votre rôle dans {caisse.name} ne couvre pas ce type de convention. Choisissez-en "
                "un autre, ou confiez l’ouverture à un collègue.",
            )
        if self.new_site is None:
            self.duplicates = same_conventions(
                caisse, self.partner, rulebook.code, cleaned.get("sites") or ()
            )
        if self.duplicates and not cleaned.get("again"):
            self.add_error(
                "again",
                "Une convention de ce type existe déjà : ouvrez-la, ou cochez la case pour "
                "continuer.".replace(" :", "\N{NO-BREAK SPACE}:"),
            )
        return cleaned

    @property
    def new_site(self) -> NewSite | None:
        """The structure to enter with the convention."""
        cleaned = self.cleaned_data
        if not cleaned.get("site_name"):
            return None
        return NewSite(cleaned["site_name"], cleaned.get("site_siret", ""))

    @property
    def signatory(self) -> NamedSignatory | None:
        """Who will sign for the partner, when named here."""
        cleaned = self.cleaned_data
        if not cleaned.get("last_name"):
            return None
        return NamedSignatory(cleaned["first_name"], cleaned["last_name"], cleaned["quality"])

    @property
    def chosen_rulebook(self) -> Rulebook:
        """The type of convention, once the form is valid."""
        return self.rulebooks[self.cleaned_data["rulebook"]]

    def _check_site(self, cleaned: dict[str, Any]) -> None:
        new = self.new_site
        if new is None or "site_name" in self.errors:
            return
        site = Site(partner=self.partner, name=new.name, siret=new.siret)
        try:
            site.full_clean()
        except ValidationError as refused:
            for field, errors in refused.message_dict.items():
                self.add_error("site_siret" if field == "siret" else "site_name", errors)

    def _may_draft(self, caisse: Caisse, rulebook: Rulebook) -> bool:
        own = [scope for scope in self.scopes if scope.caisse_id == caisse.pk]
        return any(covers(scope, rulebook) for scope in own)


def covers(scope: UserScope, rulebook: Rulebook) -> bool:
    """Whether a role extends to a service of that type of convention."""
    offered = {service.code for service in rulebook.services}
    return not scope.services or bool(offered & set(scope.services))


def _require_name(form: forms.Form, name: str, others: Sequence[Any]) -> None:
    if any(others) and not form.cleaned_data.get(name) and name not in form.errors:
        form.add_error(name, "Donnez le nom de la structure.")
