"""The pages of the named users: one habilitation, and the list of those of the caisses."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from access.flags import flags_on
from access.models import Habilitation
from access.services.visibility import visible_habilitations
from contracts.models import EvidenceFile
from contracts.rules import is_staff
from contracts.services.file_verification import released
from contracts.services.visibility import visible_caisses, visible_conventions, visible_partners
from desk.reviews.listing import waiting
from desk.users import listing
from desk.users.forms import UsersForm
from desk.users.recordable import ANNULMENT, events_for
from desk.users.sheet import user_sheet_of
from forms_annexes.views.conflicts import waiting_file_is_a_conflict
from ui.attachments import attachment, streamed
from workflows import clock
from workflows.csv_lines import lines
from workflows.keys import LARGEST_KEY


@require_safe
def user(request: HttpRequest, pk: int, habilitation: int) -> HttpResponse:
    """One habilitation: whose, to what, its life, and what the portal would answer now."""
    found = visible_habilitation(request, pk, habilitation)
    sheet = user_sheet_of(found, clock.today())
    powers = dict.fromkeys(event.power for event in events_for(sheet.life.data.rulebook))
    context = {
        "sheet": sheet,
        "today": sheet.today,
        "flags": flags_on(sheet.today, [found])[found.pk],
        "records": any(request.user.has_perm(power, found.convention) for power in powers),
        "annuls": request.user.has_perm(ANNULMENT.power, found.convention),
        "others": listing.listed(
            Habilitation.objects.filter(person=found.person, convention=found.convention)
            .exclude(pk=found.pk)
            .order_by("-pk")
        ),
    }
    return render(request, "desk/users/user.html", context)


@require_safe
@waiting_file_is_a_conflict("user", "pk", "habilitation")
def evidence(request: HttpRequest, pk: int, habilitation: int, file: int) -> HttpResponseBase:
    """A file that proves an act of a habilitation, for who may see that habilitation."""
    acts = visible_habilitation(request, pk, habilitation).acts.all()
    if file > LARGEST_KEY:
        raise Http404
    files = EvidenceFile.objects.filter(habilitation_acts__in=acts).distinct()
    row = get_object_or_404(files, pk=file)
    return attachment(released(row), row.original_name, row.content_type)


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    """The named users of the caisses, by name."""
    form, found = _asked(request)
    page = listing.page_of(found, request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "rows": listing.listed(page.object_list),
        "today": clock.today(),
        "query": query.urlencode(),
        "is_narrowed": any(query.values()),
        "reviews": waiting(request.user, clock.today()).count(),
        "partner": form.cleaned_data.get("partenaire"),
    }
    return render(request, "desk/users/users.html", context)


@require_safe
def users_csv(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file, whole."""
    _, found = _asked(request)
    name = f"utilisateurs-{clock.today():%Y-%m-%d}.csv"
    rows = (row.as_csv() for row in listing.all_of(found))
    return streamed(lines(listing.COLUMNS, rows), name, "text/csv")


def _asked(request: HttpRequest) -> tuple[UsersForm, QuerySet[Habilitation]]:
    if not is_staff(request.user):
        raise PermissionDenied
    today = clock.today()
    seen = visible_habilitations(request.user, today)
    form = UsersForm(
        request.GET,
        caisses=visible_caisses(request.user, today),
        services=listing.services_in(visible_conventions(request.user, today)),
        partners=visible_partners(request.user, today),
    )
    return form, listing.narrowed(seen, form, today)


def visible_habilitation(request: HttpRequest, pk: int, habilitation: int) -> Habilitation:
    """The habilitation, if it exists for this user: nobody learns of the others."""
    if max(pk, habilitation) > LARGEST_KEY:
        raise Http404
    seen = visible_habilitations(request.user, clock.today()).select_related(
        "convention__caisse",
        "convention__partner",
        "convention__pinned",
        "person",
        "site",
        "account__caisse",
    )
    return get_object_or_404(seen, pk=habilitation, convention=pk)
