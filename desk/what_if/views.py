"""« Et si ? »: any events at any dates, weighed on one convention without storing anything.

All of it stands in the address, so that a simulation is shared by sending it.
"""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk.access_changes import rights_under
from desk.before_after import BeforeAfter
from desk.views import visible_convention
from desk.what_if.forms import MOST, FromForm, SuppositionForm
from desk.what_if.simulation import Simulated, simulated
from desk.what_if.suppositions import Supposition, suppositions
from workflows import clock
from workflows.acts import Act
from workflows.timeline import Timeline


@require_safe
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """The events supposed, each with its form, then what they would change."""
    convention = visible_convention(request, pk)
    from_form = FromForm(request.GET if "le" in request.GET else None)
    asked = (
        from_form.cleaned_data.get("le") if from_form.is_bound and from_form.is_valid() else None
    )
    today = clock.today()
    chosen = [code for code in request.GET.getlist("evenement") if code][:MOST]
    if added := request.GET.get("ajouter"):
        # Added on this page, not answered yet.
        chosen = [*chosen, added][:MOST]
    forms, acts, result = _supposed(convention.timeline(today), chosen, request.GET, asked or today)
    offered = suppositions(result.after)
    is_wrong = any(form.errors for form in forms) or bool(from_form.errors)
    weighed = None
    if acts and not is_wrong:
        rights = rights_under(convention)
        weighed = BeforeAfter(convention, result.before, result.after, rights, today)
    context = {
        "convention": convention,
        "from_form": from_form,
        "forms": [(form, _without(request.GET, forms, form)) for form in forms],
        "offered": offered,
        "is_full": len(chosen) >= MOST,
        "is_wrong": is_wrong,
        "result": result,
        "weighed": weighed,
    }
    return render(request, "desk/what_if/what_if.html", context, status=422 if is_wrong else 200)


def _supposed(
    known: Timeline, chosen: list[str], data: QueryDict, day: date
) -> tuple[list[SuppositionForm], tuple[Act, ...], Simulated]:
    """The forms of what is supposed, their acts, and the life that these make.

    Taken one after the other: an event may raise the question that the next one answers. What the
    convention does not know of is left out.
    """
    forms: list[SuppositionForm] = []
    acts: tuple[Act, ...] = ()
    result = simulated(known, acts, day)
    for number, code in enumerate(chosen):
        supposition = _found(result, code)
        if supposition is None:
            continue
        form = SuppositionForm(data, supposition=supposition, timeline=result.after, number=number)
        forms.append(form)
        if made := form.to_acts():
            acts = (*acts, *made)
            result = simulated(known, acts, day)
    return forms, acts, result


def _found(result: Simulated, code: str) -> Supposition | None:
    every = [one for group in suppositions(result.after).values() for one in group]
    return next((one for one in every if one.code == code), None)


def _without(data: QueryDict, forms: list[SuppositionForm], left_out: SuppositionForm) -> str:
    """The address of the same simulation without one of its events."""
    query = QueryDict(mutable=True)
    if day := data.get("le"):
        query["le"] = day
    kept = [form for form in forms if form is not left_out]
    for number, form in enumerate(kept):
        query.appendlist("evenement", form.supposition.code)
        prefix = f"e{form.number}-"
        for key in data:
            if key.startswith(prefix):
                query[f"e{number}-{key.removeprefix(prefix)}"] = data[key]
    return query.urlencode()
