"""What a timeline shows besides its steps: warnings, anomalies, and the duties after the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from workflows.acts import Decision
from workflows.calendar import end_of_delay
from workflows.clock import civil_date, start_of_day
from workflows.convention import IN_FORCE
from workflows.convention_state import ConventionState
from workflows.french import date_in_words, typeset
from workflows.making import condition_met_on
from workflows.timeline import Timeline

_INSTANT = timedelta(microseconds=1)


class Warned(NamedTuple):
    """Something that a person should look at, and that blocks nothing."""

    code: str
    text: str
    article: str


class Anomaly(NamedTuple):
    """Something that should not have been, from its first to its last day."""

    kind: str
    text: str
    first_day: date
    last_day: date


class Duty(NamedTuple):
    """What still binds after the end. ``until`` is the last day of the duty; None: no end, or as
    soon as possible where something is to be done."""

    code: str
    label: str
    article: str
    until: date | None
    to_be_done: bool
    done_on: date | None
    note: str = ""


def warnings_of(timeline: Timeline) -> tuple[Warned, ...]:
    """Warnings about the making, the conditions and the letters."""
    found = (
        *_condition_warnings(timeline),
        *_signature_warnings(timeline),
        *_letter_warnings(timeline),
    )
    return tuple(warned._replace(text=typeset(warned.text)) for warned in found)


def _condition_warnings(timeline: Timeline) -> list[Warned]:
    data, found = timeline.data, []
    signed_on = data.signatures.get("partner")
    for condition in timeline.rulebook.effect.conditions:
        if condition.consequence == "suspends_effect" or not condition.binds(data.partner_kind):
            continue
        met_on = condition_met_on(data, condition)
        if condition.kind == "deliberation":
            answer = _answered(data, "signed_before_deliberation")
            if answer == "stands":
                continue
            if met_on is not None and signed_on is not None and signed_on < met_on:
                to_do = "signer à nouveau" if answer else "faire confirmer ou signer à nouveau"
                code, text = (
                    "signed_before_deliberation_enforceable",
                    f"Signée le {date_in_words(signed_on)}, avant que la délibération soit "
                    f"exécutoire ({date_in_words(met_on)}) : {to_do}.",
                )
            elif met_on is None and signed_on is not None and data.partner_kind is not None:
                code, text = (
                    "deliberation_missing",
                    "La délibération autorisant la signature n’est pas au dossier.",
                )
            else:
                continue
            found.append(Warned(code, text, condition.article))
        elif met_on is None and data.partner_kind is not None and data.signatures:
            found.append(Warned(f"{condition.kind}_missing", condition.label, condition.article))
        elif condition.kind == "document":
            valid_until = data.documents.get(condition.document, (None, None))[1]
            if valid_until is not None and valid_until < timeline.as_of:
                text = f"{condition.label} : expirée depuis le {date_in_words(valid_until)}."
                found.append(Warned("document_expired", text, condition.article))
    return found


def _answered(data: ConventionState, kind: str) -> str:
    """What was answered to the question of that kind; empty when it is open or did not arise."""
    for question in data.questions:
        if question.kind == kind:
            return data.decisions.get(question.identity) or data.interpretations.get(kind, "")
    return ""


def _signature_warnings(timeline: Timeline) -> list[Warned]:
    data, found = timeline.data, []
    if data.effect_after_last_day:
        found.append(
            Warned(
                "effect_after_last_day",
                "Le dernier jour prévu est passé avant l’effet : la convention ne peut pas prendre "
                "effet sans avenant ou nouvelle convention.",
                timeline.rulebook.article_of("term"),
            )
        )
    if timeline.state in IN_FORCE:
        found.extend(
            Warned(
                "countersignature_missing",
                f"La signature attendue de {party.designation} n’est pas enregistrée.",
                timeline.rulebook.article_of("effect"),
            )
            for party in timeline.rulebook.parties
            if party.signature == "expected" and party.role not in data.signatures
        )
    return found


def _letter_warnings(timeline: Timeline) -> list[Warned]:
    data, rules = timeline.data, timeline.rulebook
    found = [
        Warned(
            "notice_invalid_form",
            "Une dénonciation a été envoyée sous une forme que la convention n’admet pas : "
            "demander la lettre requise. Elle ne change rien.",
            rules.article_of("notice"),
        )
        for notice in data.notices.values()
        if notice.verdict == "invalid_form"
    ]
    found += [
        Warned(
            "formal_notice_invalid_form",
            "Une lettre de résiliation a été envoyée sous une forme que la convention n’admet "
            "pas : elle n’ouvre aucun délai.",
            rules.article_of("breach"),
        )
        for record in data.formal_notices.values()
        if record.form not in record.rule.forms
    ]
    found += [
        Warned(
            "letter_undeliverable",
            "Un courrier est revenu : destinataire inconnu à l’adresse. Vérifier la dernière "
            "adresse notifiée et renvoyer.",
            "",
        )
        for letter in data.letters.values()
        if letter.outcome == "undeliverable"
    ]
    return found


def anomalies_of(timeline: Timeline) -> tuple[Anomaly, ...]:
    """Access given after the legal end; decisions about a question that is not raised."""
    found = []
    if timeline.last_day_in_force is not None:
        first_day = timeline.last_day_in_force + timedelta(days=1)
        end = start_of_day(first_day)
        late = [
            (max(i.opens_at, end), i.closes_at)
            for i in timeline.access_intervals
            if i.closes_at is not None and i.closes_at > end
        ]
        if late:
            found.append(_access_after_end(late))
    raised = {question.identity for question in timeline.data.questions}
    found.extend(
        Anomaly(
            "decision_without_question",
            "Une décision répond à une question qui ne se pose pas ou plus.",
            act.on,
            act.on,
        )
        for act in timeline.acts
        if isinstance(act, Decision) and act.question not in raised
    )
    return tuple(found)


def _access_after_end(late: Sequence[tuple[datetime, datetime]]) -> Anomaly:
    first_day = civil_date(late[0][0])
    last_day = civil_date(late[-1][1] - _INSTANT)
    return Anomaly(
        "access_after_end",
        f"L’accès est resté ouvert du {date_in_words(first_day)} au {date_in_words(last_day)}, "
        "après la fin de la convention : le fait qui y met fin a été enregistré trop tard. "
        "Contrôler les connexions de ces jours.",
        first_day,
        last_day,
    )


def duties_of(timeline: Timeline) -> tuple[Duty, ...]:
    """What the rulebook keeps alive after the end; nothing while no end is in sight."""
    last_day, survival = timeline.last_day_in_force, timeline.rulebook.survival
    if last_day is None or survival is None:
        return ()
    done = timeline.data.duties_done
    duties = []
    confidentiality = survival.confidentiality
    if confidentiality is not None:
        length = confidentiality.after_end
        duties.append(
            Duty(
                "confidentiality",
                "Confidentialité et secret professionnel",
                confidentiality.article,
                None if length is None else end_of_delay(last_day, length),
                to_be_done=False,
                done_on=None,
                note="Le secret professionnel du code pénal (226-13) n’a pas de terme."
                if length is not None
                else "",
            )
        )
    attestation = survival.attestation
    if attestation is not None:
        within = attestation.within
        duties.append(
            Duty(
                "attestation",
                "Attestation écrite de restitution ou de destruction des données",
                attestation.article,
                None if within is None else end_of_delay(last_day, within),
                to_be_done=True,
                done_on=done.get("attestation"),
            )
        )
    if survival.articles:
        duties.append(
            Duty(
                "surviving_articles",
                f"Articles qui survivent : {', '.join(survival.articles)}",
                survival.article,
                None,
                to_be_done=False,
                done_on=None,
                note=survival.note,
            )
        )
    return tuple(duties)
