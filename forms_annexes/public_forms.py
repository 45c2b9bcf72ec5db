"""What is asked of somebody who has no account: the page's own questions, and those of the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from django import forms

from access.challenge import QuestionField
from contracts.identifiers import compact, validate_siret
from contracts.models import Caisse
from contracts.models.partners import PARTNER_KINDS
from contracts.services.drafting import admits
from forms_annexes.block_forms import validate_name
from forms_annexes.departements import in_words
from forms_annexes.forms import DressedForm
from forms_annexes.public_blocks import LONGEST_NAME
from forms_annexes.services.public_offer import Offer
from workflows.french import typeset
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind

ASSOCIATION = str(PartnerKind.ASSOCIATION)
"""The kind of partner that may be too young to have a number."""

TRAP = "site_internet"
"""The name of a box that nobody sees: what fills in every box it meets fills it in too."""


class SiretField(forms.CharField):
    """Fourteen digits with a right key, however they are spaced."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": "Indiquez le SIRET."})
        super().__init__(
            max_length=40, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs
        )

    def clean(self, value: Any) -> str:
        number = compact(super().clean(value))
        if number:
            validate_siret(number)
        return number


class SiretForm(DressedForm):
    """The number by which the caisse knows the organisation, to be confirmed."""

    siret = SiretField(
        label="SIRET de votre organisme ou de votre structure",
        help_text="Quatorze chiffres, sur l’avis de situation de l’Insee. "
        "La caisse vérifie ainsi que vous répondez bien pour cet organisme.",
    )


class ServiceForm(DressedForm):
    """Which service, and where; the caisse when several share the département."""

    service = forms.ChoiceField(
        label="Service demandé",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le service."},
    )
    departement = forms.ChoiceField(
        label="Département de vos établissements",
        help_text="Il désigne la caisse à laquelle la demande s’adresse : une seule par demande.",
        error_messages={"required": "Choisissez le département."},
    )
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(),
        label="Caisse",
        help_text="Plusieurs caisses reçoivent ces demandes dans ce département.",
        required=False,
        empty_label="Choisir",
    )

    def __init__(self, *args: Any, offers: Sequence[Offer], **kwargs: Any) -> None:
        self.offers = {offer.rulebook.code: offer for offer in offers}
        self.base_fields = deepcopy(type(self).base_fields)
        services = [(code, offer.title) for code, offer in self.offers.items()]
        self.base_fields["service"].choices = services  # type: ignore[attr-defined]
        if len(services) == 1:
            self.base_fields["service"].initial = services[0][0]
        codes = sorted({code for offer in offers for code in offer.departments})
        self.base_fields["departement"].choices = [  # type: ignore[attr-defined]
            ("", "Choisir"),
            *((code, in_words(code)) for code in codes),
        ]
        possible = self._caisses(args[0]) if args and args[0] else []
        if len(possible) > 1:
            self.base_fields["caisse"].queryset = Caisse.objects.filter(  # type: ignore[attr-defined]
                pk__in=[caisse.pk for caisse in possible]
            ).order_by("name")
        else:
            del self.base_fields["caisse"]
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not {"service", "departement"} <= cleaned.keys():
            return cleaned
        caisses = self._caisses(cleaned)
        if not caisses:
            self.add_error(
                "departement",
                typeset(
                    "Dans ce département, ce service ne se demande pas en ligne : adressez-vous à "
                    "votre caisse."
                ),
            )
        elif len(caisses) == 1:
            cleaned["caisse"] = caisses[0]
        elif cleaned.get("caisse") is None and "caisse" not in self.errors:
            self.add_error("caisse", "Choisissez la caisse.")
        return cleaned

    @property
    def offer(self) -> Offer:
        """What was chosen."""
        return self.offers[self.cleaned_data["service"]]

    def _caisses(self, given: Mapping[str, Any]) -> list[Caisse]:
        offer = self.offers.get(str(given.get("service", "")))
        if offer is None:
            return []
        return [one for one in offer.caisses if given.get("departement") in one.departments]


class OrganisationForm(DressedForm):
    """Who asks: by number and kind, and by name where the form has no place for it."""

    siret = SiretField(
        label="SIRET du siège",
        required=False,
        help_text="Quatorze chiffres, sur l’avis de situation de l’Insee. "
        "Une association qui n’en a pas encore laisse la case vide.",
    )
    partner_kind = forms.ChoiceField(
        label="Nature de l’organisme", error_messages={"required": "Choisissez la nature."}
    )
    organisation = forms.CharField(label="Nom de l’organisme", max_length=LONGEST_NAME)

    def __init__(self, *args: Any, rules: Rulebook, asks_name: bool, **kwargs: Any) -> None:
        self.base_fields = deepcopy(type(self).base_fields)
        kinds = [(str(kind), label) for kind, label in PARTNER_KINDS.items()]
        self.base_fields["partner_kind"].choices = [  # type: ignore[attr-defined]
            ("", "Choisir"),
            *(one for one in kinds if admits(rules, one[0])),
        ]
        if not asks_name:
            del self.base_fields["organisation"]
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (
            cleaned.get("partner_kind")
            and "siret" not in self.errors
            and not cleaned.get("siret")
            and cleaned["partner_kind"] != ASSOCIATION
        ):
            self.add_error("siret", "Indiquez le SIRET du siège.")
        return cleaned


class ContactForm(DressedForm):
    """Who asks, and where the caisse answers."""

    last_name = forms.CharField(label="Votre nom", max_length=150, validators=[validate_name])
    first_name = forms.CharField(label="Votre prénom", max_length=150, validators=[validate_name])
    email = forms.EmailField(
        label="Votre adresse électronique",
        help_text="Un lien y est envoyé pour confirmer la demande, puis l’accusé de réception. "
        "Elle vous servira à vous connecter.",
        error_messages={"invalid": "Écrivez une adresse comme nom@exemple.fr."},
    )


class SendForm(DressedForm):
    """The last page: a question that no machine asks itself."""

    question = QuestionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answer = self.fields["question"].widget.widgets[1]  # type: ignore[attr-defined]
        answer.attrs |= {"class": "form-control", "aria-describedby": "id_question_question"}
