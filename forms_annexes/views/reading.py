"""The answers of a request as an agent reads them: part by part, and person by person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from forms_annexes.block_forms import as_typed
from forms_annexes.completeness import USER_BLOCK
from forms_annexes.models import AccessRequest
from forms_annexes.models.users import UserDecision
from forms_annexes.services.returning import Asked, signs
from forms_annexes.views.answers import remarks_on


def answers_to_read(request: AccessRequest, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """The answers by part of the form, each person a part; with where each is put right."""
    parts: dict[str, dict[str, Any]] = {}
    remarks = remarks_on(request)
    for one in asked:
        key, title, user = one.block.code, one.block.label.rstrip(" :\N{NO-BREAK SPACE}"), one.user
        if one.block.code == USER_BLOCK and user is not None:
            key = f"{key}-{user.position}"
            title = user.get_full_name() or f"Personne n° {user.position}"
        part = parts.setdefault(
            key, {"code": key, "title": title, "beneath": "", "user": user, "rows": []}
        )
        if user is not None:
            part["beneath"] = one.block.label.rstrip(" :\N{NO-BREAK SPACE}")
        closed = user is not None and user.decision != UserDecision.PENDING
        part["rows"].append(
            {
                "label": one.label,
                "words": one.words,
                "value": as_typed(one.field, one.value),
                "remarks": remarks.get(one.target.user_reference, [])
                if one.field.kind == "email"
                else [],
                "correct": "" if closed else _address(request, one),
            }
        )
        if signs(one.block):
            part["signs"] = True
    for part in parts.values():
        if part.get("signs"):
            part["rows"].append({"label": "Qualité", "value": request.signatory_quality})
    return list(parts.values())


def _address(request: AccessRequest, one: Asked) -> str:
    query = {"champ": one.target.field, "personne": one.target.user_reference}
    page = reverse("instruction_correct", args=[request.pk])
    return f"{page}?{urlencode({key: value for key, value in query.items() if value})}"
