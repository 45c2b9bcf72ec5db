"""Static checks: what a rulebook may say key by key and yet not mean as a whole.

``check`` runs them all and returns one fault a mistake. The checks of the life of the convention
stand here; those of its services, habilitations, documents and clauses in ``rulebook_consistency``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from workflows.calendar import Duration, add
from workflows.convention import ConventionStatus
from workflows.rulebook import Condition, LetterForm, Rulebook
from workflows.rulebook_consistency import CONSISTENCY_CHECKS, Finding, rules_of
from workflows.rulebook_faults import RulebookFault
from workflows.rulebook_types import Basis, PartnerKind

POSTED_FORMS = {
    LetterForm.REGISTERED_LETTER,
    LetterForm.QUALIFIED_ELECTRONIC_REGISTERED_LETTER,
    LetterForm.ORDINARY_LETTER,
}
"""The forms that have a postal life: posted, presented, delivered."""


def check(rulebook: Rulebook, file: str = "") -> tuple[RulebookFault, ...]:
    """Every inconsistency of a rulebook; empty when it can govern a convention."""
    return tuple(
        RulebookFault(
            file, found.key, found.article or rulebook.article_of(found.key), *found.words
        )
        for each in (*LIFE_CHECKS, *CONSISTENCY_CHECKS)
        for found in each(rulebook)
    )


def deadlines_cite_an_article(rulebook: Rulebook) -> Iterator[Finding]:
    """A deadline nobody can find in the text, or in a statute, binds nobody."""
    for path, rule in rules_of(rulebook):
        if rule.basis is Basis.OUTSIDE_TEXT or any(sign.isdigit() for sign in rule.article):
            continue
        for name in type(rule).model_fields:
            if isinstance(getattr(rule, name), Duration):
                yield Finding(
                    f"{path}.{name}",
                    f"délai sans article : « {rule.article} » n’en désigne aucun",
                    "le numéro de l’article qui fixe le délai, par exemple 9-1",
                    rule.article,
                )


def readings_are_explained(rulebook: Rulebook) -> Iterator[Finding]:
    """A position taken, or a practice outside the text, says why: a lawyer signs it."""
    for path, rule in rules_of(rulebook):
        qualified = rule.basis in (Basis.INTERPRETATION, Basis.OUTSIDE_TEXT)
        if (qualified or rule.interpreted or rule.outside_text) and not rule.note:
            yield Finding(
                f"{path}.note",
                "position retenue, ou hors texte, sans explication",
                "une note qui dit pourquoi",
                rule.article,
            )


def active_can_be_left(rulebook: Rulebook) -> Iterator[Finding]:
    """A convention in force must be able to end."""
    renewal = rulebook.term.renewal
    ends_by_itself = rulebook.term.kind != "none" and (
        renewal.kind != "tacit" or renewal.maximum is not None
    )
    ways_out = (rulebook.notice, rulebook.breach, rulebook.mutual_termination)
    if not ends_by_itself and not any(ways_out):
        yield Finding(
            "term",
            "une convention en vigueur ne peut pas finir : ni terme, ni dénonciation, ni "
            "inexécution, ni accord",
            "au moins une fin : term, notice, breach ou mutual_termination",
        )


def signed_can_be_left(rulebook: Rulebook) -> Iterator[Finding]:
    """A signed convention must be able to take effect."""
    if not rulebook.required_signatures:
        yield Finding(
            "parties",
            "aucune signature n’est requise : la convention ne peut pas être signée",
            'au moins une partie avec signature = "required"',
        )
    for number, condition in enumerate(rulebook.effect.conditions):
        if condition.kind == "cnil" and not condition.accepted:
            yield Finding(
                f"effect.conditions[{number}].accepted",
                "condition CNIL que rien ne peut remplir",
                "au moins l’un de transmission, modification, not_applicable",
                condition.article,
            )


def conditions_are_consistent(rulebook: Rulebook) -> Iterator[Finding]:
    """A condition has the keys of its kind, and binds someone."""
    partner_kinds = {kind for party in rulebook.parties for kind in party.kinds}
    for number, condition in enumerate(rulebook.effect.conditions):
        for key, problem, expected in _condition_faults(condition, partner_kinds):
            yield Finding(
                f"effect.conditions[{number}].{key}", problem, expected, condition.article
            )


def _condition_faults(
    condition: Condition, partner_kinds: set[PartnerKind]
) -> Iterator[tuple[str, str, str]]:
    if condition.accepted and condition.kind != "cnil":
        yield "accepted", "clé propre à la condition CNIL", 'kind = "cnil", ou rien'
    if bool(condition.document) != (condition.kind == "document"):
        yield (
            "document",
            "le code du document et le genre ne vont pas ensemble",
            ('un code de document avec kind = "document", et seulement alors'),
        )
    bound = set(condition.partner_kinds or PartnerKind) - set(condition.except_partner_kinds)
    if not bound or (partner_kinds and not bound & partner_kinds):
        yield (
            "partner_kinds",
            "la condition ne lie aucun partenaire possible",
            ("au moins un genre de partenaire admis par les parties"),
        )


def effect_and_term_agree(rulebook: Rulebook) -> Iterator[Finding]:
    """The last day does not come before the first."""
    first, last = rulebook.effect.fixed_on, rulebook.term.last_day
    if first is not None and last is not None and last < first:
        yield Finding("term.last_day", "dernier jour avant la prise d’effet", "un jour postérieur")


def renewal_is_consistent(rulebook: Rulebook) -> Iterator[Finding]:
    """A maximum counts tacit renewals: an express one is counted by those who agree to it."""
    renewal = rulebook.term.renewal
    if renewal.maximum is not None and renewal.kind != "tacit":
        yield Finding(
            "term.renewal.maximum", "maximum sans tacite reconduction", 'kind = "tacit", ou rien'
        )


def notice_is_consistent(rulebook: Rulebook) -> Iterator[Finding]:
    """A notice declines a renewal, in time, by a party, in a form that has the date it counts."""
    notice, term = rulebook.notice, rulebook.term
    if notice is None:
        return
    if notice.timing == "before_term_end":
        if term.kind == "none":
            yield Finding(
                "notice.timing",
                "dénonciation avant le terme d’une convention sans terme",
                'un terme, ou timing = "at_any_time"',
            )
        elif term.renewal.kind == "none":
            yield Finding(
                "notice.timing",
                "dénonciation d’une reconduction qui n’existe pas",
                'une reconduction, ou timing = "at_any_time"',
            )
        for length in (term.length, term.renewal.length):
            if length is not None and not _shorter(notice.length, length):
                yield Finding(
                    "notice.length",
                    "préavis aussi long que la période : aucune dénonciation n’arrive à temps",
                    "un préavis plus court que chaque période",
                )
                break
    if not notice.by:
        yield Finding("notice.by", "dénonciation que personne ne peut donner", "au moins un rôle")
    for role in notice.by:
        if role not in rulebook.roles:
            yield Finding("notice.by", f"rôle inconnu : « {role} »", _roles(rulebook))
    yield from _forms("notice", rulebook)


def breach_is_consistent(rulebook: Rulebook) -> Iterator[Finding]:
    """There is a delay to cure in, and a form that has the date it counts."""
    breach = rulebook.breach
    if breach is None:
        return
    if breach.kind == "immediate" and (breach.cure != "none" or breach.other_reading_days):
        yield Finding(
            "breach.kind",
            "fin immédiate, mais réparation ou autre lecture du délai",
            'kind = "delay", ou cure = "none" et other_reading_days = 0',
        )
    yield from _forms("breach", rulebook)


def force_majeure_can_suspend(rulebook: Rulebook) -> Iterator[Finding]:
    """Access is only suspended where a clause lets the caisse suspend it."""
    event = rulebook.force_majeure
    if event is not None and event.access == "suspended" and rulebook.suspension is None:
        yield Finding(
            "force_majeure.access",
            "accès suspendu par la force majeure, sans clause de suspension",
            'access = "unchanged", ou une table [suspension]',
        )


def suspension_and_avenant_say_what(rulebook: Rulebook) -> Iterator[Finding]:
    """A suspension has a kind, an avenant has a subject."""
    if rulebook.suspension is not None and not rulebook.suspension.kinds:
        yield Finding("suspension.kinds", "aucune suspension possible", "temporary, definitive")
    if not rulebook.avenant.covers:
        yield Finding("avenant.covers", "avenant qui ne porte sur rien", "convention, annexes")


def survival_is_consistent(rulebook: Rulebook) -> Iterator[Finding]:
    """What survives exists, and confidentiality ends once or never."""
    survival = rulebook.survival
    if survival is None:
        return
    silence = survival.confidentiality
    if silence is not None and silence.unlimited and silence.after_end is not None:
        yield Finding(
            "survival.confidentiality.unlimited",
            "confidentialité sans terme, et avec une durée",
            "unlimited = true ou after_end, pas les deux",
        )
    cited = {rule.article for path, rule in rules_of(rulebook) if path != "survival"}
    for article in survival.articles:
        if not any(_belongs(each, article) for each in cited):
            yield Finding(
                "survival.articles",
                f"article {article} : aucune règle du modèle n’en vient",
                "des articles que d’autres règles citent",
            )


def parties_are_consistent(rulebook: Rulebook) -> Iterator[Finding]:
    """Roles are distinct, and nobody leaves a contract of two."""
    roles = [party.role for party in rulebook.parties]
    for role in sorted({role for role in roles if roles.count(role) > 1}):
        yield Finding("parties", f"rôle donné deux fois : « {role} »", "un rôle par partie")
    if len(roles) == 2 and any(party.may_leave for party in rulebook.parties):
        yield Finding(
            "parties",
            "une partie peut se retirer d’une convention à deux",
            "may_leave = false, ou au moins trois parties",
        )
    if rulebook.habilitation.opens_on == "partner_signature_returned" and "partner" not in roles:
        yield Finding(
            "habilitation.opens_on",
            "signature attendue d’un partenaire qui n’est pas partie",
            "une partie de rôle partner",
        )


def labels_name_states(rulebook: Rulebook) -> Iterator[Finding]:
    """A label names a state of the lifecycle."""
    for state in rulebook.labels.states:
        if state not in ConventionStatus.values:
            yield Finding(
                f"labels.states.{state}",
                "état inconnu",
                "l’un des états " + ", ".join(ConventionStatus.values),
            )


LIFE_CHECKS = (
    deadlines_cite_an_article,
    readings_are_explained,
    active_can_be_left,
    signed_can_be_left,
    conditions_are_consistent,
    effect_and_term_agree,
    renewal_is_consistent,
    notice_is_consistent,
    breach_is_consistent,
    force_majeure_can_suspend,
    suspension_and_avenant_say_what,
    survival_is_consistent,
    parties_are_consistent,
    labels_name_states,
)


def _forms(path: str, rulebook: Rulebook) -> Iterator[Finding]:
    rule = getattr(rulebook, path)
    unposted = [form for form in rule.forms if form not in POSTED_FORMS]
    if rule.counts_from == "first_presentation" and unposted:
        yield Finding(
            f"{path}.counts_from",
            f"première présentation d’un envoi qui n’en a pas : {', '.join(unposted)}",
            "posting ou reception, ou des lettres seulement",
        )


def _shorter(one: Duration, other: Duration) -> bool:
    # Durations have no order: from 1 March both run through the longest months first.
    start = date(2001, 3, 1)
    return add(start, one) < add(start, other)


def _belongs(cited: str, article: str) -> bool:
    return cited == article or cited.startswith(tuple(f"{article}{sign}" for sign in "-./"))


def _roles(rulebook: Rulebook) -> str:
    return "l’un des rôles " + ", ".join(sorted(rulebook.roles))
