"""What is asked to prepare an avenant: only what its type may change, with the present value."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from contracts.models import Convention, Partner, PublishedRulebook, Signatory
from contracts.services.avenant_preparation import Wanted
from contracts.services.partners import sought
from forms_annexes.forms import DressedForm
from templates_conventions.avenant_assembly import Writing
from templates_conventions.avenant_types import AvenantType, amendable_annexes
from workflows import clock
from workflows.calendar import Duration
from workflows.french import NO_BREAK_SPACE, article_number, typeset
from workflows.rule_changes import in_words, key_of, label_of, value_at
from workflows.rulebook import Rulebook

_LENGTH = re.compile(r"(\d{1,4})\s*(ans?|années?|mois|jours?)", re.IGNORECASE)
_ROLES = ("partner", "caisse")
_DATE = {"format": "%Y-%m-%d", "attrs": {"type": "date"}}


class LengthField(forms.CharField):
    """A length of time typed in French, « 18 mois »; cleaned to ISO 8601."""

    def clean(self, value: Any) -> str:
        text = " ".join((super().clean(value) or "").split())
        if not text:
            return ""
        found = _LENGTH.fullmatch(text)
        if found is None or not int(found[1]):
            raise ValidationError(
                typeset("Écrivez une durée comme « 3 ans », « 18 mois » ou « 30 jours ».")
            )
        unit = {"a": "Y", "m": "M", "j": "D"}[found[2][0].lower()]
        return str(Duration.parse(f"P{int(found[1])}{unit}"))


class PreparationForm(DressedForm):
    """One avenant of a type; ``wanted`` gives what it is to change."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        convention: Convention,
        kind: AvenantType,
        writing: Writing,
        **kwargs: Any,
    ) -> None:
        self.convention, self.kind = convention, kind
        self.rules, self.facts = writing.rulebook, writing.facts
        self.paths = {f"rule_{path.replace('.', '__')}": path for path in kind.asked_of(self.rules)}
        self.base_fields = deepcopy(type(self).base_fields)
        for name, path in self.paths.items():
            self.base_fields[name] = _rule_field(self.rules, path)
        self.base_fields |= self._party_fields() | self._other_fields()
        self.base_fields["effective_on"] = forms.DateField(
            label="Prend effet le (facultatif)",
            required=False,
            help_text="Sans date : le jour de la dernière signature.",
            widget=forms.DateInput(**_DATE),
        )
        self.base_fields["reason"] = forms.CharField(
            label="Motif, repris dans l’exposé (facultatif)",
            required=False,
            max_length=500,
            help_text="Sans nom d’allocataire ni numéro de sécurité sociale.",
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        super().__init__(*args, **kwargs)

    def clean_successor(self) -> Partner | None:
        number = sought(self.cleaned_data["successor"])
        if not number.text:
            return None
        known = Partner.objects.filter(siren=number.siren).first() if number.siren else None
        if known is None:
            raise ValidationError(
                "Aucun partenaire n’est connu sous ce numéro. Vérifiez-le, ou enregistrez d’abord "
                "ce partenaire."
            )
        return known

    def wanted(self) -> Wanted:
        """What the valid form asks; unchanged answers are left out."""
        given = self.cleaned_data
        changes = {
            path: _plain(given[name], many=key_of(self.rules, path).many)
            for name, path in self.paths.items()
            if given.get(name)
        }
        parties = {
            f"{role}.{fact}": given[f"{role}_{fact}"]
            for role in _ROLES
            for fact in ("name", "address")
            if given.get(f"{role}_{fact}")
        }
        return Wanted(
            self.kind.code,
            changes=changes,
            party_facts=parties,
            representative=given.get("representative"),
            successor=given.get("successor"),
            annex=given.get("annex", ""),
            annex_text=given.get("annex_text", ""),
            target=given.get("target"),
            effective_on=given.get("effective_on"),
            reason=given.get("reason", ""),
        )

    def _party_fields(self) -> dict[str, forms.Field]:
        if not self.kind.facts:
            return {}
        found: dict[str, forms.Field] = {}
        designations = {"partner": "Partenaire", "caisse": "Caisse"}
        for role in _ROLES:
            for fact, word in (("name", "nouveau nom"), ("address", "nouveau siège")):
                found[f"{role}_{fact}"] = forms.CharField(
                    label=f"{designations[role]}, {word} (facultatif)",
                    required=False,
                    max_length=250,
                    help_text=_now(getattr(getattr(self.facts, role), fact) or "non renseigné"),
                )
        people = Signatory.objects.filter(partner=self.convention.partner)
        found["representative"] = _SignatoryField(
            people.select_related("person").order_by("pk"),
            label="Nouveau représentant du partenaire (facultatif)",
            required=False,
            empty_label="Inchangé",
            help_text="Parmi les signataires connus du partenaire.",
        )
        found["successor"] = forms.CharField(
            label="SIREN de la personne morale substituée au partenaire (facultatif)",
            required=False,
            max_length=40,
            help_text="Fusion, transfert de compétence. Enregistrez-la d’abord comme partenaire.",
        )
        return found

    def _other_fields(self) -> dict[str, forms.Field]:
        if self.kind.annexes:
            annexes = [
                (one.code, f"{_annex_name(one.code)}{NO_BREAK_SPACE}: {one.label}")
                for one in amendable_annexes(self.rules)
            ]
            return {
                "annex": forms.ChoiceField(label="Annexe à remplacer", choices=annexes),
                "annex_text": forms.CharField(
                    label="Son nouveau texte",
                    max_length=50_000,
                    help_text="Une ligne vide sépare les paragraphes ; un tiret commence une "
                    "ligne de liste.",
                    widget=forms.Textarea(attrs={"rows": 12}),
                ),
            }
        if self.kind.model:
            return {
                "target": _VersionField(
                    other_versions(self.rules),
                    label="Nouvelle version du modèle",
                    empty_label=None,
                    help_text=_now(f"version {self.rules.version}"),
                )
            }
        return {}


def other_versions(rules: Rulebook) -> QuerySet[PublishedRulebook]:
    """The published versions of the same model to which a convention may move."""
    versions = PublishedRulebook.objects.filter(code=rules.code)
    return versions.exclude(version=rules.version).order_by("-version")


class SentForm(DressedForm):
    """The avenant leaves for signature."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)
    on = forms.DateField(label="Date d’envoi", widget=forms.DateInput(**_DATE))


class SignatureForm(DressedForm):
    """A party signed."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)
    party = forms.ChoiceField(label="Qui a signé")
    on = forms.DateField(label="Date de la signature", widget=forms.DateInput(**_DATE))
    proof = forms.FileField(
        label="Exemplaire signé (facultatif)",
        required=False,
        help_text="Scan ou document signé. Il reste attaché à l’avenant.",
    )

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **kwargs: Any) -> None:
        self.base_fields = deepcopy(type(self).base_fields)
        self.base_fields["party"].choices = [("", "Choisir…"), *parties]
        super().__init__(*args, **kwargs)


class RefusalForm(DressedForm):
    """A party says that it will not sign."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)
    party = forms.ChoiceField(label="Qui refuse de signer")
    on = forms.DateField(label="Date du refus", widget=forms.DateInput(**_DATE))
    reason = forms.CharField(
        label="Comment le refus est connu",
        max_length=500,
        help_text="Un courrier, un appel, et ce qu’il dit.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **kwargs: Any) -> None:
        self.base_fields = deepcopy(type(self).base_fields)
        self.base_fields["party"].choices = [("", "Choisir…"), *parties]
        super().__init__(*args, **kwargs)


class AbandonForm(DressedForm):
    """The avenant is given up."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Motif", max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class DayForm(DressedForm):
    """The day on which the convention is read."""

    le = forms.DateField(
        label="Texte et règles au",
        required=False,
        widget=forms.DateInput(**_DATE),
        error_messages={"invalid": "Écrivez une date, comme 2026-03-01."},
    )

    def clean_le(self) -> date:
        return self.cleaned_data["le"] or clock.today()


class _SignatoryField(forms.ModelChoiceField):
    def label_from_instance(self, signatory: Signatory) -> str:
        return f"{signatory.person.get_full_name()}, {signatory.quality}"


class _VersionField(forms.ModelChoiceField):
    def label_from_instance(self, row: PublishedRulebook) -> str:
        return f"Version {row.version}, publiée le {row.published_at:%d/%m/%Y}"


def _rule_field(rules: Rulebook, path: str) -> forms.Field:
    """The field of one rule, empty for unchanged, under its present value and its article."""
    key = key_of(rules, path)
    article = rules.article_of(path)
    number = article_number(article)
    cited = f" (article{NO_BREAK_SPACE}{number})" if article[:1].isdigit() else ""
    asked: dict[str, Any] = {
        "label": f"{label_of(rules, path)} (facultatif)",
        "required": False,
        "help_text": _now(in_words(rules, path)) + cited,
    }
    if key.many:
        lines = "\n".join(map(str, value_at(rules, path)))
        return forms.CharField(
            **asked, initial=lines, widget=forms.Textarea(attrs={"rows": 5}), max_length=2000
        )
    if key.holds is Duration:
        asked["help_text"] += typeset(". Par exemple : 6 mois, 1 an, 30 jours.")
        return LengthField(**asked, max_length=40)
    if key.holds is date:
        return forms.DateField(**asked, widget=forms.DateInput(**_DATE))
    if key.holds is time:
        return forms.TimeField(**asked, widget=forms.TimeInput(attrs={"type": "time"}))
    if key.holds is int:
        return forms.IntegerField(**asked, min_value=1, max_value=10_000)
    if key.holds is float:
        return forms.FloatField(**asked, min_value=0, max_value=100)
    return forms.CharField(**asked, max_length=250)


def _plain(value: Any, *, many: bool) -> Any:
    if many:
        return [line.strip() for line in value.splitlines() if line.strip()]
    return value.isoformat() if isinstance(value, date | time) else value


def _now(words: str) -> str:
    return typeset(f"Aujourd’hui : {words}")


def _annex_name(code: str) -> str:
    return code.replace("-", NO_BREAK_SPACE).capitalize()
