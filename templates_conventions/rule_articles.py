"""The articles that the rules of a rulebook cite."""

from __future__ import annotations

from functools import lru_cache

from workflows.french import article_number
from workflows.rulebook import Rulebook
from workflows.rulebook_shape import rules_of


@lru_cache(maxsize=64)
def articles_of(rulebook: Rulebook) -> frozenset[str]:
    """The articles that its rules cite, those that survive the end, and those they are part of.

    A rule that cites 9-2 makes article 9 known too.
    """
    cited = {article_number(rule.article) for rule in rules_of(rulebook)}
    if rulebook.survival is not None:
        cited |= {article_number(article) for article in rulebook.survival.articles}
    if rulebook.habilitation.departure is not None:
        cited |= {rulebook.habilitation.departure.also_article} - {""}
    numbered = {article for article in cited if article[0].isdigit()}
    return frozenset(cited | {article.split("-")[0].split(".")[0] for article in numbered})
