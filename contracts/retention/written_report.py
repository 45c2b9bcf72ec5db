"""The report of a list carried out: a PDF for the archives, made once its last line has an outcome.

It says what was decided, by whom, under which visa, what became of each line, and the digest of
each, made of the one before it and of all that went. It is kept as any piece, and names none of
those who were erased.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Count, Q

from contracts.models import (
    EliminatedThing,
    Elimination,
    EliminationReport,
    Proposal,
)
from contracts.retention.erasing import FILE
from contracts.retention.lines import Line, lines_of
from contracts.retention.lists import REPORT, confirmed_proposal
from contracts.retention.rules import proposed
from contracts.services.evidence import store_evidence
from templates_conventions.document import (
    Block,
    Document,
    DocumentKind,
    Heading,
    Items,
    Origin,
    Pairs,
    Paragraph,
    Run,
    Table,
)
from templates_conventions.markup import set_in_french
from templates_conventions.rendering.pdf import render
from workflows import clock, effects
from workflows.effects import EffectContext
from workflows.french import count, date_in_words

TITLE = "Procès-verbal d’élimination"


@effects.handler(REPORT)
def make_report(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Make and keep the report of a list; made once, however often it is asked for."""
    elimination = (
        Elimination.objects.select_for_update(of=("self",))
        .select_related("caisse", "author")
        .get(pk=payload["elimination"])
    )
    if EliminationReport.objects.filter(elimination=elimination).exists():
        return
    proposal = confirmed_proposal(elimination)
    if proposal is None:
        raise effects.EffectFailed("Ce bordereau n’est pas confirmé.")
    at = clock.now()
    content = render(written(elimination, proposal, clock.civil_date(at)))
    file = store_evidence(ContentFile(content), f"{elimination.reference}-proces-verbal.pdf", None)
    EliminationReport.objects.create(elimination=elimination, file=file, at=at)


def written(elimination: Elimination, proposal: Proposal, dated: date) -> Document:
    """The report as a document."""
    items = elimination.items.select_related("convention__partner", "outcome").order_by("pk")
    told = lines_of(items, elimination.caisse)
    return Document(
        kind=DocumentKind.SHEET,
        code="proces-verbal-d-elimination",
        title=TITLE,
        subtitle=set_in_french(f"Bordereau {elimination.reference}"),
        reference="",
        issuer=elimination.caisse.name,
        dated=dated,
        # Of no convention's rules: it comes from the list alone.
        origin=Origin("", 0, "", sha256(elimination.reference.encode()).hexdigest()),
        blocks=tuple(_blocks(elimination, proposal, told)),
        footer=set_in_french(f"{TITLE}, {elimination.reference}"),
    )


def _blocks(elimination: Elimination, proposal: Proposal, told: Sequence[Line]) -> Iterator[Block]:
    visa, answer = proposal.payload["visa"], proposal.answer
    things = EliminatedThing.objects.filter(outcome__item__elimination=elimination)
    outcomes = Counter(line.outcome.kind if line.outcome else "" for line in told)
    number = things.aggregate(all=Count("pk"), files=Count("pk", filter=Q(kind=FILE)))
    yield Pairs(
        (
            ("Caisse", elimination.caisse.name),
            (
                "Bordereau",
                set_in_french(
                    f"{elimination.reference}, dressé {_on(elimination.at)} par "
                    f"{elimination.author.get_full_name()}"
                ),
            ),
            (
                "Visa des archives",
                set_in_french(
                    f"{visa['reference']}, du {date_in_words(date.fromisoformat(visa['dated']))}"
                ),
            ),
            (
                "Proposé par",
                set_in_french(
                    f"{proposal.proposed_by.get_full_name()}, {_on(proposal.proposed_at)}"
                ),
            ),
            ("Confirmé par", set_in_french(f"{answer.author.get_full_name()}, {_on(answer.at)}")),
            ("Éliminé", count(outcomes["gone"], "dossier")),
            ("Gardé", count(outcomes["kept"], "dossier")),
            *((("Non traité", count(outcomes[""], "dossier")),) if outcomes[""] else ()),
            (
                "Retiré",
                set_in_french(
                    f"{count(number['all'], 'chose')}, dont {count(number['files'], 'fichier')}"
                ),
            ),
        )
    )
    yield Heading(1, "Ce qu’il est advenu de chaque dossier")
    yield _table(told, elimination)
    digests = tuple((line.name, line.outcome.digest) for line in told if line.outcome is not None)
    yield Table("Empreinte sha256 de chaque ligne", ("Dossier", "Empreinte"), digests)
    yield Heading(1, "Comment le vérifier")
    yield Items(tuple((_said(step),) for step in _CHECKS), ordered=True)


def _table(told: Sequence[Line], elimination: Elimination) -> Table:
    things = EliminatedThing.objects.filter(outcome__item__elimination=elimination)
    per_line = dict(things.order_by().values_list("outcome__item").annotate(number=Count("pk")))
    rules = proposed()
    rows = tuple(
        (
            " ".join(filter(None, (line.name, line.of_whom and f"({line.of_whom})"))),
            set_in_french(
                f"{rules[line.item.rule].label if line.item.rule in rules else line.item.rule}. "
                f"{line.item.ground}"
            ),
            date_in_words(line.item.kept_until),
            _became(line, per_line.get(line.item.pk, 0)),
        )
        for line in told
    )
    header = ("Dossier", "Règle et fondement", "Conservé jusqu’au", "Suite")
    return Table("Lignes du bordereau", header, rows)


def _became(line: Line, things: int) -> str:
    outcome = line.outcome
    if outcome is None:
        return "Non traité"
    words = f"{outcome.get_kind_display()} {_on(outcome.at)}"
    more = outcome.reason or count(things, "chose retirée", "choses retirées")
    return set_in_french(f"{words}. {more}")


def _on(instant: Any) -> str:
    return f"le {date_in_words(clock.civil_date(instant))}"


def _said(text: str) -> Paragraph:
    return Paragraph((Run(set_in_french(text)),))


_CHECKS = (
    "Chaque empreinte est faite de la précédente et de tout ce qui est parti avec la ligne : la "
    "dernière les tient toutes. La commande « manage.py retention --verify » les refait une à une.",
    "La preuve détaillée, un fichier CSV qui se télécharge sur la page du bordereau, nomme chaque "
    "chose retirée, avec l’empreinte de chaque fichier.",
)
