"""The form of an event of a named user: its fields, and the fact that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from access.models import Habilitation
from access.services.habilitations import CannotGrant, check_scope
from access.services.user_life import NotEntitled, check_entitled
from contracts.identifiers import validate_no_nir
from contracts.models import Power, User, UserScope
from desk.event_forms import EventForm
from desk.users.recordable import natures_in
from workflows import clock
from workflows.acts import Act, ScopeChanged
from workflows.french import typeset
from workflows.habilitation_life import HabilitationLife
from workflows.questions import Question
from workflows.user_acts import SUSPENSION_REASONS

_NATURES = {
    "temporary": "Temporaire, jusqu’à sa levée",
    "definitive": "Définitive, elle ne se lèvera pas",
}
_ASIDE = ("regrant",)
"""What the person asks for besides the fact."""

_SCOPE = ("departement", "circonscription", "establishments")
"""What makes one territory."""

_TYPED = ("visa", "more", "reason", *_SCOPE)


class UserEventForm(EventForm):
    """One event of a named user's life."""

    def __init__(
        self,
        *args: Any,
        habilitation: Habilitation,
        life: HabilitationLife,
        author: User,
        **kwargs: Any,
    ) -> None:
        """``life`` is that of the habilitation today, ``author`` whoever fills the form."""
        self.habilitation, self.life, self.author = habilitation, life, author
        super().__init__(*args, timeline=life.convention, **kwargs)

    @property
    def regrants(self) -> bool:
        """Whether a new habilitation is asked for along with the loss."""
        return bool(self.cleaned_data.get("regrant"))

    def asked_field(
        self, name: str, parties: list[tuple[str, str]], question: Question | None
    ) -> forms.Field:
        """The field under which a part of the event is asked."""
        make = _FIELDS.get(name)
        if make is not None:
            return make(self)
        return super().asked_field(name, parties, question)

    def clean(self) -> dict[str, Any]:
        """Refuse what must never be kept; ask for the words of a reason that is not in the list."""
        cleaned = super().clean()
        for name in _TYPED:
            if name != "reason" and cleaned.get(name):
                try:
                    validate_no_nir(cleaned[name])
                except ValidationError as refused:
                    self.add_error(name, refused)
        if cleaned.get("reason_code") == "other" and not cleaned.get("more"):
            self.add_error("more", "Précisez le motif : il n’est pas dans la liste.")
        return cleaned

    def allows(self, acts: Sequence[Act]) -> bool:
        """Whether the caisse lets it be recorded so; otherwise the form says what to change."""
        try:
            for act in acts:
                if isinstance(act, ScopeChanged):
                    check_scope(self.habilitation.convention, act.scope)
        except CannotGrant as refused:
            self.add_error("departement", str(refused))
            return False
        return self._check_entitled()

    def _check_entitled(self) -> bool:
        """Whether whoever decided had the power to, that day; the field says it otherwise."""
        if "decided_by" not in self.fields:
            return True
        security = self.life.data.rulebook.suspension is None
        definitive = self.cleaned_data.get("nature") == "definitive"
        try:
            check_entitled(
                self.habilitation,
                User.objects.get(pk=self.cleaned_data["decided_by"]),
                self.cleaned_data["on"],
                legal_only=security or definitive,
            )
        except NotEntitled as refused:
            self.add_error("decided_by", str(refused))
            return False
        return True

    def _fact(self, *, told: bool = False) -> dict[str, Any]:
        fact = super()._fact(told=told)
        if self.event.kind != "annulment":
            fact["user"] = self.habilitation.user_key
        if "more" in fact:
            fact["reason"] = fact.pop("more")
        if self.event.kind == "scope_changed":
            scope = {name: fact.pop(name) for name in _SCOPE if name in fact}
            if "establishments" in scope:
                scope["establishments"] = scope["establishments"].replace(",", " ").split()
            fact["scope"] = scope
        if not told:
            for name in _ASIDE:
                fact.pop(name, None)
        return fact


def _nature(form: UserEventForm) -> forms.Field:
    provided = natures_in(form.life.data.rulebook)
    choices = [(code, label) for code, label in _NATURES.items() if code in provided]
    if form.life.state == "suspended":
        # A suspension that runs can only become definitive.
        choices = [choice for choice in choices if choice[0] == "definitive"]
    return forms.ChoiceField(
        label=typeset("Pour combien de temps ?"), choices=choices, widget=forms.RadioSelect
    )


def _reason_code(_: UserEventForm) -> forms.Field:
    # A list not confirmed suspends from its own page, and nowhere else.
    choices = [(c, label) for c, label in SUSPENSION_REASONS.items() if c != "review_silence"]
    return forms.ChoiceField(label="Motif", choices=[("", "Choisir…"), *choices])


def _decided_by(form: UserEventForm) -> forms.Field:
    """Those who may have the power to decide it; whether they had it that day is checked then."""
    caisse, today = form.habilitation.convention.caisse_id, clock.today()
    lawyers = UserScope.objects.on(today).filter(caisse=caisse, role=UserScope.Role.LEGAL_OFFICER)
    powers = Power.objects.on(today).filter(
        kind=Power.Kind.SUSPEND_ACCESS, agent__caisse=caisse, agent__user__isnull=False
    )
    users = User.objects.filter(
        Q(pk__in=lawyers.values("user")) | Q(pk__in=powers.values("agent__user"))
    )
    choices = [(str(user.pk), user.get_full_name()) for user in users.order_by("last_name", "pk")]
    own = str(form.author.pk)
    return forms.ChoiceField(
        label="Décidé par",
        help_text="Un juriste, ou l’agent qui a reçu le pouvoir de suspendre les accès.",
        choices=[("", "Choisir…"), *choices],
        initial=own if own in dict(choices) else "",
    )


def _profile(form: UserEventForm) -> forms.Field:
    rule = form.life.data.rulebook.habilitation.profiles
    listed = rule.profiles if rule is not None else ()
    return forms.ChoiceField(
        label="Nouveau profil",
        choices=[(str(one.number), f"{one.number}. {one.label}") for one in listed],
    )


def _code(label: str, help_text: str = "", length: int = 40) -> forms.Field:
    return forms.CharField(
        label=label,
        required=False,
        max_length=length,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


_FIELDS: Mapping[str, Callable[[UserEventForm], forms.Field]] = {
    "nature": _nature,
    "reason_code": _reason_code,
    "decided_by": _decided_by,
    "profile": _profile,
    "departement": lambda _: _code("Département", "Son code, par exemple 02."),
    "circonscription": lambda _: _code("Circonscription", "Son code, dans ce département."),
    "establishments": lambda _: _code(
        "Établissements", "Leurs codes, séparés par des espaces ou des virgules.", 400
    ),
    "more": lambda _: forms.CharField(
        label="Précisions",
        required=False,
        max_length=500,
        help_text="Sans nom d’allocataire ni numéro de sécurité sociale.",
        widget=forms.Textarea(attrs={"rows": 3}),
    ),
    "visa": lambda _: forms.CharField(
        label="Visa du service juridique",
        max_length=200,
        help_text="Sa référence, ou votre décision et sa date.",
    ),
    "circumstance": lambda _: forms.ChoiceField(
        label=typeset("Que s’est-il passé ?"),
        choices=[("loss", "Perte ou oubli"), ("theft", "Vol, ou connus d’autrui")],
        widget=forms.RadioSelect,
    ),
    "regrant": lambda _: forms.BooleanField(
        label="Accorder aussitôt une nouvelle habilitation",
        help_text=f"Datée du {clock.today():%d/%m/%Y}, pour le même service.",
        required=False,
        initial=True,
    ),
}
"""The fields of a user's events that no event of a convention has, by their name."""
