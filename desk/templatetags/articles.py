"""Articles as screens cite them."""

from django import template

from workflows import french

register = template.Library()


@register.filter
def article_number(article: str) -> str:
    """`9-2` of `9-2/denonciation`; an article without such a part as it stands."""
    return french.article_number(article)
