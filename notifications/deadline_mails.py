"""The messages about deadlines that are near, and about those that passed unannounced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from contracts.models import Caisse, Convention, PlannedDeadline
from contracts.services.letter_explanations import explanation_of
from notifications.alerts import heard
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.crew import Crew
from notifications.ladder_settings import ladders, practice_of
from notifications.lines import LINES, others
from notifications.models import Alert, Message, UnwarnedDeadline
from notifications.recipients import Group, Recipient
from templates_conventions.letter_words import cited
from workflows import clock
from workflows.deadlines import Deadline
from workflows.french import NO_BREAK_SPACE, count, date_in_words, typeset

_WHY = "Vous recevez ce message parce que ces échéances vous reviennent dans cette caisse."


class _Alerting(MessageKind):
    """Its alerts are read again as it leaves: some may have lost their object, or their reader."""

    why = _WHY
    recipients = (Recipient.FOLLOWER, Recipient.DIRECTORS, Recipient.LAWYERS)
    group = Group.DEADLINES

    def alerts(self, message: Message) -> list[Alert]:
        """Those that its reader is still to hear. Raises ``NothingToSend``."""
        caisse, today = Caisse.objects.get(pk=message.context["caisse"]), clock.today()
        found = heard(message, practice_of(caisse), Crew(caisse, today), today)
        if not found:
            raise NothingToSend("Ces échéances sont passées, ont changé ou reviennent à d’autres.")
        return found

    def sent(self, message: Message) -> None:
        """What was left out was not told."""
        told = [alert.pk for alert in self.alerts(message)]
        unsaid = message.alerts.filter(withdrawn_at=None).exclude(pk__in=told)
        unsaid.update(withdrawn_at=clock.now())


class _OfOne(_Alerting):
    def path(self, message: Message) -> str:
        return reverse("convention", args=[message.convention_id]) + "#echeances"


@register
class NoticeLimit(_OfOne):
    """The last days to give notice are near: advised, working, legal."""

    code = "notice_limit"
    label = "Limite de dénonciation proche"
    leaves = "quand les derniers jours pour dénoncer approchent"
    letter = "rappel-limite-denonciation"
    action = "Ouvrir l’explication de la date"

    def values(self, message: Message) -> Mapping[str, Any]:
        [alert] = self.alerts(message)
        assert message.convention is not None
        return notice_values(message.convention, alert.due_on, other_reading=True)


def notice_values(convention: Convention, due_on: date, *, other_reading: bool) -> dict[str, Any]:
    """The last days to decline the next term, as they stand; the other reading for who decides.

    Raises ``NothingToSend`` as ``limits_of`` does.
    """
    limits = limits_of(convention, due_on)
    legal = limits["notice_limit"]
    return {
        "advised_on": limits["notice_prudent"].due_on,
        "legal_on": legal.due_on,
        "last_working_on": legal.last_working_day,
        "term_last_day": limits["term_end"].due_on,
        "explanation": explanation_of(legal, other_reading=other_reading),
    }


def limits_of(convention: Convention, due_on: date) -> dict[str, Deadline]:
    """The deadlines of the term whose notice has that limit.

    Raises ``NothingToSend`` when it is past, or the convention no longer has it.
    """
    if due_on < clock.today():
        raise NothingToSend("Le dernier jour pour dénoncer est passé.")
    deadlines = convention.timeline(clock.today()).deadlines
    for one in deadlines:
        if (one.kind, one.due_on) == ("notice_limit", due_on):
            return {other.kind: other for other in deadlines if other.term == one.term}
    raise NothingToSend("La limite n’est plus ce jour-là, ou la convention ne se renouvelle plus.")


@register
class DeadlineNear(_OfOne):
    """Another deadline of one convention is near."""

    code = "deadline_near"
    label = "Échéance proche"
    leaves = "quand une autre échéance d’une convention approche"
    action = "Ouvrir l’explication de la date"

    def values(self, message: Message) -> Mapping[str, Any]:
        [alert] = self.alerts(message)
        assert message.convention is not None
        timeline = message.convention.timeline(clock.today())
        found = [
            one
            for one in timeline.deadlines
            if (one.kind, one.due_on) == (alert.deadline, alert.due_on)
        ]
        if not found:
            raise NothingToSend("L’échéance n’est plus ce jour-là.")
        kind = ladders().kinds[alert.deadline]
        return {
            "number": message.convention.number,
            "label": kind.label,
            "due_on": alert.due_on,
            "last_working_on": found[0].last_working_day,
            "titles": [_titled(one) for one in found],
            "consequence": typeset(kind.consequence),
            "action": typeset(kind.action),
            "explanations": [explanation_of(one, other_reading=True) for one in found],
            "announced_on": _announced(alert),
        }


def _titled(deadline: Deadline) -> str:
    if not deadline.article:
        return deadline.title
    return f"{deadline.title} (article{NO_BREAK_SPACE}{deadline.article})"


def _announced(alert: Alert) -> Any:
    """The day on which its reader was told that it would fall, where it moved since."""
    earlier = Alert.objects.filter(
        convention=alert.convention_id,
        deadline=alert.deadline,
        user=alert.user_id,
        withdrawn_at__isnull=False,
        message__state="sent",
    ).exclude(due_on=alert.due_on)
    return earlier.order_by("-pk").values_list("due_on", flat=True).first()


@register
class DeadlinesNear(_Alerting):
    """Several deadlines are near: one message a reader and day."""

    code = "deadlines_near"
    label = "Échéances proches"
    leaves = "quand plusieurs échéances approchent, une fois par jour"
    of_convention = False
    action = "Ouvrir les échéances"

    def values(self, message: Message) -> Mapping[str, Any]:
        found = self.alerts(message)
        caisse = Caisse.objects.get(pk=message.context["caisse"])
        shown = found[:LINES]
        articles = _articles(shown)
        return {
            "caisse": caisse.name,
            "number": count(len(found), "échéance"),
            "first_on": found[0].due_on,
            "lines": [
                _line(one.convention, one.deadline, one.due_on, articles.get(_planned(one), ""))
                for one in shown
            ],
            "others": others(len(found)),
            "meanings": [_meaning(kind) for kind in dict.fromkeys(one.deadline for one in found)],
        }

    def path(self, message: Message) -> str:
        return reverse("deadlines")


def _line(convention: Convention, kind: str, due_on: date, article: str) -> str:
    """« 30 septembre 2026 : dernier jour pour dénoncer (article 7), Commune d’Essai, N-0042 »."""
    source = f" ({cited(article)})" if article else ""
    label = ladders().kinds[kind].label
    text = f"{date_in_words(due_on)} : {label}{source}"
    return typeset(f"{text}, {convention.partner.name}, {convention.number}")


_Planned = tuple[Any, str, date]
"""Whose set, of which kind, on which day."""


def _planned(alert: Alert) -> _Planned:
    return alert.convention.deadline_set_id, alert.deadline, alert.due_on


def _articles(alerts: Sequence[Alert]) -> dict[_Planned, str]:
    """The articles that command the deadlines, as planned: no life is replayed. One query."""
    rows = PlannedDeadline.objects.filter(
        set__in={alert.convention.deadline_set_id for alert in alerts},
        kind__in={alert.deadline for alert in alerts},
        due_on__in={alert.due_on for alert in alerts},
    )
    found = rows.order_by("-number").values_list("set", "kind", "due_on", "article")
    return {(of, kind, due_on): article for of, kind, due_on, article in found}


def _meaning(code: str) -> str:
    """What follows from a kind of deadline, and what there is to do about it."""
    kind = ladders().kinds[code]
    return typeset(f"{kind.label[:1].upper()}{kind.label[1:]}. {kind.consequence} {kind.action}")


ALERTS = (NoticeLimit.code, DeadlineNear.code, DeadlinesNear.code)
"""The kinds that carry alerts: a later one takes the place of those that have not left."""


@register
class DeadlineUnwarned(MessageKind):
    """Deadlines passed while nobody had been told: the directors and the lawyers learn of it."""

    code = "deadline_unwarned"
    label = "Échéance passée sans alerte"
    leaves = "quand une échéance est passée sans qu’aucune alerte ne soit partie"
    recipients = (Recipient.DIRECTORS, Recipient.LAWYERS)
    group = Group.DEADLINES
    of_convention = False
    action = "Examiner ces échéances"
    why = "Vous recevez ce message parce que vous répondez des échéances de cette caisse."

    def values(self, message: Message) -> Mapping[str, Any]:
        found = list(
            UnwarnedDeadline.objects.filter(pk__in=message.context["found"], seen_at=None)
            .select_related("convention__partner", "convention__pinned", "convention__caisse")
            .order_by("due_on", "pk")
        )
        if not found:
            raise NothingToSend("Ces échéances ont déjà été examinées.")
        return {
            "number": count(len(found), "échéance est passée", "échéances sont passées"),
            "caisse": Caisse.objects.get(pk=message.context["caisse"]).name,
            "lines": [
                _line(one.convention, one.deadline, one.due_on, _article_of(one))
                for one in found[:LINES]
            ],
            "others": others(len(found)),
        }

    def path(self, message: Message) -> str:
        return reverse("unwarned_deadlines")


def _article_of(missed: UnwarnedDeadline) -> str:
    """The article that commanded it, as its life told it that day; empty where it had none."""
    known_at = clock.start_of_day(missed.due_on)
    for one in missed.convention.timeline(missed.due_on, known_at).deadlines:
        if (one.kind, one.due_on) == (missed.deadline, missed.due_on):
            return one.article
    return ""
