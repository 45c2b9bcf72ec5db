"""What is asked without a form: the rules have none, so the screen asks and nothing is printed."""

from __future__ import annotations

import hashlib

from templates_conventions.forms import FormBlock, FormDefinition, FormField, Repetition
from workflows.rulebook_access import RequestForm
from workflows.rulebook_types import Basis

PLAIN_RULE = RequestForm(
    article="hors texte",
    basis=Basis.OUTSIDE_TEXT,
    code="sans-formulaire",
    label="Demande en ligne, sans formulaire",
    operations=("modify", "remove"),
    dated=False,
    channel="online",
)
"""Neither sheet nor signature: whoever answers for the partner asks it, signed in."""

_USER = FormBlock(
    code="user",
    label="Personnes concernées",
    repeat=Repetition(maximum=200),
    fields=(
        FormField(
            code="user.last_name", label="Nom", kind="text", filled_by="partner", personal=True
        ),
    ),
)


def plain_definition(title: str) -> FormDefinition:
    """A request that names the users concerned and asks nothing else."""
    digest = hashlib.sha256(f"{title}\n{_USER!r}".encode()).hexdigest()
    return FormDefinition(code=PLAIN_RULE.code, title=title, blocks=(_USER,), digest=digest)
