"""Credentials that an agent sends: encrypted mail, printed letter, or the usual mail again."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from access.channels import Channel
from access.models import Habilitation
from access.services import by_agent
from access.services.handing_over import hand_over
from access.services.notification import (
    channel_for,
    opens_its_service,
    recipient,
    renew_credentials,
)
from access.services.tasks import NotConfirmed
from contracts.rules import is_staff
from contracts.services.visibility import visible_caisses
from desk.accounts.forms import DoneForm
from desk.accounts.views import POWER, agent_of
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def credentials(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the credentials of a right stand; posting a letter is said here."""
    found = _found(request, pk)
    form = DoneForm(request.POST or None)
    if request.method == "POST":
        agent = agent_of(request, found.account.caisse)
        if form.is_valid():
            try:
                hand_over(found, form.cleaned_data["done_on"], agent)
            except NotConfirmed as refused:
                form.add_error("done_on", str(refused))
            else:
                messages.success(request, typeset(f"C’est noté : {found.person.get_full_name()}."))
                return redirect("accounts")
    return _page(request, found, form, 422 if form.is_bound else 200)


@never_cache
@require_POST
@sensitive_variables("sent")
def seal(request: HttpRequest, pk: int) -> HttpResponse:
    """The encrypted message leaves, and its code is shown: here, now, and never again."""
    found = _found(request, pk)
    agent = agent_of(request, found.account.caisse)
    try:
        sent = by_agent.send_sealed(found, agent, _seen(request))
    except NotConfirmed as refused:
        return _page(request, found, DoneForm(), 409, str(refused))
    context = {"habilitation": found, "to": sent.to, "code": sent.code}
    return render(request, "desk/accounts/sealed.html", context)


@never_cache
@require_POST
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter, made now with a password of its own, given to the agent's browser alone."""
    found = _found(request, pk)
    agent = agent_of(request, found.account.caisse)
    try:
        printed = by_agent.print_letter(found, agent, _seen(request))
    except NotConfirmed as refused:
        return _page(request, found, DoneForm(), 409, str(refused))
    answer = HttpResponse(printed.content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="courrier-{printed.letter.pk}.pdf"'
    return answer


@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Another link or temporary password leaves by mail; the former one opens nothing any more."""
    found = _found(request, pk)
    agent_of(request, found.account.caisse)
    if channel_for(found).takes_an_agent:
        raise Http404
    try:
        asked = UUID(request.POST.get("asked", ""))
    except ValueError:
        return _page(request, found, DoneForm(), 409, "Rechargez la page, puis recommencez.")
    if found.state == "granted":
        messages.info(request, "Le premier message n’a pas encore quitté la caisse.")
    else:
        renew_credentials(found.account, f"agent:{asked}")
        messages.success(request, "Un autre message part. Le précédent n’ouvre plus rien.")
    return redirect("credentials", pk=pk)


def _page(
    request: HttpRequest, found: Habilitation, form: DoneForm, status: int, refused: str = ""
) -> HttpResponse:
    channel = channel_for(found)
    letters = list(found.printed_letters.select_related("printed_by"))
    context = {
        "habilitation": found,
        "channel": channel.value,
        "how": channel.label,
        "to": recipient(found),
        "opens": opens_its_service(found),
        "letters": letters,
        "posted": bool(letters)
        and found.acts.filter(identifier=f"credentials-sent-letter-{letters[-1].pk}").exists(),
        "seen": by_agent.sendings(found),
        "asked": uuid4(),
        "form": form,
        "refused": refused,
        "may": request.user.has_perm(POWER, found.account.caisse),
    }
    return render(request, "desk/accounts/credentials.html", context, status=status)


def _found(request: HttpRequest, pk: int) -> Habilitation:
    """A right of one of the user's caisses, other than those handed over in the directory."""
    if not is_staff(request.user):
        raise PermissionDenied
    if pk > LARGEST_KEY:
        raise Http404
    rights = Habilitation.objects.select_related(
        "account__caisse", "convention__partner", "convention__pinned", "person", "site"
    ).filter(account__caisse__in=visible_caisses(request.user, clock.today()))
    found = get_object_or_404(rights, pk=pk)
    if channel_for(found) is Channel.BY_HAND:
        raise Http404
    return found


def _seen(request: HttpRequest) -> int:
    """How many sendings the page showed; none that ever was, for what is no number."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else -1
