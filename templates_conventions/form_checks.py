"""What a form and the rule that asks it must agree on: title, signature, sheets, profiles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from templates_conventions.form_sheets import bare
from templates_conventions.forms import FormDefinition, FormField
from workflows.rulebook import Rulebook
from workflows.rulebook_access import RequestForm


def form_faults(rulebook: Rulebook, rule: RequestForm, form: FormDefinition) -> Iterator[str]:
    """The points on which a form says another thing than its rule, in French."""
    fields = [field for block in form.blocks for field in block.fields]
    if _plain(form.title) != _plain(rule.label):
        yield f"{form.annex} : titre « {form.title} », au modèle « {rule.label} »."
    if _plain(form.annex) != _plain(rule.annex):
        yield f"{form.title} : annexe « {form.annex} », au modèle « {rule.annex} »."
    if any(field.kind == "signature" for field in fields) != bool(rule.signed_by):
        yield f"{form.annex} : le modèle et le formulaire ne s’accordent pas sur la signature."
    yield from _sheets(rule, form)
    labels = {bare(field.label) for field in fields}
    for label in rule.withheld_fields:
        if bare(label) not in labels:
            yield f"{form.annex} : le modèle retient « {label} », absent du formulaire."
    yield from _profiles(rulebook, form, fields)


def _sheets(rule: RequestForm, form: FormDefinition) -> Iterator[str]:
    expected = rule.users if rule.continuation_sheets else None
    divided = form.divided
    held = divided.repeat.a_sheet if divided else None
    if held != expected:
        yield (
            f"{form.annex} : « a_sheet » vaut {held or 'rien'} au formulaire, "
            f"{expected or 'rien'} au modèle (users, continuation_sheets)."
        )


def _profiles(rulebook: Rulebook, form: FormDefinition, fields: list[FormField]) -> Iterator[str]:
    rules = rulebook.habilitation.profiles
    asked = [field for field in fields if field.code.endswith(".profile")]
    if rules is None or not asked:
        return
    known = [f"Profil {profile.number} : {profile.label}" for profile in rules.profiles]
    for field in asked:
        if list(map(_plain, field.choices)) != known:
            yield (
                f"{form.annex} : « {bare(field.label)} » propose {', '.join(field.choices)}. "
                f"Attendu : {', '.join(known)}."
            )


def _plain(text: str) -> str:
    return re.sub(r"\s", " ", text)
