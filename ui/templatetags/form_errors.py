"""The summary of what is wrong in a form, each error leading to the field to correct."""

from collections.abc import Iterable, Iterator

from django import template
from django.forms import BaseForm

register = template.Library()


@register.simple_tag
def listed_errors(form: BaseForm) -> Iterable[tuple[str, str]]:
    """Give every error after the identifier of its field, empty where no field on the page has it.

    A form whose messages name their field themselves lists them in its own ``listed_errors``;
    those of any other bear the label of their field, as « Ce champ est obligatoire » twice would
    tell nobody which.
    """
    own: Iterable[tuple[str, str]] | None = getattr(form, "listed_errors", None)
    return _labelled(form) if own is None else own


def _labelled(form: BaseForm) -> Iterator[tuple[str, str]]:
    for name, errors in form.errors.items():
        target, prefix = "", ""
        if name in form.fields and not form[name].is_hidden:
            field = form[name]
            target = field.id_for_label or field.auto_id
            asked = str(field.label).rstrip(" :?\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
            prefix = f"{asked}\N{NO-BREAK SPACE}: "
        for error in errors:
            yield target, f"{prefix}{error}"
