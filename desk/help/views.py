"""The help pages of the staff."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contracts.rules import is_staff
from desk.help import pages
from desk.help.glossary import glossary

LONGEST_SEARCH = 200


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """The pages of the guide, found by their titles."""
    _staff_only(request)
    asked = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    context = {
        "pages": pages.matching(asked),
        "asked": asked,
        "demonstration": settings.TACITE_DEMONSTRATION,
    }
    return render(request, "desk/help/contents.html", context)


@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """What the rare words mean."""
    _staff_only(request)
    return render(request, "desk/help/words.html", {"terms": list(glossary().values())})


@require_safe
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of the guide."""
    _staff_only(request)
    page = pages.guide().get(slug)
    if page is None:
        raise Http404
    return render(request, "desk/help/page.html", {"page": page, "html": pages.shown(page)})


@require_safe
def guide_picture(request: HttpRequest, name: str) -> HttpResponse:
    """A picture of the guide."""
    _staff_only(request)
    file = pages.picture(name)
    if file is None:
        raise Http404
    return HttpResponse(file.read_bytes(), content_type="image/png")


def _staff_only(request: HttpRequest) -> None:
    if not is_staff(request.user):
        raise PermissionDenied
