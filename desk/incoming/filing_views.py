"""One letter received: whose it is, what it does there, and what that changes; then the filing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Convention, EvidenceFile, IncomingLetter, LetterFiling
from contracts.rules import conventions_where
from contracts.services.incoming_letters import CannotFile, file_letter, reversal
from desk.consequences import Consequences
from desk.events import LEGAL
from desk.incoming.effects import BY_CODE, EFFECTS, REGISTER, Effect, knows, offered, refusal
from desk.incoming.filing_form import FilingForm
from desk.incoming.finding import conventions_of
from desk.incoming.listing import line_of
from desk.incoming.views import visible_letter
from desk.telling import recorded, weighed
from workflows import clock
from workflows.acts import Act
from workflows.french import typeset
from workflows.keys import LARGEST_KEY
from workflows.recording import ActRefused
from workflows.together import consequences_of


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter, where it is filed, and whom it may come from."""
    found = visible_letter(request, pk)
    filings = list(found.filings.select_related("convention__partner", "author"))
    files = request.user.has_perm(REGISTER, found.caisse)
    context: dict[str, Any] = {
        "letter": found,
        "line": line_of(found),
        "today": clock.today(),
        "filings": [(filing, BY_CODE[filing.effect].label) for filing in reversed(filings)],
        "files": files,
    }
    moves = "rattacher" in request.GET or found.place.standing == "to_qualify"
    if files and (moves or not filings):
        context |= _search(request, found)
    return render(request, "desk/incoming/letter.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def file_under(request: HttpRequest, pk: int, convention: int, code: str) -> HttpResponse:
    """What the letter does to this convention, what that changes, then the confirmation."""
    found = visible_letter(request, pk)
    effect = BY_CODE.get(code)
    if effect is None or convention > LARGEST_KEY:
        raise Http404
    target = _own(request, found, convention)
    earlier = found.filings.select_related("convention", "act").last()
    if not request.user.has_perm(effect.power, target) or not _may_undo(request, earlier):
        raise PermissionDenied
    return _filed(request, found, target, effect, earlier)


def _filed(
    request: HttpRequest,
    found: IncomingLetter,
    target: Convention,
    effect: Effect,
    earlier: LetterFiling | None,
) -> HttpResponse:
    timeline = target.timeline(clock.today())
    if not knows(timeline, effect):
        raise Http404
    context: dict[str, Any] = {
        "letter": found,
        "convention": target,
        "effect": effect,
        "earlier": earlier,
        "why_not": refusal(effect, timeline, lambda power: request.user.has_perm(power, target)),
    }
    asked = {"letter": found, "effect": effect, "timeline": timeline, "moves": earlier is not None}
    if request.method != "POST":
        proposed = FilingForm.proposed(found, target.revision, earlier.place if earlier else 0)
        form = FilingForm(proposed, **asked)
        if not form.is_valid():
            # Something is left to be asked: nothing is wrong yet.
            form = FilingForm(initial=proposed, **asked)
            return render(request, "desk/incoming/file.html", context | {"form": form})
    else:
        form = FilingForm(request.POST, **asked)
    if form.is_valid():
        acts = form.to_acts()
        confirmed = "confirm" in request.POST and form.was_shown and not form.errors
        if confirmed and _recorded(request, form, found, target, effect, acts):
            messages.success(request, typeset(f"Classé : {effect.label}."))
            return redirect("incoming_letter", pk=found.pk)
        context |= _weighed(form, target, earlier, acts)
        form.show()
    status = 422 if form.errors else 200
    return render(request, "desk/incoming/file.html", context | {"form": form}, status=status)


def _recorded(
    request: HttpRequest,
    form: FilingForm,
    found: IncomingLetter,
    target: Convention,
    effect: Effect,
    acts: Sequence[Act],
) -> bool:
    def record(_: Sequence[EvidenceFile]) -> object:
        return file_letter(
            found,
            target,
            effect.code,
            request.user,
            identifier=form.sent,
            seen_filings=form.cleaned_data["seen_filings"],
            seen_revision=form.cleaned_data["seen_revision"] if acts else None,
            made=acts,
            reason=form.reason,
        )

    try:
        return recorded(request, target, form, tuple(acts), record)
    except CannotFile as refused:
        form.add_error(None, str(refused))
        return False


def _weighed(
    form: FilingForm, target: Convention, earlier: LetterFiling | None, acts: tuple[Act, ...]
) -> dict[str, Any]:
    """What filing the letter changes there, and what it takes back elsewhere."""
    undone = reversal(earlier, form.reason, form.sent)
    shown: dict[str, Any] = {"is_shown": not form.errors}
    if earlier is not None and undone and earlier.convention_id != target.pk:
        try:
            shown["elsewhere"] = Consequences(consequences_of(earlier.convention, undone))
        except ActRefused as refused:
            form.add_error(None, str(refused))
        undone = ()
    if acts or undone:
        difference = weighed(target, form, (*undone, *acts))
        shown["consequences"] = Consequences(difference) if difference else None
    shown["is_shown"] = not form.errors
    return shown


def _search(request: HttpRequest, found: IncomingLetter) -> dict[str, Any]:
    words = request.GET.get("q", found.sender)[:250]
    conventions = conventions_of(request.user, found.caisse, words)
    chosen = request.GET.get("convention", "")
    target = next((one for one in conventions if str(one.pk) == chosen), None)
    if target is None and len(conventions) == 1:
        target = conventions[0]
    context: dict[str, Any] = {"searches": True, "words": words, "conventions": conventions}
    if target is not None:
        # Those under which one may not register were not found.
        powers = {effect.power for effect in EFFECTS} - {REGISTER}
        held = {power for power in powers if request.user.has_perm(power, target)} | {REGISTER}
        offers = offered(target.timeline(clock.today()), held.__contains__)
        context |= {
            "target": target,
            "possible": [offer.effect for offer in offers if not offer.why_not],
            "impossible": [offer for offer in offers if offer.why_not],
        }
    return context


def _own(request: HttpRequest, found: IncomingLetter, convention: int) -> Convention:
    seen = conventions_where(request.user, REGISTER, clock.today()).filter(caisse=found.caisse_id)
    return get_object_or_404(seen.select_related("caisse", "partner", "pinned"), pk=convention)


def _may_undo(request: HttpRequest, earlier: LetterFiling | None) -> bool:
    """Whether the user may take back what the letter recorded so far."""
    if earlier is None or earlier.act is None:
        return True
    return bool(request.user.has_perm(LEGAL, earlier.convention))
