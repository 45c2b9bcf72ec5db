"""The forms of whoever instructs a request at the caisse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from django import forms
from django.utils.http import urlencode

from contracts.models import Caisse
from forms_annexes.forms import DressedForm, SeveralUploadsField
from forms_annexes.models.requests import RequestChannel, RequestKind
from forms_annexes.origin import wants_origin
from forms_annexes.reasons import RefusalReason
from forms_annexes.refusals import admitted_reasons
from forms_annexes.services import queue
from workflows.french import typeset
from workflows.rulebook_access import HabilitationRules, RequestForm


class PaperForm(DressedForm):
    """How an annex came, besides what is written on it."""

    channel = forms.ChoiceField(
        label="Reçue",
        choices=[(c.value, c.label) for c in (RequestChannel.PAPER, RequestChannel.MAIL)],
        widget=forms.RadioSelect,
        initial=RequestChannel.PAPER.value,
    )
    received_on = forms.DateField(
        label="Date de réception",
        help_text="Par exemple 14/10/2026.",
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages={"invalid": "Écrivez une date comme 14/10/2026."},
    )
    signed_on = forms.DateField(
        label="Date de la signature",
        help_text="Laissez vide si la feuille n’est pas signée.",
        widget=forms.DateInput(format="%d/%m/%Y"),
        required=False,
        error_messages={"invalid": "Écrivez une date comme 14/10/2026."},
    )
    origin_checked = forms.BooleanField(
        label="J’ai vérifié que l’envoi vient d’une adresse connue du partenaire",
        help_text=typeset("Ce formulaire n’a pas de signature : cette vérification en tient lieu."),
        required=False,
    )
    scan = SeveralUploadsField(
        label="Numérisation de l’annexe",
        help_text=typeset(
            "Un fichier, ou un par feuillet : PDF, PNG ou JPEG, 10\N{NO-BREAK SPACE}Mo au plus."
        ),
        error_messages={"required": "Choisissez le fichier de l’annexe."},
    )

    def __init__(self, *args: Any, rule: RequestForm, **kwargs: Any) -> None:
        """``rule`` says whether the form is signed, and else what stands for a signature."""
        left_out = set() if rule.signed_by else {"signed_on"}
        left_out |= set() if wants_origin(rule) else {"origin_checked"}
        self.base_fields = {
            name: field for name, field in self.base_fields.items() if name not in left_out
        }
        super().__init__(*args, **kwargs)


class PaperChangeForm(DressedForm):
    """What a sheet about users who have an access asks, and about whom."""

    kind = forms.ChoiceField(
        label="Que demande la feuille ?",
        choices=[
            (kind.value, kind.label)
            for kind in (RequestKind.REPLACE, RequestKind.MODIFY, RequestKind.REMOVE)
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce que demande la feuille."},
    )
    users = forms.MultipleChoiceField(
        label="Pour qui ?",
        help_text="Un remplacement ou un changement concerne une seule personne.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choisissez au moins une personne dans la liste.",
            "invalid_choice": "Cette personne n’est plus dans la liste. Rechargez la page.",
        },
    )

    def __init__(
        self,
        *args: Any,
        choices: Iterable[tuple[str, str]],
        why_not: Callable[[str, str], str],
        **kwargs: Any,
    ) -> None:
        """``why_not`` says, of a kind and a person, what stands in the way; empty for nothing."""
        self.base_fields = deepcopy(type(self).base_fields)
        self.base_fields["users"].choices = list(choices)  # type: ignore[attr-defined]
        self._why_not = why_not
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse several persons where one is meant, and what their lives exclude."""
        cleaned = super().clean()
        kind, users = cleaned.get("kind"), cleaned.get("users", [])
        if not kind or not users:
            return cleaned
        if kind != RequestKind.REMOVE and len(users) > 1:
            self.add_error("users", "Choisissez une seule personne.")
        for key in users:
            if reason := self._why_not(kind, key):
                self.add_error("users", reason)
        return cleaned


class RefusalForm(DressedForm):
    """Why the request is refused."""

    note = forms.CharField(
        label="Précision, telle que la structure la lira",
        required=False,
        max_length=1000,
        # The page has another field of that name.
        widget=forms.Textarea(attrs={"rows": 3, "id": "id_refusal_note"}),
    )

    def __init__(self, *args: Any, rules: HabilitationRules, **kwargs: Any) -> None:
        reason = forms.ChoiceField(
            label="Motif du refus",
            choices=[("", "Choisir"), *admitted_reasons(rules).items()],
            error_messages={"required": "Choisissez le motif du refus."},
        )
        self.base_fields = {"reason": reason} | type(self).base_fields
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("reason") == RefusalReason.OTHER and not cleaned.get("note"):
            self.add_error("note", "Dites le motif du refus.")
        return cleaned


class InvitationForm(DressedForm):
    """Who is invited."""

    email = forms.EmailField(
        label="Adresse électronique du directeur",
        error_messages={"invalid": "Écrivez une adresse comme nom@exemple.fr."},
    )
    first_name = forms.CharField(label="Prénom", max_length=150, required=False)
    last_name = forms.CharField(label="Nom", max_length=150, required=False)
    sheet = forms.ChoiceField(
        label="Formulaire ouvert avec l’invitation",
        help_text="Rempli de ce que la caisse sait, il attend la personne à son arrivée.",
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, sheets: Sequence[tuple[str, str]] = (), opened: str = "", **kwargs: Any
    ) -> None:
        self.base_fields = deepcopy(type(self).base_fields)
        if sheets:
            choices = [*sheets, ("", "Aucun : elle choisira")]
            self.base_fields["sheet"].choices = choices  # type: ignore[attr-defined]
            self.base_fields["sheet"].initial = opened
        else:
            del self.base_fields["sheet"]
        super().__init__(*args, **kwargs)


class QueueForm(forms.Form):
    """What is wanted of the queue. What cannot be read narrows nothing."""

    etat = forms.ChoiceField(label="État", required=False)
    agent = forms.ChoiceField(label="En charge", required=False)
    caisse = forms.ChoiceField(label="Caisse", required=False)
    service = forms.ChoiceField(label="Service", required=False)

    def __init__(
        self, *args: Any, caisses: Iterable[Caisse], services: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        named = [(one.code, one.name) for one in caisses]
        choices: dict[str, list[tuple[str, str]]] = {
            "etat": [(code, label) for code, (label, _) in queue.STATES.items()],
            "agent": [("", "À tous"), *queue.AGENTS.items()],
            "caisse": [("", "Toutes"), *named],
            "service": [("", "Tous"), *services.items()],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered
            self.fields[name].widget.attrs["class"] = "form-select"

    @property
    def wanted(self) -> queue.Filters:
        """What is asked, as far as it can be read."""
        self.is_valid()
        asked = self.cleaned_data
        return queue.Filters(
            asked.get("etat") or queue.WAITS_FOR_CAISSE,
            asked.get("caisse", ""),
            asked.get("service", ""),
            asked.get("agent", ""),
        )

    @property
    def words(self) -> Iterator[tuple[str, str]]:
        """Each filter in use, in words, with the address of the list without it."""
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        if asked.get("etat") == queue.WAITS_FOR_CAISSE:
            del asked["etat"]
        for name, value in asked.items():
            rest = urlencode({key: kept for key, kept in asked.items() if key != name})
            said = dict(self.fields[name].choices)[value]
            yield typeset(f"{self.fields[name].label} : {said}"), f"?{rest}"

    @property
    def query(self) -> str:
        """The filters in use, for the address of another page of the list."""
        return urlencode({name: value for name, value in self.cleaned_data.items() if value})
