"""Moving a letter along: put to the signature, signed or returned, posted, proven."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from contracts.letter_circuit import PASSAGES, SUBMITTED, NotNow, words_of
from contracts.models import EvidenceFile, OutgoingLetter
from contracts.services.outgoing_acts import Told, acts_of
from contracts.services.outgoing_letters import (
    CannotPass,
    check,
    entered,
    passed,
    signatories,
)
from desk.consequences import Consequences
from desk.outgoing.forms import SEND, PassageForm, action_of
from desk.outgoing.views import visible_outgoing_letter
from desk.telling import recorded, weighed
from desk.views import visible_convention
from workflows import clock
from workflows.acts import Act
from workflows.french import typeset
from workflows.keys import LARGEST_KEY


@require_POST
def enter(request: HttpRequest, convention: int, issued: int) -> HttpResponse:
    """Put an issued letter to the signature."""
    target = visible_convention(request, convention)
    if issued > LARGEST_KEY:
        raise Http404
    document = get_object_or_404(target.documents.filter(kind="letter"), pk=issued)
    if not request.user.has_perm(SEND, target):
        raise PermissionDenied
    with transaction.atomic():
        letter = entered(document)
        if letter.standing == "prepared":
            # Named after the letter: sent twice, it is put to the signature once.
            name = UUID(int=letter.pk)
            told = Told(kind=SUBMITTED, on=clock.today())
            passed(letter, told, request.user, identifier=name)
            messages.success(request, "Le courrier est à signer.")
    return redirect("outgoing_letter", pk=letter.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A passage: its day and its proof, what it changes, then the confirmation."""
    letter = visible_outgoing_letter(request, pk)
    if kind not in PASSAGES:
        raise Http404
    convention = letter.issued.convention
    if not request.user.has_perm(SEND, convention):
        raise PermissionDenied
    asked: dict[str, Any] = {
        "letter": letter,
        "passage": kind,
        "timeline": convention.timeline(clock.today()),
    }
    context: dict[str, Any] = {"letter": letter, "label": action_of(letter, kind)}
    if request.method != "POST":
        initial = PassageForm.blank(convention.revision) | _own_signature(request, letter)
        form = PassageForm(initial=initial, **asked)
        return render(request, "desk/outgoing/passage.html", context | {"form": form})
    form = PassageForm(request.POST, request.FILES, **asked)
    acts = _acts(request, form, letter)
    if acts is not None:
        # Nothing to show before what changes nothing of the convention.
        confirmed = not acts or ("confirm" in request.POST and form.was_shown)
        if confirmed and _recorded(request, form, letter, acts):
            done = words_of(kind, [one.kind for one in letter.passages.all()])
            messages.success(request, typeset(f"C’est enregistré : {done.lower()}."))
            return redirect("outgoing_letter", pk=letter.pk)
        difference = weighed(convention, form, acts) if acts else None
        context["consequences"] = Consequences(difference) if difference else None
        form.show()
    status = 422 if form.errors else 200
    return render(request, "desk/outgoing/passage.html", context | {"form": form}, status=status)


def _own_signature(request: HttpRequest, letter: OutgoingLetter) -> dict[str, Any]:
    own = signatories(letter.caisse).filter(user=request.user).first()
    return {"signatory": own.pk} if own else {}


def _acts(
    request: HttpRequest, form: PassageForm, letter: OutgoingLetter
) -> tuple[Act, ...] | None:
    """The postal facts of the passage, its proof put away; None when something is wrong."""
    if not form.is_valid():
        return None
    if not form.put_away(request.user):
        return None
    if letter.passages.filter(identifier=form.sent).exists():
        # Sent twice: told once, and said again.
        return ()
    try:
        check(letter, form.told, request.user)
    except (CannotPass, NotNow) as refused:
        _refused(form, refused)
        return None
    return acts_of(letter, form.told, form.sent)


def _recorded(
    request: HttpRequest, form: PassageForm, letter: OutgoingLetter, acts: tuple[Act, ...]
) -> bool:
    told, seen = form.told, form.cleaned_data["seen_revision"]

    def record(_: Sequence[EvidenceFile]) -> object:
        return passed(
            letter,
            told,
            request.user,
            identifier=form.sent,
            acts=acts,
            seen_revision=seen if acts else None,
        )

    try:
        return recorded(request, letter.issued.convention, form, acts, record)
    except (CannotPass, NotNow) as refused:
        _refused(form, refused)
        return False


def _refused(form: PassageForm, refused: CannotPass | NotNow) -> None:
    field = refused.field if isinstance(refused, CannotPass) else ""
    form.add_error(field if field in form.fields else None, typeset(str(refused)))
