"""The forms by which the caisse decides, gives back, corrects, reopens and shares out requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField

from contracts.models import User
from forms_annexes.block_forms import BlockForm, field_name
from forms_annexes.forms import DressedForm
from forms_annexes.models import AccessRequest, RequestedUser
from forms_annexes.models.users import UserDecision
from forms_annexes.reasons import RefusalReason, ReturnReason
from forms_annexes.refusals import admitted_reasons, objection, reason_in_words
from forms_annexes.services.granting import profile_asked
from forms_annexes.services.instructing import Decided
from forms_annexes.services.returning import Asked, Target

ACCEPT, REFUSE, LATER = "accept", "refuse", "later"
_LONGEST = 1000


class PersonRow(NamedTuple):
    """One named user in the form of decisions."""

    user: RequestedUser
    details: tuple[str, ...]
    """What helps to decide: function, profile, service, as answered."""
    objection: str
    """What the rules object to, in words; empty where they object to nothing."""
    decision: BoundField
    reason: BoundField
    note: BoundField


class DecisionForm(DressedForm):
    """What is decided of each named user, on one page."""

    def __init__(self, *args: Any, request: AccessRequest, **kwargs: Any) -> None:
        rules = request.convention.rules.habilitation
        self._users = [
            user
            for user in request.users.order_by("position")
            if user.decision == UserDecision.PENDING
        ]
        self._objections = {user.pk: objection(rules, profile_asked(user)) for user in self._users}
        self._said = {
            pk: reason_in_words(code, rules) for pk, code in self._objections.items() if code
        }
        self._labels = {
            field.code: field.label.rstrip(" :\N{NO-BREAK SPACE}")
            for block in request.definition.blocks
            for field in block.fields
        }
        reasons = [("", "Motif du refus"), *admitted_reasons(rules).items()]
        self.base_fields = {}
        for user in self._users:
            self.base_fields |= _decision_fields(user, self._objections[user.pk], reasons)
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for user in self._users:
            if cleaned.get(f"decision_{user.pk}") != REFUSE:
                continue
            name = user.get_full_name() or f"la personne n° {user.position}"
            reason = cleaned.get(f"reason_{user.pk}")
            if not reason:
                self.add_error(f"reason_{user.pk}", f"Choisissez le motif du refus de {name}.")
            elif reason == RefusalReason.OTHER and not cleaned.get(f"note_{user.pk}"):
                self.add_error(f"note_{user.pk}", f"Dites pourquoi vous refusez {name}.")
        if not self.errors and not self.decided:
            raise forms.ValidationError("Décidez au moins pour une personne.")
        return cleaned

    @property
    def decided(self) -> dict[int, Decided]:
        """The decisions taken, by the number of the row."""
        found = {}
        for user in self._users:
            answer = self.cleaned_data.get(f"decision_{user.pk}", LATER)
            if answer == ACCEPT:
                found[user.pk] = Decided(accepted=True)
            elif answer == REFUSE:
                found[user.pk] = Decided(
                    accepted=False,
                    reason=self.cleaned_data.get(f"reason_{user.pk}", ""),
                    note=self.cleaned_data.get(f"note_{user.pk}", ""),
                )
        return found

    @property
    def persons(self) -> Iterator[PersonRow]:
        """The rows of the page."""
        for user in self._users:
            yield PersonRow(
                user,
                tuple(
                    f"{self._labels.get(code, code)}\N{NO-BREAK SPACE}: {value}"
                    for code, value in user.answers.items()
                    if value
                ),
                self._said.get(user.pk, ""),
                self[f"decision_{user.pk}"],
                self[f"reason_{user.pk}"],
                self[f"note_{user.pk}"],
            )


class PointRow(NamedTuple):
    """One answer that may be given back."""

    asked: Asked
    tick: BoundField
    comment: BoundField


class GiveBackForm(DressedForm):
    """What is to take up again: answers, each with a comment; the signature; a paper."""

    reasons = forms.MultipleChoiceField(
        label="La signature, une pièce, ou le formulaire entier",
        choices=[
            (reason.value, reason.label)
            for reason in ReturnReason
            if reason is not ReturnReason.TO_CORRECT
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(
        label="La pièce ou précision attendue, telle que la structure la lira",
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, asked: Sequence[Asked] = (), **kwargs: Any) -> None:
        self._asked = {_name(one): one for one in asked if _is_open(one)}
        self.base_fields = type(self).base_fields.copy()
        for name, one in self._asked.items():
            self.base_fields |= _point_fields(name, one)
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, one in self._asked.items():
            if cleaned.get(f"tick_{name}") and not cleaned.get(f"comment_{name}"):
                self.add_error(
                    f"comment_{name}", f"Écrivez ce qui est attendu\N{NO-BREAK SPACE}: {one.words}."
                )
            elif cleaned.get(f"comment_{name}") and not cleaned.get(f"tick_{name}"):
                self.add_error(
                    f"tick_{name}",
                    f"Cochez, ou effacez le commentaire\N{NO-BREAK SPACE}: {one.words}.",
                )
        if ReturnReason.OTHER in cleaned.get("reasons", ()) and not cleaned.get("note"):
            self.add_error("note", "Dites quelle pièce ou précision manque.")
        if not self.errors and not self.points and not cleaned.get("reasons"):
            self.add_error(
                "reasons",
                "Choisissez ce qui manque\N{NO-BREAK SPACE}: une réponse à reprendre, ou un motif.",
            )
        return cleaned

    @property
    def points(self) -> dict[Target, str]:
        """The answers to take up again, each with its comment."""
        return {
            one.target: self.cleaned_data[f"comment_{name}"]
            for name, one in self._asked.items()
            if self.cleaned_data.get(f"tick_{name}")
        }

    @property
    def groups(self) -> list[tuple[str, list[PointRow]]]:
        """The answers that may be given back, by part of the form or by named user."""
        found: dict[str, list[PointRow]] = {}
        for name, one in self._asked.items():
            title = one.block.label.rstrip(" :\N{NO-BREAK SPACE}")
            if one.user is not None:
                title = one.user.get_full_name() or f"Personne n° {one.user.position}"
            row = PointRow(one, self[f"tick_{name}"], self[f"comment_{name}"])
            found.setdefault(title, []).append(row)
        return list(found.items())

    @property
    def general(self) -> Iterable[BoundField]:
        """The fields that are about no answer."""
        return [self["reasons"], self["note"]]


class CorrectionForm(DressedForm):
    """One answer put right, and why."""

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        self.base_fields = {
            "value": _field(asked),
            "reason": forms.CharField(
                label="Quelle faute, et d’après quoi",
                help_text="Le partenaire le lira. Par exemple : « Nom mal recopié de l’annexe ».",
                max_length=_LONGEST,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"required": "Dites quelle faute est corrigée, et d’après quoi."},
            ),
        }
        kwargs.setdefault("initial", {"value": asked.value})
        super().__init__(*args, **kwargs)

    @property
    def value(self) -> str:
        """The answer as it is kept: a date in figures, the year first."""
        given = self.cleaned_data["value"]
        return given.isoformat() if hasattr(given, "isoformat") else str(given)


class ReopeningForm(DressedForm):
    """Why a decided request is looked at again."""

    reason = forms.CharField(
        label="Motif de la réouverture, tel que la structure le lira",
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi la demande est rouverte."},
    )


class EntrustForm(DressedForm):
    """To whom a request is given."""

    def __init__(self, *args: Any, agents: Iterable[User], **kwargs: Any) -> None:
        chosen = [(str(agent.pk), agent.get_full_name()) for agent in agents]
        self.base_fields = {
            "agent": forms.TypedChoiceField(
                label="Agent", choices=[("", "Choisir"), *chosen], coerce=int
            )
        }
        super().__init__(*args, **kwargs)


def _decision_fields(
    user: RequestedUser, objected: str, reasons: list[tuple[str, str]]
) -> dict[str, forms.Field]:
    name = user.get_full_name()
    return {
        f"decision_{user.pk}": forms.ChoiceField(
            label=f"Décision pour {name}",
            choices=[(ACCEPT, "Accepter"), (REFUSE, "Refuser"), (LATER, "Plus tard")],
            widget=forms.RadioSelect,
            initial=REFUSE if objected else ACCEPT,
            error_messages={"required": f"Dites ce que vous décidez pour {name}."},
        ),
        f"reason_{user.pk}": forms.ChoiceField(
            label=f"Motif du refus de {name}", choices=reasons, required=False, initial=objected
        ),
        f"note_{user.pk}": forms.CharField(
            label=f"Précision pour {name}, telle que la structure la lira",
            required=False,
            max_length=_LONGEST,
        ),
    }


def _point_fields(name: str, one: Asked) -> dict[str, forms.Field]:
    missing = one.field.required and not one.value.strip()
    return {
        f"tick_{name}": forms.BooleanField(label=one.label, required=False, initial=missing),
        f"comment_{name}": forms.CharField(
            label=f"Ce qui est attendu\N{NO-BREAK SPACE}: {one.words}",
            required=False,
            max_length=_LONGEST,
            initial="Répondez à cette question." if missing else "",
        ),
    }


def _field(asked: Asked) -> forms.Field:
    """The field of the partner's own page, which checks what may be answered."""
    alone = asked.block.model_copy(update={"fields": (asked.field,)})
    return BlockForm(block=alone).fields[field_name(asked.field.code)]


def _name(one: Asked) -> str:
    position = f"_{one.user.position}" if one.user is not None else ""
    return f"{field_name(one.target.field)}{position}"


def _is_open(one: Asked) -> bool:
    return one.user is None or one.user.decision == UserDecision.PENDING
