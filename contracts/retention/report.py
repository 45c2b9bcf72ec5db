"""A list as a file: what is to go, for the archives; then what went, as its proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.models import EliminatedThing, Elimination
from contracts.retention.lines import lines_of
from contracts.retention.lists import confirmed_proposal
from workflows import clock

SLIP = (
    "bordereau",
    "dossier",
    "partenaire",
    "modèle",
    "règle",
    "durée",
    "fondement",
    "comptée du",
    "conservé jusqu’au",
    "suite",
    "motif",
    "le",
    "empreinte",
)
PROOF = (
    "bordereau",
    "visa",
    "visa du",
    "proposé par",
    "confirmé par",
    "dossier",
    "genre",
    "numéro",
    "ce qui a été retiré",
    "empreinte sha256",
    "règle",
    "fondement",
    "retiré le",
)


def slip(elimination: Elimination) -> Iterator[Sequence[str]]:
    """One line a file."""
    items = elimination.items.select_related("convention__partner", "outcome").order_by("pk")
    for line in lines_of(items, elimination.caisse):
        item, outcome = line.item, line.outcome
        yield (
            elimination.reference,
            line.name,
            line.of_whom,
            item.convention.rulebook_code if item.convention else "",
            item.rule,
            item.length,
            item.ground,
            f"{item.counted_from:%d/%m/%Y}",
            f"{item.kept_until:%d/%m/%Y}",
            outcome.get_kind_display() if outcome else "",
            outcome.reason if outcome else "",
            f"{clock.civil_date(outcome.at):%d/%m/%Y}" if outcome else "",
            outcome.digest if outcome else "",
        )


def proof(elimination: Elimination) -> Iterator[Sequence[str]]:
    """One line a thing that went; nothing before the list is confirmed."""
    proposal = confirmed_proposal(elimination)
    if proposal is None:
        return
    visa = proposal.payload["visa"]
    items = elimination.items.select_related("convention__partner", "outcome")
    names = {line.item.pk: line.name for line in lines_of(items, elimination.caisse)}
    things = EliminatedThing.objects.filter(outcome__item__elimination=elimination)
    rows = things.select_related("outcome__item").order_by("pk")
    for one in rows.iterator(chunk_size=2000):
        item = one.outcome.item
        yield (
            elimination.reference,
            visa["reference"],
            visa["dated"],
            proposal.proposed_by.get_full_name(),
            proposal.answer.author.get_full_name(),
            names[item.pk],
            one.kind,
            str(one.key),
            one.columns,
            one.sha256,
            item.rule,
            item.ground,
            f"{clock.civil_date(one.outcome.at):%d/%m/%Y}",
        )
