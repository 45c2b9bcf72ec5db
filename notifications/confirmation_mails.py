"""The messages that confirm to each party what binds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.urls import reverse

from contracts.models import Caisse, Convention, ConventionAct, ConventionJournalEntry
from contracts.services.partner_people import written_to
from notifications.binding import SUCCEEDED, Binding, Bindings, bindings
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.confirmation_readers import Audience, Readers
from notifications.confirmation_words import Said, named, told
from notifications.lines import LINES, others
from notifications.models import Confirmation, Message
from notifications.recipients import Group, Reader, Recipient
from notifications.rhythms.models import Rhythm
from workflows import clock
from workflows.french import NO_BREAK_SPACE, count, typeset
from workflows.timeline import Timeline


class Heard(NamedTuple):
    """What its reader is still to hear of a message, the earliest first."""

    row: Confirmation
    binding: Binding


class _Confirming(MessageKind):
    """Its steps are read again as it leaves: some may be untrue, or its reader gone."""

    group = Group.STEPS

    def heard(self, message: Message) -> list[Heard]:
        """Those that its reader is still to hear. Raises ``NothingToSend``."""
        rows = list(
            message.confirmations.filter(withdrawn_at=None)
            .select_related("convention__partner")
            .order_by("pk")
        )
        conventions = {row.convention_id: row.convention for row in rows}
        caisse, today = Caisse.objects.get(pk=message.context["caisse"]), clock.today()
        audience = Audience(caisse, today)
        readers = audience.of(conventions.values())
        reader = Reader(message.user_id is not None, message.recipient.pk)
        if not self.to_staff:
            readers = _with_former(readers, rows, audience)
        theirs = {
            pk
            for pk, of_one in readers.items()
            if reader in (of_one.staff if self.to_staff else of_one.partner)
        }
        lives = _lives(_changed(message, theirs))
        standing = {pk: bindings(life, today) for pk, life in lives.items()}
        found = []
        for row in rows:
            binding = Binding.of(row.binding)
            if row.convention_id in theirs and _holds(row, binding, standing):
                found.append(Heard(row, binding))
        if not found:
            raise NothingToSend("Ces étapes n’ont plus cours, ou reviennent à d’autres.")
        return sorted(found, key=lambda one: (one.binding.on, one.row.pk))

    def sent(self, message: Message) -> None:
        """What was left out was not told."""
        said = [one.row.pk for one in self.heard(message)]
        unsaid = message.confirmations.filter(withdrawn_at=None).exclude(pk__in=said)
        unsaid.update(withdrawn_at=clock.now())


def _with_former(
    readers: Mapping[int, Readers], rows: Iterable[Confirmation], audience: Audience
) -> Mapping[int, Readers]:
    """Who is told that a succession does not stand: those who answer for whom it named as well."""
    untrue = {
        binding.about: row.convention_id
        for row in rows
        if row.is_correction and (binding := Binding.of(row.binding)).kind == SUCCEEDED
    }
    found = dict(readers)
    if untrue:
        acts = ConventionAct.objects.filter(subject__in=set(untrue.values()), kind="succession")
        for act in acts:
            if act.act.id in untrue:
                successor = int(act.payload["successor"])
                people = audience.answering_for([successor])[successor]
                found[act.subject_id] = found[act.subject_id].joined_by(people)
    return found


def _holds(row: Confirmation, binding: Binding, standing: Mapping[int, Bindings]) -> bool:
    """Whether it is still to be said. What is in doubt by now is left to a later message."""
    if row.convention_id not in standing:
        return True
    now = standing[row.convention_id]
    return binding not in now if row.is_correction else now.get(binding) is False


def _lives(conventions: Iterable[int]) -> dict[int, Timeline]:
    """The lives of some conventions, by their keys, as they are today."""
    found = Convention.objects.select_related("pinned", "caisse", "partner")
    return {one.pk: one.timeline(clock.today()) for one in found.filter(pk__in=list(conventions))}


def _changed(message: Message, conventions: Iterable[int]) -> set[int]:
    """The conventions in which something was recorded since the message was asked for."""
    found: set[int] = set()
    keys = list(conventions)
    for model, last in ((ConventionJournalEntry, "entry"), (ConventionAct, "act")):
        rows: Any = model
        later = rows.objects.filter(pk__gt=message.context[last], subject__in=keys)
        found |= set(later.values_list("subject", flat=True))
    return found


class _OfOne(_Confirming):
    """All the steps of one convention."""

    def values(self, message: Message) -> Mapping[str, Any]:
        found = self.heard(message)
        assert message.convention is not None
        timeline = message.convention.timeline(clock.today())
        new = [
            told(one.binding, timeline, to_partner=not self.to_staff)
            for one in found
            if not one.row.is_correction
        ]
        return {
            "title": _title(found),
            "number": message.convention.number,
            "steps": [said.line for said in new],
            "corrections": _corrections(found),
            **self.following(new, message.convention),
        }

    def following(self, new: list[Said], convention: Convention) -> dict[str, Any]:
        """What follows from the steps, and what there is to do."""
        return {"consequences": list(dict.fromkeys(said.consequence for said in new))}


class _OfSeveral(_Confirming):
    """The steps of several conventions: one message a reader and day."""

    of_convention = False


def _title(found: list[Heard]) -> str:
    if any(one.row.is_correction for one in found):
        return "Ce qui avait été confirmé change"
    if len(found) == 1:
        name = named(found[0].binding)
        return name[:1].upper() + name[1:]
    return f"{count(len(found), 'étape confirmée', 'étapes confirmées')}"


def _corrections(found: list[Heard]) -> list[str]:
    return [named(one.binding) for one in found if one.row.is_correction]


_WHY_PARTNER = (
    "Vous recevez ce message parce que vous répondez pour le partenaire de cette convention."
)
_WHY_STAFF = "Vous recevez ce message parce que vous suivez cette convention."


@register
class StepConfirmed(_OfOne):
    """The partner learns what binds it in one of its conventions."""

    code = "step_confirmed"
    label = "Confirmation au partenaire de ce qui l’engage"
    leaves = "dans la nuit qui suit une étape qui engage les parties"
    recipients = (Recipient.PARTNER, Recipient.PARTNER_CONTACT)
    action = "Ouvrir la convention dans votre espace"
    why = _WHY_PARTNER

    def following(self, new: list[Said], convention: Convention) -> dict[str, Any]:
        actions = list(dict.fromkeys(said.action for said in new))
        return super().following(new, convention) | {"actions": actions}

    def path(self, message: Message) -> str:
        """Only who signs in has a space."""
        if message.user_id is None:
            return ""
        return reverse("space_convention", args=[message.convention_id])


@register
class StepsConfirmed(_OfSeveral):
    """The partner learns what binds it in several of its conventions."""

    code = "steps_confirmed"
    label = "Confirmations au partenaire, pour plusieurs conventions"
    leaves = "une fois par jour, quand plusieurs de ses conventions ont changé"
    recipients = (Recipient.PARTNER, Recipient.PARTNER_CONTACT)
    action = "Ouvrir votre espace"
    why = "Vous recevez ce message parce que vous répondez pour le partenaire de ces conventions."

    def values(self, message: Message) -> Mapping[str, Any]:
        found = self.heard(message)
        shown = found[:LINES]
        lives = _lives_of(shown)
        lines = []
        for one in shown:
            if not one.row.is_correction:
                said = told(one.binding, lives[one.row.convention_id], to_partner=True)
                action = typeset(f"À faire : {said.action[:1].lower()}{said.action[1:]}")
                lines.append(f"{_numbered(said.line, one)}. {said.consequence} {action}")
        return {
            "caisse": Caisse.objects.get(pk=message.context["caisse"]).name,
            "title": _title(found),
            "lines": lines,
            "corrections": [
                _numbered(named(one.binding), one) for one in shown if one.row.is_correction
            ],
            "others": others(len(found)),
        }

    def path(self, message: Message) -> str:
        """Only who signs in has a space."""
        return reverse("space") if message.user_id is not None else ""


class _Following(_Confirming):
    """Whoever looks after conventions finds their steps on the site, and in a digest."""

    optional = True
    usual = Rhythm.DAILY
    recipients = (Recipient.FOLLOWER,)


@register
class StepFollowed(_Following, _OfOne):
    """What binds the parties of a convention that its reader follows."""

    code = "step_followed"
    label = "Étape d’une convention suivie"
    leaves = "dans la nuit qui suit une étape qui engage les parties"
    action = "Ouvrir la convention"
    why = _WHY_STAFF

    def following(self, new: list[Said], convention: Convention) -> dict[str, Any]:
        known = written_to([convention.partner_id], clock.today())
        unreached = "" if known else "oui"
        return super().following(new, convention) | {"unreached": unreached}

    def path(self, message: Message) -> str:
        return reverse("convention", args=[message.convention_id])


@register
class StepsFollowed(_Following, _OfSeveral):
    """What binds the parties of several conventions that its reader follows."""

    chosen_as = StepFollowed.code
    code = "steps_followed"
    label = "Étapes des conventions suivies"
    leaves = "une fois par jour, quand plusieurs conventions suivies ont changé"
    action = "Ouvrir les conventions"
    why = "Vous recevez ce message parce que vous suivez ces conventions."

    def values(self, message: Message) -> Mapping[str, Any]:
        found = self.heard(message)
        known = written_to({one.row.convention.partner_id for one in found}, clock.today())
        unreached = {
            one.row.convention.partner_id: one.row.convention.partner.name
            for one in found
            if one.row.convention.partner_id not in known
        }
        new = [one for one in found if not one.row.is_correction]
        lives = _lives_of(new[:LINES])
        lines = [
            _of(told(one.binding, lives[one.row.convention_id], to_partner=False).line, one)
            for one in new[:LINES]
        ]
        untrue = [one for one in found if one.row.is_correction]
        return {
            "caisse": Caisse.objects.get(pk=message.context["caisse"]).name,
            "title": _title(found),
            "lines": lines,
            "corrections": [_of(named(one.binding), one) for one in untrue[:LINES]],
            "others": others(len(new)),
            "unreached": list(unreached.values())[:LINES],
        }

    def path(self, message: Message) -> str:
        return reverse("conventions")


def _numbered(text: str, one: Heard) -> str:
    return typeset(f"{text}, convention n°{NO_BREAK_SPACE}{one.row.convention.number}")


def _of(text: str, one: Heard) -> str:
    convention = one.row.convention
    return typeset(f"{text}, {convention.partner.name}, {convention.number}")


def _lives_of(found: Iterable[Heard]) -> dict[int, Timeline]:
    return {one.row.convention_id: one.row.convention.timeline(clock.today()) for one in found}


OF_PARTNER = (StepConfirmed.code, StepsConfirmed.code)
OF_STAFF = (StepFollowed.code, StepsFollowed.code)
KINDS = (*OF_PARTNER, *OF_STAFF)
"""The kinds that carry confirmations: of one convention, then of several."""
