"""The avenants of a convention: seen, sent, signed, refused, given up; their text on any day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from contracts.models import Avenant, AvenantFact
from contracts.services import avenants
from contracts.services.avenant_copies import confirm_copy, unconfirmed_copies
from contracts.services.avenant_documents import avenant_document, effect_of
from contracts.services.avenant_refusals import CannotAmend
from contracts.services.consolidation import consolidated
from contracts.services.file_verification import take_in
from desk.avenants.forms import AbandonForm, DayForm, RefusalForm, SentForm, SignatureForm
from desk.avenants.lines import AvenantLine, line_of
from desk.avenants.preparation_views import PREPARE, preview, rules_changed_by
from desk.views import visible_convention
from templates_conventions.rendering import html
from templates_conventions.sources import SourceFault
from templates_conventions.texts import has_text
from workflows import clock
from workflows.keys import LARGEST_KEY
from workflows.letter_verdicts import designation

RECORD = "contracts.record_act"


@require_safe
def avenant(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One avenant: what it changes, where it stands, what may be done with it."""
    return _page(request, _found(request, pk, number))


@require_safe
def text(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The text of an avenant, to be read on screen or printed."""
    found = _found(request, pk, number)
    if not has_text(found.convention.rulebook_code):
        raise Http404
    try:
        document = avenant_document(found)
    except CannotAmend as refused:
        return _page(request, found, str(refused), 422)
    context = {
        "convention": found.convention,
        "avenant": found,
        "title": document.title,
        "document": mark_safe(html.render(document, title_level=1)),  # noqa: S308 — escaped there
    }
    return render(request, "desk/avenants/text.html", context)


@require_POST
def send(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The avenant leaves for signature; its document is issued."""

    def tell(found: Avenant, given: dict[str, Any]) -> str:
        avenants.send(found, given["on"], request.user, given["identifier"])
        return "L’avenant est parti pour signature."

    return _told(request, _found(request, pk, number), PREPARE, SentForm(request.POST), tell)


@require_POST
def sign(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A party signed; the last signature makes the avenant an event of the convention."""
    found = _found(request, pk, number)

    def tell(found: Avenant, given: dict[str, Any]) -> str:
        proof = given.get("proof")
        with transaction.atomic():
            kept = take_in(proof, proof.name, request.user) if proof else None
            avenants.sign(
                found, given["party"], given["on"], request.user, given["identifier"], kept
            )
        if avenants.standing(found).missing:
            return "La signature est enregistrée. La convention reste comme elle est."
        return "Toutes les parties ont signé : l’avenant est enregistré sur la convention."

    form = SignatureForm(request.POST, request.FILES, parties=_parties(found, all_of_them=True))
    return _told(request, found, RECORD, form, tell)


@require_POST
def refuse(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A party will not sign: the avenant is over, the convention stays as it is."""
    found = _found(request, pk, number)

    def tell(found: Avenant, given: dict[str, Any]) -> str:
        avenants.refuse(
            found,
            given["party"],
            given["reason"],
            given["on"],
            request.user,
            given["identifier"],
        )
        return "Le refus est enregistré. La convention reste comme elle est."

    form = RefusalForm(request.POST, parties=_parties(found, all_of_them=True))
    return _told(request, found, RECORD, form, tell)


@require_POST
def confirm_copies(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The signatures that the copies that came back prove, confirmed by who read them."""

    def tell(found: Avenant, given: dict[str, Any]) -> str:
        for copy in unconfirmed_copies(found):
            confirm_copy(copy, request.user)
        if avenants.standing(found).missing:
            return "La signature est enregistrée. La convention reste comme elle est."
        return "Toutes les parties ont signé : l’avenant est enregistré sur la convention."

    return _told(request, _found(request, pk, number), RECORD, Form(request.POST), tell)


@require_POST
def abandon(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The avenant is given up before all have signed."""

    def tell(found: Avenant, given: dict[str, Any]) -> str:
        avenants.abandon(found, given["reason"], clock.today(), request.user, given["identifier"])
        return "L’avenant est classé sans suite. La convention reste comme elle est."

    return _told(request, _found(request, pk, number), PREPARE, AbandonForm(request.POST), tell)


@require_safe
def consolidated_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The text and the rules of the convention on a day, as its avenants made them."""
    convention = visible_convention(request, pk)
    form = DayForm({"le": request.GET.get("le") or clock.today().isoformat()})
    context: dict[str, Any] = {"convention": convention, "form": form}
    if form.is_valid():
        try:
            found = consolidated(convention, form.cleaned_data["le"])
        except SourceFault as fault:
            form.add_error(None, f"Le texte ne peut pas s’écrire ce jour-là. {fault}")
        else:
            context["found"] = found
            if found.document is not None:
                fragment = html.render(found.document, title_level=2)
                context["document"] = mark_safe(fragment)  # noqa: S308 — escaped there
    status = 422 if form.errors else 200
    return render(request, "desk/avenants/consolidated.html", context, status=status)


def _told(
    request: HttpRequest,
    found: Avenant,
    power: str,
    form: Form,
    tell: Callable[[Avenant, dict[str, Any]], str],
) -> HttpResponse:
    if not request.user.has_perm(power, found.convention):
        raise PermissionDenied
    if not form.is_valid():
        said = " ".join(str(one) for errors in form.errors.values() for one in errors)
        return _page(request, found, said, 422)
    try:
        done = tell(found, form.cleaned_data)
    except CannotAmend as refused:
        return _page(request, found, str(refused), 422)
    except ValidationError as refused:
        return _page(request, found, " ".join(refused.messages), 422)
    messages.success(request, done)
    return redirect("avenant", pk=found.convention_id, number=found.number)


def _found(request: HttpRequest, pk: int, number: int) -> Avenant:
    convention = visible_convention(request, pk)
    if number > LARGEST_KEY:
        raise Http404
    rows = convention.avenants.select_related("prepared_by", "successor", "target")
    found = get_object_or_404(rows, number=number)
    found.convention = convention
    return found


def _page(
    request: HttpRequest, found: Avenant, refusal: str = "", status: int = 200
) -> HttpResponse:
    convention, today = found.convention, clock.today()
    facts = AvenantFact.objects.select_related("author", "document", "evidence")
    prefetch_related_objects([found], Prefetch("facts", facts))
    timeline = convention.timeline(today)
    line = line_of(found, timeline, today)
    context: dict[str, Any] = {
        "convention": convention,
        "avenant": found,
        "line": line,
        "refusal": refusal,
        "has_text": has_text(convention.rulebook_code),
        "facts": [
            (fact, designation(timeline, fact.party) if fact.party else "")
            for fact in found.facts.all()
        ],
        "article": timeline.rulebook.avenant.article,
    }
    if line.standing.is_open:
        context |= _forms(request, found, line)
    elif not line.standing.missing:
        context["took_effect_on"] = effect_of(found)
    try:
        if line.standing.is_open:
            context |= preview(found)
        else:
            context["changes"] = rules_changed_by(found)
    except CannotAmend as refused:
        context["refusal"] = refusal or str(refused)
    return render(request, "desk/avenants/avenant.html", context, status=status)


def _forms(request: HttpRequest, found: Avenant, line: AvenantLine) -> dict[str, Any]:
    today, shown = clock.today(), {}
    if request.user.has_perm(PREPARE, found.convention):
        if line.standing.sent_on is None:
            shown["sent_form"] = SentForm(
                initial={"identifier": uuid4(), "on": today}, auto_id="envoi_%s"
            )
        shown["abandon_form"] = AbandonForm(
            initial={"identifier": uuid4()}, auto_id="classement_%s"
        )
    if request.user.has_perm(RECORD, found.convention):
        shown["signature_form"] = SignatureForm(
            initial={"identifier": uuid4(), "on": today}, parties=_parties(found)
        )
        shown["refusal_form"] = RefusalForm(
            initial={"identifier": uuid4(), "on": today},
            parties=_parties(found),
            auto_id="refus_%s",
        )
        shown["copies"] = unconfirmed_copies(found)
    return shown


def _parties(found: Avenant, *, all_of_them: bool = False) -> list[tuple[str, str]]:
    timeline = found.convention.timeline(clock.today())
    wanted = found.parties if all_of_them else avenants.standing(found).missing
    return [(role, designation(timeline, role)) for role in wanted]
