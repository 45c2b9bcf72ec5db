"""A rulebook of a plainly fictitious convention, as TOML would give it, to be broken by tests."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from workflows.rulebook import Rulebook

Content = dict[str, Any]

FORM = {
    "article": "4-2",
    "code": "demande",
    "label": "Demande d’accès",
    "operations": ["create"],
    "signed_by": ["directeur"],
}

PUBLICATION = {"article": "2", "with_validation": ["functioning"]}

VALID: Content = {
    "code": "modele-fictif",
    "version": 1,
    "title": "Convention fictive",
    "object": {"article": "1"},
    "caisse": "Caisse fictive",
    "parties": [
        {"role": "caisse", "designation": "la caisse"},
        {"role": "partner", "designation": "le partenaire"},
    ],
    "effect": {
        "article": "9-1",
        "rule": "last_signature",
        "conditions": [
            {
                "article": "9-1",
                "kind": "cnil",
                "label": "Déclaration CNIL",
                "consequence": "suspends_effect",
                "accepted": ["transmission"],
            }
        ],
    },
    "term": {
        "article": "9-1",
        "kind": "length",
        "length": "P1Y",
        "renewal": {"article": "9-1", "kind": "tacit", "length": "P1Y"},
    },
    "notice": {
        "article": "9-1",
        "length": "P3M",
        "forms": ["registered_letter"],
        "counts_from": "posting",
    },
    "breach": {
        "article": "9-2",
        "delay": "P30D",
        "counts_from": "reception",
        "forms": ["registered_letter"],
        "cure": "none",
    },
    "avenant": {"article": "9-3"},
    "survival": {"article": "9-2", "articles": ["6"]},
    "services": [{"article": "3", "code": "service", "label": "Service fictif"}],
    "habilitation": {
        "article": "4",
        "account_holder": "partner",
        "forms": [FORM],
        "loss": {"article": "5", "procedure": "new_habilitation"},
    },
    "documents": {"article": "2"},
    "provisions": {"secrecy": {"article": "6-1"}},
}


def content(**changes: Any) -> Content:
    """The valid content with keys changed: ``content(term__length="P3Y", notice=None)``.

    ``__`` goes one table down, a number is a place in an array, and None removes the key.
    """
    changed = deepcopy(VALID)
    for path, value in changes.items():
        *above, last = path.split("__")
        place: Any = changed
        for part in above:
            place = place[int(part)] if part.isdigit() else place.setdefault(part, {})
        if value is None:
            del place[last]
        else:
            place[last] = deepcopy(value)
    return changed


def rulebook(**changes: Any) -> Rulebook:
    """The rulebook of that content, valid key by key."""
    return Rulebook.model_validate(content(**changes))
