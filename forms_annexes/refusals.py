"""Which reasons for refusing a named user the rules of a convention admit, each with its article.

Pure: the rules say, nobody decides here.
"""

from __future__ import annotations

from forms_annexes.reasons import RefusalReason
from workflows.french import NO_BREAK_SPACE, article_number
from workflows.rulebook_access import HabilitationRules


def admitted_reasons(rules: HabilitationRules) -> dict[str, str]:
    """The reasons that hold under these rules, in the order to offer them, in words.

    A reason that a rule commands stands only where the rulebook has that rule, and names its
    article.
    """
    admitted = {}
    for reason in RefusalReason:
        if reason in _COMMANDED and not _article(reason, rules):
            continue
        admitted[reason.value] = reason_in_words(reason.value, rules)
    return admitted


def reason_in_words(code: str, rules: HabilitationRules) -> str:
    """A reason as the partner reads it, with its article where a rule commands it.

    Raises ``ValueError`` for a code that is none of the list.
    """
    reason = RefusalReason(code)
    article = _article(reason, rules)
    words = str(reason.label)
    if not article:
        return words
    return f"{words} (article{NO_BREAK_SPACE}{article_number(article)})"


def objection(rules: HabilitationRules, profile: str) -> str:
    """The reason for which the rules leave no right to whoever asks for that profile; or none.

    ``profile`` is the number of the profile asked; empty, nothing is objected.
    """
    profiles = rules.profiles
    if profiles is None or not profiles.closed or not profile:
        return ""
    known = {str(one.number) for one in profiles.profiles}
    return "" if profile in known else RefusalReason.OUTSIDE_PROFILES.value


_COMMANDED = frozenset({RefusalReason.OUTSIDE_PROFILES, RefusalReason.NOT_LISTED})


def _article(reason: RefusalReason, rules: HabilitationRules) -> str:
    """The article that commands the reason; empty where none does."""
    if reason is RefusalReason.OUTSIDE_PROFILES and rules.profiles and rules.profiles.closed:
        return rules.profiles.article
    limit = rules.number_limit
    if reason is RefusalReason.NOT_LISTED and limit and limit.kind == "listed_in_annex":
        return limit.article if limit.excess == "refused" else ""
    return ""
