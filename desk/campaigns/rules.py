"""The rules by which the versions of a campaign differ, in words."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from contracts.models import PublishedRulebook
from contracts.services.campaigns import earlier_versions
from workflows.rule_changes import RuleChange, described


class Differing(NamedTuple):
    """What moves for the conventions of one version."""

    version: int
    changes: tuple[RuleChange, ...]


def rules_that_differ(
    target: PublishedRulebook, versions: Collection[int] | None = None
) -> list[Differing]:
    """For each version of departure, all of them by default, the rules that become otherwise."""
    found = []
    for row in earlier_versions(target):
        if versions is None or row.version in versions:
            changes = described(row.rulebook, target.rulebook)
            told = tuple(change for change in changes if change.path != "version")
            found.append(Differing(row.version, told))
    return found
