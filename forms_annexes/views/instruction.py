"""The caisse's pages: what waits to be checked, one request, an annex that came on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms_annexes.completeness import has_wrong_signatory, obstacles, signature_of
from forms_annexes.decision_forms import DecisionForm, EntrustForm, GiveBackForm
from forms_annexes.forms import PieceForm
from forms_annexes.instruction_forms import InvitationForm, QueueForm, RefusalForm
from forms_annexes.models import AccessRequest, RequestPiece, Side
from forms_annexes.models.requests import RequestStatus
from forms_annexes.models.users import UserDecision
from forms_annexes.services import assigning, instructing, inviting, queue, submissions
from forms_annexes.services.chronicle import history_of
from forms_annexes.services.missing_papers import awaited, proposed_return
from forms_annexes.services.moving import RequestRefused, StaleRequest, last_said
from forms_annexes.services.reopening import REOPENABLE
from forms_annexes.services.returning import asked_of
from forms_annexes.services.standing import standing_of
from forms_annexes.views.answers import (
    INSTRUCT,
    convention_to_instruct,
    given_out,
    piece_of,
    request_to_instruct,
    seen_request,
    seen_revision,
)
from forms_annexes.views.assignment import ENTRUST
from forms_annexes.views.conflicts import stale_is_a_conflict
from forms_annexes.views.correction import REOPEN
from forms_annexes.views.exchanges import exchange_context
from forms_annexes.views.reading import answers_to_read
from workflows import clock
from workflows.french import count, typeset


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The requests that wait, the oldest first, as far as they are wanted."""
    today = clock.today()
    form = QueueForm(
        {"etat": queue.WAITS_FOR_CAISSE} | request.GET.dict(),
        caisses=queue.caisses(request.user, today),
        services=queue.services(request.user, today),
    )
    wanted = form.wanted
    found = queue.queue(request.user, today, wanted)
    page, rows = queue.page_of(found, request.GET.get("page"))
    context = {
        "form": form,
        "words": list(form.words),
        "query": form.query,
        "page": page,
        "rows": rows,
        "today": today,
        "decided": wanted.state == queue.DECIDED,
    }
    return render(request, "forms_annexes/instruction/queue.html", context)


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, with what it lacks and what may be decided."""
    return _page(request, seen_request(request, pk))


@require_POST
@stale_is_a_conflict
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept every user of the request."""
    found = request_to_instruct(request, pk)
    try:
        instructing.accept(
            found,
            request.user,
            seen_revision=seen_revision(request),
            delegation_checked=request.POST.get("delegation_checked") == "on",
        )
    except StaleRequest:
        raise
    except RequestRefused as refused:
        return _page(request, found, refusal=typeset(str(refused)))
    messages.success(request, f"La demande {found.number} est acceptée.")
    return redirect("instruction_request", pk=pk)


@require_POST
@stale_is_a_conflict
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide the users one by one, in one act."""
    found = request_to_instruct(request, pk)
    _must_be_fresh(request, found)
    form = DecisionForm(request.POST, request=found)
    if not form.is_valid():
        return _page(request, found, decision_form=form)
    try:
        decided = instructing.decide(
            found,
            form.decided,
            request.user,
            seen_revision=seen_revision(request),
            delegation_checked=request.POST.get("delegation_checked") == "on",
        )
    except StaleRequest:
        raise
    except RequestRefused as refused:
        return _page(request, found, decision_form=form, refusal=typeset(str(refused)))
    messages.success(request, _told(decided, form.decided))
    return redirect("instruction_request", pk=pk)


@require_POST
@stale_is_a_conflict
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a reopened request in which nobody is left to decide."""
    found = request_to_instruct(request, pk)
    instructing.decide(found, {}, request.user, seen_revision=seen_revision(request))
    messages.success(request, f"La demande {found.number} est close comme elle était décidée.")
    return redirect("instruction_request", pk=pk)


@require_POST
@stale_is_a_conflict
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the request back with what is missing."""
    found = request_to_instruct(request, pk)
    _must_be_fresh(request, found)
    form = GiveBackForm(request.POST, asked=asked_of(found))
    if not form.is_valid():
        return _page(request, found, give_back_form=form)
    instructing.give_back(
        found,
        request.user,
        form.cleaned_data["reasons"],
        form.cleaned_data["note"],
        points=form.points,
        seen_revision=seen_revision(request),
    )
    messages.success(request, f"La demande {found.number} est rendue pour complément.")
    return redirect("instruction_request", pk=pk)


@require_POST
@stale_is_a_conflict
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse every user of the request."""
    found = request_to_instruct(request, pk)
    form = RefusalForm(request.POST, rules=found.convention.rules.habilitation)
    if not form.is_valid():
        return _page(request, found, refusal_form=form)
    instructing.refuse(
        found,
        request.user,
        form.cleaned_data["reason"],
        form.cleaned_data["note"],
        seen_revision=seen_revision(request),
    )
    messages.success(request, f"La demande {found.number} est refusée.")
    return redirect("instruction_request", pk=pk)


@require_POST
@stale_is_a_conflict
def join_piece(request: HttpRequest, pk: int) -> HttpResponse:
    """Join a delegation received beside the request."""
    found = request_to_instruct(request, pk)
    form = PieceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, piece_form=form)
    instructing.add_piece(
        found,
        RequestPiece.Kind.DELEGATION,
        form.cleaned_data["file"],
        request.user,
        seen_revision(request),
    )
    messages.success(request, "La pièce est jointe à la demande.")
    return redirect("instruction_request", pk=pk)


@require_safe
@stale_is_a_conflict
def piece(request: HttpRequest, pk: int, piece: int) -> FileResponse:
    """A file of a request."""
    return given_out(piece_of(seen_request(request, pk), piece))


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the director of the structure a link."""
    convention = convention_to_instruct(request, pk)
    sheets = inviting.sheets_to_open(convention)
    form = InvitationForm(
        request.POST if request.method == "POST" else None,
        sheets=[(key, sheet.title) for key, sheet in sheets.items()],
        opened=inviting.opened_by_itself(sheets),
    )
    if form.is_bound and form.is_valid():
        try:
            inviting.invite_to(convention, author=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error("email", refused)
        except RequestRefused as refused:
            form.add_error("sheet", typeset(str(refused)))
        else:
            messages.success(request, "L’invitation est envoyée. Le lien vaut quatorze jours.")
            return redirect("convention", pk=pk)
    context = {"convention": convention, "form": form}
    return render(
        request,
        "forms_annexes/instruction/invite.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _must_be_fresh(request: HttpRequest, found: AccessRequest) -> None:
    """Raise ``StaleRequest`` before a form is read that was made for what the request was then."""
    if seen_revision(request) != found.revision:
        raise StaleRequest(
            f"Cette demande a changé depuis que vous avez ouvert la page. {last_said(found)}"
        )


def _told(decided: AccessRequest, decisions: dict[int, instructing.Decided]) -> str:
    accepted = sum(one.accepted for one in decisions.values())
    refused = len(decisions) - accepted
    parts = [
        count(number, f"personne {word}e", f"personnes {word}es")
        for number, word in ((accepted, "accepté"), (refused, "refusé"))
        if number
    ]
    return typeset(f"Demande {decided.number} : {', '.join(parts)}.")


def _page(request: HttpRequest, found: AccessRequest, **changed: Any) -> HttpResponse:
    if request.method == "POST":
        found = seen_request(request, found.pk)
    found.hold_users()
    may_instruct = request.user.has_perm(INSTRUCT, found.convention)
    to_check = found.status == RequestStatus.SUBMITTED.value
    agent = assigning.in_charge(found)
    mine = agent is None or agent == request.user
    users = found.named_users
    pending = [user for user in users if user.decision == UserDecision.PENDING]
    may_decide = to_check and may_instruct and mine
    may_reopen = found.status in REOPENABLE and request.user.has_perm(REOPEN, found.convention)
    may_entrust = to_check and request.user.has_perm(ENTRUST, found.convention)
    asked = asked_of(found)
    lacking = obstacles(found, delegation_checked=True) if to_check else []
    context = {
        "access_request": found,
        "standing": standing_of(found),
        "answers": answers_to_read(found, asked),
        "users": users,
        "pending": pending,
        "pieces": found.pieces.select_related("evidence"),
        "signature": signature_of(found),
        "wrong_signatory": has_wrong_signatory(found),
        "obstacles": lacking,
        "changes": submissions.changes(found) if to_check else [],
        "sent_before": submissions.sent_before(found) if to_check else None,
        "history": history_of(found, for_staff=True),
        "agent": agent,
        "mine": agent is not None and mine,
        "to_check": to_check and may_instruct,
        "may_decide": may_decide,
        "may_correct": may_decide,
        "may_enter_again": found.status == RequestStatus.RETURNED.value and may_instruct,
        "may_reopen": may_reopen,
        "entrust_form": EntrustForm(agents=assigning.colleagues(found)) if may_entrust else None,
        "decision_form": DecisionForm(request=found) if len(pending) > 1 else None,
        "give_back_form": GiveBackForm(asked=asked, initial=proposed_return(lacking)),
        "asks_by_letter": may_instruct and bool(awaited(found)),
        "refusal_form": RefusalForm(rules=found.convention.rules.habilitation),
        "piece_form": PieceForm(),
        "refusal": "",
        "today": clock.today(),
    } | changed
    context |= exchange_context(request, found, Side.CAISSE)
    return render(
        request, "forms_annexes/instruction/request.html", context, status=422 if changed else 200
    )
