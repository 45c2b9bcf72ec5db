"""What a form tells, weighed then recorded: whatever has a life, a convention or a habilitation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from contracts.models import Convention, EvidenceFile, Proposal
from contracts.services.proposals import NotProposed
from contracts.services.proposed_acts import propose_acts
from desk.event_forms import EventForm
from workflows.acts import Act
from workflows.french import typeset
from workflows.recording import ActRefused
from workflows.subjects import Difference, NotRecorded, StaleForm, Subject
from workflows.together import consequences_of, record_all

PROPOSED = typeset("C’est proposé : rien ne change avant qu’une autre personne le confirme.")
_STALE = (
    "La situation a changé depuis l’affichage de ce formulaire. Relisez ce qui suit, puis voyez de "
    "nouveau ce que votre événement change."
)


def read_acts(request: HttpRequest, form: EventForm) -> tuple[Act, ...]:
    """The acts that the form makes, its proof put away; empty when something is wrong."""
    if not form.is_valid():
        return ()
    acts = form.to_acts()
    if not acts:
        return ()
    return acts if form.put_away(request.user) else ()


def weighed(subject: Subject, form: EventForm, acts: tuple[Act, ...]) -> Difference | None:
    """What the acts would change; None when the rules refuse them, and the form says why."""
    if form.errors:
        return None
    try:
        return consequences_of(subject, acts)
    except ActRefused as refused:
        form.add_error(None, str(refused))
    except ValidationError as refused:
        form.add_error(None, refused)
    return None


Record = Callable[[Sequence[EvidenceFile]], object]
"""Writes the acts, with the files that prove them."""


def recorded(
    request: HttpRequest,
    subject: Subject,
    form: EventForm,
    acts: tuple[Act, ...],
    record: Record | None = None,
) -> bool:
    """Whether the acts are recorded; otherwise the form says what stands in the way.

    ``record`` writes what goes along with the acts in the same transaction.
    """
    kept = form.cleaned_data.get("kept")
    evidence = [kept] if kept else []
    try:
        if record is not None:
            record(evidence)
        else:
            seen = form.cleaned_data["seen_revision"]
            record_all(subject, acts, request.user, evidence, seen)
    except StaleForm as stale:
        form.add_error(None, _STALE)
        form.follow(subject.revision, stale)
    except (ActRefused, NotRecorded) as refused:
        form.add_error(None, str(refused))
    except ValidationError as refused:
        form.add_error(None, refused)
    else:
        return True
    return False


def put_to_another(
    request: HttpRequest,
    kind: str,
    subject: Subject,
    form: EventForm,
    acts: tuple[Act, ...],
    convention: Convention,
    about: str = "",
) -> Proposal | None:
    """The acts as a proposal that another person confirms; None, and the form says why not."""
    seen, kept = form.cleaned_data["seen_revision"], form.cleaned_data.get("kept")
    if seen != subject.revision:
        since = subject.acts.filter(revision__gt=seen).order_by("revision")
        entries = subject.journal.filter(revision__gt=seen).order_by("number")
        form.add_error(None, _STALE)
        form.follow(subject.revision, StaleForm(since, entries))
        return None
    evidence = [kept] if kept else []
    target = {"convention": convention, "about": about}
    try:
        return propose_acts(
            kind, subject, acts, request.user, seen_revision=seen, evidence=evidence, **target
        )
    except NotProposed as refused:
        form.add_error(None, str(refused))
        return None
