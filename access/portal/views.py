"""A stand-in for the extranet's portal, for the demonstration: the named user signs in here.

The real portal is another program, which asks the decision API; this one asks the same function.
It is served only where the demonstration may be loaded, over the embedded directory.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.decisions import decide
from access.directory import embedded
from access.directory.embedded import SignIn
from access.models import Account, DirectoryEntry
from access.portal.forms import NewPasswordForm, PortalSignInForm
from access.services.logins import note_last_login

_ENTRY, _MUST_CHANGE = "portal_entry", "portal_must_change"
_REFUSED = (
    "Cet identifiant et ce mot de passe n’ouvrent rien. Vérifiez-les, majuscules comprises ; après "
    "plusieurs échecs, patientez une minute."
)


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Who are you?"""
    form = PortalSignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        outcome, entry = embedded.sign_in(asked["caisse"], asked["identifier"], asked["password"])
        if entry is not None:
            request.session.cycle_key()
            request.session[_ENTRY] = entry.pk
            request.session[_MUST_CHANGE] = outcome is SignIn.MUST_CHANGE
            if outcome is SignIn.MUST_CHANGE:
                return redirect("portal_password")
            _note(entry)
            return redirect("portal_services")
        form.add_error(None, _REFUSED)
    return render(request, "access/portal/sign_in.html", {"form": form}, status=_status(form))


@login_not_required
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest) -> HttpResponse:
    """The temporary password opens this page only: another must be chosen."""
    entry = _entry(request)
    if entry is None or not request.session.get(_MUST_CHANGE):
        return redirect("portal")
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = embedded.choose_password(entry.pk, form.cleaned_data["password"])
        except ValidationError as error:
            form.add_error("password", error)
        else:
            if changed is None:
                return redirect("portal")
            request.session.cycle_key()
            request.session[_MUST_CHANGE] = False
            _note(changed)
            return redirect("portal_services")
    return render(request, "access/portal/password.html", {"form": form}, status=_status(form))


@login_not_required
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Which services would open, and why not."""
    entry = _entry(request)
    if entry is None:
        return redirect("portal")
    if request.session.get(_MUST_CHANGE):
        return redirect("portal_password")
    account = _account(entry)
    answers = [
        (label, decide(entry.caisse, entry.identifier, code))
        for code, label in (_labels(account) if account else {}).items()
    ]
    return render(request, "access/portal/services.html", {"entry": entry, "answers": answers})


@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out of the portal; who is signed in to Tacite stays so."""
    for key in (_ENTRY, _MUST_CHANGE):
        request.session.pop(key, None)
    request.session.cycle_key()
    return redirect("portal")


def _entry(request: HttpRequest) -> DirectoryEntry | None:
    """The entry that signed in, unless it was locked or removed since."""
    key = request.session.get(_ENTRY)
    entries = DirectoryEntry.objects.select_related("caisse")
    return entries.filter(pk=key, locked=False).first() if key else None


def _account(entry: DirectoryEntry) -> Account | None:
    keyed = Account.objects.annotate(key=Lower("identifier")).select_related("caisse")
    return keyed.filter(caisse=entry.caisse_id, key=entry.identifier.lower()).first()


def _labels(account: Account) -> dict[str, str]:
    """The services of the account's habilitations, in the words of their conventions."""
    labels = {}
    for habilitation in account.habilitations.select_related("convention__pinned").order_by("pk"):
        offered = {offer.code: offer.label for offer in habilitation.convention.rules.services}
        labels[habilitation.service] = offered.get(habilitation.service, habilitation.service)
    return labels


def _note(entry: DirectoryEntry) -> None:
    account = _account(entry)
    if account is not None:
        note_last_login(account)


def _status(form: PortalSignInForm | NewPasswordForm) -> int:
    return 422 if form.is_bound and form.errors else 200
