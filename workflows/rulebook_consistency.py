"""Static checks of the services, the habilitations, the documents and the other clauses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workflows.rulebook import Rulebook
from workflows.rulebook_access import Departure, RequestForm
from workflows.rulebook_types import Frozen, Rule


class Finding(NamedTuple):
    """What a check found: the key, what is wrong, what was expected."""

    key: str
    problem: str
    expected: str
    article: str = ""
    """Absent: the article of the key's own rule."""

    @property
    def words(self) -> tuple[str, str]:
        """What is wrong, and what was expected."""
        return self.problem, self.expected


def rules_of(model: Frozen, above: str = "") -> Iterator[tuple[str, Rule]]:
    """Every rule below a model with its path in the file: ``effect.conditions[0]``."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        path = f"{above}.{name}" if above else name
        if isinstance(value, Frozen):
            yield from _rule_and_below(path, value)
        elif isinstance(value, tuple):
            for number, item in enumerate(value):
                if isinstance(item, Frozen):
                    yield from _rule_and_below(f"{path}[{number}]", item)


def _rule_and_below(path: str, model: Frozen) -> Iterator[tuple[str, Rule]]:
    if isinstance(model, Rule):
        yield path, model
    yield from rules_of(model, path)


def codes_are_distinct(rulebook: Rulebook) -> Iterator[Finding]:
    """A code designates one thing."""
    profiles = rulebook.habilitation.profiles
    lists: dict[str, Iterable[object]] = {
        "services": [service.code for service in rulebook.services],
        "habilitation.forms": [form.code for form in rulebook.habilitation.forms],
        "habilitation.profiles": [each.number for each in profiles.profiles] if profiles else [],
        "documents.annexes": [annex.code for annex in rulebook.documents.annexes],
        "ambiguities": [ambiguity.code for ambiguity in rulebook.ambiguities],
    }
    for path, codes in lists.items():
        for code, times in Counter(codes).items():
            if times > 1:
                yield Finding(path, f"« {code} » désigne deux choses", "des codes distincts")


def forms_are_named(rulebook: Rulebook) -> Iterator[Finding]:
    """A rule that refers to a form or an annex refers to one that exists and does what it says."""
    forms = {form.code: form for form in rulebook.habilitation.forms}
    annexes = {annex.code for annex in rulebook.documents.annexes}
    for number, annex in enumerate(rulebook.documents.annexes):
        path = f"documents.annexes[{number}].form"
        if (annex.kind == "operational_form") != bool(annex.form):
            yield Finding(
                path,
                "une annexe est un formulaire si, et seulement si, elle en nomme un",
                'le code d’un formulaire avec kind = "operational_form"',
                annex.article,
            )
        elif annex.form and annex.form not in forms:
            yield Finding(
                path, f"formulaire inconnu : « {annex.form} »", _one(forms), annex.article
            )
    information = rulebook.provisions.information
    if information is not None and information.model_annex not in annexes | {""}:
        yield Finding(
            "provisions.information.model_annex",
            f"annexe inconnue : « {information.model_annex} »",
            _one(annexes),
        )
    departure = rulebook.habilitation.departure
    if departure is not None:
        yield from _departure_form(departure, forms)


def _departure_form(departure: Departure, forms: dict[str, RequestForm]) -> Iterator[Finding]:
    operation = {"modification_form": "modify", "removal_form": "remove"}.get(departure.procedure)
    if operation is None:
        if departure.form:
            yield Finding("habilitation.departure.form", "départ sans formulaire", "rien")
    elif departure.form not in forms:
        yield Finding(
            "habilitation.departure.form", f"formulaire inconnu : « {departure.form} »", _one(forms)
        )
    elif operation not in forms[departure.form].operations:
        yield Finding(
            "habilitation.departure.form",
            f"le formulaire « {departure.form} » ne permet pas l’opération {operation}",
            f"un formulaire dont operations contient {operation}",
        )


def forms_can_be_trusted(rulebook: Rulebook) -> Iterator[Finding]:
    """A form shows where it comes from: a signature, an online session, or a check."""
    for number, form in enumerate(rulebook.habilitation.forms):
        if not form.signed_by and form.channel != "online" and form.submission_check is None:
            yield Finding(
                f"habilitation.forms[{number}].signed_by",
                "formulaire sans signature, que rien n’authentifie",
                'signed_by, channel = "online" ou submission_check',
                form.article,
            )


def gate_can_open(rulebook: Rulebook) -> Iterator[Finding]:
    """What the gate requires exists elsewhere in the rulebook."""
    rules = rulebook.habilitation
    if rules.gate is None:
        return
    exists = {
        "form_complete": bool(rules.forms),
        "form_signed": any(form.signed_by for form in rules.forms),
        "profile_listed": rules.profiles is not None,
        "prerequisite_document": any(
            condition.kind == "document" for condition in rulebook.effect.conditions
        ),
    }
    for requirement in rules.gate.requires:
        if not exists.get(requirement, True):
            yield Finding(
                "habilitation.gate.requires",
                f"{requirement} : le modèle n’en dit rien, aucun compte ne s’ouvrirait",
                "une exigence que le modèle décrit",
            )


def requests_can_be_made(rulebook: Rulebook) -> Iterator[Finding]:
    """Who asks by a form has one to fill; who is individually empowered is so by someone."""
    rules = rulebook.habilitation
    if not rules.forms and any(asker.channel == "form" for asker in rules.asked_by):
        yield Finding(
            "habilitation.asked_by", "demande par formulaire, sans formulaire", "un formulaire"
        )
    processing = rules.processing
    if processing is not None and (
        (processing.agent == "individually_empowered") != bool(processing.empowered_by)
    ):
        yield Finding(
            "habilitation.processing.empowered_by",
            "un agent est individuellement habilité si, et seulement si, quelqu’un l’habilite",
            'l’auteur du pouvoir avec agent = "individually_empowered"',
        )


def dormancy_warns_before(rulebook: Rulebook) -> Iterator[Finding]:
    """The warning comes before what it warns of."""
    dormancy = rulebook.habilitation.dormancy
    if dormancy is None or dormancy.warn_after is None:
        return
    after, warning = dormancy.after, dormancy.warn_after
    if (warning.months, warning.days) >= (after.months, after.days):
        yield Finding(
            "habilitation.dormancy.warn_after",
            "l’avertissement ne précède pas la désactivation",
            "une durée plus courte que after",
        )


def unsubscription_leads_somewhere(rulebook: Rulebook) -> Iterator[Finding]:
    """Giving up the service by ending the convention needs a rule that ends it."""
    rule = rulebook.habilitation.unsubscription
    if rule is None:
        return
    ends = [end.article for end in (rulebook.notice, rulebook.breach) if end is not None]
    if not any(article.partition("/")[0] == rule.rule for article in ends):
        yield Finding(
            "habilitation.unsubscription.rule",
            f"aucune fin de la convention ne vient de l’article {rule.rule}",
            "l’article de notice ou de breach",
        )


def publication_is_consistent(rulebook: Rulebook) -> Iterator[Finding]:
    """A service that publishes has rules for it, and each item is validated or is not."""
    publication = rulebook.provisions.publication
    publishes = any(service.mode == "publication" for service in rulebook.services)
    if publishes != (publication is not None):
        yield Finding(
            "provisions.publication",
            "règles de publication et services de publication ne vont pas ensemble",
            'un service mode = "publication" et une table [provisions.publication]',
        )
    if publication is None:
        return
    both = set(publication.with_validation) & set(publication.without_validation)
    for item in sorted(both):
        yield Finding(
            "provisions.publication.with_validation",
            f"{item} est publié avec et sans validation",
            "l’un ou l’autre",
        )


CONSISTENCY_CHECKS = (
    codes_are_distinct,
    forms_are_named,
    forms_can_be_trusted,
    gate_can_open,
    requests_can_be_made,
    dormancy_warns_before,
    unsubscription_leads_somewhere,
    publication_is_consistent,
)


def _one(known: Iterable[str]) -> str:
    return "l’un de " + (", ".join(sorted(known)) or "aucun")
