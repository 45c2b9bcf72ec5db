"""What failed for good: its cause, what waits behind it, and the two ways out."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms_annexes.forms import DressedForm
from workflows import effects
from workflows.effects import NotDead
from workflows.french import typeset
from workflows.keys import LARGEST_KEY
from workflows.models import Effect

DECIDE = "contracts.decide_effect"
may_decide = permission_required(DECIDE, raise_exception=True)
may_look = permission_required("contracts.view_dead_letters", raise_exception=True)

MEANINGS = {
    "access.account": "Mettre un compte de l’annuaire dans l’état voulu",
    "access.renewal": "Renouveler les identifiants d’un compte dont l’utilisateur a changé",
    "notifications.delivery": "Envoyer un courriel",
    "notifications.gathering": "Réunir les messages du jour en récapitulatifs",
    "notifications.journal_head": "Envoyer l’empreinte du jour des journaux",
    "workflows.head_file": "Publier l’empreinte du jour des journaux dans son dossier",
}
"""What the handlers do, in words; another is shown under its own name."""


class SetAsideForm(DressedForm):
    """Why an effect is given up."""

    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Sans nom de personne. Il reste au dossier de l’envoi.",
        error_messages={"required": "Dites pourquoi cet envoi est écarté."},
    )


@may_look
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Every dead letter, the oldest first."""
    dead = effects.dead_letters().order_by("pk")[:100]
    rows = [
        {
            "effect": effect,
            "meaning": MEANINGS.get(effect.handler, effect.handler),
            "behind": effects.held_back(effect).count(),
        }
        for effect in dead
    ]
    context = {"rows": rows, "may_decide": request.user.has_perm(DECIDE)}
    return render(request, "desk/dead_letters.html", context)


@may_decide
@require_POST
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Try it again from its first attempt."""
    try:
        effects.replay(_effect(pk), request.user)
    except NotDead as done:
        messages.warning(request, str(done))
    else:
        messages.success(request, "L’envoi est relancé : il part dans les secondes qui viennent.")
    return redirect("dead_letters")


@may_decide
@require_http_methods(["GET", "HEAD", "POST"])
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it up, for a reason, and let what waits behind it go on."""
    effect = _effect(pk)
    form = SetAsideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            effects.set_aside(effect, request.user, form.cleaned_data["reason"])
        except NotDead as done:
            messages.warning(request, str(done))
        else:
            messages.success(request, typeset("L’envoi est écarté ; la file reprend."))
        return redirect("dead_letters")
    context = {
        "effect": effect,
        "meaning": MEANINGS.get(effect.handler, effect.handler),
        "behind": effects.held_back(effect).count(),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/set_effect_aside.html", context, status=status)


def _effect(pk: int) -> Effect:
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(Effect, pk=pk)
