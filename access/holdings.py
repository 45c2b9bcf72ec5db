"""Where the contents of a convention's file stand in this package, and who is named there."""

from __future__ import annotations

from access.models import Account, Habilitation, HabilitationActEvidence, ImportRow, UserReview
from contracts.retention.holdings import Holding, hold
from contracts.retention.persons import PersonLink, name

hold(
    Holding(HabilitationActEvidence, "act__subject__convention", files=("file",)),
    Holding(UserReview, "convention", files=("proof",)),
    Holding(ImportRow, "convention", {"problems": []}),
)
name(
    PersonLink(Habilitation, "person", "convention"),
    PersonLink(Account, "person", "habilitations__convention"),
)
