"""Publishing a version of a rulebook: one person proposes it, another signs it off.

What is proposed is the file of this installation, named by its digest: a file that changed since is
proposed again.
"""

from __future__ import annotations

from collections.abc import Sequence

from contracts.models import Proposal, PublishedRulebook, User
from contracts.services.proposals import Kind, NotProposed, propose, register
from contracts.services.rulebooks import RulebookChanged, publish
from templates_conventions.catalogue import rulebooks
from workflows import clock
from workflows.rulebook import Rulebook

PUBLICATION = "rulebook"
POWER = "contracts.publish_rulebook"


def to_publish() -> tuple[Rulebook, ...]:
    """The rulebooks whose file holds a version that was never published."""
    published = set(PublishedRulebook.objects.values_list("code", "version"))
    return tuple(one for one in rulebooks().values() if (one.code, one.version) not in published)


def propose_publication(
    rulebook: Rulebook, author: User, *, identifier: str, reason: str = ""
) -> Proposal:
    """Propose to publish the version that the file holds. Raises ``NotProposed``."""
    return propose(
        PUBLICATION,
        author,
        identifier=identifier,
        title=f"{rulebook.title}, version {rulebook.version}",
        payload={"code": rulebook.code, "version": rulebook.version, "digest": rulebook.digest},
        seen=rulebook.digest,
        about=f"{rulebook.code}:{rulebook.version}",
        reason=reason,
    )


def proposed_rulebook(proposal: Proposal) -> Rulebook:
    """The rules of the file that a proposal names. Raises ``NotProposed`` where it is gone."""
    found = rulebooks().get(proposal.payload["code"])
    if found is None:
        raise NotProposed("Ce modèle n’est plus parmi les fichiers de cette installation.")
    return found


def _seen_now(proposal: Proposal) -> str:
    found = rulebooks().get(proposal.payload["code"])
    if found is None or found.version != proposal.payload["version"]:
        return ""
    return "" if _is_published(found) else found.digest


def _changed(proposal: Proposal) -> Sequence[str]:
    found = rulebooks().get(proposal.payload["code"])
    if found is not None and _is_published(found):
        return ("cette version est déjà publiée",)
    return ("le fichier des règles n’est plus le même",)


def _is_published(rulebook: Rulebook) -> bool:
    rows = PublishedRulebook.objects.filter(code=rulebook.code, version=rulebook.version)
    return rows.exists()


def _carry_out(proposal: Proposal, author: User) -> None:
    try:
        publish(
            proposed_rulebook(proposal),
            by=proposal.proposed_by,
            signed_off_by=author,
            signed_off_on=clock.today(),
        )
    except RulebookChanged as changed:
        raise NotProposed(str(changed)) from changed


register(
    Kind(PUBLICATION, "Publication d’un modèle", POWER, POWER, _seen_now, _changed, _carry_out)
)
