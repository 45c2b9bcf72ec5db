"""Reading a list page by page: each page tells where the next one begins."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Field, Schema
from pydantic import ConfigDict

from access.api.problems import Problem

MOST = 200
Row = TypeVar("Row", bound=Model)


class Filters(Schema):
    """Ce qu’une adresse de lecture admet."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)


class Paged(Filters):
    """La page voulue."""

    cursor: str = Field(
        "0",
        pattern=r"^[0-9]{1,18}$",
        description="Ce que la page précédente a donné comme `next` ; rien pour la première.",
    )
    limit: int = Field(50, ge=1, le=MOST, description="Nombre de lignes au plus.")


class Cut(NamedTuple):
    """The rows of a page, and where the next one begins: None after the last."""

    rows: list[Any]
    next: str | None


def cut(rows: QuerySet[Row], page: Paged) -> Cut:
    """The rows after the cursor, in the order of their creation: none is told twice or passed."""
    found = list(rows.filter(pk__gt=int(page.cursor)).order_by("pk")[: page.limit + 1])
    kept = found[: page.limit]
    return Cut(kept, str(kept[-1].pk) if len(found) > len(kept) else None)


def refuse_unknown(request: HttpRequest, filters: Filters) -> None:
    """Raise ``Problem`` for a parameter that the address does not know: never silently skipped."""
    fields = type(filters).model_fields
    known = {field.alias or name for name, field in fields.items()}
    unknown = sorted(request.GET.keys() - known)
    twice = sorted(key for key in request.GET.keys() & known if len(request.GET.getlist(key)) > 1)
    if unknown or twice:
        expected = ", ".join(sorted(known))
        raise Problem(
            "invalid",
            f"Paramètres admis : {expected}.",
            [("(adresse)", "paramètre inconnu") for _ in unknown]
            + [(key, "donné plusieurs fois") for key in twice],
        )
