"""Why the engine computes what it does, key by key, for the lawyer who compares it with a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workflows.case_values import Examined
from workflows.french import date_in_words
from workflows.habilitation import HabilitationState, HabilitationStatus
from workflows.input_faults import COLON
from workflows.scopes import in_words
from workflows.timeline_text import END_CAUSES, FLAGS, VERDICTS

_DEADLINES: Mapping[str, tuple[str, ...]] = {
    "period": ("term_end",),
    "notice_limits": ("notice_prudent", "notice_limit"),
    "last_working_day_before_limit": ("notice_prudent",),
    "earliest_alert_on": ("earliest_alert", "notice_prudent"),
    "last_day_in_force": ("term_end", "breach_end"),
    "accounts_close_on": ("term_end", "breach_end"),
    "proposed_last_day_in_force": ("term_end", "breach_end"),
    "if_confirmed": ("term_end",),
    "status_after": ("breach_end",),
    "faculty_to_terminate_from": ("force_majeure_faculty",),
    "court_possible_from": ("court_possible",),
    "confidentiality_until": ("confidentiality_until",),
    "acceptance_window": ("letter_acceptance",),
    "proof_by": ("letter_proof",),
}
"""The deadlines that explain each key."""

_OF_TERMS = frozenset({"term_end", "notice_prudent", "notice_limit", "earliest_alert"})


def explanation(key: str, case: Examined) -> list[str]:
    """Sentences in French: articles, arithmetic, counted dates, open questions."""
    lines = [line for explain in _SENTENCES.get(key, ()) for line in explain(case)]
    return lines + _deadlines(key, case)


def _deadlines(key: str, case: Examined) -> list[str]:
    kinds = _DEADLINES.get(key, ())
    last_term = case.term_number + (1 if key == "if_confirmed" else 0)
    lines = []
    for deadline in case.deadlines:
        if deadline.kind not in kinds:
            continue
        if deadline.kind in _OF_TERMS and not case.term_number <= deadline.term <= last_term:
            continue
        source = f", article {deadline.article}" if deadline.article else ""
        lines.append(
            f"{deadline.due_on.isoformat()}, {deadline.title}{source}{COLON}{deadline.arithmetic}."
        )
        if deadline.competing:
            lines.append(f"Autre lecture{COLON}{deadline.competing}")
    return lines


def _effect(case: Examined) -> list[str]:
    step = next((s for s in case.timeline.steps if s.name == "activate"), None)
    if step is None:
        return ["La convention n’a pas pris effet : une signature ou une condition manque."]
    return [f"Prise d’effet le {date_in_words(step.on)}, article {case.timeline.article_of(step)}."]


def _notice(case: Examined) -> list[str]:
    notice = case.notice
    if notice is None:
        return ["Aucune dénonciation n’a été retenue."]
    rule = case.rules.notice
    article = case.rules.article_of("notice")
    lines = [f"Dénonciation {VERDICTS[notice.verdict]}, article {article}."]
    if notice.counted_on is not None and rule is not None:
        counted = {"posting": "l’envoi", "reception": "la réception"}.get(
            rule.counts_from, "la première présentation"
        )
        lines.append(
            f"Date retenue{COLON}{date_in_words(notice.counted_on)} (la règle compte de {counted})."
        )
    if notice.limits is not None:
        limits = notice.limits
        lines.append(
            f"Limites de la période {notice.term}{COLON}conseillée "
            f"{limits.prudent.isoformat()}, légale {limits.whole_months.isoformat()}, haute "
            f"{limits.upper.isoformat()}."
        )
    if notice.posting_verdict:
        lines.append(f"Selon le seul envoi, elle serait {VERDICTS[notice.posting_verdict]}.")
    lines += [f"Signalé{COLON}{FLAGS[flag]}." for flag in notice.flags]
    return lines


def _breach(case: Examined) -> list[str]:
    lines = []
    for record in case.timeline.formal_notices.values():
        counted = record.counted_on
        since = f" compté du {date_in_words(counted)}" if counted is not None else ""
        until = f" jusqu’au {date_in_words(record.last_day)}" if record.last_day else ""
        lines.append(
            f"Lettre pour manquement, article {case.rules.article_of('breach')}{COLON}"
            f"{_STANDINGS[record.standing]}{since}{until}."
        )
    return lines


_STANDINGS = {
    "waiting": "date de départ pas encore connue",
    "running": "délai",
    "held": "délai retenu par une question ouverte,",
    "cured": "manquement réparé ; délai",
    "withdrawn": "lettre retirée ; délai",
    "void": "sans effet",
}


def _questions(case: Examined) -> list[str]:
    found = [
        f"Question {question.identity}, "
        f"{'bloquante' if question.blocking else 'pour information'}, "
        f"{'ouverte' if question.is_open else 'répondue'}, née le {date_in_words(question.on)}."
        for question in case.timeline.questions
    ]
    return found or ["Aucune question n’est posée."]


def _end(case: Examined) -> list[str]:
    last_day = case.timeline.last_day_in_force
    if last_day is None:
        return ["Aucune fin n’est en vue."]
    cause = END_CAUSES.get(case.timeline.end_cause, case.timeline.end_cause)
    return [f"Fin le {date_in_words(last_day)} à 24 h{COLON}{cause}."]


def _state(case: Examined) -> list[str]:
    return [f"Au {date_in_words(case.as_of)}{COLON}{case.timeline.state_label}."]


def _access(case: Examined) -> list[str]:
    return [
        f"Accès ouvert du {interval.opens_at.isoformat()} "
        + (
            "sans fin prévue."
            if interval.closes_at is None
            else f"au {interval.closes_at.isoformat()}."
        )
        for interval in case.timeline.access_intervals
    ] or ["Aucun accès n’a été ouvert."]


def _refusals(case: Examined) -> list[str]:
    return [f"Refusé ({refusal.code}){COLON}{refusal}" for refusal in case.refusals] or [
        "Aucun événement n’est refusé."
    ]


def _warnings(case: Examined) -> list[str]:
    return [f"{warned.code}{COLON}{warned.text}" for warned in case.timeline.warnings] or [
        "Aucun avertissement."
    ]


def _anomalies(case: Examined) -> list[str]:
    return [anomaly.text for anomaly in case.timeline.anomalies] or ["Aucune anomalie."]


def _duties(case: Examined) -> list[str]:
    return [f"{duty.label}, article {duty.article}." for duty in case.timeline.duties] or [
        "Aucune obligation ne survit, ou la convention n’a pas de fin en vue."
    ]


def _dormancy(case: Examined) -> list[str]:
    dormancy, user = case.rules.habilitation.dormancy, case.user
    if dormancy is None:
        return ["Le modèle ne prévoit pas de fermeture pour inactivité."]
    since = user.unused_since
    if since is None:
        return ["L’habilitation n’est pas accordée."]
    return [
        f"{dormancy.after.in_words()} révolus depuis le {date_in_words(since)} "
        f"({_since(user)}), article {dormancy.article}."
    ]


def _since(user: HabilitationState) -> str:
    if user.last_login_on is not None:
        return "dernière connexion"
    return "notification" if user.notified_on is not None else "habilitation"


def _user_steps(case: Examined) -> list[str]:
    return [
        f"{step.on.isoformat()}  {HabilitationStatus(step.to_state).label}"
        for step in case.user.steps
    ] or ["L’habilitation n’est pas accordée."]


def _profile_and_scope(case: Examined) -> list[str]:
    user = case.user
    return [
        f"Profil : {user.profile or 'aucun'}.",
        f"Périmètre : {in_words(user.scope) or 'celui du service'}.",
    ]


def _departure(case: Examined) -> list[str]:
    user = case.user
    if user.left_on is None:
        return ["Aucun départ n’est retenu."]
    return [
        f"Départ le {date_in_words(user.left_on)}, signalé {user.reported_late_by_days} jour(s) "
        "plus tard ; le compte ferme dès que le départ est connu."
    ]


def _last_fact(case: Examined) -> list[str]:
    return ["Les étapes sans le dernier événement :"] + [
        f"{step.on.isoformat()}  {case.without_last_fact.label_of_step(step)}"
        for step in case.without_last_fact.steps
    ]


_Sentences = tuple[Callable[[Examined], list[str]], ...]

_SENTENCES: Mapping[str, _Sentences] = {
    "effect_on": (_effect,),
    "period": (_effect,),
    "notice_verdict": (_notice,),
    "flags": (_notice,),
    "renewed_on": (_notice, _end),
    "if_confirmed": (_notice,),
    "deemed_received_on": (_notice, _breach),
    "question_for_lawyer": (_questions, _notice, _breach),
    "proposed_last_day_in_force": (_questions,),
    "status_after": (_state, _end, _notice, _breach, _questions),
    "last_day_in_force": (_end, _notice, _breach, _questions),
    "accounts_close_on": (_end, _access),
    "end_cause": (_end, _notice, _breach),
    "anomaly": (_anomalies, _access),
    "refused": (_refusals,),
    "because": (_refusals,),
    "refused_acts": (_refusals,),
    "blocked": (_refusals,),
    "dates_changed": (_last_fact,),
    "dormancy_warning_from": (_dormancy,),
    "dormant_from": (_dormancy,),
    "user_status_after": (_user_steps, _refusals),
    "profile": (_profile_and_scope, _refusals),
    "scope": (_profile_and_scope, _refusals),
    "reach": (_profile_and_scope, _refusals),
    "user_close_cause": (_user_steps, _refusals),
    "automatic": (_dormancy,),
    "user_account_closes_on": (_departure, _end),
    "reported_late_by_days": (_departure,),
    "confidentiality_until": (_end, _duties),
    "warnings": (_warnings,),
}
"""What is said of each key, besides its deadlines."""
