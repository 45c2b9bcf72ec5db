"""What is asked to record that a partner has a successor, and to say that it never had one."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from contracts.models import Convention, Partner
from contracts.models.evidence import CONTENT_TYPES
from contracts.models.partners import PARTNER_KINDS
from contracts.services.partners import sought
from contracts.services.successions import LIVING, Wanted
from contracts.succession_grounds import grounds
from desk.kept_proofs import KeepsProof, read_kept
from desk.offered import OfferedRows
from forms_annexes.forms import DressedForm
from workflows import clock
from workflows.french import typeset

_DATE = {"format": "%Y-%m-%d", "attrs": {"type": "date"}}


class _ConventionsField(OfferedRows):
    def label_from_instance(self, convention: Any) -> str:
        return typeset(
            f"{convention.number}, {convention.caisse.name} ({convention.state_label.lower()})"
        )


class SuccessionForm(KeepsProof, DressedForm):
    """One succession; ``wanted`` gives what it is to record."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)
    ground = forms.ChoiceField(
        label="Ce qui s’est passé",
        error_messages={"required": "Choisissez ce qui s’est passé."},
    )
    reference = forms.CharField(
        label="Acte qui le dit",
        max_length=250,
        help_text="Sa nature et sa date, par exemple : arrêté préfectoral du 3 octobre 2025, "
        "traité de fusion du 12 juin 2025. Sans nom de personne.",
    )
    first_day = forms.DateField(
        label="Prend effet le",
        help_text="Le premier jour où le successeur est la partie : celui que dit l’acte, passé ou "
        "à venir.",
        widget=forms.DateInput(**_DATE),
    )
    scope = forms.CharField(
        label="Compétence ou activité qui passe (facultatif)",
        required=False,
        max_length=250,
        help_text="Rien d’écrit : toutes.",
    )
    consented_on = forms.DateField(
        label="Accord écrit de la caisse, date (facultatif)",
        required=False,
        help_text="Pour une cession, ou une fusion entre personnes privées. Une loi qui fait "
        "passer la convention s’en passe.",
        widget=forms.DateInput(**_DATE),
    )
    number = forms.CharField(
        label="SIREN ou SIRET du successeur (facultatif)",
        required=False,
        max_length=40,
        help_text="S’il est déjà un partenaire connu, cela suffit.",
    )
    name = forms.CharField(
        label="Son nom, s’il n’est pas encore connu (facultatif)", required=False, max_length=250
    )
    kind = forms.ChoiceField(
        label="Sa nature, s’il n’est pas encore connu (facultatif)",
        required=False,
        choices=[
            ("", "Choisissez"),
            *((str(kind), label) for kind, label in PARTNER_KINDS.items()),
        ],
    )
    address = forms.CharField(
        label="Son adresse, s’il n’est pas encore connu (facultatif)",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    conventions = _ConventionsField(
        Convention.objects.none(),
        label="Conventions qui passent",
        help_text="Décochez celles qui restent au partenaire, comme celles d’une autre compétence.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Cochez au moins une convention : sans elle, rien ne passe.",
            "invalid_choice": "Une convention cochée n’est plus dans la liste : relisez-la.",
            "invalid_pk_value": "Une convention cochée n’est plus dans la liste : relisez-la.",
        },
    )
    proof = forms.FileField(
        label="L’acte (facultatif)",
        required=False,
        help_text="Scan ou document, "
        + ", ".join(sorted(set(CONTENT_TYPES.values())))
        + ". Il reste joint à chaque convention.",
    )

    def __init__(
        self, *args: Any, predecessor: Partner, offered: QuerySet[Convention], **kwargs: Any
    ) -> None:
        self.predecessor = predecessor
        self.base_fields = deepcopy(type(self).base_fields)
        self.base_fields["ground"].choices = [
            ("", "Choisissez"),
            *((one.code, one.label) for one in grounds().values()),
        ]
        self.base_fields["conventions"].queryset = offered
        super().__init__(*args, **kwargs)

    @staticmethod
    def blank(offered: QuerySet[Convention]) -> dict[str, Any]:
        """The values of a form nobody has filled: every living convention passes."""
        living = offered.filter(state__in=LIVING)
        return {"identifier": uuid4(), "conventions": [one.pk for one in living]}

    def clean(self) -> dict[str, Any]:
        """Find the successor, or read who it is; and the deed given before."""
        cleaned = super().clean()
        asked = sought(cleaned.get("number") or "")
        if asked.text and not asked.siren:
            self.add_error(
                "number",
                typeset(
                    f"« {asked.text} » n’est ni un SIREN (9 chiffres) ni un SIRET (14 chiffres) "
                    "juste. Vérifiez-le sur l’acte ou l’avis de situation."
                ),
            )
            return cleaned
        known = Partner.objects.filter(siren=asked.siren).first() if asked.siren else None
        if known is None and not cleaned.get("name"):
            self.add_error(
                "name" if asked.siren else "number",
                "Ce numéro n’est celui d’aucun partenaire connu : donnez son nom et sa nature."
                if asked.siren
                else "Dites qui est le successeur : son SIREN, ou son nom et sa nature.",
            )
        elif known is None and not cleaned.get("kind"):
            self.add_error("kind", "Dites sa nature : commune, association…")
        elif known == self.predecessor:
            self.add_error("number", "C’est le partenaire lui-même : donnez celui du successeur.")
        else:
            cleaned["successor"] = known or self._entered(asked.siren, asked.siret, cleaned)
        read_kept(self, cleaned)
        return cleaned

    def _entered(self, siren: str, siret: str, cleaned: dict[str, Any]) -> Partner:
        """The successor that nobody knew, not stored yet."""
        entered = Partner(
            name=cleaned["name"].strip(),
            kind=cleaned["kind"],
            siren=siren,
            siret=siret,
            address=(cleaned.get("address") or "").strip(),
        )
        try:
            entered.full_clean()
        except ValidationError as refused:
            self.add_error(None, refused.messages)
        return entered

    def wanted(self) -> Wanted:
        """What the valid form asks."""
        given = self.cleaned_data
        return Wanted(
            self.predecessor,
            given["successor"],
            grounds()[given["ground"]],
            given["reference"],
            given["first_day"],
            list(given["conventions"]),
            given.get("scope") or "",
            given.get("consented_on"),
        )

    def answers_digest(self) -> str:
        """What tells these answers from others, and from those of another day."""
        wanted, kept = self.wanted(), self.cleaned_data.get("kept")
        successor = wanted.successor
        told = [
            [successor.pk, successor.name, successor.kind, successor.siren, successor.address],
            [wanted.ground.code, wanted.reference, wanted.scope],
            [_iso(wanted.first_day), _iso(wanted.consented_on)],
            # What is recorded meanwhile on one of them is to be seen before it is confirmed.
            [[one.pk, one.revision] for one in wanted.conventions],
            kept.pk if kept else None,
            _iso(clock.today()),
        ]
        return sha256(json.dumps(told).encode()).hexdigest()


class AnnulForm(DressedForm):
    """Why a succession never was."""

    reason = forms.CharField(
        label="Motif",
        max_length=500,
        help_text="Par exemple : arrêté annulé, autre commune. Sans nom de personne. La succession "
        "reste lisible au dossier, « sans effet ».",
        error_messages={"required": "Dites pourquoi cette succession n’a pas eu lieu."},
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
